"""Shapley's value by its axioms, and the shares of layers in cases with known variances."""

from __future__ import annotations

from itertools import chain, combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import xhsim
from tests.analysis.studies import copy_of_linear
from xhsim.analysis.study import Study
from xhsim.analysis.uncertainty.partition import shapley

PLAYERS = "abcd"
GROUPS = [
    frozenset(group)
    for group in chain.from_iterable(combinations(PLAYERS, size) for size in range(5))
]


@given(st.lists(st.floats(-100, 100), min_size=16, max_size=16))
def test_shares_add_up_and_treat_likes_alike(values: list[float]) -> None:
    worth = {group: np.array(value) for group, value in zip(GROUPS, values, strict=True)}
    # Make a and b interchangeable.
    for group in GROUPS:
        if "b" in group and "a" not in group:
            worth[group] = worth[group - {"b"} | {"a"}]
    shares = shapley(worth, PLAYERS)
    whole = float(worth[frozenset(PLAYERS)] - worth[frozenset()])
    assert float(sum(shares.values())) == pytest.approx(whole, abs=1e-9)
    assert float(shares["a"]) == pytest.approx(float(shares["b"]), abs=1e-9)


@given(st.lists(st.floats(-10, 10), min_size=4, max_size=4))
def test_what_does_not_interact_gets_what_it_adds(adds: list[float]) -> None:
    worth = {
        group: np.array(sum(add for name, add in zip(PLAYERS, adds, strict=True) if name in group))
        for group in GROUPS
    }
    shares = shapley(worth, PLAYERS)
    assert [float(shares[name]) for name in PLAYERS] == pytest.approx(adds, abs=1e-9)


def test_layers_of_the_linear_study(linear: Study) -> None:
    """Size depends on a parameter alone, yield on yearly weather alone."""
    shares = linear.partition("baseline", draws=256, outputs=["size", "yield"])
    assert shares["layer"].values.tolist() == ["parameters", "environment"]
    at = shares.sel(time=2025)
    assert at["size"].values.tolist() == pytest.approx([1, 0])
    assert at["yield"].values.tolist() == pytest.approx([0, 1])
    assert np.isnan(shares["yield"].sel(time=2020)).all()
    deviation = shares["size"].attrs["deviation"][-1]
    assert deviation == pytest.approx(5 / 1.6448536, rel=0.02)
    units = linear.ensemble("baseline", draws=2)["size"].attrs["units"]
    assert shares["size"].attrs["deviation_units"] == units


def test_delivery_is_a_layer_where_there_is_any(tmp_path: Path) -> None:
    text = (
        "label: {en: Try, zh: 试}\ndescription: A try.\n"
        "set: {policy: {step: {year: 2021, to: 2}}}\ndelivery:\n  share: 90% in [0.4, 1] uniform\n"
    )
    study = xhsim.open_study(copy_of_linear(tmp_path / "study", **{"scenarios/late.yaml": text}))
    shares = study.partition("late", draws=1024, outputs=["size", "spent"]).sel(time=2025)
    assert shares["layer"].values.tolist() == ["parameters", "environment", "delivery"]
    assert shares["spent"].values.tolist() == pytest.approx([0, 0, 1])
    # Independent sources add up: 8 x the share's deviation against 5 x the growth's.
    policy, growth = 8 * 0.6 / 0.9 / np.sqrt(12), 5 / 1.6448536
    expected = policy**2 / (policy**2 + growth**2)
    assert float(shares["size"].sel(layer="delivery")) == pytest.approx(expected, abs=0.03)


def test_structures_are_a_layer_where_there_are_any(structured: Study) -> None:
    """Size is a mixture: its variance between and within structures is known."""
    shares = structured.partition("baseline", draws=1024, outputs=["size"]).sel(time=2025)["size"]
    assert shares["layer"].values.tolist() == ["structure", "parameters", "environment"]
    growth = (5 / 1.6448536) ** 2
    between = 10**2 * 0.25 * 0.75
    whole = between + 0.75 * growth  # where growth is known, nothing varies
    alone = {"structure": between, "parameters": growth}
    expected = (alone["structure"] + whole - alone["parameters"]) / 2 / whole
    assert float(shares.sel(layer="structure")) == pytest.approx(expected, abs=0.02)
    assert shares.attrs["deviation"][-1] == pytest.approx(np.sqrt(whole), rel=0.02)
    one = structured.partition("baseline", draws=64, outputs=["size"], structure="exact")
    assert "structure" not in one["layer"].values


def test_switches_are_no_drivers(structured: Study) -> None:
    table = structured.importance(draws=256)
    assert "boost switch" not in table.index
    assert {"growth", "zone growth[North]", "weather"} <= set(table.index)


def test_an_ensemble_that_is_given_is_not_run_again(structured: Study) -> None:
    ensemble = structured.ensemble("programme", 64, 2)
    names = ["size"]
    given = structured.partition("programme", 64, 2, names, ensemble=ensemble)
    plain = structured.partition("programme", 64, 2, names)
    assert np.allclose(given["size"], plain["size"], rtol=1e-12, equal_nan=True)
    assert given["size"].attrs["deviation"][-1] == float(
        ensemble["size"].sel(time=2025).std("draw")
    )
