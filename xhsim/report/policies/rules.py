"""Rules of policy in words, and how often they act as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.table import Table

from xhsim.analysis.policies.firings import ANY
from xhsim.report.terminal.tables import records_table
from xhsim.study.labels import Labels
from xhsim.study.scenarios.changes import Change
from xhsim.study.scenarios.rules import FigureTest, PolicyRule
from xhsim.study.scenarios.shapes import Constant, Knots, Pulse, Step
from xhsim.wording.numbers import number_text, percent_text
from xhsim.wording.phrases import REPORT
from xhsim.wording.punctuation import ENUMERATION, SEMICOLON

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["firings_rows", "rule_sentences"]


def rule_sentences(rule: PolicyRule, labels: Labels, lang: str = "en") -> str:
    """Write a rule in sentences.

    Parameters
    ----------
    rule : PolicyRule
    labels : Labels
    lang : {"en", "zh"}
    """
    joined = REPORT["rule_and" if rule.needs_all else "rule_or"].in_(lang)
    dates = ENUMERATION.in_(lang)
    parts = [
        REPORT.say(
            "rule_whole",
            lang,
            dates=dates.join(_date(check) for check in rule.checks),
            tests=joined.join(_test(test, labels, lang) for test in rule.tests),
            sets=_sets(rule.then, labels, lang),
        )
    ]
    if rule.otherwise:
        parts.append(REPORT.say("rule_else", lang, sets=_sets(rule.otherwise, labels, lang)))
    if rule.at_most == 1:
        parts.append(REPORT.say("rule_once", lang))
    elif rule.at_most is not None:
        parts.append(REPORT.say("rule_limit", lang, n=rule.at_most))
    if rule.stays:
        parts.append(REPORT.say("rule_stays", lang))
    return (" " if lang == "en" else "").join(parts)


def _date(check: float) -> str:
    return f"{check:.2f}".rstrip("0").rstrip(".")


def _test(test: FigureTest, labels: Labels, lang: str) -> str:
    name = labels.reference(test.reference).in_(lang)
    if test.measure == "growth":
        name = REPORT.say("rule_growth", lang, name=name)

    def level(value: float) -> str:
        if test.measure == "growth":
            return percent_text(value, lang)
        return number_text(value)

    lag = REPORT.say("rule_year" if test.lag == 1 else "rule_years", lang, n=f"{test.lag:g}")
    figure = REPORT.say("rule_figure", lang, name=name, lag=lag)
    key = "rule_below" if test.is_below else "rule_above"
    said = REPORT.say(key, lang, figure=figure, level=level(test.level))
    if test.until is None:
        return said
    key = "rule_until_above" if test.is_below else "rule_until_below"
    return REPORT.say(key, lang, test=said, level=level(test.until))


def _sets(changes: Sequence[Change], labels: Labels, lang: str) -> str:
    return SEMICOLON.in_(lang).join(_set(change, labels, lang) for change in changes)


def _set(change: Change, labels: Labels, lang: str) -> str:
    name, shape = labels.reference(change.reference).in_(lang), change.shape
    if isinstance(shape, Constant):
        return REPORT.say("rule_level", lang, name=name, level=number_text(shape.to))
    if isinstance(shape, Knots | Step):
        pairs = (
            zip(shape.years, shape.levels, strict=True)
            if isinstance(shape, Knots)
            else [(shape.year, shape.to)]
        )
        return SEMICOLON.in_(lang).join(
            REPORT.say("rule_level_after", lang, name=name, level=number_text(level), n=f"{year:g}")
            for year, level in pairs
        )
    key = "rule_level_between" if isinstance(shape, Pulse) else "rule_level_within"
    span = {"start": f"{shape.start:g}", "end": f"{shape.until:g}"}
    return REPORT.say(key, lang, name=name, level=number_text(shape.to), **span)


def firings_rows(firings: pd.DataFrame, labels: dict[str, str], lang: str = "en") -> Table:
    """Return how often rules act as a table.

    Parameters
    ----------
    firings : DataFrame
        From `Study.firings`.
    labels : dict of str to str
        The label of each rule.
    lang : {"en", "zh"}
    """
    columns = [
        *(REPORT[key].in_(lang) for key in ("rule_name", "rule_check", "rule_acts")),
        *(REPORT[key].in_(lang) for key in ("rule_begins", "rule_ends")),
    ]
    rows = []
    shown = ""
    for (rule, check), row in zip(firings.index, firings.to_dict("records"), strict=True):
        # In the row of all checks the sums count how often, and not in which share of draws.
        shares = ["", ""] if check == ANY else [f"{100 * row[key]:.0f}" for key in _SHARES]
        acts = "{:.0f} ({:.0f}–{:.0f})".format(*(100 * float(row[key]) for key in _CHANCE))
        name = "" if rule == shown else labels.get(rule, rule)
        rows.append([name, REPORT["rule_any"].in_(lang) if check == ANY else check, acts, *shares])
        shown = rule
    return records_table(columns, rows)


_SHARES = ("begins", "ends")
_CHANCE = ("probability", "ci_low", "ci_high")
