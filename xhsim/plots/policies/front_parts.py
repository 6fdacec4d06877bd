"""What the pictures of a front share: scaled values, names of axes, and the source line."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.fronts.front import MONEY, FrontObjective, PolicyFront
from xhsim.analysis.fronts.judged import FrontValue
from xhsim.errors import InputError
from xhsim.plots.canvas.colours import scenario_colour
from xhsim.wording.label import Language
from xhsim.wording.numbers import number_text
from xhsim.wording.phrases import PICTURES
from xhsim.wording.punctuation import COMMA
from xhsim.wording.units import display_unit

__all__ = ["FRONT_COLOUR", "axis_name", "check_has_packages", "front_source", "scaled", "unit_of"]

FRONT_COLOUR = scenario_colour("plan")


def check_has_packages(front: PolicyFront) -> None:
    """Check that there is something to draw.

    Raises
    ------
    InputError
        If the front has no packages.
    """
    if not front.members:
        raise InputError("there is nothing to draw", hint="give the result of study.front")


def scaled(values: Sequence[FrontValue], objective: FrontObjective) -> NDArray[np.float64]:
    """Return values with the ends of their intervals, shape ``(values, 3)``; probabilities in %."""
    scale = 100.0 if objective.is_probability else 1.0
    return scale * np.array(values, dtype=np.float64).reshape(-1, 3)


def unit_of(front: PolicyFront, objective: FrontObjective, lang: Language) -> str:
    """Return the unit of an objective's values in a picture."""
    if objective.text == MONEY:
        return display_unit(str(front.made["money_unit"]), lang)
    return "%" if objective.is_probability else objective.unit.in_(lang)


def axis_name(front: PolicyFront, objective: FrontObjective, lang: Language) -> str:
    """Return the name of an objective with its unit."""
    unit = unit_of(front, objective, lang)
    if objective.text == MONEY:
        # The unit says "per year" already.
        return PICTURES.say("front_money", lang, unit=unit)
    name = objective.label.in_(lang)
    if unit.casefold() in name.casefold():  # "mean number met of 18 targets" says what it counts
        return name
    return PICTURES.say("of", lang, name=name, unit=unit)


def front_source(front: PolicyFront, lang: Language) -> str:
    """Return the source line: packages tried, draws of the search, fresh draws."""
    made = front.made
    texts = [
        PICTURES.say(
            "front_source",
            lang,
            tried=number_text(made["tried"]),
            draws=number_text(made["draws"]),
            fresh=number_text(made["fresh_draws"]),
        )
    ]
    if made["under"]:
        texts.append(PICTURES.say("front_worst", lang, n=len(made["under"])))
    return COMMA.in_(lang).join(texts)
