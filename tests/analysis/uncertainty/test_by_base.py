"""Probability by an unpublished base, against its closed form."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import xhsim
from tests.analysis.hanging import chance_of_total, hanging_study
from xhsim.analysis.study import Study
from xhsim.analysis.uncertainty.by_base import (
    QUANTILES,
    _apart,
    _base_of,
    by_base,
    by_bases,
    hanging_on,
    with_known_bases,
)
from xhsim.errors import InputError
from xhsim.wording.likelihood import NOT_ASSESSABLE

GROWTH = stats.norm(3, 1 / stats.norm.ppf(0.95))  # nine tenths lie within 3 ± 1


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return hanging_study(tmp_path_factory.mktemp("hanging") / "study")


def test_each_row_has_its_closed_form(study: Study) -> None:
    table = study.by_base("total", draws=2048)
    assert tuple(table.index) == QUANTILES
    assert table["base"].to_numpy() == pytest.approx(GROWTH.ppf(QUANTILES))
    expected = [chance_of_total(base) for base in table["base"]]
    assert table["probability"].to_numpy() == pytest.approx(expected, abs=0.01)
    assert ((table["ci_low"] <= expected) & (expected <= table["ci_high"])).all()
    assert table["draws"].tolist() == [2048] * 5
    assert (table.attrs["parameter"], table.attrs["label_zh"]) == ("growth", "增长")
    assert table.attrs["unit"] == "unit/year"


def test_the_density_is_that_of_the_prior(study: Study) -> None:
    points = np.array(study.by_base("total", draws=8).attrs["density"])
    assert points[:, 1] == pytest.approx(GROWTH.pdf(points[:, 0]), rel=0.05)


def test_the_mean_over_the_base_is_the_probability_without_it(study: Study) -> None:
    shares = (np.arange(20) + 0.5) / 20
    table = study.by_base("total", draws=512, quantiles=shares)
    whole = study.attainment(study.ensemble(draws=4096)).loc["total", "probability"]
    assert table["probability"].mean() == pytest.approx(whole, abs=0.02)


def test_a_base_that_a_scenario_believes_otherwise(study: Study) -> None:
    table = study.by_base("total", "doubt", draws=8)
    assert table["base"].iloc[2] == pytest.approx(2)
    assert table.attrs["scenario"] == "doubt"


def _hanging_on(folder: Path, base: str) -> Path:
    """Write the study with another base."""
    study = hanging_study(folder / "study").files.folder
    path = study / "model/targets.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("hangs_on: Growth", f"hangs_on: {base}"), encoding="utf-8")
    return study


def test_one_element_is_fixed_and_the_others_vary(tmp_path: Path) -> None:
    other = xhsim.open_study(_hanging_on(tmp_path, "zone growth[south]"))
    assert other.unpublished_bases == ("zone growth[South]",)
    table = other.by_base("total", draws=2048, quantiles=[0.25, 0.75])
    assert table["base"].to_numpy() == pytest.approx([2 - 0.25 / 0.9, 2 + 0.25 / 0.9])
    expected = [GROWTH.sf(5.2 - south) for south in table["base"]]
    assert table["probability"].to_numpy() == pytest.approx(expected, abs=0.01)


def test_tables_say_that_the_target_is_not_assessable(study: Study) -> None:
    made = study.ensemble(draws=32)
    words = study.attainment(made)["word"]
    assert words["total"] == NOT_ASSESSABLE.en
    assert NOT_ASSESSABLE.en not in set(words.drop("total"))
    assert set(study.attainment_of_readings(made)["word"]) == {NOT_ASSESSABLE.en}
    assert study.importance(draws=64).attrs["unpublished_bases"] == ["growth"]


def test_a_scenario_that_sets_the_base_makes_it_assessable(study: Study) -> None:
    known = study.with_scenario("known", {"growth": 3.2})
    assert set(hanging_on(known, "known")) == set()
    assert set(hanging_on(known, "baseline")) == {"total"}
    table = known.attainment(known.ensemble("known", 1024))
    assert table.loc["total", "word"] != NOT_ASSESSABLE.en
    assert table.loc["total", "probability"] == pytest.approx(chance_of_total(3.2), abs=0.01)
    freed = with_known_bases(known, "known", known.targets)
    assert [reading.hangs_on for reading in freed["total"].readings] == [None, None]
    with pytest.raises(InputError, match='"known" sets "growth", on which target "total" hangs'):
        known.by_base("total", "known", draws=8)


def test_what_cannot_be_asked(study: Study) -> None:
    with pytest.raises(InputError, match=r'targets.yaml:1: target "size" hangs on no unpublished'):
        study.by_base("size")
    with pytest.raises(InputError, match="quantiles lie between 0 and 1"):
        study.by_base("total", quantiles=[0.0, 0.5])
    with pytest.raises(InputError, match='unknown target "totel"'):
        study.by_base("totel")


@pytest.mark.parametrize(
    ("base", "words"),
    [
        ("Growht", r'unknown parameter of target "total": "hangs_on" "Growht".*mean "growth"'),
        ("zone growth", r'"zone growth" has elements.*write "zone growth\[South\]"'),
        ("zone growth[East]", r'unknown element of "zone growth" "East"'),
        ("growth[South]", '"growth" has no elements to select'),
        ("idle", '"hangs_on": "idle" has no prior. name an uncertain parameter'),
        ("weather", '"hangs_on": "weather" has no prior'),
    ],
)
def test_bases_that_cannot_be(tmp_path: Path, base: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        xhsim.open_study(_hanging_on(tmp_path, base))


def test_several_bases_in_one_run_are_those_of_single_runs(study: Study, tmp_path: Path) -> None:
    """Each target keeps its own base and its own failed draws."""
    total = study.targets["total"]
    south = xhsim.open_study(_hanging_on(tmp_path, "zone growth[south]")).targets["total"]
    both = by_bases(study, [total, replace(south, id="south")], draws=64)
    assert list(both) == ["total", "south"]
    assert both["total"].equals(by_base(study, total, draws=64))
    assert both["south"].equals(by_base(study, south, draws=64))
    assert both["south"].attrs["parameter"] == "zone growth[South]"
    assert by_bases(study, []) == {}


def test_bases_that_do_not_meet_are_fixed_in_one_run(xuhui: Study) -> None:
    targets = list(hanging_on(xuhui, "plan").values())
    counted: list[int] = []
    together = by_bases(xuhui, targets, "plan", 8, progress=counted.append)
    assert sum(counted) == len(targets) * len(QUANTILES) * 8
    bases = {target.id: _base_of(xuhui, "plan", target) for target in targets}
    assert [[*group] for group in _apart(bases, xuhui.world("plan", 8))] == [[*bases]]
    for target in targets:
        assert together[target.id].equals(by_base(xuhui, target, "plan", 8))
