"""Every parameter with its record, those that matter most first: for a terminal, or as a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import RenderableType
from rich.text import Text

from xhsim.analysis.evidence.density import unknowns_of
from xhsim.report.terminal.tables import exact_number, plain_number, records_table
from xhsim.study.names import element_name
from xhsim.study.parameters.parameter import Parameter

if TYPE_CHECKING:
    from xhsim.analysis.study import Study

__all__ = ["ParameterTable", "parameter_table"]

WORTH_NAMING = 0.01  # of a target's spread; less is hard to tell from chance
NAMED = 3  # targets, at most
COLUMNS = ("parameter", "unit", "value", "believed", "given history", "moves", "source")
INTRODUCTION = """# Every parameter of the model

Made by `xhsim parameters --markdown > docs/parameters.md`; a test keeps it in step with the study.

What is uncertain comes first, in the order of how much it matters: "moves" names the targets whose
spread goes with the number in the {scenario} scenario, by how much (squared rank correlation over
{draws:,} draws) and which way. Shares of one target add up to about 100 %. They tell what drives
the *spread*, not what policy could do: a lever has no spread until a scenario moves it.

"Believed" is the prior: the interval and its probability. "Given history" is the interval that
holds nine tenths of the posterior, for what was calibrated; its value is the most probable one."""
SECTIONS = {
    "matter": "Uncertain, and it matters",
    "little": f"Uncertain, and it moves no target's spread by {100 * WORTH_NAMING:.0f} %",
    "lever": "Levers: what policy may set",
    "fixed": "Taken as known",
}


@dataclass(frozen=True)
class ParameterTable:
    """The parameters of a study with what is known about each.

    Attributes
    ----------
    sections : mapping of str to tuple of dict
        Rows by kind: ``matter``, ``little``, ``lever`` and ``fixed``. A row has ``parameter``,
        ``label``, ``unit``, ``value``, ``believed``, ``given history``, ``moves`` (target to signed
        share of its spread) and ``source``.
    about : mapping
        Scenario, draws, seed and beliefs of the ensemble.
    """

    sections: Mapping[str, tuple[dict[str, Any], ...]]
    about: Mapping[str, Any]

    def parts(self) -> Iterator[RenderableType]:
        """Yield what to print; sources, which are long, are on the page and in JSON."""
        for kind, rows in self.sections.items():
            if rows:
                yield Text(f"\n{SECTIONS[kind]} ({len(rows)})", "bold")
                columns = [c for c in COLUMNS[:-1] if any(row[c] for row in rows)]
                yield records_table(columns, [[_cell(row[c]) for c in columns] for row in rows])

    def markdown(self) -> str:
        """Return a page."""
        lines = [INTRODUCTION.format(**self.about)]
        for kind, rows in self.sections.items():
            if not rows:
                continue
            columns = [column for column in COLUMNS if any(row[column] for row in rows)]
            lines += [f"\n## {SECTIONS[kind]}\n", f"| {' | '.join(columns)} |"]
            lines.append(f"|{' --- |' * len(columns)}")
            for row in rows:
                cells = [_cell(row[column]).replace("|", "\\|") for column in columns]
                lines.append(f"| {' | '.join(cells)} |")
        return "\n".join(lines)

    def as_record(self) -> dict[str, Any]:
        """Return all of it as JSON knows it."""
        return {**self.about, **{kind: list(rows) for kind, rows in self.sections.items()}}


def parameter_table(study: Study, scenario: str, draws: int, seed: int) -> ParameterTable:
    """Gather every parameter of a study.

    Parameters
    ----------
    study : Study
    scenario : str
        The scenario whose spread is explained.
    draws, seed : int
        As for `Study.importance`.

    Returns
    -------
    ParameterTable
    """
    table = study.importance(scenario, draws, seed)
    order = {str(name): number for number, name in enumerate(table.index)}
    about = {str(key): value for key, value in table.attrs.items()}
    priors = _calibration_priors(study)
    sections: dict[str, list[dict[str, Any]]] = {kind: [] for kind in SECTIONS}
    for parameter in study.parameters.values():
        for element in parameter.elements or ("",):
            name = element_name(parameter.name, element)
            moves = _moves(table.T[name].to_dict()) if name in order else {}
            row = _row(study, parameter, element, name, priors) | {"moves": moves}
            if name in order:
                sections["matter" if moves else "little"].append(row)
            else:
                sections["lever" if parameter.role == "lever" else "fixed"].append(row)
    for kind in ("matter", "little"):
        sections[kind].sort(key=lambda row: order[row["parameter"]])
    return ParameterTable({kind: tuple(rows) for kind, rows in sections.items()}, about)


def _calibration_priors(study: Study) -> dict[str, str]:
    """Return what a calibration believes beforehand, by the names of its numbers."""
    plan = study.files.calibration
    if plan is None:
        return {}
    unknowns = unknowns_of(plan.parameters, plan.beliefs, study.parameters)
    return {unknown.name: str(unknown.prior) for unknown in unknowns}


def _moves(correlations: Mapping[Any, float]) -> dict[str, float]:
    """Return the targets that a number moves most, with shares that have the direction's sign."""
    shares = {str(target): value * abs(value) for target, value in correlations.items()}
    named = [target for target, share in shares.items() if abs(share) >= WORTH_NAMING]
    largest = sorted(named, key=lambda target: -abs(shares[target]))[:NAMED]
    return {target: float(shares[target]) for target in largest}


def _row(
    study: Study, parameter: Parameter, element: str, name: str, priors: Mapping[str, str]
) -> dict[str, Any]:
    value = parameter.value[element] if isinstance(parameter.value, Mapping) else parameter.value
    posterior = study.files.posterior
    calibrated = posterior is not None and posterior.has(parameter.name, element)
    given = ""
    if posterior is not None and calibrated:
        low, high = np.quantile(posterior.column(parameter.name, element), [0.05, 0.95])
        given = f"90% in [{low:.3g}, {high:.3g}]"
    return {
        "parameter": name,
        "label": parameter.label.en,
        "unit": parameter.unit,
        "value": plain_number(value) if calibrated else exact_number(value),
        "believed": priors[name] if name in priors else _believed(parameter, element),
        "given history": given,
        "source": parameter.source,
    }


def _believed(parameter: Parameter, element: str) -> str:
    if parameter.shock is not None:
        return f"yearly from {parameter.shock.first_year}, {parameter.shock.spread}"
    prior = parameter.prior
    if isinstance(prior, Mapping):
        prior = prior.get(element)
    if prior is not None:
        return str(prior)
    return (
        ""
        if parameter.range is None
        else f"range [{', '.join(map(exact_number, parameter.range))}]"
    )


def _cell(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{target} {100 * share:+.0f} %" for target, share in value.items())
    return str(value)
