"""What a study contains and what a scenario sets, as records and as tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
from rich.console import RenderableType
from rich.text import Text

from xhsim.analysis.study import Study
from xhsim.analysis.worlds.overruled import causes_named
from xhsim.engine.paths import Path
from xhsim.report.terminal.tables import exact_number, records_table
from xhsim.study.names import element_name
from xhsim.study.parameters.posterior import Posterior
from xhsim.study.scenarios.meet import Meet
from xhsim.study.scenarios.resolve import ResolvedScenario, Setting
from xhsim.study.scenarios.rules import PolicyRule
from xhsim.study.scenarios.shapes import Constant, Knots, Shape, Step, shape_text

__all__ = ["scenario_record", "study_record", "tables_of"]

Record = dict[str, Any]


def study_record(study: Study) -> Record:
    """Describe a study: its scenarios, targets and levers.

    Parameters
    ----------
    study : Study

    Returns
    -------
    dict
        Values that JSON can represent.
    """
    levers = [p for p in study.parameters.values() if p.role == "lever"]
    return {
        "title": f"{study.files.folder}: {study.model!r}",
        "scenarios": [
            {
                "scenario": scenario.name,
                "extends": scenario.extends or "",
                "label": scenario.label.en,
                "description": scenario.description,
            }
            for scenario in study.scenarios.values()
        ],
        "targets": [
            {
                "no.": "" if target.rank is None else target.rank,
                "target": target.id,
                "label": target.label.en,
                "direction": target.direction,
                "value": target.value,
                "unit": target.unit,
                "measure": target.measure.name,
                "years": [target.base_year, target.deadline],
                "place": target.place,
            }
            for target in study.targets.values()
        ],
        "levers": [
            {
                "lever": lever.name,
                "label": lever.label.en,
                "history": dict(lever.value) if isinstance(lever.value, Mapping) else lever.value,
                "range": list(lever.range or ()),
                "unit": lever.unit,
            }
            for lever in levers
        ],
    }


def scenario_record(study: Study, name: str, *, resolved: bool) -> Record:
    """Describe a scenario: what it sets, or with `resolved` every parameter.

    Parameters
    ----------
    study : Study
    name : str
        Name of a scenario.
    resolved : bool
        Whether to also list parameters that the scenario does not change.

    Returns
    -------
    dict
        Values that JSON can represent. Each setting has the files and lines that it comes from.

    Raises
    ------
    InputError
        If there is no such scenario.
    """
    scenario = study.files.resolve(name)
    rows = [
        _setting_row(study, setting, element)
        for setting in scenario.settings.values()
        for element in setting.parameter.elements or ("",)
        if resolved or setting.changes[element] or setting.overrides_prior(element)
    ]
    title = f"{scenario.label.en} ({' -> '.join(scenario.chain)}): {scenario.description}"
    return {"title": title, "values": rows} | _decided(study, scenario) | _besides(study, scenario)


def _decided(study: Study, scenario: ResolvedScenario) -> Record:
    """List the computed variables that a scenario decides, and what no longer acts on them."""
    folder, found = study.files.folder, {}
    if scenario.paths:
        found["paths"] = [
            {
                "variable": str(path.reference),
                "path": shape_text(path.shape),
                "unit": study.model.names.find(path.reference.name).unit,
                "no longer acts on it": ", ".join(causes_named(study.model, path)),
                "from": [path.where.seen_from(folder)],
            }
            for path in scenario.paths
        ]
    if scenario.meets:
        found["variables held by an instrument"] = [
            {
                "variable": str(meet.reference),
                "value": f"{shape_text(meet.shape)} {_aim_unit(study, meet)}",
                "by": str(meet.by),
                "years": f"from {meet.first_year}" + (f" to {meet.until}" if meet.until else ""),
                "from": [meet.where.seen_from(folder)],
            }
            for meet in scenario.meets
        ]
    return found


def _aim_unit(study: Study, meet: Meet) -> str:
    if meet.measure == "growth":
        return "% on the year before"
    return study.model.names.find(meet.reference.name).unit


def _besides(study: Study, scenario: ResolvedScenario) -> Record:
    """List a scenario's correlations, delivery, rules and run settings, if it has any."""
    found: Record = {}
    if scenario.correlations:
        found["correlations"] = [
            {
                "between": f"{pair.one} and {pair.other}",
                "rank": pair.rank,
                "from": [pair.where.seen_from(study.files.folder)],
            }
            for pair in scenario.correlations
        ]
    delivery = scenario.delivery
    if delivery is not None:
        found["delivery"] = [
            {
                "of the levers' changes": name,
                "prior": str(prior),
                "from": [delivery.where.seen_from(study.files.folder)],
            }
            for name, prior in (("share", delivery.share), ("delay, years", delivery.delay))
            if prior is not None
        ]
    if scenario.rules:
        folder = study.files.folder
        found["rules"] = [_rule_row(rule, rule.where.seen_from(folder)) for rule in scenario.rules]
    run = {name: value for name, value in asdict(scenario.run).items() if value is not None}
    if run:
        found["run"] = [{"setting": name, "value": value} for name, value in run.items()]
    return found


def _rule_row(rule: PolicyRule, place: str) -> Record:
    """Describe a rule in the words of scenario files."""
    tests = []
    for test in rule.tests:
        number = ("growth of " if test.measure == "growth" else "") + str(test.reference)
        sign, other = ("below", "above") if test.is_below else ("above", "below")
        text = f"{number} {sign} {exact_number(test.level)}"
        if test.until is not None:
            text += f" until {other} {exact_number(test.until)}"
        text += f", published {test.lag:g} {'year' if test.lag == 1 else 'years'} later"
        tests.append(text + (f", rounded to {test.rounded:g}" if test.rounded else ""))
    sets = [
        "; ".join(f"{change.reference}: {_shape_text(change.shape)}" for change in changes)
        for changes in (rule.then, rule.otherwise)
    ]
    limit = "" if rule.at_most is None else f"at most {rule.at_most} times"
    limit = limit.replace("1 times", "once") if rule.at_most == 1 else limit
    return {
        "rule": rule.name,
        "checks": [f"{check:g}" for check in rule.checks],
        "if": (" and " if rule.needs_all else " or ").join(tests),
        "then": sets[0],
        "else": sets[1] or "as the scenario sets",
        "limits": "; ".join(filter(None, (limit, "never released" if rule.stays else ""))),
        "from": [place],
    }


def _shape_text(shape: Shape) -> str:
    """Write a shape whose dates are years after a check."""
    if isinstance(shape, Constant):
        return exact_number(shape.to)
    if isinstance(shape, Knots):
        knots = zip(shape.years, shape.levels, strict=True)
        return ", ".join(f"{exact_number(level)} after {year:g} years" for year, level in knots)
    if isinstance(shape, Step):
        return f"{exact_number(shape.to)} after {shape.year:g} years"
    span = f"{shape.start:g} to {shape.until:g} years after the check"
    return f"{exact_number(shape.to)} ({type(shape).__name__.lower()}, {span})"


def _setting_row(study: Study, setting: Setting, element: str) -> Record:
    parameter = setting.parameter
    value = setting.value
    if element:
        number = parameter.elements.index(element)
        if isinstance(value, Path):
            value = Path(value.times, value.values[:, number], value.slopes[:, number])
        else:
            value = float(np.asarray(value)[number])
    posterior = _posterior(study, setting, element)
    places = list(setting.origins[element])
    if setting.overrides_prior(element):
        places = [setting.prior_from[element], *places]
    elif posterior is not None:
        places = [posterior.where if place == parameter.where else place for place in places]
    return {
        "parameter": element_name(parameter.name, element),
        "value": _path_text(value) if isinstance(value, Path) else value,
        "unit": parameter.unit,
        "role": parameter.role,
        "uncertain": _belief_text(setting, element, posterior),
        "from": [place.seen_from(study.files.folder) for place in dict.fromkeys(places)],
    }


def _posterior(study: Study, setting: Setting, element: str) -> Posterior | None:
    """Return the stored posterior if the scenario draws this parameter from it."""
    stored = study.files.posterior
    told = stored is not None and stored.has(setting.parameter.name, element)
    return stored if told and not setting.overrides_prior(element) else None


def _belief_text(setting: Setting, element: str, posterior: Posterior | None) -> str:
    """Write the distribution of a parameter; nothing if the scenario fixes its value."""
    if setting.is_pinned(element) or setting.is_held(element):
        return ""
    if posterior is not None:
        low, high = np.quantile(posterior.column(setting.parameter.name, element), [0.05, 0.95])
        return f"90% in [{low:.3g}, {high:.3g}] given history to {posterior.until}"
    shock = setting.shock
    if shock is not None:
        return f"yearly from {shock.first_year}, {shock.spread}"
    prior = setting.prior_of(element)
    return "" if prior is None else str(prior)


def _path_text(path: Path) -> str:
    """Write a path in words.

    Examples
    --------
    >>> _path_text(Path([2022, 2022], [1.0, 4.0]))
    '1, then 4 from 2022'
    >>> _path_text(Path([2000, 2021, 2023], [1.0, 1.0, 2.5]))
    '1 until 2021, linear to 2.5 in 2023'
    """
    levels = [float(value) for value in path.values]
    parts = [exact_number(levels[0])]
    for number in range(len(levels)):
        level, time, slope = levels[number], path.times[number], float(path.slopes[number])
        before = float(path.slopes[number - 1]) if number else 0.0
        gap = float(time - path.times[number - 1]) if number else 0.0
        arrived = levels[number - 1] + before * gap if number else level
        if before:
            parts.append(f"linear to {exact_number(arrived)} in {time:g}")
        if abs(level - arrived) > 1e-9 * max(abs(level), abs(arrived)):
            parts.append(f"then {exact_number(level)} from {time:g}")
        elif slope and not before:
            parts[-1] += f" until {time:g}"
    return ", ".join(parts)


def tables_of(record: Record) -> Iterator[RenderableType]:
    """Lay out a record: its title, then one table for each list.

    Parameters
    ----------
    record : dict
        From `study_record` or `scenario_record`.

    Yields
    ------
    rich renderable
    """
    yield Text(str(record["title"]))
    for name, rows in record.items():
        if name == "title":
            continue
        yield Text(f"\n{name.capitalize()}", "bold")
        if not rows:
            yield Text("none" if name != "values" else "none: the scenario changes nothing")
        else:
            shown = [_shown(row) for row in rows]
            rows = [list(row.values()) for row in shown]
            yield records_table(list(shown[0]), rows, write=exact_number)


def _shown(row: Record) -> Record:
    """Write the cells of a row as text for readers."""
    if "direction" in row:
        asked = f"{row['direction']} {exact_number(row['value'])} {row['unit']}"
        return {
            "no.": str(row["no."]),
            "target": row["target"],
            "label": row["label"],
            "asks for": asked,
            "measure": row["measure"].replace("_", " "),
            "years": "-".join(map(str, row["years"])),
            "place in the plan": row["place"],
        }
    return {key: _cell(key, value) for key, value in row.items()}


def _cell(key: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return ", ".join(f"{element} {exact_number(number)}" for element, number in value.items())
    if key == "range":
        return " to ".join(exact_number(bound) for bound in value)
    return "; ".join(value) if isinstance(value, list) else value
