"""Rules of policy: when a scenario reacts to published figures, and how."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from xhsim.study.files.mistakes import Place
from xhsim.study.files.records import Written
from xhsim.study.names import Reference, canonical, parse_reference
from xhsim.study.scenarios.changes import Change, make_change
from xhsim.wording.label import Label

if TYPE_CHECKING:
    from xhsim.study.scenarios.rule_keys import ConditionRecord, RuleRecord

__all__ = ["FigureTest", "PolicyRule", "RuleOff", "combined_rules", "read_rules"]

SMALL = 1e-9  # of a year, or of a unit of rounding


@dataclass(frozen=True)
class FigureTest:
    """A condition of a rule: a comparison of a published figure with a threshold.

    Parameters
    ----------
    reference : Reference
        The variable, or one element of it.
    is_below : bool
        Whether the figure must be below the level; otherwise above it.
    level : float
        The threshold.
    until : float or None
        The threshold that the figure must pass in the other direction before the rule is released.
    lag : float
        Years after which a figure is published.
    rounded : float or None
        The figure is published as a multiple of this number.
    measure : {"level", "growth"}
    published : str or None
        Where a variable without history and target is published.
    where : Place
    unit : str
        The unit of the level as written; may be empty.
    """

    reference: Reference
    is_below: bool
    level: float
    until: float | None
    lag: float
    rounded: float | None
    measure: str
    published: str | None
    where: Place
    unit: str = ""

    def year_of(self, check: float) -> float:
        """Return the year of the newest figure that is published at a check."""
        return float(math.floor(check - self.lag + SMALL))


@dataclass(frozen=True)
class PolicyRule:
    """A rule of policy.

    Parameters
    ----------
    name : str
    label : Label
    checks : tuple of float
        The dates at which it is checked; increasing.
    tests : tuple of FigureTest
    needs_all : bool
        Whether all conditions must hold; otherwise any.
    then, otherwise : tuple of Change
        What holds while it acts, and what holds while it does not. Dates of shapes are years after
        the check.
    at_most : int or None
        How often it may begin to act.
    stays : bool
        Whether it is never released.
    where : Place
    """

    name: str
    label: Label
    checks: tuple[float, ...]
    tests: tuple[FigureTest, ...]
    needs_all: bool
    then: tuple[Change, ...]
    otherwise: tuple[Change, ...]
    at_most: int | None
    stays: bool
    where: Place

    @property
    def changes(self) -> tuple[Change, ...]:
        """All that it sets."""
        return (*self.then, *self.otherwise)


@dataclass(frozen=True)
class RuleOff:
    """A rule of an ancestor that is switched off."""

    name: str
    where: Place


def read_rules(written: Written[Any]) -> tuple[PolicyRule | RuleOff, ...]:
    """Convert the rules of a scenario file; mistakes are added to those of the record.

    Parameters
    ----------
    written : Written
        The record of the scenario.
    """
    found: list[PolicyRule | RuleOff] = []
    first: dict[str, str] = {}
    for name, record in written.record.rules.items():
        where = written.place("rules", name)
        twin = first.setdefault(canonical(name), name)
        if twin != name:
            written.wrong(
                f'rule "{name}" has the same name as "{twin}"',
                *("rules", name),
                hint="choose another name",
            )
        elif record == "off":
            found.append(RuleOff(name, where))
        else:
            rule = _rule(name, record, written)
            if rule is not None:
                found.append(rule)
    return tuple(found)


def _rule(name: str, record: RuleRecord, written: Written[Any]) -> PolicyRule | None:
    before = len(written.mistakes)
    needs_all, items = _conditions(record)
    tests = []
    for steps, item in items:
        with written.mistakes.collecting():
            tests.append(_test(item, written.place("rules", name, *steps)))
    actions: dict[str, list[Change]] = {"then": [], "else": []}
    for key, action in (("then", record.then), ("else", record.otherwise)):
        for lever, value in () if action is None else action.set.items():
            with written.mistakes.collecting():
                place = written.place("rules", name, key, "set", lever)
                actions[key].append(make_change(lever, value, place))
    checks = _checks(name, record, written)
    if len(written.mistakes) > before:
        return None
    return PolicyRule(
        name=name,
        label=record.label.as_label() if record.label else Label(name, name),
        checks=checks,
        tests=tuple(tests),
        needs_all=needs_all,
        then=tuple(actions["then"]),
        otherwise=tuple(actions["else"]),
        at_most=record.at_most,
        stays=record.release == "never",
        where=written.place("rules", name),
    )


def _conditions(
    record: RuleRecord,
) -> tuple[bool, list[tuple[tuple[str | int, ...], ConditionRecord]]]:
    """Return whether all conditions must hold, and each with the keys that lead to it."""
    from xhsim.study.scenarios.rule_keys import SeveralRecord

    given = record.conditions
    if not isinstance(given, SeveralRecord):
        return True, [(("if",), given)]
    key, items = ("any", given.some) if given.every is None else ("all", given.every)
    return key == "all", [(("if", key, n), item) for n, item in enumerate(items or ())]


def _checks(name: str, record: RuleRecord, written: Written[Any]) -> tuple[float, ...]:
    from xhsim.study.scenarios.rule_keys import RepeatedRecord

    given = record.check
    if isinstance(given, RepeatedRecord):
        count = math.floor((given.until - given.start) / given.every + SMALL) + 1
        return tuple(float(given.start + number * given.every) for number in range(count))
    dates = [float(date) for date in (given if isinstance(given, list) else [given])]
    for number, (earlier, later) in enumerate(pairwise(dates), 1):
        if not earlier < later:
            written.wrong(
                f'rule "{name}": the check {later:g} is not after the one before it',
                *("rules", name, "check", number),
                hint="write the dates in order, each once",
            )
    return tuple(dates)


def _test(item: ConditionRecord, where: Place) -> FigureTest:
    level = item.above if item.below is None else item.below
    until = item.until_below if item.below is None else item.until_above
    assert level is not None
    units = {getattr(each, "unit", "") for each in (level, until)} - {""}
    return FigureTest(
        reference=parse_reference(item.variable, where),
        is_below=item.below is not None,
        level=float(level),
        until=None if until is None else float(until),
        lag=float(item.lag),
        rounded=None if item.rounded is None else float(item.rounded),
        measure=item.measure,
        published=item.published,
        where=where,
        unit=" and ".join(sorted(units)),
    )


def combined_rules(chain: Iterable[Iterable[PolicyRule | RuleOff]]) -> tuple[PolicyRule, ...]:
    """Return the rules in force in a scenario.

    Parameters
    ----------
    chain : iterable of iterable of PolicyRule or RuleOff
        The rules of its ancestors, the first ancestor's first, and its own.
    """
    found: dict[str, PolicyRule] = {}
    for rules in chain:
        for rule in rules:
            if isinstance(rule, RuleOff):
                found.pop(canonical(rule.name), None)
            else:
                found[canonical(rule.name)] = rule
    return tuple(found.values())
