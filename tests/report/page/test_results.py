"""The sections of results: figures of the tables, descriptions of pictures."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

import xhsim
from tests.analysis.hanging import hanging_study
from tests.analysis.studies import STRUCTURES
from tests.report.page.pages import DRAWS, HTML, Make, rows_of, text_of
from xhsim.analysis.study import Study
from xhsim.report.page.page import write_report
from xhsim.wording.likelihood import likelihood_text
from xhsim.wording.numbers import probability_text


def test_the_table_has_the_figures_of_the_study(study: Study, make: Make) -> None:
    rows = rows_of(make("programme"), "attainment")
    table = study.attainment(study.ensemble("programme", DRAWS, 0), study.indicators)
    moved = study.difference("programme", draws=DRAWS)
    assert len(rows) == len(table) == 3
    for (name, cells), (key, row) in zip(rows.items(), table.iterrows(), strict=True):
        assert name == f"{row['rank']} {row['label']} unit"
        _, chance, word, middle, _, change = cells
        percent, interval = chance.split()
        assert percent == probability_text(row["probability"], row["ci_low"], row["ci_high"])
        low, high = (int(end) / 100 for end in interval.split("–"))
        assert low <= row["ci_low"] < low + 0.01
        assert high - 0.01 < row["ci_high"] <= high
        assert word.replace("\N{NO-BREAK SPACE}", " ") == likelihood_text(row["word"])
        assert float(middle.split()[0].replace("−", "-")) == pytest.approx(row["median"], rel=5e-3)
        points = float(moved["difference"][str(key)])
        assert int(change.split()[0].replace("−", "-")) == math.floor(100 * points + 0.5)


def test_each_picture_says_what_it_shows(make: Make) -> None:
    pictures = make("programme").findall(".//svg[@role='img']")
    assert len(pictures) == 3 + 1 + 1 + 2  # fans, heatmap, crossing; two targets are moved
    for picture in pictures:
        assert len(picture.get("aria-label")) > 30
    assert "Size: the level has a median of" in pictures[1].get("aria-label")


def test_the_effect_is_divided_as_the_study_divides_it(study: Study, make: Make) -> None:
    page = make("programme")
    text = text_of(page.get_element_by_id("split"))
    for target in ("size", "modest"):
        split = study.split("programme", target, draws=DRAWS)
        (policy,) = split.table["shapley"]
        assert policy == pytest.approx(split.after - split.before)
        points = f"{math.floor(100 * policy + 0.5):+d}".replace("-", "−")
        assert f"Programme {points} (± " in text
    assert f"All groups of policies run on the {DRAWS} draws of the page." in text


def test_readings_and_unpublished_bases(tmp_path: Path) -> None:
    study = hanging_study(tmp_path / "study")
    pages = {}
    for lang in ("en", "zh"):
        file = write_report(study, ["baseline"], tmp_path / "page.html", draws=64, lang=lang)
        pages[lang] = HTML.fromstring(file.read_text(encoding="utf-8"))
    rows = rows_of(pages["en"], "attainment", 1)
    assert list(rows) == [
        *("Total size unit", "or: Total size, as an increase unit", "or: Size of the south unit"),
    ]
    assert {cells[2] for cells in rows.values()} == {"not assessable without the base"}
    assert rows["or: Size of the south unit"][0] == "≥ 20"
    assert "缺少基数，无法评估" in text_of(pages["zh"].get_element_by_id("attainment"))
    told = text_of(pages["en"].get_element_by_id("bases"))
    assert "Total size, by “Growth” (unit per year): <6 % (0–6) at 2; " in told
    assert "; >94 % (94–100) at 4." in told
    assert "总规模（按“增长”（unit/年）取值）：取2时<6%（0–6）" in text_of(
        pages["zh"].get_element_by_id("bases")
    )
    assert "Growth (unpublished base)" in text_of(pages["en"].get_element_by_id("spread"))


def test_a_page_without_readings_and_bases_does_not_mention_them(make: Make) -> None:
    page = make("programme")
    assert page.find(".//section[@id='bases']") is None
    assert "wording" not in text_of(page.get_element_by_id("attainment"))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_structures_have_a_table_and_a_column(lang: str, tmp_path: Path) -> None:
    study = xhsim.open_study(STRUCTURES)
    path = write_report(study, ["baseline"], tmp_path / "page.html", draws=64, lang=lang)
    page = HTML.fromstring(path.read_text(encoding="utf-8"))
    part = page.get_element_by_id("attainment")
    text = text_of(part)
    heads = [text_of(cell) for cell in part.findall(".//table")[-1].findall(".//th")]
    spread = text_of(page.get_element_by_id("spread"))
    limits = text_of(page.get_element_by_id("limits"))
    if lang == "en":
        assert "Steady 50 %, Boosted 25 %, Exact 25 % (weights from structures.yaml)" in text
        assert "A second source adds to growth." in text
        assert "Boosted, weight 25 %" in heads
        assert "not knowing which structure of the model holds" in spread
        assert "one of the 3 structures" in limits
    else:
        assert "平稳50%，推动25%，确定25%（权重由研究设定）" in text
        assert "推动，权重25%" in heads
        assert "模型结构不确定性" in spread
        assert "3种模型结构" in limits
