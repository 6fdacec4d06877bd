"""A map of tiles, one for each zone, coloured by a variable and with its value written in it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from xhsim.analysis.judging.attainment import failed_draws
from xhsim.analysis.worlds.select import AXES, element_places, variable_of
from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.plots.canvas import style
from xhsim.plots.canvas.colours import GREY, text_colour_on, tint
from xhsim.plots.canvas.frame import origin_text, scenario_text
from xhsim.plots.canvas.panels import broken_to_fit, write_headings
from xhsim.plots.canvas.pictures import Page, Picture, new_figure
from xhsim.study.names import Reference, parse_reference
from xhsim.wording.label import LANGUAGES, Label, Language, check_language
from xhsim.wording.line_breaks import capitalised, wrap
from xhsim.wording.phrases import PICTURES
from xhsim.wording.punctuation import COMMA, TO, with_elements
from xhsim.wording.units import display_unit

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["zone_map"]

Array = NDArray[np.float64]
MORE, LESS = "#0072b2", "#a6611a"  # blue and brown differ for every colour-blind reader
TILE = (1.12, 0.82)  # inches
EDGE, GAP = 0.33, 0.45
TOP, HEAD, BOTTOM = 0.56, 0.64, 0.45
IN_A_ROW = 2  # more would be too small on a page of A4
RATIOS = ("percent", "%", "dmnl", "dimensionless", "")  # their changes are differences


@dataclass(frozen=True)
class _Zones:
    """What a panel shows.

    Attributes
    ----------
    label : Label
    unit : str
    elements : tuple of Label
    tiles : tuple of tuple of int
        Column and row of each element, from 1.
    values : array (draws, elements)
        One draw if the result has none.
    """

    label: Label
    unit: str
    elements: tuple[Label, ...]
    tiles: tuple[tuple[int, int], ...]
    values: Array


@checked
def zone_map(
    result: xr.Dataset,
    variables: str | Reference | Sequence[str | Reference],
    year: float,
    *,
    against: float | xr.Dataset | None = None,
    lang: str = "en",
) -> Page:
    """Draw variables by zone as maps of tiles, side by side.

    Parameters
    ----------
    result : Dataset
        From ``study.run`` or ``study.ensemble``, of a study whose labels.yaml has a ``map``.
    variables : str or Reference, or sequence of them
        Each with one dimension that has a map. A variable with a further dimension needs its
        element: ``output by zone[Finance]``.
    year : float
        A year of the result.
    against : float or Dataset, optional
        Draw the change against this year of the same result, or against the same year of another
        result on the same draws. A change is in percent; that of a share or a percentage is a
        difference.
    lang : {"en", "zh"}

    Returns
    -------
    Page
        A panel for each variable. Of an ensemble a tile shows the median over draws (of a change:
        taken draw by draw) and, below it, the range from 5 to 95 %.

    Raises
    ------
    InputError
        If there is no variable, a variable has no dimension with a map, or the results differ in
        years or draws.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> (panel,) = zone_map(study.run("plan"), "vacancy", 2025, against=2020)
    >>> len(panel.patches)
    7
    """
    language = check_language(lang)
    given = [variables] if isinstance(variables, str | Reference) else variables
    references = [parse_reference(each) if isinstance(each, str) else each for each in given]
    if not references:
        raise InputError("there is nothing to draw", hint="name a variable")
    shown = [_panel(result, reference, year, against) for reference in references]
    title = _title(result, year, against, language)
    page = _page_for(shown, title, language)
    for ax, zones in zip(page, shown, strict=True):
        _draw(ax, zones, against is not None, language)
    source = [origin_text(result.attrs, language)]
    if shown[0].values.shape[0] > 1:
        source.append(PICTURES.say("zone_median", language))
    write_headings(page, title, COMMA.in_(language).join(filter(None, source)), language)
    return page


def _panel(
    result: xr.Dataset, reference: Reference, year: float, against: float | xr.Dataset | None
) -> _Zones:
    zones = _zones(result, reference, year)
    if against is None:
        values = zones.values
    else:
        other = result if isinstance(against, int | float) else against
        base = _zones(other, reference, against if isinstance(against, int | float) else year)
        if base.values.shape != zones.values.shape or base.elements != zones.elements:
            raise InputError(
                "the two results have different draws or zones",
                hint="run both scenarios with the same draws and seed",
            )
        values = _change(zones.values, base.values, zones.unit)
    good = np.isfinite(zones.values).all(axis=1)
    return _Zones(zones.label, zones.unit, zones.elements, zones.tiles, values[good])


def _change(values: Array, base: Array, unit: str) -> Array:
    if unit in RATIOS:
        return values - base
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(base == 0, np.nan, 100 * (values / base - 1)))


def _zones(result: xr.Dataset, reference: Reference, year: float) -> _Zones:
    """Take a variable by zone from a result: the draws of one year."""
    array = variable_of(result, reference, who="a map")
    dims = [str(dim) for dim in array.dims if dim not in AXES]
    mapped = [dim for dim in dims if "tile_rows" in array[dim].attrs]
    if len(mapped) != 1:
        raise InputError(
            f'"{reference.name}" has no dimension with a map',
            hint='give the tiles of its zones under "map:" in labels.yaml',
        )
    zone = mapped[0]
    others = [dim for dim in dims if dim != zone]
    known = [tuple(map(str, array[dim].values)) for dim in others]
    places = element_places(reference, known, who="a map") if others or reference.elements else ()
    years = array["time"].to_numpy() if "time" in array.dims else np.array([year])
    if year not in years:
        raise InputError(
            f"the result has no year {year:g}", hint=f"it has {years[0]:g} to {years[-1]:g}"
        )
    label = Label.of_attributes(array.attrs)
    label = label.or_name(str(array.attrs.get("long_name", reference.name)))
    chosen = [_elements(array, dim)[place] for dim, place in zip(others, places, strict=True)]
    array = array.isel(dict(zip(others, places, strict=True)))
    if "time" in array.dims:
        array = array.isel(time=int(np.flatnonzero(years == year)[0]))
    good = ~failed_draws(result) if "draw" in array.dims else np.ones(1, dtype=bool)
    if "draw" not in array.dims:
        array = array.expand_dims("draw")
    values = np.where(good[:, np.newaxis], array.transpose("draw", zone).to_numpy(), np.nan)
    about = array[zone].attrs
    return _Zones(
        with_elements(label, chosen),
        str(array.attrs.get("units", "")),
        tuple(_elements(array, zone)),
        tuple(zip(about["tile_columns"], about["tile_rows"], strict=True)),
        np.asarray(values, dtype=np.float64),
    )


def _elements(array: xr.DataArray, dim: str) -> list[Label]:
    names = [str(element) for element in array[dim].values]
    texts = [array[dim].attrs.get(f"labels_{lang}", names) for lang in LANGUAGES]
    return [Label(*pair) for pair in zip(*texts, strict=True)]


def _title(
    result: xr.Dataset, year: float, against: float | xr.Dataset | None, lang: Language
) -> str:
    if against is None:
        return PICTURES.say("zone_title", lang, year=f"{year:g}")
    if isinstance(against, int | float):
        return PICTURES.say("zone_title_year", lang, base=f"{against:g}", year=f"{year:g}")
    name, base = (scenario_text(each.attrs, lang) for each in (result, against))
    return PICTURES.say("zone_title_scenario", lang, year=f"{year:g}", name=name, base=base)


def _page_for(shown: Sequence[_Zones], title: str, lang: Language) -> Page:
    """Make a page with a panel for each variable, all with tiles of one size."""
    columns = max(column for zones in shown for column, _ in zones.tiles)
    rows = max(row for zones in shown for _, row in zones.tiles)
    beside = min(len(shown), IN_A_ROW)
    lines = -(-len(shown) // beside)
    wide, high = columns * TILE[0], rows * TILE[1]
    least = style.text_width(title, lang, 13) * 1.15 / 72 + 2 * EDGE
    width = max(least, 2 * EDGE + beside * wide + (beside - 1) * GAP)
    height = TOP + lines * (HEAD + high) + BOTTOM
    figure = new_figure(width, height)
    axes = []
    for place in range(len(shown)):
        line, column = divmod(place, beside)
        left = EDGE + column * (wide + GAP)
        bottom = height - TOP - (line + 1) * (HEAD + high)
        box = (left / width, bottom / height, wide / width, high / height)
        ax = figure.add_axes(box, axes_class=Picture)
        ax.set_xlim(0, columns)
        ax.set_ylim(rows, 0)
        ax.set_axis_off()
        axes.append(ax)
    return Page(axes)


def _draw(ax: Axes, zones: _Zones, change: bool, lang: Language) -> None:
    unit = display_unit(zones.unit, lang)
    if change:
        unit = _unit_of_change(zones.unit, lang)
    heading = broken_to_fit(capitalised(zones.label.in_(lang)), ax)
    style.write(ax, unit, (0, 1), offset=(1, 5), lang=lang, size=8, colour=GREY)
    style.write(ax, heading, (0, 1), offset=(1, 18), lang=lang, size=9.5, weight="bold")
    middle = _quantile(zones.values, 0.5)
    low, high = (_quantile(zones.values, share) for share in (0.05, 0.95))
    faces = _faces(middle, change)
    decimals = _decimals(middle)
    for number, (column, row) in enumerate(zones.tiles):
        face, name = faces[number], _name(zones.elements[number].in_(lang), lang)
        box = Rectangle((column - 0.98, row - 0.975), 0.96, 0.95, facecolor=face, linewidth=0)
        box.set_gid("tile")
        ax.add_patch(box)
        value = _value(middle[number], decimals, change, lang)
        several = zones.values.shape[0] > 1 and np.isfinite(middle[number])
        span = _range(low[number], high[number], decimals, change, lang) if several else ""
        for text, down, size, weight, align, kind in (
            (name, 0.06, 8.0, "normal", "top", "zone"),
            (value, 0.58, 11.0, "bold", "center", "value"),
            (span, 0.95, 6.5, "normal", "bottom", "range"),
        ):
            if text:
                written = style.write(
                    ax,
                    text,
                    (column - 0.5, row - 1 + down),
                    coordinates="data",
                    lang=lang,
                    size=size,
                    weight=weight,
                    colour=text_colour_on(face),
                    ha="center",
                    va=align,  # type: ignore[arg-type]
                )
                written.set_gid(kind)


def _unit_of_change(unit: str, lang: Language) -> str:
    if unit not in RATIOS:
        return PICTURES.say("zone_change", lang)
    if unit in ("percent", "%"):
        return PICTURES.say("zone_points_percent", lang)
    return PICTURES.say("zone_difference", lang)


def _quantile(values: Array, share: float) -> Array:
    """Return a quantile over the draws that have a number; NaN if none has."""
    found = np.full(values.shape[1], np.nan)
    for number, column in enumerate(values.T):
        known = column[np.isfinite(column)]
        if known.size:
            found[number] = np.quantile(known, share)
    return found


def _faces(middle: Array, change: bool) -> list[Any]:
    """Return the colours of tiles: of levels by their size, of changes by size and sign."""
    known = middle[np.isfinite(middle)]
    if not known.size:
        return ["white"] * middle.size
    most = float(np.abs(known).max()) or 1.0
    # Levels that are close together are told apart from the lowest on; others begin at zero.
    least = float(known.min()) if not change and known.min() > 0.5 * most else 0.0
    faces = []
    for value in middle:
        if not np.isfinite(value):
            faces.append("#f4f4f4")
            continue
        strength = (abs(value) - least) / ((most - least) or 1.0)
        faces.append(tint(LESS if value < 0 else MORE, 0.08 + 0.72 * float(strength)))
    return faces


def _name(name: str, lang: Language) -> str:
    room = 72 * TILE[0] * 0.9
    return name if style.text_width(name, lang, 8.0) <= room else wrap(name, 12)


def _decimals(middle: Array) -> int:
    """Return with how many decimals the largest value of a panel has three digits."""
    known = np.abs(middle[np.isfinite(middle)])
    most = float(known.max(initial=0.0))
    return 0 if most == 0 else min(4, max(0, 2 - math.floor(math.log10(most))))


def _value(value: float, decimals: int, change: bool, lang: Language) -> str:
    if not np.isfinite(value):
        return PICTURES.say("no_data", lang)
    text = f"{value:{'+' if change else ''},.{decimals}f}"
    if not text.strip("+-0.,"):
        text = text.lstrip("+-")  # a zero has no sign
    return text.replace("-", "−")


def _range(low: float, high: float, decimals: int, change: bool, lang: Language) -> str:
    ends = [_value(end, decimals, change, lang) for end in (low, high)]
    return (TO.in_(lang) if change or low < 0 else "–").join(ends)
