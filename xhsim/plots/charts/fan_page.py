"""Page of small fan charts, one for each target."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.plots.canvas.colours import GREY, INK, TARGET_COLOUR, tint
from xhsim.plots.canvas.fan_parts import (
    PANEL,
    UPWARDS,
    chance_of,
    colour_of,
    draw_fan,
)
from xhsim.plots.canvas.frame import origin_text, scenario_text
from xhsim.plots.canvas.panels import page_of, write_above, write_headings, write_key
from xhsim.plots.canvas.pictures import Page, points_a_pixel
from xhsim.plots.canvas.series import history_of, paths_of, required_by
from xhsim.study.targets import Target
from xhsim.wording.label import Language, check_language
from xhsim.wording.likelihood import NOT_ASSESSABLE, UNASSESSABLE_MARK
from xhsim.wording.line_breaks import wrap
from xhsim.wording.phrases import PICTURES
from xhsim.wording.punctuation import COMMA
from xhsim.wording.units import display_unit

__all__ = ["fan_grid"]

# In a panel's title. A Chinese character is twice as wide and counts as two.
LETTERS_AN_INCH: dict[Language, float] = {"en": 14.5, "zh": 18.0}


@checked
def fan_grid(
    ensemble: xr.Dataset,
    targets: Iterable[Target],
    history: pd.DataFrame | None = None,
    attainment: pd.DataFrame | None = None,
    *,
    lang: str = "en",
) -> Page:
    """Draw one small fan chart for each target, on a page of A4 landscape (A5 for up to four).

    Parameters
    ----------
    ensemble : xarray.Dataset
        From ``study.ensemble``.
    targets : iterable of Target
        For example the 18 indicators; drawn in this order.
    history : DataFrame, optional
        The whole history.csv; each panel uses the rows of its variable.
    attainment : DataFrame, optional
        From ``study.attainment``; the panels then show the probabilities.
    lang : {"en", "zh"}
        Language.

    Returns
    -------
    Page
        The panels' Axes in the order of the targets; ``.figure`` is the page.

    Raises
    ------
    InputError
        See `fan_chart`; also if there are no targets.

    Examples
    --------
    >>> import xarray as xr
    >>> from xhsim.study.measures import LevelAtDeadline
    >>> from xhsim.study.files.mistakes import Place
    >>> from xhsim.study.names import parse_reference
    >>> from xhsim.wording.label import Label
    >>> firms = Target(
    ...     "firms", 13, Label("High-tech firms", "高新技术企业数量"), parse_reference("firms"),
    ...     LevelAtDeadline(), ">=", 1000.0, "firms", 2020, 2025, "innovation", 785.0, None, "",
    ...     None, Place("targets.yaml", 1),
    ... )  # fmt: skip
    >>> ensemble = xr.Dataset(
    ...     {"firms": (("draw", "time"), [[785.0, 990.0], [785.0, 1040.0]])},
    ...     coords={"time": [2020, 2025]},
    ... )
    >>> page = fan_grid(ensemble, [firms])
    >>> len(page), page.figure.get_size_inches().round(2).tolist()
    (1, [8.27, 5.85])
    """
    language = check_language(lang)
    wanted = list(targets)
    if not wanted:
        raise InputError("there are no targets to draw", hint="give at least one")
    drawn = [paths_of(ensemble, target.variable) for target in wanted]
    # A panel has no room for this text; the foot explains the mark.
    told = COMMA.in_(language) + NOT_ASSESSABLE.in_(language)
    chances = [
        chance_of(attainment, target, language).replace(told, f" {UNASSESSABLE_MARK}")
        for target in wanted
    ]
    page = page_of(len(wanted))
    colour = colour_of(ensemble)
    for ax, target, paths, chance in zip(page, wanted, drawn, chances, strict=True):
        required = required_by(target, paths)
        seen = history_of(history, paths.name)
        draw_fan(ax, paths, required, target, seen, colour, PANEL, language)
        _panel_headings(ax, target, chance, display_unit(paths.unit, language), language)
    failed = max(paths.failed for paths in drawn)
    origin = origin_text(ensemble.attrs, language, failed)
    if any(UNASSESSABLE_MARK in chance for chance in chances):
        origin += f"{COMMA.in_(language)}{UNASSESSABLE_MARK} {NOT_ASSESSABLE.in_(language)}"
    _page_headings(page, ensemble, origin, language)
    return page


def _panel_headings(ax: Axes, target: Target, chance: str, unit: str, lang: Language) -> None:
    rank = "" if target.rank is None else f"{target.rank} "
    wide = ax.bbox.width * points_a_pixel(ax) / 72
    letters = int(LETTERS_AN_INCH[lang] * (wide + 0.35))
    title = wrap(rank + target.label.in_(lang), max(18, letters))
    wanted = target.aim_text(lang)
    aim = PICTURES.say("target_is", lang, target=wanted)
    lines = (
        (unit, 6.2, "normal", GREY, 5.0),
        (aim, PANEL.text, "normal", TARGET_COLOUR, 14.0),
        (chance, PANEL.text, "normal", INK, 23.5),
        (title, PANEL.text + 0.7, "bold", INK, 33.0 if chance else 23.5),
    )
    write_above(ax, lines, lang)


def _page_headings(page: Page, ensemble: xr.Dataset, origin: str, lang: Language) -> None:
    colour = colour_of(ensemble)
    title = (
        PICTURES.say("grid_title", lang)
        if "scenario" not in ensemble.attrs
        else PICTURES.say("grid_title_of", lang, name=scenario_text(ensemble.attrs, lang))
    )
    write_headings(page, title, origin, lang)
    key = [
        Line2D([], [], color=INK, marker="o", markersize=3, linewidth=1),
        Line2D([], [], color=colour, linewidth=1.6),
        Patch(facecolor=tint(colour, 0.48)),
        Patch(facecolor=tint(colour, 0.22)),
        Line2D([], [], color=TARGET_COLOUR, marker=UPWARDS, markersize=4, linewidth=1.4),
        Line2D([], [], color=TARGET_COLOUR, linewidth=1, dashes=(4, 2)),
    ]
    names = ("history", "median", "band_inner", "band_outer", "target", "required")
    write_key(
        page,
        key,
        [PICTURES.say(name, lang) for name in names],
        lang,
    )
