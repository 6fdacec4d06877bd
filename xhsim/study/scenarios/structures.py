"""Structures: causal readings of the model, each a setting of the model's switches.

``structures.yaml`` lists them. Nobody knows which of them holds, so each draw of an ensemble has
one, with the weights of the file or of ``structures.json``, which a rolling hindcast writes.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from xhsim.arguments import checked
from xhsim.errors import InputError, did_you_mean
from xhsim.study.files.mistakes import Mistakes, Place
from xhsim.study.files.records import Written, read_records
from xhsim.study.files.text import read_text
from xhsim.study.names import element_name, find_name
from xhsim.study.parameters.parameter import Parameter
from xhsim.study.scenarios.checks import check_levels, selected
from xhsim.study.scenarios.scenario import Change, Scenario, make_change
from xhsim.wording.label import LANGUAGES, Label

if TYPE_CHECKING:
    from xhsim.study.files.schema import StructureRecord

__all__ = [
    "EQUAL",
    "STRUCTURES_FILE",
    "WEIGHTS_FILE",
    "Structure",
    "StructureChoice",
    "Structures",
    "check_fixed_structures",
    "choose_structures",
    "read_structures",
]

STRUCTURES_FILE, WEIGHTS_FILE = "structures.yaml", "structures.json"
EQUAL = "equal"
# A name of a structure, "equal", weights by name, or None for the weights of the study.
StructureChoice: TypeAlias = str | Mapping[str, float] | None


@dataclass(frozen=True)
class Structure:
    """A causal reading of the model.

    Parameters
    ----------
    name : str
    label : Label
    description : Label
        The Chinese text is empty if there is none.
    changes : mapping of (str, str) to Change
        Its settings by parameter and element, which is empty for a scalar; each is a number.
    weight : float or None
        As in the file.
    where : Place
    """

    name: str
    label: Label
    description: Label
    changes: Mapping[tuple[str, str], Change]
    weight: float | None
    where: Place


@dataclass(frozen=True)
class Structures:
    """The structures of a study with the weights that draws use.

    Parameters
    ----------
    readings : tuple of Structure
        In the order of the file; the first is the main one.
    weights : tuple of float
        One for each reading; they add up to 1.
    origin : {"hindcast", "file", "equal", "chosen"}
        Source of the weights: ``structures.json``, ``structures.yaml``, no source, or the caller.
    main : int
        The reading of single runs, and of draws where structures are not drawn.
    fingerprint : mapping of str to str
        Digests of the inputs of the stored weights; empty without them.
    stale : tuple of str
        What has changed since the weights were stored.
    """

    readings: tuple[Structure, ...]
    weights: tuple[float, ...]
    origin: str
    main: int = 0
    fingerprint: Mapping[str, str] | None = None
    stale: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names in the order of the file."""
        return tuple(reading.name for reading in self.readings)

    @property
    def is_drawn(self) -> bool:
        """Whether more than one reading has a weight."""
        return sum(weight > 0 for weight in self.weights) > 1

    @property
    def about(self) -> dict[str, Any]:
        """Names, labels and weights, the source of the weights and what has changed since."""
        return {
            "names": list(self.names),
            "weights": list(self.weights),
            "origin": self.origin,
            "stale": list(self.stale),
            **{
                f"labels_{lang}": [reading.label.in_(lang) for reading in self.readings]
                for lang in LANGUAGES
            },
        }

    @property
    def central(self) -> Mapping[tuple[str, str], Change]:
        """The settings of the main reading."""
        return self.readings[self.main].changes

    def chosen(self, choice: StructureChoice, place: Place | None = None) -> Structures:
        """Return the structures with other weights.

        Parameters
        ----------
        choice : str, mapping of str to float, or None
            A name: this reading alone, also in single runs. ``"equal"``: equal weights. Weights
            by name: others have none. None: no change.
        place : Place, optional
            File and line, for messages.

        Returns
        -------
        Structures

        Raises
        ------
        InputError
            If a name is unknown, or the weights are negative or all zero.
        """
        if choice is None:
            return self
        file, line = (place.file, place.line) if place else (None, None)
        if isinstance(choice, str):
            given = dict.fromkeys(self.names if choice == EQUAL else (choice,), 1.0)
        else:
            given = dict(choice)
        for name in given:
            if name not in self.names:
                near = did_you_mean(str(name), [*self.names, EQUAL])
                raise InputError(
                    f'unknown structure "{name}"',
                    file=file,
                    line=line,
                    hint=near or f"structures: {', '.join(self.names)}, or {EQUAL}",
                )
        weights = [given.get(name, 0.0) for name in self.names]
        if not all(_is_weight(weight) for weight in weights) or not sum(weights) > 0:
            raise InputError(
                "the weights of structures must be numbers from 0, not all zero",
                file=file,
                line=line,
                hint="for example {" + ", ".join(f'"{name}": 1' for name in self.names) + "}",
            )
        alone = [number for number, weight in enumerate(weights) if weight > 0]
        return replace(
            self,
            weights=_normalised(weights),
            origin="chosen",
            main=alone[0] if len(alone) == 1 else self.main,
            stale=(),
        )

    def pick(self, shares: NDArray[np.float64]) -> NDArray[np.int64]:
        """Pick readings by numbers between 0 and 1.

        Parameters
        ----------
        shares : ndarray
            Evenly spread numbers pick each reading as often as its weight says.

        Returns
        -------
        ndarray of int, of the shape of `shares`
        """
        ends = np.cumsum(self.weights)
        last = max(number for number, weight in enumerate(self.weights) if weight > 0)
        return np.minimum(np.searchsorted(ends, shares, side="right"), last).astype(np.int64)

    def inputs(self, name: str, parameters: Mapping[str, Parameter]) -> dict[str, Any]:
        """Return what a structure sets, as `xhsim.engine.model.Model.run` takes it.

        Parameters
        ----------
        name : str
            A structure.
        parameters : mapping of str to Parameter

        Returns
        -------
        dict of str to float or ndarray
            By parameter. Elements that the structure does not set have the parameter's own value.

        Raises
        ------
        InputError
            If there is no such structure.
        """
        number = self.chosen(name).main
        found: dict[str, Any] = {}
        for parameter in dict.fromkeys(key for key, _ in self.readings[number].changes):
            levels = self.levels(parameters[parameter])
            assert levels is not None  # it sets one of its elements
            own = np.asarray(parameters[parameter].array, dtype=np.float64)
            value = np.where(np.isnan(levels[..., number]), own, levels[..., number])
            found[parameter] = value if value.ndim else float(value)
        return found

    def departures(self, parameters: Mapping[str, Parameter]) -> list[str]:
        """Name what the main structure sets to another value than the model has.

        Parameters
        ----------
        parameters : mapping of str to Parameter

        Returns
        -------
        list of str
            Parameters, or elements of them. Calibration, which runs the model as it stands, then
            estimates parameters for another structure than the main one.
        """
        found = []
        for (name, element), change in self.central.items():
            own = parameters[name].value
            value = own[element] if isinstance(own, Mapping) else own
            if value != _level(change):
                found.append(element_name(name, element))
        return found

    def levels(self, parameter: Parameter) -> NDArray[np.float64] | None:
        """Return what each reading sets a parameter to.

        Parameters
        ----------
        parameter : Parameter

        Returns
        -------
        ndarray or None
            Of shape ``(readings,)``, or ``(elements, readings)`` for a parameter with elements;
            NaN where a reading sets nothing. None if no reading sets the parameter.
        """
        rows = [
            [_level(reading.changes.get((parameter.name, element))) for reading in self.readings]
            for element in parameter.elements or ("",)
        ]
        found = np.array(rows)
        if np.isnan(found).all():
            return None
        return found if parameter.elements else found[0]


def _is_weight(weight: Any) -> bool:
    is_number = isinstance(weight, int | float | np.number) and not isinstance(weight, bool)
    return is_number and math.isfinite(weight) and weight >= 0


def _normalised(weights: Sequence[float]) -> tuple[float, ...]:
    total = sum(weights)
    return tuple(float(weight) / total for weight in weights)


def _level(change: Change | None) -> float:
    return math.nan if change is None else float(change.shape.levels[0])


@checked
def read_structures(model: Path, parameters: Mapping[str, Parameter]) -> Structures | None:
    """Read the structures of a study and their weights.

    Parameters
    ----------
    model : Path
        The folder of the model.
    parameters : mapping of str to Parameter

    Returns
    -------
    Structures or None
        None if the folder has no ``structures.yaml``. The weights are those of
        ``structures.json``; without that file those of ``structures.yaml``; or else equal.

    Raises
    ------
    InputError
        With every mistake in the file.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> record = "{label: {en: As it is, zh: 现状}, description: The model itself., set: {}}"
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "structures.yaml"
    ...     text = f"{{market: {record}, floor: {record}}}"
    ...     _ = file.write_text(text, encoding="utf-8")
    ...     found = read_structures(Path(folder), {})
    >>> found.names, found.weights, found.origin
    (('market', 'floor'), (0.5, 0.5), 'equal')
    >>> found.chosen({"floor": 3, "market": 1}).pick(np.array([0.1, 0.3, 0.5, 0.7])).tolist()
    [0, 1, 1, 1]
    """
    from xhsim.study.files.schema import StructureRecord

    path = model / STRUCTURES_FILE
    if not path.exists():
        return None
    mistakes = Mistakes()
    found = [
        _structure(written, parameters)
        for written in read_records(StructureRecord, path, "structure", mistakes)
    ]
    mistakes.check()
    _check_weights(found, path, mistakes)
    mistakes.check()
    readings = tuple(found)
    stored = model / WEIGHTS_FILE
    if stored.exists():
        weights, fingerprint = _read_weights(stored, readings)
        return Structures(readings, weights, "hindcast", fingerprint=fingerprint)
    given = [reading.weight for reading in readings]
    if None in given:
        return Structures(readings, _normalised([1.0] * len(readings)), "equal")
    return Structures(readings, _normalised([weight or 0.0 for weight in given]), "file")


def _structure(written: Written[StructureRecord], parameters: Mapping[str, Parameter]) -> Structure:
    record, mistakes = written.record, written.mistakes
    if written.name == EQUAL:
        written.wrong(
            f'a structure cannot have the name "{EQUAL}"', hint="it means equal weights: rename it"
        )
    changes: dict[tuple[str, str], Change] = {}
    for key, level in record.set.items():
        where = written.place("set", key)
        with mistakes.collecting():
            change = make_change(key, level, where)
            parameter = find_name(change.reference.name, parameters, "parameter", where)
            chosen = selected(change.reference, where, parameters)
            if parameter.role == "lever":
                raise InputError(
                    f'structure "{written.name}" sets the lever "{parameter.name}"',
                    file=where.file,
                    line=where.line,
                    hint="policy sets levers; set it in a scenario, or use another parameter",
                )
            check_levels(change, parameter)
            for number in chosen:
                if number in changes:
                    raise InputError(
                        f'"{change.reference}" is given twice',
                        file=where.file,
                        line=where.line,
                        hint=f"it is already on line {changes[number].where.line}; remove one",
                    )
                changes[number] = change
    description = record.description
    told = (
        Label(description, "")
        if isinstance(description, str)
        else Label(description.en or description.zh or "", description.zh or "")
    )
    return Structure(
        written.name, record.label.as_label(), told, changes, record.weight, written.where
    )


def _check_weights(readings: Sequence[Structure], path: Path, mistakes: Mistakes) -> None:
    if not readings:
        mistakes.add("there is no structure", file=path, line=1, hint="add one, or remove the file")
        return
    without = [reading for reading in readings if reading.weight is None]
    if without and len(without) < len(readings):
        for reading in without:
            mistakes.add(
                f'structure "{reading.name}" has no weight, but others have one',
                file=path,
                line=reading.where.line,
                hint='add "weight:" to it, or remove all weights',
            )
    elif not without and not any(reading.weight for reading in readings):
        mistakes.add(
            "all weights are zero",
            file=path,
            line=readings[0].where.line,
            hint="give at least one structure a positive weight, or remove all weights",
        )


def _read_weights(
    path: Path, readings: Sequence[Structure]
) -> tuple[tuple[float, ...], dict[str, str]]:
    """Read the stored weights, and the digests of the inputs that they were made from."""
    from pydantic import BaseModel, ValidationError

    class WeightsRecord(BaseModel):
        """The keys that are read from ``structures.json``; the others are for people."""

        weights: dict[str, float]
        fingerprint: dict[str, str] = {}

    again = f"make it again with the rolling hindcast, or remove {path.name}"
    try:
        record = WeightsRecord.model_validate(json.loads(read_text(path)), strict=True)
    except (json.JSONDecodeError, RecursionError, ValidationError) as error:
        raise InputError("these are not weights of structures", file=path, hint=again) from error
    names = [reading.name for reading in readings]
    if set(record.weights) != set(names):
        raise InputError(
            f"the weights are of {', '.join(record.weights)}; {STRUCTURES_FILE} has "
            f"{', '.join(names)}",
            file=path,
            hint=again,
        )
    weights = [record.weights[name] for name in names]
    if not all(map(_is_weight, weights)) or not sum(weights) > 0:
        raise InputError("the weights must be numbers from 0, not all zero", file=path, hint=again)
    return _normalised(weights), record.fingerprint


def check_fixed_structures(
    scenarios: Mapping[str, Scenario], structures: Structures | None
) -> None:
    """Check that the structures that scenarios fix under ``run`` exist.

    Parameters
    ----------
    scenarios : mapping of str to Scenario
    structures : Structures or None

    Raises
    ------
    InputError
        With every mistake in every scenario.
    """
    mistakes = Mistakes()
    for scenario in scenarios.values():
        with mistakes.collecting():
            choose_structures(structures, scenario.run.structure, scenario.run_place)
    mistakes.check()


def choose_structures(
    structures: Structures | None, choice: StructureChoice, place: Place | None = None
) -> Structures | None:
    """Return a study's structures with the weights that somebody chose.

    Parameters
    ----------
    structures : Structures or None
        None for a study without structures.
    choice : str, mapping of str to float, or None
        As for `Structures.chosen`.
    place : Place, optional
        File and line of the choice.

    Raises
    ------
    InputError
        If a structure is chosen that does not exist.
    """
    if structures is not None:
        return structures.chosen(choice, place)
    if choice is None:
        return None
    raise InputError(
        f"the study has no structures to choose {choice!r} from",
        file=place.file if place else None,
        line=place.line if place else None,
        hint=f"describe them in model/{STRUCTURES_FILE}",
    )
