"""What the page contains: the study's targets, levers, scenarios and words, and the draws."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.colors import to_hex
from numpy.typing import NDArray

from xhsim.analysis.judging.failures import refuse_failed
from xhsim.analysis.worlds.design import Design, make_design
from xhsim.analysis.worlds.world import World
from xhsim.errors import InputError
from xhsim.explorer.dependence import dependence_record
from xhsim.explorer.known_figures import KnownFigures, figure_label, joined, known_figures
from xhsim.explorer.levers import Slider, lever_told, sliders_of, values_in
from xhsim.explorer.record import BrowserRun, compiled, run_record
from xhsim.explorer.unknowns import UnknownSlider, unknowns_of
from xhsim.plots.canvas.colours import probability_colours
from xhsim.plots.canvas.series import history_of, paths_of, required_by
from xhsim.study.names import canonical, find_name
from xhsim.wording.label import LANGUAGES, Label, check_language
from xhsim.wording.likelihood import SCALE, likelihood_short
from xhsim.wording.phrases import EXPLORER
from xhsim.wording.units import display_unit

if TYPE_CHECKING:
    import xarray as xr

    from xhsim.analysis.study import Study
    from xhsim.study.targets import Target

__all__ = ["DRAWS", "PageContent", "left_out", "page_content"]

DRAWS = 1000
SPEEDS = (1, 2, 3)  # years in which a lever can reach its level
DROPPED = 16  # of the 52 bits after the leading one
SHARED = 0.01  # of the draws; numbers that more of them share are kept to the last bit
SKETCH = 64  # draws from which the start of a target's required path is taken


@dataclass(frozen=True, eq=False)
class PageContent:
    """What a page contains besides its own code.

    Attributes
    ----------
    record : dict
        What JSON can represent.
    module : bytes
        The model as a WebAssembly module.
    numbers : bytes
        The numbers of the draws, see `xhsim/explorer/browser/data.js`.
    """

    record: dict[str, Any]
    module: bytes
    numbers: bytes


def page_content(
    study: Study,
    scenarios: Sequence[str] = (),
    *,
    draws: int = DRAWS,
    seed: int = 0,
    lang: str = "en",
    title: str | None = None,
    releases: bool = True,
) -> PageContent:
    """Collect what the page shows.

    Parameters
    ----------
    study : Study
    scenarios : sequence of str
        Those that a reader can start from, the first one first; by default all of the study.
    draws, seed : int
        As for `Study.ensemble`. The page shows the probabilities of these draws.
    lang : {"en", "zh"}
        The first language. The reader can switch.
    title : str, optional
        By default a question in the reader's language.
    releases : bool
        Whether a reader can choose which published figures are known. Without, making the page
        takes less time, and a page of a study with releases is half as large.

    Returns
    -------
    PageContent

    Raises
    ------
    InputError
        If there is no such scenario, the study has no lever or no indicator, scenarios differ in
        method or horizon, or the model does not run in a browser (the message names the function).
    """
    check_language(lang)
    names = _names(study, scenarios)
    targets = list(study.indicators.values())
    if not targets:
        raise InputError("the study has no indicator to show", hint="give targets a rank")
    year = max(target.deadline for target in targets)
    sliders = sliders_of(study, year)
    outputs = list(dict.fromkeys(target.variable.name for target in targets))
    outputs += list(study.budget.variables) if study.budget else []
    outputs += list(study.mapped)
    sketch = study.ensemble(names[0], SKETCH, seed, outputs=outputs)
    refuse_failed(study, sketch)
    unknowns = unknowns_of(study, names[0], targets)
    own = make_design(study.files, draws, seed)
    worlds = _worlds(study, names, own)
    with ThreadPoolExecutor(max_workers=1) as pool:  # half of the time is spent in LLVM
        compiling = pool.submit(compiled, study, worlds, outputs)
        months = known_figures(study, names[0], draws, seed) if releases else ()
        program = compiling.result()
    shown = [known for known in months if known.is_enough]
    design = joined(own, shown)
    if shown:
        worlds = _worlds(study, names, design)
    run = run_record(study, worlds, sliders, unknowns, program)
    numbers, places = _packed(run)
    record = {
        "lang": lang,
        "draws": draws,
        "columns": design.draws,
        "months": _months(study, months, draws),
        "seed": seed,
        "start": names[0],
        "since": int(min(target.base_year for target in targets)) + 1,
        "years": list(range(int(min(t.base_year for t in targets)) + 1, year)),
        "speeds": list(SPEEDS),
        "title": title,
        "times": program.manifest["times"],
        "targets": [_target(study, target, sketch) for target in targets],
        "levers": [_slider(slider) for slider in sliders],
        "unknowns": [_unknown(unknown) for unknown in unknowns],
        "structures": run.content["structures"],
        "scenarios": [
            {
                "name": name,
                "label": _texts(study.scenarios[name].label.or_name(name)),
                "levels": values_in(study, name, year),
                "rules": [
                    _texts(rule.label.or_name(rule.name))
                    for rule in study.files.resolve(name).rules
                ],
            }
            for name in names
        ],
        "scale": [
            {
                "low": entry.low,
                "high": entry.high,
                **{lang: likelihood_short(entry.word.en, lang) for lang in LANGUAGES},
            }
            for entry in SCALE
        ],
        "colours": [to_hex(probability_colours()(share / 100)) for share in range(101)],
        "budget": _budget(study, year),
        "zones": _zones(study, sketch, year),
        "words": {key: _texts(label) for key, label in EXPLORER.items()},
        "beliefs": _texts(EXPLORER[study.beliefs]),
        "depends": dependence_record(study, worlds.values(), targets, sliders),
        "manifest": program.manifest,
        "run": run.content,
        "places": places,
    }
    return PageContent(record, program.module, numbers)


def _worlds(study: Study, names: Sequence[str], design: Design) -> dict[str, World]:
    return {name: World.drawn(study.model, study.files.resolve(name), design) for name in names}


def _names(study: Study, scenarios: Sequence[str]) -> list[str]:
    """Return the scenarios of the page. Those that a browser cannot run are left out unasked."""
    given = dict.fromkeys(find_name(n, study.scenarios, "scenario", None).name for n in scenarios)
    for name in given:
        what = _beyond_a_page(study, name)
        if what:
            raise InputError(
                f'scenario "{name}" has {what}, which a page cannot follow',
                hint="publish other scenarios, or its parent",
            )
    return list(given) or [name for name in study.scenarios if not _beyond_a_page(study, name)]


def left_out(study: Study) -> dict[str, str]:
    """Name the scenarios that a page cannot follow, and why.

    Parameters
    ----------
    study : Study

    Returns
    -------
    dict of str to str

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study().with_scenario("given", paths={"GDP": 3000})
    >>> left_out(study)
    {'given': 'paths of computed variables'}
    """
    every = {name: _beyond_a_page(study, name) for name in study.scenarios}
    return {name: what for name, what in every.items() if what}


def _beyond_a_page(study: Study, name: str) -> str:
    """Name what replaces equations in a scenario: the page has those of the model."""
    resolved = study.files.resolve(name)
    if resolved.meets:
        return "targets that it must meet"  # the instruments are found run by run
    return "paths of computed variables" if resolved.paths else ""


def _packed(run: BrowserRun) -> tuple[bytes, dict[str, list[int]]]:
    """Put all arrays under each other; return their bytes and each one's first row and rows.

    The first bytes of all numbers come first, then all second bytes, and so on: alike bytes lie
    together, which makes the compressed page a tenth smaller.
    """
    places, first = {}, 0
    for name, array in run.arrays.items():
        places[name] = [first, len(array)]
        first += len(array)
    numbers = np.array([_rounded(row) for array in run.arrays.values() for row in array])
    shuffled = numbers.astype("<f8").view(np.uint8).reshape(-1, 8).T
    return np.ascontiguousarray(shuffled).tobytes(), places


def _rounded(row: NDArray[np.float64]) -> NDArray[np.float64]:
    """Round numbers to eleven digits, which makes the page a quarter smaller.

    What many draws share, such as the end of a range, stays as it is: a target may be just there.
    """
    _, place, count = np.unique(row, return_inverse=True, return_counts=True)
    bits = row.view(np.int64)
    half = np.int64(1) << (DROPPED - 1)
    short = ((bits + half) >> DROPPED << DROPPED).view(np.float64)
    return np.where(count[place] > SHARED * row.size, row, short)


def _texts(label: Label) -> dict[str, str]:
    return {lang: label.in_(lang) for lang in LANGUAGES}


def _target(study: Study, target: Target, sketch: xr.Dataset) -> dict[str, Any]:
    paths = paths_of(sketch, target.variable)
    needed = required_by(target, paths)
    seen = history_of(study.history, paths.name)
    years = [int(time) for time in sketch["time"].values if float(time).is_integer()]
    path = {needed.mark[0]: needed.mark[1]}
    if needed.years.size:
        inside = [year for year in years if needed.years[0] <= year <= needed.years[-1]]
        path |= {year: float(np.interp(year, needed.years, needed.values)) for year in inside}
    data = sketch[canonical(target.variable.name)]
    elements = [dim for dim in data.dims if dim not in ("draw", "time")]
    element = 0
    if elements:
        listed = [canonical(str(each)) for each in data[elements[0]].values]
        element = listed.index(canonical(target.variable.elements[0]))
    return {
        "id": target.id,
        "key": canonical(target.variable.name),
        "element": element,
        "elements": int(data.sizes[elements[0]]) if elements else 1,
        "measure": target.measure.name,
        "direction": target.direction,
        "value": target.value,
        "base": target.base_year,
        "deadline": target.deadline,
        "label": _texts(target.label.or_name(target.id)),
        "aim": {lang: target.aim_text(lang) for lang in LANGUAGES},
        "unassessable": target.hangs_on is not None,
        "variable": _texts(paths.label.or_name(paths.name)),
        "variable_unit": {lang: display_unit(paths.unit, lang) for lang in LANGUAGES},
        "history": {
            int(year): float(value)
            for year, value, first in zip(seen["year"], seen["value"], seen["first"], strict=True)
            if first
        },
        "path": {int(year): float(value) for year, value in path.items()},
    }


def _slider(slider: Slider) -> dict[str, Any]:
    return {
        "name": slider.name,
        "label": _texts(slider.label.or_name(slider.name)),
        "sector": _texts(slider.sector),
        "unit": {lang: display_unit(slider.unit, lang) for lang in LANGUAGES},
        "low": slider.low,
        "high": slider.high,
        "step": slider.step,
        "history": slider.history,
        "planned": slider.planned,
        "told": {lang: lever_told(slider, lang) for lang in LANGUAGES},
    }


def _unknown(unknown: UnknownSlider) -> dict[str, Any]:
    return {
        "name": unknown.name,
        "label": _texts(unknown.label.or_name(unknown.name)),
        "unit": {lang: display_unit(unknown.unit, lang) for lang in LANGUAGES},
        "told": {lang: unknown.told(lang) for lang in LANGUAGES},
        **{key: getattr(unknown, key) for key in ("low", "high", "step", "middle", "since")},
    }


def _months(study: Study, months: Sequence[KnownFigures], draws: int) -> list[dict[str, Any]]:
    """Describe the months, and where the draws of each begin; nowhere if they are too few."""
    found, first = [], draws
    for known in months:
        count = known.design.draws
        found.append(
            {
                "month": known.month,
                "scenario": known.scenario,
                "policy": _texts(study.scenarios[known.scenario].label.or_name(known.scenario)),
                "figures": [_texts(figure_label(study, each)) for each in known.figures],
                "first": first if known.is_enough else None,
                "draws": count,
                "every": known.every,
                "worth": known.worth,
            }
        )
        first += count if known.is_enough else 0
    return found


def _budget(study: Study, year: int) -> dict[str, Any] | None:
    if study.budget is None:
        return None
    given, asked, paid = map(canonical, study.budget.variables)
    return {"year": year, "given": given, "asked": asked, "paid": paid}


def _zones(study: Study, sketch: xr.Dataset, year: int) -> dict[str, Any] | None:
    """Describe the variables that a map of the study shows, with the labels of its places."""
    names = [canonical(name) for name in study.mapped]
    if not names:
        return None
    (dimension,) = {d for name in names for d in sketch[name].dims} - {"draw", "time"}
    elements = [str(element) for element in sketch[dimension].values]
    labels = [Label.of_attributes(sketch[name].attrs) for name in names]
    return {
        "year": year,
        "labels": [_texts(study.labels.element(element)) for element in elements],
        "variables": [
            {
                "key": name,
                "label": _texts(label.or_name(name)),
                "unit": {
                    lang: display_unit(sketch[name].attrs["units"], lang) for lang in LANGUAGES
                },
            }
            for name, label in zip(names, labels, strict=True)
        ],
    }
