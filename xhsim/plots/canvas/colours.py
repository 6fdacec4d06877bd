"""Colours of scenarios, the same in every picture, and the colour scale of probabilities."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from matplotlib.colors import LinearSegmentedColormap, to_rgb

__all__ = [
    "GREY",
    "GRID",
    "INK",
    "LIGHT_COLOURS",
    "TARGET_COLOUR",
    "luminance",
    "probability_colours",
    "scenario_colour",
    "scenario_colours",
    "text_colour_on",
    "tint",
]

INK = "#1a1a1a"
GREY = "#6b6b6b"
GRID = "#e3e3e3"
# Only targets are vermilion; no scenario has this colour.
TARGET_COLOUR = "#c44e00"
# Of the lights of monitoring. The green is bluish and the three differ in lightness, for readers
# who cannot tell green from red; a picture shows a shape or a letter as well.
LIGHT_COLOURS = {"green": "#12805c", "amber": "#e9b000", "red": "#a3202f"}

# The same everywhere. A search chose them so that colour-blind readers can tell any two apart, and
# each from the colour of targets; the test measures the distance.
SCENARIO_COLOURS: dict[str, str] = {
    "baseline": "#4d4d4d",
    "plan": "#0072b2",
    "balanced": "#a587ff",
    "budget-cut": "#691e0f",
    "building-renewal": "#0f9678",
    "consumption-centre": "#d2c32d",
    "hq-and-opening": "#69d2f0",
    "least-money": "#f0b4b4",
    "listing-scheme": "#87d269",
    "pandemic-years": "#69005a",
    "rd-push": "#002d96",
    "rival-office-supply": "#96874b",
    "talent-first": "#ff78c3",
}
FREE_COLOURS = tuple(
    colour for name, colour in SCENARIO_COLOURS.items() if name not in ("baseline", "plan")
)
# Pale orange (improbable) to deep blue (probable). People with any common colour blindness can
# tell orange from blue. Lightness falls all the way, so a grey print keeps the order.
PROBABILITY_STOPS = ("#fde3c6", "#e3dcc0", "#a9cbb9", "#5ba0ab", "#2c6c94", "#163a66")


def scenario_colour(name: str) -> str:
    """Return the colour of a scenario, the same in every picture and session.

    A scenario of the study has a fixed colour. The name of any other determines its colour.

    Parameters
    ----------
    name : str
        The scenario's name: its file name without the ending.

    Returns
    -------
    str
        ``#rrggbb``.

    Examples
    --------
    >>> scenario_colour("plan"), scenario_colour("baseline")
    ('#0072b2', '#4d4d4d')
    >>> scenario_colour("my own") == scenario_colour("my own")
    True
    """
    key = _key(name)
    if key in SCENARIO_COLOURS:
        return SCENARIO_COLOURS[key]
    return FREE_COLOURS[zlib.crc32(key.encode()) % len(FREE_COLOURS)]


def scenario_colours(names: Iterable[str]) -> dict[str, str]:
    """Return a colour for each of several scenarios drawn together.

    Each has the colour that `scenario_colour` gives. If two would share one, the later takes the
    next free colour.

    Parameters
    ----------
    names : iterable of str

    Returns
    -------
    dict of str to str
        ``#rrggbb`` by name.

    Examples
    --------
    >>> colours = scenario_colours(["plan", "a", "b", "c", "d", "rd-push"])
    >>> len(set(colours.values())), colours["rd-push"] == scenario_colour("rd-push")
    (6, True)
    """
    wanted = list(dict.fromkeys(names))
    given = {name: scenario_colour(name) for name in wanted}
    shipped = [name for name in wanted if _key(name) in SCENARIO_COLOURS]
    taken = {given[name] for name in shipped}
    for name in wanted:
        if name in shipped:
            continue
        start = FREE_COLOURS.index(given[name])
        order = FREE_COLOURS[start:] + FREE_COLOURS[:start]
        given[name] = next((colour for colour in order if colour not in taken), given[name])
        taken.add(given[name])
    return given


def _key(name: str) -> str:
    return name.strip().lower().replace("_", "-").replace(" ", "-")


def tint(colour: str, strength: float) -> str:
    """Mix a colour with white; 1 is the colour itself, 0 is white.

    Examples
    --------
    >>> tint("#000000", 0.0), tint("#0072b2", 1.0)
    ('#ffffff', '#0072b2')
    """
    mixed = (round(255 * (1 - strength * (1 - part))) for part in to_rgb(colour))
    return "#" + "".join(f"{part:02x}" for part in mixed)


@lru_cache(maxsize=1)
def probability_colours() -> LinearSegmentedColormap:
    """Return the colour scale of probabilities, pale orange at 0 to deep blue at 1.

    Examples
    --------
    >>> probability_colours().name
    'probability'
    """
    return LinearSegmentedColormap.from_list("probability", PROBABILITY_STOPS)


def luminance(colour: Any) -> float:
    """Return the relative luminance of a colour: 0 black, 1 white (WCAG 2).

    Examples
    --------
    >>> round(luminance("white"), 3), round(luminance("black"), 3)
    (1.0, 0.0)
    """
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def text_colour_on(background: Any) -> str:
    """Return the text colour, dark or white, with the higher contrast to a background.

    Examples
    --------
    >>> text_colour_on("white"), text_colour_on("#163a66")
    ('#1a1a1a', 'white')
    """
    light = luminance(background) + 0.05
    return INK if light / (luminance(INK) + 0.05) >= 1.05 / light else "white"
