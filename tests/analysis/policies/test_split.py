"""The division of a scenario's effect among its policies, in cases with known shares."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import xhsim
from tests.analysis.studies import copy_of_linear
from xhsim.analysis.policies.split import OTHERS, split_effects
from xhsim.analysis.study import Study
from xhsim.errors import InputError

HEAD = "label: {en: Try, zh: 试}\ndescription: A try.\n"

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
    files = {
        "model/linear.mdl": model,
        "model/parameters.yaml": parameters,
        "scenarios/both.yaml": both,
    }
    return xhsim.open_study(copy_of_linear(folder / "study", **files))


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
    names = ["rd_intensity", "pct_filings"]
    options = {"draws": 16, "orders": 2, "seed": 5}
    together = split_effects(xuhui, "rd-push", names, **options)  # type: ignore[arg-type]
    for name, one in zip(names, together, strict=True):
        alone = xuhui.split("rd-push", name, **options)
        pd.testing.assert_frame_equal(one.table, alone.table)
        assert (one.before, one.after, one.target.id) == (alone.before, alone.after, name)
    with pytest.raises(InputError, match='unknown target "x"'):
        split_effects(xuhui, "rd-push", ["rd_intensity", "x"])


def test_the_split_of_xuhui_is_that_of_single_ensembles(xuhui: Study) -> None:
    found = xuhui.split("rd-push", "rd_intensity", draws=32, orders=1, measure="median")
    ends = [
        float(xuhui.attainment(xuhui.ensemble(name, 32))["median"]["rd_intensity"])
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


def test_far_draws_stand_for_one_another(tmp_path: Path) -> None:
    """Of many draws only some are run policy by policy; the answer is that of all."""
    study = two_policies(tmp_path, "policy*second policy")
    found = study.split("both", "size", draws=2000)
    assert found.used < found.draws == 2000
    ends = [study.attainment(study.ensemble(name, 2000)) for name in ("baseline", "both")]
    assert [found.before, found.after] == [end.loc["size", "probability"] for end in ends]
    assert found.table["alone"].tolist() == [0, 0]
    whole = found.after - found.before
    assert whole > 0.2
    assert found.table["last"].tolist() == pytest.approx([whole, whole])
    assert found.table["shapley"].tolist() == pytest.approx([whole / 2, whole / 2])
    # In each draw each policy has half of what happens: the error is that of the draws alone.
    exact = 0.5 * (whole * (1 - whole) / 2000) ** 0.5
    assert found.table["error"].tolist() == pytest.approx([exact, exact], rel=1e-6)


def test_what_is_no_policy_is_a_row_of_its_own(tmp_path: Path) -> None:
    """Without it, the policies would not end at the probability of the scenario."""
    text = HEAD + (
        "extends: baseline\nset: {policy: {step: {year: 2021, to: 1}}}\n"
        "uncertain: {growth: '90% in [3, 5]'}\n"
    )
    study = xhsim.open_study(copy_of_linear(tmp_path / "study", **{"scenarios/mixed.yaml": text}))
    found = study.split("mixed", "size", draws=100)
    assert set(found.table.index) == {"policy", OTHERS}
    assert found.after == study.attainment(study.ensemble("mixed", 100)).loc["size", "probability"]
    median = study.split("mixed", "size", measure="median", draws=100)
    assert median.table["shapley"].to_dict() == pytest.approx({"policy": 4, OTHERS: 5}, rel=0.1)
