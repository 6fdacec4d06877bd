"""What the page needs to run a study: the compiled model, its inputs in every draw, and targets.

Numbers that differ between draws are arrays with the draws as last axis; everything else is what
JSON can represent. `xhsim/explorer/browser/worlds.js` reads the record.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.worlds.draws import delivered_in, sample
from xhsim.analysis.worlds.world import World
from xhsim.engine.paths import Path
from xhsim.engine.resolving.decisions import base_name
from xhsim.errors import InputError
from xhsim.explorer.levers import Slider
from xhsim.explorer.rules import RuleInputs, rule_inputs
from xhsim.explorer.unknowns import UnknownSlider
from xhsim.study.scenarios.shapes import as_path
from xhsim.wording.label import LANGUAGES

if TYPE_CHECKING:
    from xhsim.analysis.study import Study
    from xhsim.engine.model import Model
    from xhsim.engine.web.wasm_program import WasmProgram
    from xhsim.study.parameters.parameter import Parameter

__all__ = ["BrowserRun", "compiled", "run_record"]

Array = NDArray[np.float64]
LEVER, PATH, NUMBER = "lever", "path", "number"  # how a value reaches the model
STEPS, LINES = "steps", "lines"  # slopes of a path that need not be written


@dataclass(frozen=True, eq=False)
class BrowserRun:
    """What the page needs to run a study.

    Attributes
    ----------
    content : dict
        What JSON can represent.
    arrays : mapping of str to ndarray
        By the names that `content` uses; the last axis is that of the draws.
    """

    content: dict[str, Any]
    arrays: Mapping[str, Array]


@dataclass
class _Arrays:
    """Collects arrays under short names; equal ones are kept once."""

    draws: int
    found: dict[str, Array] = field(default_factory=dict)
    _names: dict[bytes, str] = field(default_factory=dict)

    def add(self, array: Array) -> str:
        """Keep an array whose last axis is that of the draws; return its name."""
        flat = np.ascontiguousarray(array, dtype=np.float64).reshape(-1, self.draws)
        name = self._names.setdefault(flat.tobytes(), f"a{len(self._names)}")
        self.found[name] = flat
        return name


def compiled(study: Study, worlds: Mapping[str, World], outputs: Sequence[str]) -> WasmProgram:
    """Compile a study's model for a browser.

    Parameters
    ----------
    study : Study
    worlds : mapping of str to World
        Those that a reader can start from, by the name of their scenario.
    outputs : sequence of str
        The variables that the page shows or judges.

    Returns
    -------
    WasmProgram
        One for all scenarios.

    Raises
    ------
    InputError
        If the model does not run in a browser, or the scenarios differ in how they are run.
    """
    start, first = next(iter(worlds.items()))
    for name, world in worlds.items():
        if (world.method, world.until) != (first.method, first.until):
            raise InputError(
                f'scenario "{name}" has another method or horizon than "{start}"',
                hint="publish scenarios with the same settings under run",
            )
    rules = rule_inputs(worlds.values())
    widest = {**_widest(study, worlds, _kinds(study, worlds)), **rules.widest}
    model = study.model.with_decisions(rules.decisions)
    return model.to_wasm(outputs, widest, method=first.method)


def run_record(
    study: Study,
    worlds: Mapping[str, World],
    sliders: Sequence[Slider],
    unknowns: Sequence[UnknownSlider],
    program: WasmProgram,
) -> BrowserRun:
    """Collect what the page needs to run scenarios of a study.

    Parameters
    ----------
    study : Study
    worlds : mapping of str to World
        Those that a reader can start from, by the name of their scenario, with all draws that the
        page has.
    sliders : sequence of Slider
        The levers.
    unknowns : sequence of UnknownSlider
        What a reader can hold at a number.
    program : WasmProgram
        The result of `compiled`.

    Returns
    -------
    BrowserRun
    """
    first = next(iter(worlds.values()))
    kinds = _kinds(study, worlds)
    rules = rule_inputs(worlds.values())
    model = study.model.with_decisions(rules.decisions)
    used = {record["key"] for part in ("inputs", "paths") for record in program.manifest[part]}
    keys = {p.name: _key(model, p, used) for p in study.parameters.values()}
    arrays = _Arrays(first.draws)
    writer = _InputWriter(study, kinds, keys, rules, arrays)
    common = writer.inputs(first)
    chosen = [_scenario(name, world, writer, common, arrays) for name, world in worlds.items()]
    inputs: list[dict[str, Any]] = [
        {"key": keys[p.name], "kind": kinds[p.name], "elements": max(1, len(p.elements))}
        for p in study.parameters.values()
        if p.name in kinds and keys[p.name] in used
    ]
    inputs += [{"key": key, "kind": NUMBER, "elements": 1} for key in rules.keys if key in used]
    content = {
        "inputs": inputs,
        "common": {record["key"]: common[record["key"]] for record in inputs},
        "scenarios": chosen,
        "levers": [_lever(study, slider, keys) for slider in sliders],
        "unknowns": [
            {
                "key": keys[unknown.name.partition("[")[0]],
                **{key: getattr(unknown, key) for key in ("name", "element", "since")},
            }
            for unknown in unknowns
        ],
        "structures": _structures(study, first, arrays),
    }
    return BrowserRun(content, arrays.found)


def _key(model: Model, parameter: Parameter, used: Collection[str]) -> str:
    """Return the key under which a run gives a parameter. Levers that rules set have another."""
    own = base_name(model.equations.variables[model.names.find(parameter.name).key])
    return own if own in used else parameter.canonical


def _kinds(study: Study, worlds: Mapping[str, World]) -> dict[str, str]:
    """Tell for each parameter with a value in a world how its values reach the model."""
    found = {}
    for name in dict.fromkeys(name for world in worlds.values() for name in world.values):
        parameter = study.parameters[name]
        if parameter.role == "lever" and parameter.range is not None:
            found[name] = LEVER
        elif any(isinstance(world.values.get(name), Path) for world in worlds.values()):
            found[name] = PATH
        else:
            found[name] = NUMBER
    for parameter in study.parameters.values():
        if parameter.role == "lever" and parameter.range is not None:
            found[parameter.name] = LEVER
    return found


def _widest(study: Study, worlds: Mapping[str, World], kinds: Mapping[str, str]) -> dict[str, Any]:
    """Return values with which the compiled code serves all scenarios."""
    first = next(iter(worlds.values()))
    values: dict[str, Any] = {}
    for name, kind in kinds.items():
        value = first.value(name)
        axes = int(bool(study.parameters[name].elements))
        if kind == NUMBER:
            values[name] = _with_draws(value, axes, first.draws)
        else:
            path = as_path(value)
            wide = [_with_draws(part, 1 + axes, first.draws) for part in (path.values, path.slopes)]
            values[name] = Path(path.times, *wide)
    end = {} if first.until is None else {"FINAL TIME": float(first.until)}
    return values | end


def _with_draws(value: Any, axes: int, draws: int) -> Array:
    """Add an axis of draws to an array that has only its own axes."""
    array = np.asarray(value, dtype=np.float64)
    return array if array.ndim > axes else np.repeat(array[..., np.newaxis], draws, axis=-1)


@dataclass(frozen=True)
class _InputWriter:
    """Writes the inputs of worlds as records."""

    study: Study
    kinds: Mapping[str, str]
    keys: Mapping[str, str]
    rules: RuleInputs
    arrays: _Arrays

    def inputs(self, world: World) -> dict[str, Any]:
        """Write the value of every parameter in a world, and the numbers of its rules."""
        bare = self._before_structures(world)
        found = {
            self.keys[name]: self._input(world, name, kind, bare)
            for name, kind in self.kinds.items()
        }
        return found | {key: self._number(value) for key, value in self.rules.of(world).items()}

    def _before_structures(self, world: World) -> Mapping[str, Any]:
        """Return the draws of the parameters that structures set, before they set them."""
        scenario, structures = world.scenario, world.scenario.structures
        if structures is None or world.design is None:
            return {}
        settings = {name: replace(s, reading={}) for name, s in scenario.settings.items()}
        names = [p.name for p in self.study.parameters.values() if structures.levels(p) is not None]
        bare = replace(scenario, structures=None, settings=settings)
        found = {name: settings[name].value for name in names}
        return found | sample(bare, world.design, world.layers, names)

    def _input(self, world: World, name: str, kind: str, bare: Mapping[str, Any]) -> Any:
        if kind == LEVER:
            return self._lever(world, name)
        value = bare.get(name, world.value(name))
        elements = len(self.study.parameters[name].elements)
        if kind == PATH:
            path = _until(as_path(value), float(world.steps[-1]))
            values, slopes = (
                _with_draws(part, 1 + bool(elements), world.draws)
                for part in (path.values, path.slopes)
            )
            return {
                "times": path.times.tolist(),
                "values": self.arrays.add(values),
                "slopes": self._slopes(path.times, values, slopes),
            }
        return self._number(value, axes=int(bool(elements)))

    def _number(self, value: Any, axes: int = 0) -> Any:
        """Write a number, or the name of its draws."""
        array = np.asarray(value, dtype=np.float64)
        return self.arrays.add(array) if array.ndim > axes else np.atleast_1d(array).tolist()

    def _slopes(self, times: Array, values: Array, slopes: Array) -> str:
        """Name the slopes of a path. Most are zero or follow from the values, and are not kept."""
        if not slopes.any():
            return STEPS
        if np.array_equal(Path(times, values).slopes, slopes):
            return LINES
        return self.arrays.add(slopes)

    def _lever(self, world: World, name: str) -> dict[str, Any]:
        """Write a lever without the scenario's changes and with them, in full and on time."""
        setting = world.scenario.settings[name]
        before, after = as_path(setting.parameter.array), as_path(setting.value)
        return {"before": _path(before), "after": _path(after)}


def _until(path: Path, end: float) -> Path:
    """Leave out what a path does after the end of the run: shocks are drawn for more years."""
    kept = int(np.searchsorted(path.times, end, side="right"))
    if kept == len(path.times):
        return path
    if not kept or path.times[kept - 1] < end:
        kept += 1  # the next knot says where the line to it leads
    slopes = path.slopes[:kept].copy()
    slopes[-1] = 0.0
    return Path(path.times[:kept], path.values[:kept], slopes)


def _path(path: Path) -> dict[str, Any]:
    knots = len(path.times)
    return {
        "times": path.times.tolist(),
        "values": path.values.reshape(knots, -1).tolist(),
        "slopes": path.slopes.reshape(knots, -1).tolist(),
    }


def _scenario(
    name: str, world: World, writer: _InputWriter, common: Mapping[str, Any], arrays: _Arrays
) -> dict[str, Any]:
    """Write a scenario: what differs from the first one."""
    own = writer.inputs(world)
    delivery = delivered_in(world.scenario, world.design) if world.design else None
    names = None if delivery is None else [arrays.add(part) for part in delivery]
    return {
        "name": name,
        "inputs": {key: value for key, value in own.items() if value != common[key]},
        "delivery": None if names is None else {"share": names[0], "delay": names[1]},
    }


def _lever(study: Study, slider: Slider, keys: Mapping[str, str]) -> dict[str, Any]:
    parameter = _parameter_of(study, slider)
    element = slider.name[len(parameter.name) + 1 : -1]
    return {
        "name": slider.name,
        "key": keys[parameter.name],
        "element": parameter.elements.index(element) if element else 0,
    }


def _parameter_of(study: Study, slider: Slider) -> Parameter:
    return study.parameters[slider.name.partition("[")[0]]


def _structures(study: Study, world: World, arrays: _Arrays) -> dict[str, Any] | None:
    known = world.scenario.structures
    if known is None or world.structures is None:
        return None
    levels = {}
    for parameter in study.parameters.values():
        found = known.levels(parameter)
        if found is not None:
            rows = np.atleast_2d(found)
            levels[parameter.canonical] = [
                [None if np.isnan(level) else float(level) for level in row] for row in rows
            ]
    return {
        "names": list(known.names),
        "labels": [
            {lang: reading.label.or_name(name).in_(lang) for lang in LANGUAGES}
            for name, reading in zip(known.names, known.readings, strict=True)
        ],
        "pick": arrays.add(world.structures.astype(np.float64)),
        "levels": levels,
    }
