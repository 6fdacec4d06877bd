"""Phase plot: two variables against each other, over the years."""

from __future__ import annotations

import math

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.plots.canvas import style
from xhsim.plots.canvas.colours import GREY, GRID, INK, TARGET_COLOUR, tint
from xhsim.plots.canvas.fan_parts import CHART, Figures, colour_of
from xhsim.plots.canvas.frame import origin_text, write_source, write_title
from xhsim.plots.canvas.pictures import new_axes
from xhsim.plots.canvas.series import Paths, paths_of
from xhsim.study.names import Reference
from xhsim.study.targets import Target
from xhsim.wording.label import Language, check_language
from xhsim.wording.line_breaks import capitalised, wrap
from xhsim.wording.phrases import PICTURES
from xhsim.wording.punctuation import COMMA
from xhsim.wording.units import display_unit

__all__ = ["phase_plot"]

RIM = withStroke(linewidth=2.2, foreground="white")
TITLE_LETTERS = 57  # that fit above the axes in one line


@checked
def phase_plot(
    ensemble: xr.Dataset,
    x: str | Reference,
    y: str | Reference,
    *,
    x_target: Target | None = None,
    y_target: Target | None = None,
    lang: str = "en",
    ax: Axes | None = None,
) -> Axes:
    """Draw two variables against each other: medians by year, and the draws of the last year.

    Parameters
    ----------
    ensemble : xarray.Dataset
        From ``study.ensemble``.
    x, y : str or Reference
        Names in the model file or canonical names, with or without ``[element]``.
    x_target, y_target : Target, optional
        Targets for levels of these variables, drawn as lines.
    lang : {"en", "zh"}
    ax : Axes, optional
        By default those of a new figure.

    Returns
    -------
    Axes
        A line through the medians with a dot for each year, and small dots for the draws of the
        last year.

    Raises
    ------
    InputError
        If a variable or element is unknown, or a target is not for a level.

    Examples
    --------
    >>> data = {name: (("draw", "time"), [[1.0, 2.0], [1.0, 4.0]]) for name in ("a", "b")}
    >>> ax = phase_plot(xr.Dataset(data, coords={"time": [2020, 2021]}), "a", "b")
    >>> ax.lines[0].get_xdata().tolist()
    [1.0, 3.0]
    """
    language = check_language(lang)
    for target in (x_target, y_target):
        if target is not None and not target.measure.is_level:
            raise InputError(
                f'target "{target.id}" is for {target.measure}, not for a level',
                hint="a phase plot can show only targets for levels",
            )
    across, upwards = paths_of(ensemble, x), paths_of(ensemble, y)
    colour = colour_of(ensemble)
    ax = new_axes(6.0, 5.0, (0.8, 0.85, 0.5, 0.75)) if ax is None else ax
    style.clean_axes(ax, language, CHART.text - 0.5)
    ax.grid(axis="x", color=GRID, linewidth=0.6)
    medians = [paths.quantiles(0.5)[0] for paths in (across, upwards)]
    ax.plot(*medians, color=colour, linewidth=CHART.line, marker="o", markersize=3.5, zorder=4)
    if len(across.values) == len(upwards.values):
        cloud = [paths.values[:, -1] for paths in (across, upwards)]
        shade = tint(colour, 0.4)
        ax.plot(*cloud, ".", color=shade, markersize=2, zorder=2, gid="draws")
    for target, line in ((x_target, ax.axvline), (y_target, ax.axhline)):
        if target is not None:
            line(target.value, color=TARGET_COLOUR, linewidth=1.4, zorder=3, gid="target")
    ax.xaxis.set_major_formatter(Figures())
    ax.yaxis.set_major_formatter(Figures())
    ax.margins(0.06)
    _write_targets(ax, x_target, y_target, language)
    _write_years(ax, across.years, medians[0], medians[1], language)
    _headings(ax, ensemble, across, upwards, language)
    return ax


def _write_targets(
    ax: Axes, x_target: Target | None, y_target: Target | None, lang: Language
) -> None:
    """Write the target beside its line."""
    for target, upright in ((x_target, True), (y_target, False)):
        if target is None:
            continue
        text = style.write(
            ax,
            PICTURES.say("target_is", lang, target=target.aim_text(lang)),
            (target.value, 1.0) if upright else (1.0, target.value),
            coordinates=("data", "axes fraction") if upright else ("axes fraction", "data"),
            offset=(4, -9) if upright else (0, 4),
            lang=lang,
            size=7.5,
            weight="bold",
            colour=TARGET_COLOUR,
            ha="left" if upright else "right",
        )
        text.set_path_effects([RIM])


def _write_years(ax: Axes, years: np.ndarray, x: np.ndarray, y: np.ndarray, lang: Language) -> None:
    """Write the last year, and each earlier one that is far enough from the next written."""
    places = ax.transData.transform(np.column_stack([x, y]))
    reach = np.hypot(*np.diff(np.vstack([places.min(axis=0), places.max(axis=0)]), axis=0)[0])
    written = places[-1]
    for number in reversed(range(len(years))):
        far = np.hypot(*(places[number] - written)) > max(0.08 * reach, 26)
        if number == len(years) - 1 or far:
            right, up = _beside(places, number)
            text = style.write(
                ax,
                f"{years[number]:.0f}",
                (x[number], y[number]),
                coordinates="data",
                offset=(9 * right, 9 * up),
                lang=lang,
                size=7.5,
                weight="bold" if number == len(years) - 1 else "normal",
                colour=INK,
                ha="center" if abs(right) < 0.35 else "left" if right > 0 else "right",
                va="center_baseline",
            )
            # The rim separates the text from the draws of the last year behind it.
            text.set_path_effects([RIM])
            written = places[number]


def _beside(places: np.ndarray, number: int) -> tuple[float, float]:
    """Return the direction away from the line at a point, to the right of its course."""
    before, after = places[max(number - 1, 0)], places[min(number + 1, len(places) - 1)]
    along, upwards = after - before
    length = float(np.hypot(along, upwards))
    return (upwards / length, -along / length) if length > 0 else (1.0, 0.0)


def _headings(
    ax: Axes, ensemble: xr.Dataset, across: Paths, upwards: Paths, lang: Language
) -> None:
    names = [paths.label.in_(lang) for paths in (across, upwards)]
    shown = [capitalised(name) for name in names]
    units = [display_unit(paths.unit, lang) for paths in (across, upwards)]
    labels = [
        PICTURES.say("of", lang, name=name, unit=unit) if unit else name
        for name, unit in zip(shown, units, strict=True)
    ]
    title = PICTURES.say("phase_title", lang, y=shown[1], x=names[0])
    if len(title) > TITLE_LETTERS:  # into lines of about equal length, none with a single word
        title = wrap(title, len(title) // math.ceil(len(title) / TITLE_LETTERS) + 8)
    write_title(ax, title, [labels[1]], lang)
    style.write(
        ax, labels[0], (1, 0), offset=(0, -25), lang=lang, size=8, colour=GREY, ha="right", va="top"
    )
    cloud = PICTURES.say("phase_cloud", lang, year=f"{across.years[-1]:.0f}")
    origin = origin_text(ensemble.attrs, lang, across.failed)
    joined = COMMA.in_(lang).join(filter(None, (origin, cloud)))
    write_source(ax, joined, lang, down=40)
