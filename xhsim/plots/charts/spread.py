"""Sources of the spread of results: shares by layer of uncertainty over time."""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.patches import Patch

from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.plots.canvas import style
from xhsim.plots.canvas.colours import GREY, INK
from xhsim.plots.canvas.fan_parts import PANEL
from xhsim.plots.canvas.frame import origin_text, scenario_text
from xhsim.plots.canvas.panels import broken_to_fit, page_of, write_above, write_headings, write_key
from xhsim.plots.canvas.pictures import Page
from xhsim.plots.canvas.years import mark_years
from xhsim.wording.label import Label, Language, check_language
from xhsim.wording.line_breaks import capitalised
from xhsim.wording.numbers import number_text, percent_text
from xhsim.wording.phrases import PICTURES
from xhsim.wording.punctuation import SEMICOLON
from xhsim.wording.units import display_unit

__all__ = ["spread_page"]

COLOURS = {
    "structure": "#009e73",
    "parameters": "#0072b2",
    "environment": "#e69f00",
    "delivery": "#8a5aa5",
}
# The size of the text below a heading, and what of it fits: letters per inch, and points a line.
SMALL, SMALL_LETTERS, SMALL_LINE = 6.2, 26.0, 8.0


@checked
def spread_page(shares: xr.Dataset, *, lang: str = "en") -> Page:
    """Draw the share of each layer of uncertainty in the variance of variables, year by year.

    Parameters
    ----------
    shares : Dataset
        From ``study.partition()``.
    lang : {"en", "zh"}
        Language of headings and key.

    Returns
    -------
    Page
        A panel for each variable with the stacked shares of its variance. Above it is the
        standard deviation of the last year.

    Raises
    ------
    InputError
        If there is no variable.

    Examples
    --------
    >>> import xhsim
    >>> shares = xhsim.open_study().partition("plan", draws=32, outputs=["GDP"])
    >>> len(spread_page(shares))
    1
    """
    language = check_language(lang)
    names = [str(name) for name in shares.data_vars]
    if not names:
        raise InputError("there is nothing to draw", hint="give the result of study.partition()")
    years = shares["time"].values
    layers = [str(layer) for layer in shares["layer"].values]
    page = page_of(len(names))
    for ax, name in zip(page, names, strict=True):
        style.clean_axes(ax, language, PANEL.text - 0.5)
        values = np.nan_to_num(shares[name].transpose("layer", "time").values)
        known = values.sum(axis=0) > 0.5
        ax.stackplot(
            years[known],
            100 * values[:, known],
            colors=[COLOURS.get(layer, GREY) for layer in layers],
            linewidth=0,
        )
        ax.set_ylim(0, 100)
        first, last = years[known][[0, -1]] if known.any() else years[[0, -1]]
        ax.set_xlim(first, last)
        mark_years(ax, first, last, 2)
        ax.set_yticks([0, 50, 100], ["0", "50", percent_text(100, language)])
        attributes = shares[name].attrs
        label = Label.of_attributes(attributes).in_(language) or name
        deviation = number_text(attributes["deviation"][-1], digits=3)
        unit = display_unit(str(attributes.get("deviation_units", "")), language)
        deviation_text = f"± {deviation} {'× ' if unit[:1].isdigit() else ''}{unit}".rstrip()
        deviation_text = broken_to_fit(deviation_text, ax, SMALL_LETTERS)
        above = 14.0 + SMALL_LINE * deviation_text.count("\n")
        lines = (
            (deviation_text, SMALL, "normal", GREY, 5.0),
            (broken_to_fit(capitalised(label), ax), PANEL.text + 0.5, "bold", INK, above),
        )
        write_above(ax, lines, language)
    _headings(page, shares, layers, language)
    return page


def _headings(page: Page, shares: xr.Dataset, layers: list[str], language: Language) -> None:
    year = f"{shares['time'].values[-1]:.0f}"
    meaning = PICTURES.say("spread_deviation", language, year=year)
    source = SEMICOLON.in_(language).join((origin_text(shares.attrs, language), meaning))
    title = PICTURES.say("spread_title", language, name=scenario_text(shares.attrs, language))
    write_headings(page, title, source, language)
    write_key(
        page,
        [Patch(facecolor=COLOURS.get(layer, GREY)) for layer in layers],
        [PICTURES.say(f"layer_{layer}", language) for layer in layers],
        language,
    )
