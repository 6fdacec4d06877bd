"""What one more unit of money buys, along a front."""

from __future__ import annotations

from matplotlib.axes import Axes

from xhsim.analysis.fronts.front import MONEY, PolicyFront
from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.plots.canvas import style
from xhsim.plots.canvas.colours import GREY, tint
from xhsim.plots.canvas.fan_parts import CHART, Figures
from xhsim.plots.canvas.frame import write_source, write_title
from xhsim.plots.canvas.pictures import new_axes
from xhsim.plots.policies.front_parts import FRONT_COLOUR, axis_name, front_source
from xhsim.wording.label import check_language
from xhsim.wording.line_breaks import capitalised
from xhsim.wording.phrases import PICTURES
from xhsim.wording.units import display_unit

__all__ = ["marginal_gain_chart"]


@checked
def marginal_gain_chart(
    front: PolicyFront,
    objective: str | None = None,
    *,
    lang: str = "en",
    ax: Axes | None = None,
) -> Axes:
    """Draw what one more unit of money a year buys of an objective, along a front.

    Parameters
    ----------
    front : PolicyFront
        From ``study.front``, with money as an objective.
    objective : str, optional
        The text of another objective; by default the first.
    lang : {"en", "zh"}
    ax : Axes, optional
        By default those of a new figure.

    Returns
    -------
    Axes
        A bar for each stretch of the front, with the 95 % interval of the difference between the
        two packages at its ends, on the same draws.

    Raises
    ------
    InputError
        If money is not an objective, there is no such objective, or all packages cost the same.

    Examples
    --------
    >>> from xhsim.analysis.fronts.archive import read_front
    >>> marginal_gain_chart(read_front("front"))
    Traceback (most recent call last):
    xhsim.errors.InputError: there is no front in "front". xhsim front --out makes one, or ...
    """
    language = check_language(lang)
    if not front.gains:
        raise InputError(
            "money is not an objective of this front",
            hint='search with money as an objective: study.front(["mean", "money"])',
        )
    text = next(iter(front.gains)) if objective is None else objective
    chosen = front.objectives[front.column(text)]
    if not front.gains.get(text):
        raise InputError("there is nothing to draw", hint="all packages cost the same")
    scale = 100.0 if chosen.is_probability else 1.0
    ax = new_axes(6.0, 4.0, (0.8, 0.85, 0.4, 0.9)) if ax is None else ax
    style.clean_axes(ax, language, CHART.text - 0.5)
    for gain in front.gains[text]:
        middle, width = (gain.money_from + gain.money_to) / 2, gain.money_to - gain.money_from
        ax.bar(middle, scale * gain.value, 0.94 * width, color=tint(FRONT_COLOUR, 0.55), gid="gain")
        ax.vlines(middle, scale * gain.low, scale * gain.high, color=FRONT_COLOUR, linewidth=1.2)
    ax.axhline(0, color="#9a9a9a", linewidth=0.8)
    ax.xaxis.set_major_formatter(Figures())
    ax.yaxis.set_major_formatter(Figures())
    money = display_unit(str(front.made["money_unit"]), language)
    title = PICTURES.say("gain_title", language, money=money)
    unit = capitalised(axis_name(front, chosen, language))
    if chosen.is_probability:
        name = capitalised(chosen.label.in_(language))
        unit = PICTURES.say("gain_points", language, name=name)
    write_title(ax, title, [unit], language)
    style.write(
        ax,
        capitalised(axis_name(front, front.objectives[front.column(MONEY)], language)),
        (1, 0),
        offset=(0, -25),
        lang=language,
        size=8,
        colour=GREY,
        ha="right",
        va="top",
    )
    write_source(ax, front_source(front, language), language, down=40)
    write_source(ax, PICTURES.say("gain_note", language), language, down=52)
    return ax
