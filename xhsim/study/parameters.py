"""Parameters: the constants of the model and what is known about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xhsim.errors import InputError
from xhsim.study.mistakes import Mistakes, Place
from xhsim.study.names import canonical, find_name
from xhsim.study.priors import Prior, Shock, parse_prior
from xhsim.study.yaml_reader import Node, read_yaml
from xhsim.wording.label import Label

if TYPE_CHECKING:
    from xhsim.study.schema import ParameterRecord

__all__ = ["Parameter", "named_records", "read_parameters"]


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
        What the model file has; for levers, what history did.
    role : {"lever", "uncertain", "fixed"}
        Whether policy may set it, nobody knows it, or it is taken as known.
    range : tuple of float, or None
        Hard bounds for policy and for sampling, in `unit`.
    prior : Prior, mapping of element to Prior, or None
        Truncated to `range`. A parameter with elements always has one for each.
    shock : Shock, or None
        Yearly deviations around `value`, instead of a prior.
    source : str
        Where the value is from.
    label : Label
        What it is called.
    where : Place
        File and line of the record.
    former_names : tuple of str
        What it was called before; whoever uses one is told the new name.
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
        """Name as results carry it."""
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
    >>> from xhsim.study.folder import bundled_folder
    >>> parameters = read_parameters(bundled_folder() / "model" / "parameters.yaml")
    >>> parameters["RD support"].unit, parameters["RD support"].role
    ('CNY100M/year', 'lever')
    """
    from xhsim.study.schema import ParameterRecord, validate

    mistakes = Mistakes()
    tree = read_yaml(path, mistakes)
    found: dict[str, Parameter] = {}
    spellings: dict[str, str] = {}
    for name, node in named_records(tree, path, mistakes, "parameter"):
        record = validate(ParameterRecord, node, path, mistakes, f'parameter "{name}"')
        where = Place(str(path), node.line)
        twin = spellings.setdefault(canonical(name), name)
        if twin != name:
            mistakes.add(
                f'parameter "{name}" is the same name as "{twin}"',
                file=path,
                line=node.line,
                hint=f"it is already on line {tree.places[twin][0]}; remove one of them",
            )
        elif record is not None:
            with mistakes.collecting():
                found[name] = _parameter(name, record, node, where)
    mistakes.check()
    return found


def named_records(tree: Node, path: Path, mistakes: Mistakes, what: str) -> list[tuple[str, Node]]:
    """Give the entries of a file that maps names to records."""
    if not isinstance(tree.value, dict):
        raise InputError(
            f"the file must map each {what}'s name to its record",
            file=path,
            line=tree.line,
            hint='write "name:" and the record indented below it',
        )
    records = []
    for name, node in tree.entries():
        if isinstance(name, str):
            records.append((name, node))
        else:
            line, column = tree.places[name]
            mistakes.add(
                f"a {what}'s name must be text, not the number {name}",
                file=path,
                line=line,
                column=column,
                hint="put it in quotes",
            )
    return records


def _parameter(name: str, record: ParameterRecord, node: Node, where: Place) -> Parameter:
    mistakes = Mistakes()
    bounds = None if record.range is None else (record.range[0], record.range[1])
    _check_role(name, record, node, where.file, mistakes)
    _check_values(name, record, bounds, node, where.file, mistakes)
    prior: Prior | Mapping[str, Prior] | None = None
    shock = None
    with mistakes.collecting():
        prior = _priors(name, record, bounds, node, where.file, mistakes)
    with mistakes.collecting():
        shock = _shock(name, record, node, where.file)
    mistakes.check()
    return Parameter(
        name,
        record.unit,
        record.value,
        record.role,
        bounds,
        prior,
        shock,
        record.source,
        record.label.as_label(),
        where,
        tuple(record.was),
    )


def _check_role(
    name: str, record: ParameterRecord, node: Node, file: str, mistakes: Mistakes
) -> None:
    """See that a record has what its role needs, and nothing else."""

    def wrong(key: str, message: str, hint: str) -> None:
        line, column = node.find([key])
        mistakes.add(
            f'parameter "{name}": {message}', file=file, line=line, column=column, hint=hint
        )

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


def _check_values(
    name: str,
    record: ParameterRecord,
    bounds: tuple[float, float] | None,
    node: Node,
    file: str,
    mistakes: Mistakes,
) -> None:
    values = record.value if isinstance(record.value, dict) else {None: record.value}
    for element, value in values.items():
        if bounds is not None and not bounds[0] <= value <= bounds[1]:
            line, column = node.find(["value"] if element is None else ["value", element])
            label = name if element is None else f"{name}[{element}]"
            mistakes.add(
                f'parameter "{label}": value {value:g} is outside the range '
                f"[{bounds[0]:g}, {bounds[1]:g}]",
                file=file,
                line=line,
                column=column,
                hint="mend the value or widen the range",
            )


def _priors(
    name: str,
    record: ParameterRecord,
    bounds: tuple[float, float] | None,
    node: Node,
    file: str,
    mistakes: Mistakes,
) -> Prior | Mapping[str, Prior] | None:
    if record.prior is None:
        return None
    elements = tuple(record.value) if isinstance(record.value, dict) else ()

    def parsed(steps: list[str], text: str) -> Prior:
        line, column = node.find(steps)
        return parse_prior(text, bounds, file=file, line=line, column=column)

    if isinstance(record.prior, str):
        prior = parsed(["prior"], record.prior)
        return dict.fromkeys(elements, prior) if elements else prior
    found: dict[str, Prior] = {}
    known = {element: element for element in elements}
    for element, text in record.prior.items():
        steps = ["prior", element]
        with mistakes.collecting():
            place = Place(file, node.find(steps)[0])
            spelled = find_name(element, known, f'element of "{name}"', place)
            found[spelled] = parsed(steps, text)
    missing = [element for element in elements if element not in found]
    if missing and not mistakes:
        raise InputError(
            f'parameter "{name}": no prior for {", ".join(missing)}',
            file=file,
            line=node.find(["prior"])[0],
            hint="give one for each element, or one text for all",
        )
    return {element: found[element] for element in elements if element in found}


def _shock(name: str, record: ParameterRecord, node: Node, file: str) -> Shock | None:
    if record.shock is None:
        return None
    line, column = node.find(["shock", "spread"])
    spread = parse_prior(record.shock.spread, file=file, line=line, column=column)
    if not spread.low < 0 < spread.high:
        raise InputError(
            f'parameter "{name}": the spread of a shock must lie around 0',
            file=file,
            line=line,
            column=column,
            hint="write the deviation from the value, not the value",
        )
    return Shock(record.shock.first_year, spread, record.shock.persistence)
