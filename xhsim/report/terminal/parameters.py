"""The table of all parameters, the most influential first: for the terminal, or as a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import RenderableType
from rich.text import Text

from xhsim.analysis.inference.density import unknowns_of
from xhsim.report.terminal.tables import exact_number, plain_number, records_table
from xhsim.study.names import element_name
from xhsim.study.parameters.parameter import Parameter
from xhsim.study.targets import base_of

if TYPE_CHECKING:
    from xhsim.analysis.study import Study

__all__ = ["ParameterTable", "parameter_table"]

WORTH_NAMING = 0.01  # of a target's spread; smaller shares may be chance
NAMED = 3  # targets in a row, at most
BASE_OF = "unpublished base of"
COLUMNS = ("parameter", "unit", "value", "prior", "posterior", "influences", BASE_OF, "source")
INTRODUCTION = """# Every parameter of the model

Made by `xhsim parameters --markdown > docs/parameters.md`. A test keeps it in step with the study.

Uncertain parameters come first, the most influential at the top. "Influences" lists the targets
whose spread in the {scenario} scenario depends on the parameter. The percentage is its share of
that spread (squared rank correlation over {draws:,} draws), and the sign is the direction of the
effect. The shares of one target add up to about 100 %. They explain the *spread*, not what policy
could do: a lever has no spread until a scenario changes it.

"Prior" is an interval and its probability. "Posterior" is given for calibrated parameters: the
interval that contains nine tenths of the posterior. Their value is the most probable one."""
SECTIONS = {
    "matter": "Uncertain and influential",
    "little": f"Uncertain, but less than {100 * WORTH_NAMING:.0f} % of the spread of any target",
    "lever": "Levers: what policy may set",
    "fixed": "Fixed",
}


@dataclass(frozen=True)
class ParameterTable:
    """The parameters of a study.

    Attributes
    ----------
    sections : mapping of str to tuple of dict
        Rows by kind: ``matter``, ``little``, ``lever`` and ``fixed``. A row has ``parameter``,
        ``label``, ``unit``, ``value``, ``prior``, ``posterior``, ``influences`` (target to signed
        share of its spread), ``source``, and ``unpublished base of`` (the targets that hang on it).
    about : mapping
        Scenario, draws, seed and beliefs of the ensemble.
    """

    sections: Mapping[str, tuple[dict[str, Any], ...]]
    about: Mapping[str, Any]

    def parts(self) -> Iterator[RenderableType]:
        """Yield the tables to print. Long sources are only on the page and in JSON."""
        for kind, rows in self.sections.items():
            if rows:
                yield Text(f"\n{SECTIONS[kind]} ({len(rows)})", "bold")
                columns = [c for c in COLUMNS[:-1] if any(row[c] for row in rows)]
                yield records_table(columns, [[_cell(row[c]) for c in columns] for row in rows])

    def markdown(self) -> str:
        """Return a page in Markdown."""
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
        """Return the table as values that JSON can represent."""
        return {**self.about, **{kind: list(rows) for kind, rows in self.sections.items()}}


def parameter_table(study: Study, scenario: str, draws: int, seed: int) -> ParameterTable:
    """Make the table of all parameters of a study.

    Parameters
    ----------
    study : Study
    scenario : str
        The scenario whose spread the shares refer to.
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
    hanging: dict[str, list[str]] = {}
    for target in study.targets.values():
        base = base_of(target, study.parameters)
        if base is not None:
            hanging.setdefault(element_name(*base), []).append(target.id)
    sections: dict[str, list[dict[str, Any]]] = {kind: [] for kind in SECTIONS}
    for parameter in study.parameters.values():
        for element in parameter.elements or ("",):
            name = element_name(parameter.name, element)
            influences = _influences(table.T[name].to_dict()) if name in order else {}
            row = _row(study, parameter, element, name, priors) | {
                "influences": influences,
                BASE_OF: ", ".join(hanging.get(name, ())),
            }
            if name in order:
                sections["matter" if influences else "little"].append(row)
            else:
                sections["lever" if parameter.role == "lever" else "fixed"].append(row)
    for kind in ("matter", "little"):
        sections[kind].sort(key=lambda row: order[row["parameter"]])
    return ParameterTable({kind: tuple(rows) for kind, rows in sections.items()}, about)


def _calibration_priors(study: Study) -> dict[str, str]:
    """Return the priors of a calibration, by the names of its parameters."""
    plan = study.files.calibration
    if plan is None:
        return {}
    unknowns = unknowns_of(plan.parameters, plan.beliefs, study.parameters)
    return {unknown.name: str(unknown.prior) for unknown in unknowns}


def _influences(correlations: Mapping[Any, float]) -> dict[str, float]:
    """Return the targets that a parameter influences most, with signed shares of their spread."""
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
        "prior": priors[name] if name in priors else _prior_text(parameter, element),
        "posterior": given,
        "source": parameter.source,
    }


def _prior_text(parameter: Parameter, element: str) -> str:
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
