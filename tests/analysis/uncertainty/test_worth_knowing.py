"""How much each unknown narrows each target, where the answer has a closed form."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from tests.analysis.studies import target
from tests.analysis.uncertainty.test_partial_information import move_of_event, share_of_event
from xhsim.analysis.study import Study
from xhsim.analysis.uncertainty.worth_knowing import worth_knowing
from xhsim.errors import InputError

SPREAD = 1 / norm.ppf(0.95)  # of growth


@pytest.fixture(scope="module")
def table(linear: Study) -> pd.DataFrame:
    return linear.worth_knowing()


def test_the_only_cause_takes_all_and_others_nothing(table: pd.DataFrame) -> None:
    assert table.attrs["draws"] == 4096
    assert list(dict.fromkeys(table["target"])) == ["size", "modest", "south"]
    first = table[table["order"] == 1].set_index("target")
    assert list(first["unknown"]) == ["growth", "growth", "zone growth[South]"]
    assert list(first["kind"]) == ["constant"] * 3
    # An event that a number decides: all of its uncertainty goes, but for the spline at the jump.
    assert first["share"].min() > 0.9
    assert first["value_share"].min() > 0.999
    others = table[table["order"] > 1]
    assert not others["sure"].any()
    assert (others["share"] < 4 * others["share_error"]).all()


def test_a_measurement_with_an_error_narrows_as_the_formula_says(linear: Study) -> None:
    own = {"size": linear.targets["size"]}
    chance = float(norm.sf((3.4 - 3) / SPREAD))
    for error in (0.5, 2.0):
        row = linear.worth_knowing(targets=own, error=error).iloc[0]
        rho = 1 / np.hypot(1, error)
        assert row["unknown"] == "growth"
        assert row["value_share"] == pytest.approx(rho**2, abs=3 * row["value_share_error"])
        wanted = share_of_event(rho, chance)
        assert row["share"] == pytest.approx(wanted, abs=3 * row["share_error"])
        wanted = 100 * move_of_event(rho, chance)
        assert row["points"] == pytest.approx(wanted, abs=3 * row["points_error"])


def test_a_decided_target_has_no_share(linear: Study) -> None:
    easy = target(id="easy", variable="size", value=50.0)
    table = worth_knowing(linear, "baseline", 256, targets={"easy": easy})
    assert table["share"].isna().all()
    assert not table["sure"].any()
    assert table.loc[0, "value_share"] == pytest.approx(1.0, abs=0.02)


def test_mistakes_are_told(linear: Study) -> None:
    with pytest.raises(InputError, match=r"error of a measurement is -1.*0 if exact"):
        linear.worth_knowing(error=-1)
    with pytest.raises(InputError, match="error of a measurement is nan"):
        linear.worth_knowing(error=float("nan"))
    with pytest.raises(InputError, match="unknown scenario"):
        linear.worth_knowing("nowhere")
