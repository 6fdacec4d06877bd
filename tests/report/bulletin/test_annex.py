"""The annex: pictures, tables by date, figures, method, record."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import Any

from tests.analysis.studies import copy_of_linear
from tests.report.bulletin.conftest import HARMFUL
from tests.study.forecasts.seals import a_seal
from xhsim.analysis.opening import open_study
from xhsim.report.bulletin.annex import Drawing, Origin, history_with_releases
from xhsim.report.bulletin.content import bulletin_of
from xhsim.report.page.blocks import CodeBlock, TableBlock
from xhsim.study.forecasts.register import ChangedSeal, write_seal


def _tables(annex) -> list[Any]:
    return [block for block in annex.blocks if isinstance(block, TableBlock)]


def test_its_parts(english) -> None:
    assert [annex.title for annex in english.annexes] == [
        "Annex 1. Projections with the published figures",
        "Annex 2. Probabilities by date",
        "Annex 3. The published figures",
        "Annex 4. Method",
        "Annex 5. Record of past forecasts",
    ]


def test_charts_have_the_levels_that_were_published(english, monitored) -> None:
    drawing: Any
    drawing, *revised = [b for b in english.annexes[0].blocks if isinstance(b, Drawing)]
    assert "Size" in drawing.told
    assert [each.told.partition(":")[0] for each in revised] == ["Size", "Modest gain"]
    history = history_with_releases(monitored)
    added = history.tail(3)
    assert added["value"].tolist() == [108.0, 11.0, 11.5]
    assert added["kind"].tolist() == ["point", "floor", "point"]  # charts leave floors out
    (line,) = [line for line in drawing.picture[0].lines if line.get_gid() == "history"]
    assert (2022.0, 108.0) in zip(line.get_xdata(), line.get_ydata(), strict=True)


def test_each_date_is_a_column(english) -> None:
    table = _tables(english.annexes[1])[0]
    heads = [column.heading for column in table.columns]
    assert heads == ["Target", "Before any figure", "2023-01-31", "2024-01-31"]
    assert table.rows[0][0] == "1 Size"


def test_targets_that_moved_are_drawn_over_dates(english) -> None:
    (drawing,) = [b for b in english.annexes[1].blocks if isinstance(b, Drawing)]
    assert drawing.told == "Probabilities over the dates of figures: Size; Modest gain."


def test_figures_and_their_reasons(english) -> None:
    counted, left = _tables(english.annexes[2])
    assert [row[0] for row in counted.rows] == [
        "Size, 2022",
        "Zone size (south), 2022 (floor)",
        "Yield, 2023",
    ]
    assert counted.rows[1][1] == "over 11 unit"
    assert counted.rows[1][-1] == HARMFUL
    assert [row[0] for row in left.rows] == ["Size, 2023"]
    assert "2030" in left.rows[0][-1]


def test_how_to_make_it_again(english, chinese) -> None:
    blocks = english.annexes[3].blocks
    assert [block.text for block in blocks if isinstance(block, CodeBlock)] == ["xhsim bulletin"]
    together = hashlib.sha256(b"1  a\n").hexdigest()
    assert together in blocks[-1].text
    assert not [b for b in chinese.annexes[3].blocks if isinstance(b, CodeBlock)]


def test_the_order_of_files_does_not_matter() -> None:
    one, other = {"a": "1", "b": "2"}, {"b": "2", "a": "1"}
    assert Origin.of("", one) == Origin.of("", other)


def test_without_seals_the_record_says_so(english) -> None:
    (told,) = english.annexes[4].blocks
    assert told.text.startswith("The study has no sealed forecast.")


def test_a_record_of_past_forecasts(monitored, findings, tmp_path) -> None:
    folder = copy_of_linear(tmp_path / "study")
    with (folder / "model" / "history.csv").open("a", encoding="utf-8") as file:
        file.write("size,2021,104,unit,size,,,made up,\nsize,2025,118,unit,size,,,made up,\n")
    write_seal(folder, a_seal())
    scores = open_study(folder).score()
    changed = dataclasses.replace(findings, scores=scores)
    blocks: Any = bulletin_of(monitored, changed).annexes[4].blocks
    told, table = blocks
    assert told.text.startswith("Sealed forecasts: 1. They can be compared with 1 figures")
    assert "Targets decided since: 1; the mean Brier score is 0.562" in told.text
    assert [row[1] for row in table.rows] == ["Size, 2021"]


def test_seals_that_nothing_tests_yet_and_changed_ones(monitored, findings, tmp_path) -> None:
    folder = copy_of_linear(tmp_path / "study")
    write_seal(folder, a_seal())
    scores = dataclasses.replace(
        open_study(folder).score(), changed=(ChangedSeal("winter", "its draws"),)
    )
    changed = dataclasses.replace(findings, scores=scores)
    blocks: Any = bulletin_of(monitored, changed).annexes[4].blocks
    told = [block.text for block in blocks]
    assert told[0].endswith("and are left out: winter.")
    assert told[1].startswith("Sealed forecasts: 1. Nothing has been published since")
