"""Digests of the inputs of a stored posterior, or of stored weights of structures.

They tell whether what is stored still fits the study. The digests cover equations, priors,
observations and their errors. They do not cover a model's
documentation, units, labels and drawing, the year in which its runs end, the ranges of levers, or
the scenarios: those may change.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from xhsim.analysis.inference.density import unknowns_of
from xhsim.errors import InputError
from xhsim.study.history.releases import yearly_series
from xhsim.study.scenarios.writer import decided_content, rule_content

if TYPE_CHECKING:
    from pathlib import Path

    from xhsim.study.folder import StudyFiles
    from xhsim.study.history.calibration import CalibrationPlan, Hindcast
    from xhsim.study.history.observations import Observation
    from xhsim.study.names import Reference
    from xhsim.study.parameters.posterior import Posterior
    from xhsim.study.scenarios.scenario import Belief

__all__ = [
    "check_posterior",
    "fingerprint",
    "hindcast_changes",
    "hindcast_fingerprint",
    "stale_weights",
    "twins_changes",
    "twins_fingerprint",
    "weights_fingerprint",
]

SKETCH = rb"\\\---///"  # the beginning of the drawing in a Vensim file
END_OF_RUN = re.compile(rb"^final[ _]time ?= ?(\d{1,5})$", re.IGNORECASE | re.MULTILINE)
MOST_YEARS = 50  # by which the end of runs is moved
CHANGED = {
    "model": "the model's equations",
    "unknowns": "the calibrated parameters or their priors",
    "observations": "the observations or their errors",
    "parameters": "values or priors of parameters",
    "structures": "the settings of structures",
    "unknown": "the origins, what hindcasts remove from the model, or correlations",
    "posterior": "the stored posterior",
    "targets": "the targets",
    "scenario": "the scenario",
    "releases": "the series of releases or their errors",
}


def fingerprint(files: StudyFiles, plan: CalibrationPlan) -> dict[str, str]:
    """Digest the inputs of a study's calibration.

    Parameters
    ----------
    files : StudyFiles
    plan : CalibrationPlan

    Returns
    -------
    dict of str to str
        Digests of ``model``, ``unknowns`` and ``observations``.
    """
    return _digests(files, plan, plan.parameters, plan.beliefs, plan.until)


def hindcast_fingerprint(
    files: StudyFiles, plan: CalibrationPlan, past: Hindcast
) -> dict[str, str]:
    """Digest the inputs of a study's hindcast.

    Parameters
    ----------
    files : StudyFiles
    plan : CalibrationPlan
    past : Hindcast
        The plan's section on the hindcast.

    Returns
    -------
    dict of str to str
        As for `fingerprint` and `weights_fingerprint`, and ``unknown`` for the origins and for
        what is replaced in the model because it was not known then, and the baseline's
        correlations.
    """
    beliefs = (*plan.beliefs, *past.beliefs)
    digests = _digests(files, plan, past.parameters, beliefs, plan.until)
    forgotten = {name: dict(knots) for name, knots in past.unknown.items()}
    baseline = files.scenarios.get("baseline")
    pairs = () if baseline is None else baseline.correlations
    unknown = [
        *(list(past.origins), forgotten, sorted(past.lasting)),
        [[str(pair.one), str(pair.other), pair.rank] for pair in pairs],
    ]
    return weights_fingerprint(files) | digests | {"unknown": _digest(unknown)}


def hindcast_changes(stored: Mapping[str, str], files: StudyFiles) -> tuple[str, ...]:
    """Name what has changed since hindcasts were stored.

    Parameters
    ----------
    stored : mapping of str to str
        The digests stored with them.
    files : StudyFiles
        The study as read from its folder, with the values of its parameters' file.

    Returns
    -------
    tuple of str
        Empty if they fit the study.
    """
    plan = files.calibration
    if plan is None or plan.hindcast is None:
        return ("the plan of the hindcasts, which is gone",)
    return tuple(_differences(stored, hindcast_fingerprint(files, plan, plan.hindcast), files))


def _digests(
    files: StudyFiles,
    plan: CalibrationPlan,
    references: Sequence[Reference],
    beliefs: Sequence[Belief],
    until: int,
) -> dict[str, str]:
    unknowns = unknowns_of(references, beliefs, files.parameters)
    rows = plan.used(files.observations, until)
    return {
        "model": _digest(_equations(files.model_path)),
        "unknowns": _digest(
            [[u.name, str(u.prior), list(map(repr, u.prior.bounds))] for u in unknowns]
            + [[offset.series, list(offset.years), str(offset.prior)] for offset in plan.offsets]
        ),
        "observations": _digest(
            [[*_meaning(row), plan.error_of(row), plan.offset_of(row)] for row in rows]
        ),
    }


def _meaning(row: Observation) -> list[Any]:
    """Return what an observation says, without its source; of a figure only year and value."""
    known = [row.variable, row.first_year, row.value]
    return known if row.is_figure else [*known, row.last_year, row.measure, row.kind, row.high]


def check_posterior(posterior: Posterior, files: StudyFiles) -> None:
    """Check that a stored posterior belongs to the study in its folder.

    Raises
    ------
    InputError
        If one of its inputs has changed since; the message names it.
    """
    if files.calibration is None:
        changed = ["calibration.yaml, which is gone"]
    else:
        changed = _differences(posterior.fingerprint, fingerprint(files, files.calibration), files)
    if changed:
        raise InputError(
            f"the stored posterior does not fit the study: {' and '.join(changed)} changed since",
            file=posterior.where.file,
            hint="renew it with xhsim calibrate --store, or use the priors instead with --prior "
            "(open_study(..., posterior=False))",
        )


def weights_fingerprint(files: StudyFiles) -> dict[str, str]:
    """Digest the inputs of weights that hindcasts give to a study's structures.

    Parameters
    ----------
    files : StudyFiles

    Returns
    -------
    dict of str to str
        Digests of ``model``, ``structures``, ``parameters`` and ``observations``: the content of
        ``fingerprint`` in structures.json.
    """
    structures = files.structures
    return {
        "model": _digest(_equations(files.model_path)),
        "structures": _digest(
            [
                [
                    reading.name,
                    sorted([*key, *c.shape.levels] for key, c in reading.changes.items()),
                ]
                for reading in (structures.readings if structures else ())
            ]
        ),
        # A stored posterior moves the values of uncertain parameters: their priors stay.
        "parameters": _digest(
            [
                [
                    p.name,
                    str(_in_order(p.prior)),
                    str(p.shock),
                    None if p.role == "uncertain" else _in_order(p.value),
                ]
                for p in sorted(files.parameters.values(), key=lambda p: p.name)
                if p.role != "lever"
            ]
        ),
        "observations": _digest(
            [[row.variable, row.first_year, row.value, row.grade] for row in files.observations]
        ),
    }


def twins_fingerprint(files: StudyFiles, scenario: str) -> dict[str, str]:
    """Digest the inputs of a study's twin experiments.

    Parameters
    ----------
    files : StudyFiles
        The study as read from its folder.
    scenario : str
        The scenario of the twins.

    Returns
    -------
    dict of str to str
        Digests of ``model``, ``structures`` with their weights, ``parameters``, ``posterior``,
        ``targets``, ``scenario`` and ``releases``: which series are released, and their errors.
        The values of releases and the borders of lights do not matter.
    """
    digests = weights_fingerprint(files)
    del digests["observations"]  # draws know them only through the posterior
    weights = [] if files.structures is None else list(files.structures.weights)
    posterior = files.posterior
    resolved = files.resolve(scenario)
    settings = [
        [
            *(name, str(_in_order(one.prior)), str(one.shock)),
            None if one.parameter.role == "uncertain" else _in_order(one.parameter.value),
            sorted([key, [repr(c.shape) for c in changes]] for key, changes in one.changes.items()),
        ]
        for name, one in sorted(resolved.settings.items())
    ]
    pairs = [[str(pair.one), str(pair.other), pair.rank] for pair in resolved.correlations]
    rules = [[rule.name, rule_content(rule)] for rule in resolved.rules]
    decided = [decided_content(path) for path in resolved.paths]
    decided += [decided_content(meet) for meet in resolved.meets]
    reactions = [more for more in (rules, decided) if more]
    plan = files.monitoring.with_calibration(files.calibration)
    return digests | {
        "structures": _digest([digests["structures"], [round(w, 9) for w in weights]]),
        "posterior": "" if posterior is None else _digest(posterior.draws.tobytes()),
        "targets": _digest(
            [
                [
                    *(name, str(target.variable), type(target.measure).__name__, target.direction),
                    *(target.value, target.base_year, target.deadline),
                ]
                for name, target in sorted(files.targets.items())
            ]
        ),
        "scenario": _digest([scenario, settings, pairs, *reactions]),
        "releases": _digest(
            [
                [row.series, list(row.quantity), row.figure.measure, plan.error_of(row)]
                for row in yearly_series(files.releases)
            ]
        ),
    }


def twins_changes(stored: Mapping[str, str], files: StudyFiles, scenario: str) -> tuple[str, ...]:
    """Name what has changed since twin experiments were stored.

    Parameters
    ----------
    stored : mapping of str to str
        The digests stored with them.
    files : StudyFiles
        The study as read from its folder.
    scenario : str
        The scenario of the twins.

    Returns
    -------
    tuple of str
        Empty if they fit the study.
    """
    if scenario not in files.scenarios:
        return (CHANGED["scenario"],)
    return tuple(_differences(stored, twins_fingerprint(files, scenario), files))


def _in_order(value: Any) -> Any:
    """Return what may be a mapping of elements so that their order does not matter."""
    return sorted(value.items()) if isinstance(value, Mapping) else value


def stale_weights(files: StudyFiles) -> tuple[str, ...]:
    """Name what has changed since the weights of a study's structures were stored.

    Parameters
    ----------
    files : StudyFiles

    Returns
    -------
    tuple of str
        Empty if nothing has changed, or no weights are stored.
    """
    if files.structures is None or files.structures.fingerprint is None:
        return ()
    stored = files.structures.fingerprint
    return tuple(_differences(stored, weights_fingerprint(files), files))


def _differences(stored: Mapping[str, str], now: Mapping[str, str], files: StudyFiles) -> list[str]:
    changed = [part for part, digest in now.items() if stored.get(part) != digest]
    if "model" in changed and stored.get("model") in _with_other_ends(files.model_path):
        changed.remove("model")
    return [CHANGED[part] for part in changed]


def _with_other_ends(path: Path) -> set[str]:
    """Digest a model as if its runs ended in other years.

    The digests contain the year, but what was computed for earlier years does not depend on it, as
    long as no equation does.
    """
    equations = _equations(path)
    named = re.findall(rb"\bfinal[ _]+time\b", equations, re.IGNORECASE)
    end = END_OF_RUN.search(equations)
    if end is None or len(named) > 1:
        return set()
    before, after = equations[: end.start(1)], equations[end.end(1) :]
    year = int(end[1])
    return {
        _digest(before + str(other).encode() + after)
        for other in range(year - MOST_YEARS, year + MOST_YEARS + 1)
    }


def _equations(path: Path) -> bytes:
    """Return a model's text; of a Vensim file only the equations, without units and comments."""
    content = path.read_bytes()
    if path.suffix.lower() != ".mdl":
        return content
    blocks = content.split(SKETCH)[0].split(b"|")
    equations = (b" ".join(block.split(b"~")[0].split()) for block in blocks)
    return b"\n".join(line for line in equations if line and not line.startswith(b"*"))


def _digest(content: Any) -> str:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return hashlib.sha256(data).hexdigest()[:16]
