"""The first page: its figures are the monitor's."""

from __future__ import annotations

import dataclasses
from typing import Any

import pandas as pd

from xhsim.analysis.monitoring.monitor import Monitoring
from xhsim.report.bulletin.content import bulletin_of
from xhsim.report.bulletin.findings import Findings, findings_of
from xhsim.report.bulletin.front import Front, front_of
from xhsim.report.bulletin.words import BulletinWords


def _front(monitoring: Monitoring, findings: Findings, title: str | None = None) -> Front:
    """Write the first page without drawing the annex."""
    return front_of(monitoring, findings, BulletinWords("en", monitoring.study.labels), title)


def test_every_target_has_a_row(english) -> None:
    rows = english.front.rows
    assert [row.target for row in rows] == ["Size", "Modest gain", "South"]
    assert [row.rank for row in rows] == ["1", "2", "3"]
    assert all(len(row.changes) == 2 for row in rows)
    assert len(english.front.columns) == 8


def test_lights_follow_the_plan(english, monitored, findings) -> None:
    now = findings.probabilities.tail(3)["probability"]
    expected = [monitored.study.files.monitoring.light(chance) for chance in now]
    assert [row.light for row in english.front.rows] == expected
    assert english.front.headline.startswith("3 targets: 1 green, 1 amber, 1 red.")


def test_it_says_what_moved_and_why(english) -> None:
    front = english.front
    assert front.new.startswith("New since 31 January 2023: ")
    assert "Yield, 2023 was 11.5 unit per year" in front.new
    assert front.movements[0].startswith("Size rose from ")
    assert "Size, 2022 (+" in front.movements[0]
    assert "Growth higher by" in front.learnt


def test_it_says_what_to_watch(english) -> None:
    assert english.front.watched[0].startswith("Zone size (South)")
    assert "“South” by" in english.front.watched[0]


def test_it_says_what_it_hangs_on(english) -> None:
    assert "the 3 figures are as exact" in english.front.conditions[0]


def test_chinese(chinese) -> None:
    front = chinese.front
    assert front.title == "规划目标监测简报"
    assert front.headline.startswith("3项目标中，绿灯1项、黄灯1项、红灯1项；")
    assert front.rows[0].light_text == "绿灯"
    assert front.movements[0].startswith("规模由")
    assert front.note.endswith("上期指2023年1月31日。")


def test_small_changes_may_be_chance(english) -> None:
    south = english.front.rows[2]
    assert [change.may_be_chance for change in english.front.rows[0].changes] == [True, False]
    assert south.changes[0].may_be_chance


def test_the_study_names_its_bulletins(monitored, findings) -> None:
    files = monitored.study.files
    assert files.monitoring.title is None
    assert _front(monitored, findings).title == "Monitoring of the plan's targets"
    assert _front(monitored, findings, title="Mine").title == "Mine"


def test_before_any_figure_it_is_a_forecast(monitored) -> None:
    early = monitored.study.monitor("2022-06", draws=32)
    front = _front(early, findings_of(early))
    assert "No figure has been published yet" in front.headline
    assert (front.new, front.largest, front.movements, front.learnt) == ("", "", (), "")
    assert all(row.changes == () for row in front.rows)
    assert len(front.columns) == 6


def test_measured_rates_are_told(monitored, findings) -> None:
    assert "has not been measured" in _front(monitored, findings).conditions[1]
    numbers = {"missed_after_green": 0.1, "missed_after_red": 0.75, "warned": 0.8}
    numbers |= {"missed_after_amber": 0.4, "false_alarm": 0.2, "twins": 200}
    ends = {f"{key}{end}": value for key, value in numbers.items() for end in ("_low", "_high")}
    rates = pd.DataFrame([numbers | ends] * 2, index=[2022, 2024])
    found = bulletin_of(monitored, dataclasses.replace(findings, rates=rates))
    told = found.front.conditions[1].replace("\N{NO-BREAK SPACE}", " ")
    assert told.startswith("In 200 twin experiments with figures up to 2022, 10 % of the green")
    assert "25 % of the red ones by attainment; amber or red warned of 80 % of" in told
    table: Any = next(b for b in found.annexes[3].blocks if b.kind == "table")
    assert [row[0] for row in table.rows] == ["2022", "2024"]
    assert table.rows[0][1].replace("\N{NO-BREAK SPACE}", " ") == "10 % (10–10)"


def test_a_target_without_its_base_has_no_light(monitored, findings) -> None:
    size = findings.targets["size"]
    hanging = dataclasses.replace(size, hangs_on=size.variable)
    changed = dataclasses.replace(findings, targets=findings.targets | {"size": hanging})
    front = _front(monitored, changed)
    assert front.rows[0].light == ""
    assert front.rows[0].target == "Size †"
    assert "1 without a light" in front.headline
    assert "†" in front.note


def test_nothing_to_watch_is_said(monitored, findings) -> None:
    changed = dataclasses.replace(findings, watch=findings.watch.head(0))
    front = _front(monitored, changed)
    assert front.watched == ("No single unpublished figure would narrow a target beyond chance.",)


def test_after_the_first_figures_the_change_is_since_before_any(monitored) -> None:
    first = monitored.study.monitor("2023-06", draws=64)
    front = _front(first, findings_of(first, draws=64))
    assert "since before any figure)" in front.headline
    assert front.new.startswith("First figures: Size, 2022 was 108 unit, ")
    assert all(len(row.changes) == 1 for row in front.rows)
