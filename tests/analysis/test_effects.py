"""Differences, splits and shares whose answers are known."""

from __future__ import annotations

from itertools import chain, combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

import xhsim
from tests.analysis.studies import copy_of_linear
from xhsim.analysis.judging.differences import difference_table, paired_difference
from xhsim.analysis.policies.split import split_effects
from xhsim.analysis.study import Study
from xhsim.analysis.uncertainty.partition import shapley
from xhsim.errors import InputError

HEAD = "label: {en: Try, zh: 试}\ndescription: A try.\n"


def study_with(folder: Path, **files: str) -> Study:
    return xhsim.open_study(copy_of_linear(folder / "study", **files))


# --- differences ---------------------------------------------------------------------------


def test_a_difference_is_that_of_two_probabilities(xuhui: Study) -> None:
    table = xuhui.difference("plan", draws=256)
    before, after = (
        xuhui.attainment(xuhui.ensemble(name, 256))["probability"] for name in ("baseline", "plan")
    )
    assert table["difference"].to_numpy() == pytest.approx((after - before).to_numpy())
    assert table["before"].to_numpy() == pytest.approx(before.to_numpy())
    assert (table["gained"] - table["lost"]).to_numpy() == pytest.approx(
        table["difference"].to_numpy()
    )
    assert (table["low"] <= table["difference"]).all()
    assert (table["difference"] <= table["high"]).all()


def test_intervals_of_differences_cover_what_they_should() -> None:
    """Pairs that go together, as draws under two policies do: 95 % of the intervals hold."""
    generator = np.random.default_rng(0)
    law = multivariate_normal([0.0, 0.25], [[1, 0.9], [0.9, 1]], seed=generator)
    truth = 0.5987063256829237 - 0.5  # normal distribution at 0.25, less one half
    held, trials = 0, 1500
    for _ in range(trials):
        one, other = (law.rvs(200) > 0).T
        _, low, high = paired_difference(int((other & ~one).sum()), int((one & ~other).sum()), 200)
        held += low <= truth <= high
    assert held / trials == pytest.approx(0.95, abs=0.02)


def test_other_draws_cannot_be_compared(xuhui: Study) -> None:
    one, other = xuhui.ensemble("baseline", 8, 0), xuhui.ensemble("plan", 8, 1)
    with pytest.raises(InputError, match="differ in seed: 0 and 1"):
        difference_table(one, other, xuhui.targets)


# --- Shapley's value -----------------------------------------------------------------------

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


# --- splits --------------------------------------------------------------------------------

SECOND = """
second policy:
  unit: unit/year
  value: 0
  role: lever
  range: [0, 5]
  source: "assumption: another programme"
  label: {en: Second, zh: 第二}
"""


def two_policies(folder: Path, flow: str) -> Study:
    """Size grows with two policies, of which the scenario `both` sets one to 1, the other to 3."""
    linear = copy_of_linear(folder / "plain")
    model = (linear / "model" / "linear.mdl").read_text(encoding="utf-8")
    model = model.replace("INTEG(growth + policy, 100)", f"INTEG(growth + {flow}, 100)")
    model = model.replace(
        "idle = 1", "second policy = 0 ~ unit/year ~ Another programme. |\nidle = 1"
    )
    parameters = (linear / "model" / "parameters.yaml").read_text(encoding="utf-8") + SECOND
    both = HEAD + (
        "extends: baseline\nset:\n  policy: {step: {year: 2021, to: 1}}\n"
        "  second policy: {step: {year: 2021, to: 3}}\n"
    )
    return study_with(
        folder,
        **{
            "model/linear.mdl": model,
            "model/parameters.yaml": parameters,
            "scenarios/both.yaml": both,
        },
    )


def test_policies_that_do_not_interact(tmp_path: Path) -> None:
    study = two_policies(tmp_path, "policy + second policy")
    found = study.split("both", "size", measure="median", draws=64, orders=4)
    assert found.after - found.before == pytest.approx(16)
    assert found.interaction == pytest.approx(0, abs=1e-9)
    assert found.table.index.tolist() == ["second policy", "policy"]
    for column in ("alone", "last", "shapley"):
        assert found.table[column].tolist() == pytest.approx([12, 4])
    assert found.table["error"].tolist() == pytest.approx([0, 0], abs=1e-9)


def test_policies_that_need_one_another(tmp_path: Path) -> None:
    """Nothing happens unless both are done: each has half of it."""
    study = two_policies(tmp_path, "policy*second policy")
    found = study.split("both", "size", measure="median", draws=64, orders=4)
    assert found.table["alone"].tolist() == pytest.approx([0, 0])
    assert found.table["last"].tolist() == pytest.approx([12, 12])
    assert found.table["shapley"].tolist() == pytest.approx([6, 6])
    assert found.interaction == pytest.approx(12)


def test_several_targets_at_once_are_split_as_one_by_one(xuhui: Study) -> None:
    names = ["rd_intensity", "pct_filings", "ai_growth"]
    options = {"draws": 64, "orders": 3, "seed": 5}
    together = split_effects(xuhui, "rd-push", names, **options)  # type: ignore[arg-type]
    for name, one in zip(names, together, strict=True):
        alone = xuhui.split("rd-push", name, **options)
        pd.testing.assert_frame_equal(one.table, alone.table)
        assert (one.before, one.after, one.target.id) == (alone.before, alone.after, name)
    with pytest.raises(InputError, match='unknown target "x"'):
        split_effects(xuhui, "rd-push", ["rd_intensity", "x"])


def test_the_split_of_xuhui_is_that_of_single_ensembles(xuhui: Study) -> None:
    found = xuhui.split("rd-push", "rd_intensity", draws=128, orders=2, measure="median")
    ends = [
        float(xuhui.attainment(xuhui.ensemble(name, 128))["median"]["rd_intensity"])
        for name in ("baseline", "rd-push")
    ]
    assert (found.before, found.after) == pytest.approx(tuple(ends), rel=1e-9)
    assert found.table["shapley"].sum() == pytest.approx(ends[1] - ends[0], rel=1e-9)


@pytest.mark.parametrize(
    ("scenario", "target", "options", "words"),
    [
        ("baseline", "rd_intensity", {}, "extends no other"),
        ("pan", "rd_intensity", {}, 'did you mean "plan"?'),
        ("plan", "rd_intensty", {}, 'did you mean "rd_intensity"?'),
        ("plan", "rd_intensity", {"measure": "mean"}, "cannot be divided"),
    ],
)
def test_mistakes(
    xuhui: Study, scenario: str, target: str, options: dict[str, str], words: str
) -> None:
    with pytest.raises(InputError) as caught:
        xuhui.split(scenario, target, **options)
    assert words in str(caught.value)


# --- layers --------------------------------------------------------------------------------


def test_layers_of_the_linear_study(tmp_path: Path) -> None:
    """Size depends on a parameter alone, yield on yearly weather alone."""
    study = study_with(tmp_path)
    shares = study.partition("baseline", draws=256, outputs=["size", "yield"])
    assert shares["layer"].values.tolist() == ["parameters", "environment"]
    at = shares.sel(time=2025)
    assert at["size"].values.tolist() == pytest.approx([1, 0])
    assert at["yield"].values.tolist() == pytest.approx([0, 1])
    assert np.isnan(shares["yield"].sel(time=2020)).all()
    deviation = shares["size"].attrs["deviation"][-1]
    assert deviation == pytest.approx(5 / 1.6448536, rel=0.02)


def test_delivery_is_a_layer_where_there_is_any(tmp_path: Path) -> None:
    text = HEAD + (
        "set: {policy: {step: {year: 2021, to: 2}}}\ndelivery:\n  share: 90% in [0.4, 1] uniform\n"
    )
    study = study_with(tmp_path, **{"scenarios/late.yaml": text})
    shares = study.partition("late", draws=1024, outputs=["size", "spent"]).sel(time=2025)
    assert shares["layer"].values.tolist() == ["parameters", "environment", "delivery"]
    assert shares["spent"].values.tolist() == pytest.approx([0, 0, 1])
    # Independent sources add up: 8 x the share's deviation against 5 x the growth's.
    policy, growth = 8 * 0.6 / 0.9 / np.sqrt(12), 5 / 1.6448536
    expected = policy**2 / (policy**2 + growth**2)
    assert float(shares["size"].sel(layer="delivery")) == pytest.approx(expected, abs=0.03)


def test_layers_are_drawn_or_not(xuhui: Study) -> None:
    outputs = ["GDP", "RD intensity"]
    still = xuhui.ensemble("plan", 16, layers=(), outputs=outputs)
    centre = xuhui.run("plan", outputs=outputs)
    assert still["gdp"].values == pytest.approx(np.tile(centre["gdp"].values, (16, 1)), rel=1e-9)
    calm = xuhui.ensemble("plan", 16, layers=("parameters",), outputs=outputs)["gdp"]
    whole = xuhui.ensemble("plan", 16, outputs=outputs)["gdp"]
    assert np.array_equal(calm.sel(time=2020), whole.sel(time=2020))
    assert not np.array_equal(calm.sel(time=2025), whole.sel(time=2025))
    with pytest.raises(InputError, match="are no layers"):
        xuhui.ensemble("plan", 16, layers=("shocks",))


def test_permuting_draws_permutes_results(xuhui: Study) -> None:
    """Bit for bit, through posterior, priors, shocks and changes of levers."""
    from dataclasses import replace

    from xhsim.analysis.worlds.design import make_design
    from xhsim.analysis.worlds.draws import sample

    resolved, design = xuhui.files.resolve("plan"), make_design(xuhui.files, 40, 3)
    order = np.random.default_rng(0).permutation(40)
    turned = replace(design, points=design.points[:, order], rows=design.rows[order])
    outputs = ["GDP", "cluster output", "building localisation"]
    one, other = (
        xuhui.model.run(sample(resolved, each), outputs=outputs) for each in (design, turned)
    )
    for name in one.data_vars:
        assert np.array_equal(one[name].values[order], other[name].values)
