"""How often rules act: counted by hand."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

import xhsim
from tests.analysis.studies import LINEAR
from xhsim.analysis.policies.firings import actions_of, firings_table
from xhsim.analysis.policies.split import split_effect
from xhsim.errors import InputError


def _ensemble(acts: list[list[int]]) -> xr.Dataset:
    late = np.array(acts, dtype=float)
    values = np.stack([np.zeros_like(late), late], axis=1)
    about = {"rule": "help", "checks": [2023.0, 2024.5, 2025.0][: late.shape[1]]}
    return xr.Dataset({"r": (("draw", "time", "check_1"), values, about)}, {"time": [2020, 2025]})


def test_the_table_counts_draws() -> None:
    table = firings_table(_ensemble([[1, 0], [1, 1], [0, 1], [0, 0]]))
    assert table.index.tolist() == [("help", "2023"), ("help", "2024.5"), ("help", "any")]
    assert table["probability"].tolist() == [0.5, 0.5, 0.75]
    assert table["begins"].tolist() == [0.5, 0.25, 0.75]
    assert table["first"].tolist() == [0.5, 0.25, 0.75]
    assert table["ends"].tolist() == [0, 0.25, 0.25]
    assert (table["ci_low"] < table["probability"]).all()
    assert (table["probability"] < table["ci_high"]).all()


def test_a_rule_may_begin_twice() -> None:
    table = firings_table(_ensemble([[1, 0, 1]]))
    assert table["first"].tolist() == [1, 0, 0, 1]
    assert table["begins"].tolist() == [1, 0, 1, 2]
    assert table["ends"].tolist() == [0, 1, 0, 1]


def test_a_result_file_with_one_check_holds_a_number() -> None:
    one = _ensemble([[1], [0]])
    one["r"].attrs["checks"] = np.float64(2023.0)
    (found,) = actions_of(one).values()
    assert found[0] == (2023.0,)
    assert found[1].tolist() == [[True], [False]]


def test_without_rules() -> None:
    with pytest.raises(InputError, match="no rule was checked in these runs"):
        firings_table(xr.Dataset())


def test_rules_are_one_policy_of_a_split() -> None:
    rule = {
        "check": 2023,
        "if": {"variable": "size", "below": 200},
        "then": {"set": {"policy": 1}},
    }
    study = xhsim.open_study(LINEAR).with_scenario("helped", rules={"help": rule})
    found = split_effect(study, "helped", "size", measure="median", draws=16, orders=1)
    assert found.table.index.tolist() == ["rules"]
    assert found.table.loc["rules", "label_zh"] == "政策规则"
    # One unit a year more from 2023 to 2025.
    assert found.table.loc["rules", "shapley"] == pytest.approx(2.0, rel=1e-12)
    assert found.after - found.before == pytest.approx(2.0, rel=1e-12)
