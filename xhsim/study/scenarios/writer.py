"""The writer of scenario files. A written file reads back as the same scenario."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from xhsim.arguments import checked
from xhsim.atomic import check_folder
from xhsim.errors import InputError
from xhsim.study.files.yaml_reader import resolve_plain
from xhsim.study.parameters.priors import Shock
from xhsim.study.scenarios.meet import Meet
from xhsim.study.scenarios.rules import FigureTest, PolicyRule, RuleOff
from xhsim.study.scenarios.scenario import Change, Scenario
from xhsim.study.scenarios.shapes import Constant, Knots, Pulse, Ramp, SCurve, Step
from xhsim.wording.label import Label

__all__ = [
    "check_new_file",
    "check_new_name",
    "decided_content",
    "rule_content",
    "scenario_text",
]

SUFFIXES = (".yaml", ".yml")
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST = 100  # characters in a name; file systems allow 255 bytes including the ending
_BETWEEN = {Ramp: "ramp", Pulse: "pulse", SCurve: "s-curve"}


def check_new_name(name: str, taken: Mapping[str, object] | None = None) -> str:
    """Check that a name is possible for a new scenario, and return it without blanks around it.

    Parameters
    ----------
    name : str
        It is also the file name without its ending.
    taken : mapping of str to object, optional
        Existing scenarios by name.

    Returns
    -------
    str

    Raises
    ------
    InputError
        If it has characters other than small letters, digits and hyphens, is too long, or is
        taken.

    Examples
    --------
    >>> check_new_name(" more-research ")
    'more-research'
    >>> check_new_name("cheap, good")
    Traceback (most recent call last):
    xhsim.errors.InputError: 'cheap, good' is not a name for a scenario. use small letters, ...
    """
    stripped = name.strip()
    if not NAME.fullmatch(stripped) or len(stripped) > LONGEST:
        raise InputError(
            f"{_shortened(stripped)!r} is not a name for a scenario",
            hint=f"use small letters, digits and hyphens, such as more-research; at most {LONGEST}",
        )
    if taken is not None and stripped in taken:
        raise InputError(f'there is a scenario "{stripped}" already', hint="choose another name")
    return stripped


def _shortened(text: str, most: int = 40) -> str:
    return text if len(text) <= most else f"{text[: most - 3]}..."


def check_new_file(path: Path) -> None:
    """Check that a scenario can be written to a file, before a long computation begins.

    Parameters
    ----------
    path : Path

    Raises
    ------
    InputError
        If its ending is not that of a scenario file, if it exists already, or if its folder is not
        writable.
    """
    if path.suffix not in SUFFIXES:
        raise InputError(f'"{path}" is not a scenario file', hint="use a name ending in .yaml")
    if path.exists():
        raise InputError("the file exists already", file=path, hint="choose another name")
    check_folder(path.parent)


@checked
def scenario_text(scenario: Scenario) -> str:
    """Convert a scenario to the text of a scenario file.

    Parameters
    ----------
    scenario : Scenario
        Read from a file, or made in code.

    Returns
    -------
    str
        YAML. Reading it gives the same scenario, except for line numbers.

    Examples
    --------
    >>> from xhsim.study.scenarios.scenario import make_scenario
    >>> push = {"RD support": {"ramp": {"from": 2021, "until": 2022, "to": 6.0}}}
    >>> print(scenario_text(make_scenario("more-research", push, description="Grants: more.")))
    label: {en: more-research}
    description: 'Grants: more.'
    extends: baseline
    set:
      RD support: {ramp: {from: 2021, until: 2022, to: 6.0}}
    <BLANKLINE>
    """
    content: dict[str, Any] = {
        "label": _label(scenario.label),
        "description": scenario.description,
        "extends": scenario.extends,
        "set": {str(change.reference): _setting(change) for change in scenario.changes},
        "paths": {str(change.reference): _setting(change) for change in scenario.paths},
        "meet": {str(meet.reference): _meet(meet) for meet in scenario.meets},
        "uncertain": {str(belief.reference): str(belief.prior) for belief in scenario.beliefs},
        "correlations": [
            _OnOneLine(between=[str(pair.one), str(pair.other)], rank=float(pair.rank))
            for pair in scenario.correlations
        ],
        "delivery": scenario.delivery
        and _OnOneLine(
            (key, str(prior))
            for key, prior in (
                ("share", scenario.delivery.share),
                ("delay", scenario.delivery.delay),
            )
            if prior is not None
        ),
        "shocks": {item.name: _shock(item.shock) for item in scenario.disturbances},
        "rules": {
            rule.name: "off" if isinstance(rule, RuleOff) else rule_content(rule)
            for rule in scenario.rules
        },
        "run": _OnOneLine(
            (key, value) for key, value in vars(scenario.run).items() if value is not None
        ),
        "reference": scenario.reference,
    }
    text: str = yaml.dump(
        {key: value for key, value in content.items() if value},
        Dumper=_Dumper,
        default_flow_style=False,
        sort_keys=False,
        allow_unicode=True,
        width=float("inf"),
    )
    return text


class _OnOneLine(dict[str, Any]):
    """A mapping that is written in braces, on one line."""


class _Dumper(yaml.SafeDumper):
    """A YAML dumper whose texts `read_yaml` reads back as the same values."""

    def ignore_aliases(self, data: object) -> bool:
        """Write every value in full, because the reader refuses aliases."""
        return True

    def _text(self, text: str) -> yaml.Node:
        # PyYAML follows YAML 1.1 and puts its words, such as yes, in quotes. The reader follows
        # YAML 1.2, where 1e-3 and 08 are numbers, so such texts also need quotes.
        plain = text.isprintable() and isinstance(resolve_plain(text), str)
        return self.represent_scalar("tag:yaml.org,2002:str", text, style=None if plain else '"')

    def _in_braces(self, mapping: Mapping[str, Any]) -> yaml.Node:
        return self.represent_mapping("tag:yaml.org,2002:map", mapping, flow_style=True)


_Dumper.add_representer(str, _Dumper._text)
_Dumper.add_representer(_OnOneLine, _Dumper._in_braces)


def _meet(meet: Meet) -> Any:
    written = {
        meet.measure: _setting(meet),
        "by": str(meet.by),
        "from": meet.start,
        "until": meet.until,
    }
    return _OnOneLine((key, value) for key, value in written.items() if value is not None)


def _setting(change: Change | Meet) -> Any:
    """Return the value under ``set``: a number, or a shape over time."""
    shape = change.shape

    def level(value: float) -> float | str:
        unit = getattr(value, "unit", "") or change.unit
        return f"{float(value)!r} {unit}" if unit else float(value)

    if isinstance(shape, Constant):
        return level(shape.to)
    if isinstance(shape, Step):
        return _OnOneLine(step={"year": _date(shape.year), "to": level(shape.to)})
    if isinstance(shape, Knots):
        knots = zip(shape.years, shape.levels, strict=True)
        return _OnOneLine(knots={_date(year): level(value) for year, value in knots})
    between = {"from": _date(shape.start), "until": _date(shape.until), "to": level(shape.to)}
    return _OnOneLine({_BETWEEN[type(shape)]: between})


def decided_content(one: Change | Meet) -> list[Any]:
    """Return what a scenario says of a computed variable: its name, and the content of its key.

    Parameters
    ----------
    one : Change or Meet
        Under ``paths`` or ``meet``.
    """
    return [str(one.reference), _meet(one) if isinstance(one, Meet) else _setting(one)]


def _label(label: Label) -> dict[str, str]:
    """Return a label as it is written: a text that is the same in both languages only once."""
    texts = {"en": label.en, "zh": label.zh}
    return _OnOneLine({"en": label.en} if label.en == label.zh else texts)


def rule_content(rule: PolicyRule) -> dict[str, Any]:
    """Return a rule as a mapping of the keys of a scenario file.

    Parameters
    ----------
    rule : PolicyRule
    """
    tests = [_test(test) for test in rule.tests]
    joined = {"all" if rule.needs_all else "any": tests}
    is_named = (rule.label.en, rule.label.zh) != (rule.name, rule.name)
    content: dict[str, Any] = {
        "label": _label(rule.label) if is_named else None,
        "check": [_date(date) for date in rule.checks],
        "if": tests[0] if len(tests) == 1 else joined,
        "then": {"set": {str(change.reference): _setting(change) for change in rule.then}},
        "else": rule.otherwise
        and {"set": {str(change.reference): _setting(change) for change in rule.otherwise}},
        "at most": rule.at_most,
        "release": "never" if rule.stays else None,
    }
    return {key: value for key, value in content.items() if value}


def _test(test: FigureTest) -> dict[str, Any]:
    def level(value: float) -> float | str:
        return f"{value!r} {test.unit}" if test.unit else value

    signs = ("below", "until above") if test.is_below else ("above", "until below")
    content: dict[str, Any] = {"variable": str(test.reference), signs[0]: level(test.level)}
    if test.until is not None:
        content[signs[1]] = level(test.until)
    content["lag"] = _date(test.lag)
    if test.rounded is not None:
        content["rounded"] = test.rounded
    if test.measure != "level":
        content["measure"] = test.measure
    if test.published is not None:
        content["published"] = test.published
    return _OnOneLine(content)


def _shock(shock: Shock | None) -> Any:
    if shock is None:
        return "off"
    written: dict[str, Any] = {
        "first_year": int(shock.first_year),
        "spread": str(shock.spread),
        "persistence": float(shock.persistence),
    }
    return _OnOneLine(written | {"over": "year"} if shock.over_year else written)


def _date(year: float) -> float:
    """Return a year without a fraction as an integer."""
    return int(year) if float(year).is_integer() else float(year)
