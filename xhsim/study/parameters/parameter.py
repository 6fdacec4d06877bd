"""Parameters: the constants of the model, with the records in parameters.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xhsim.arguments import checked
from xhsim.study.files.mistakes import Mistakes, Place
from xhsim.study.files.records import Written, read_records
from xhsim.study.names import canonical, element_name, find_name
from xhsim.study.parameters.prior_text import parse_prior
from xhsim.study.parameters.priors import Prior, Shock
from xhsim.wording.label import Label

if TYPE_CHECKING:
    from xhsim.study.files.schema import ParameterRecord

__all__ = ["Parameter", "read_parameters"]


@dataclass(frozen=True)
class Parameter:
    """A constant of the model with its record.

    Parameters
    ----------
    name : str
        As in the model file.
    unit : str
        As in the model file.
    value : float or mapping of element to float
        The value in the model file; for levers, the historical value.
    role : {"lever", "uncertain", "fixed"}
        Whether policy sets it, its value is uncertain, or its value is treated as known.
    range : tuple of float, or None
        Hard bounds for policy and for sampling, in `unit`.
    prior : Prior, mapping of element to Prior, or None
        Truncated to `range`. A parameter with elements has one prior for each element.
    shock : Shock, or None
        Yearly deviations around `value`, instead of a prior.
    source : str
        Source of the value.
    label : Label
        Name for readers.
    where : Place
        File and line of the record.
    former_names : tuple of str
        Earlier names. A message tells users of an earlier name the new one.
    """

    name: str
    unit: str
    value: float | Mapping[str, float]
    role: str
    range: tuple[float, float] | None
    prior: Prior | Mapping[str, Prior] | None
    shock: Shock | None
    source: str
    label: Label
    where: Place
    former_names: tuple[str, ...] = ()

    @property
    def canonical(self) -> str:
        """The name in results."""
        return canonical(self.name)

    @property
    def elements(self) -> tuple[str, ...]:
        """Elements in the order of the file; empty for a scalar."""
        return tuple(self.value) if isinstance(self.value, Mapping) else ()

    @property
    def array(self) -> float | NDArray[np.float64]:
        """The value as a float, or as an array with one number per element."""
        if isinstance(self.value, Mapping):
            return np.array(list(self.value.values()))
        return self.value


@checked
def read_parameters(path: Path) -> dict[str, Parameter]:
    """Read ``parameters.yaml``.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    dict of str to Parameter
        By name as in the model file, in the order of the file.

    Raises
    ------
    InputError
        With every mistake in the file.

    Examples
    --------
    >>> from xhsim.study.bundled import bundled_folder
    >>> parameters = read_parameters(bundled_folder() / "model" / "parameters.yaml")
    >>> parameters["RD support"].unit, parameters["RD support"].role
    ('CNY100M/year', 'lever')
    """
    from xhsim.study.files.schema import ParameterRecord

    mistakes = Mistakes()
    found: dict[str, Parameter] = {}
    for written in read_records(ParameterRecord, path, "parameter", mistakes, spelled=canonical):
        with mistakes.collecting():
            found[written.name] = _parameter(written)
    mistakes.check()
    return found


def _parameter(read: Written[ParameterRecord]) -> Parameter:
    """Convert a record to a parameter, and raise all mistakes in the record together."""
    written = replace(read, mistakes=Mistakes())
    record = written.record
    bounds = None if record.range is None else (record.range[0], record.range[1])
    _check_role(written)
    _check_values(written, bounds)
    prior = _priors(written, bounds)
    shock = _shock(written)
    written.mistakes.check()
    return Parameter(
        written.name,
        record.unit,
        record.value,
        record.role,
        bounds,
        prior,
        shock,
        record.source,
        record.label.as_label(),
        written.where,
        tuple(record.was),
    )


def _check_role(written: Written[ParameterRecord]) -> None:
    """Check that a record has the keys that its role needs, and no others."""
    record = written.record

    def wrong(key: str, message: str, hint: str) -> None:
        written.wrong(f'parameter "{written.name}": {message}', key, hint=hint)

    if record.role == "uncertain":
        if record.prior is None and record.shock is None:
            wrong("role", "an uncertain parameter needs a prior or a shock", 'add "prior:"')
        if record.prior is not None and record.shock is not None:
            wrong("shock", "a parameter has a prior or a shock, not both", "remove one of them")
    else:
        for key in ("prior", "shock"):
            if getattr(record, key) is not None:
                wrong(
                    key,
                    f"a {record.role} parameter has no {key}",
                    'remove it or write "role: uncertain"',
                )
    if record.range is None and record.role != "fixed":
        wrong("role", f"role {record.role} needs a range", 'add "range: [lowest, highest]"')


def _check_values(written: Written[ParameterRecord], bounds: tuple[float, float] | None) -> None:
    given = written.record.value
    values = given if isinstance(given, dict) else {"": given}
    for element, value in values.items():
        if bounds is not None and not bounds[0] <= value <= bounds[1]:
            label = element_name(written.name, element)
            written.wrong(
                f'parameter "{label}": value {value:g} is outside the range '
                f"[{bounds[0]:g}, {bounds[1]:g}]",
                *(["value", element] if element else ["value"]),
                hint="correct the value or widen the range",
            )


def _priors(
    written: Written[ParameterRecord], bounds: tuple[float, float] | None
) -> Prior | Mapping[str, Prior] | None:
    name, record = written.name, written.record
    if record.prior is None:
        return None
    elements = tuple(record.value) if isinstance(record.value, dict) else ()
    if isinstance(record.prior, str):
        prior = written.understood(parse_prior, record.prior, "prior", bounds=bounds)
        return dict.fromkeys(elements, prior) if prior and elements else prior
    found: dict[str, Prior] = {}
    known = {element: element for element in elements}
    for element, text in record.prior.items():
        with written.mistakes.collecting():
            place = written.place("prior", element)
            spelled = find_name(element, known, f'element of "{name}"', place)
            prior = written.understood(parse_prior, text, "prior", element, bounds=bounds)
            if prior is not None:
                found[spelled] = prior
    missing = [element for element in elements if element not in found]
    if missing and not written.mistakes:
        written.wrong(
            f'parameter "{name}": no prior for {", ".join(missing)}',
            "prior",
            hint="give one prior for each element, or one text for all",
        )
    return {element: found[element] for element in elements if element in found}


def _shock(written: Written[ParameterRecord]) -> Shock | None:
    record = written.record.shock
    if record is None:
        return None
    spread = written.understood(parse_prior, record.spread, "shock", "spread")
    if spread is None:
        return None
    if not spread.low < 0 < spread.high:
        written.wrong(
            f'parameter "{written.name}": the spread of a shock must contain 0',
            "shock",
            "spread",
            hint="write the deviation from the value, not the value itself",
        )
    return Shock(record.first_year, spread, record.persistence, record.over == "year")
