"""Probabilities by structure: those of the structure's own draws, which add up to the whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import xhsim
from tests.analysis.studies import STRUCTURES, copy_of_study
from xhsim.analysis.judging.attainment import target_values
from xhsim.analysis.judging.by_structure import (
    draws_by_structure,
    figures_by_structure,
    structure_table,
    structures_in,
)
from xhsim.analysis.judging.probability import chance
from xhsim.analysis.study import Study


def test_probabilities_are_those_of_the_closed_form(structured: Study) -> None:
    table = structured.by_structure(structured.ensemble("baseline", 4096))
    spread = 5 / stats.norm.ppf(0.95)
    known = {
        "steady": stats.norm.sf(117, 115, spread),
        "boosted": stats.norm.sf(117, 125, spread),
        "exact": 0.0,
    }
    for name, probability in known.items():
        row = table.xs(("size", name))
        assert row["probability"] == pytest.approx(probability, abs=0.01)
        assert row["ci_low"] <= probability <= row["ci_high"]
    size = table.xs("size")
    assert size["draws"].tolist() == [2048, 1024, 1024]
    assert size["weight"].tolist() == [0.5, 0.25, 0.25]


def test_each_interval_counts_its_own_draws(structured: Study) -> None:
    ensemble = structured.ensemble("baseline", 200)
    target = structured.targets["size"]
    met = target.is_met_by(target_values(ensemble, target))
    row = structured.attainment(ensemble).loc["size"]
    for name, inside in draws_by_structure(ensemble).items():
        own = chance(int(met[inside].sum()), int(inside.sum()))
        assert (row[f"ci_low[{name}]"], row[f"ci_high[{name}]"]) == own[1:3]
        assert row[f"word[{name}]"] == own.word


def test_all_together_by_structure(structured: Study) -> None:
    ensemble = structured.ensemble("programme", 400)
    joint = structured.joint(ensemble).loc["joint"]
    names = ("steady", "boosted", "exact")
    met = sum(joint[f"probability[{name}]"] * joint[f"draws[{name}]"] for name in names)
    assert met == pytest.approx(joint["probability"] * 400)


def test_other_columns_do_not_change(structured: Study, tmp_path: Path) -> None:
    """A study without the file has the table that it had, and so has a single structure."""
    files = {"model/structures.yaml": None}
    plain = xhsim.open_study(copy_of_study(STRUCTURES, tmp_path / "s", **files))
    before = plain.attainment(plain.ensemble("baseline", 64))
    after = structured.attainment(structured.ensemble("baseline", 64, structure="steady"))
    pd.testing.assert_frame_equal(before, after)
    assert "structures" not in before.attrs
    assert len(plain.by_structure(plain.ensemble("baseline", 4))) == 0
    several = structured.attainment(structured.ensemble("baseline", 64))
    assert list(several.columns[: len(before.columns)]) == list(before.columns)


def test_a_comparison_keeps_structures_beside_a_scenario_that_fixes_one(tmp_path: Path) -> None:
    fixed = "label: {en: F, zh: 己}\ndescription: F.\nrun: {structure: exact}\n"
    folder = copy_of_study(STRUCTURES, tmp_path / "s", **{"scenarios/fixed.yaml": fixed})
    study = xhsim.open_study(folder)
    table = study.compare(["fixed", "baseline"], draws=64)
    assert structures_in(table) == ("steady", "boosted", "exact")
    assert table.attrs["structures"]["weights"] == [0.5, 0.25, 0.25]
    long = structure_table(table)
    assert long.index.names == ["scenario", "target_id", "structure"]
    assert long["probability"]["baseline", "size", "exact"] == 0
    assert np.isnan(long["probability"]["fixed", "size", "exact"])


flags = st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), min_size=1, max_size=40)


@given(flags)
def test_parts_add_up(rows: list[tuple[bool, bool, bool]]) -> None:
    met, good, first = (np.array(column) for column in zip(*rows, strict=True))
    found = figures_by_structure(met, good, {"a": first, "b": ~first})
    assert found["draws[a]"] + found["draws[b]"] == len(rows)
    counts = 0.0
    for name, inside in (("a", first), ("b", ~first)):
        counted = int((good & inside).sum())
        assert np.isnan(found[f"probability[{name}]"]) == (counted == 0)
        counts += found[f"probability[{name}]"] * counted if counted else 0
    assert counts == pytest.approx((met & good).sum())
