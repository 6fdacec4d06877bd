"""A front of a study whose best packages are known, found, judged, kept and resumed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import xhsim
from tests.analysis.fronts.returns import returns_study
from xhsim.analysis.fronts.archive import read_front
from xhsim.analysis.fronts.find import find_front, settable
from xhsim.analysis.fronts.front import PolicyFront
from xhsim.analysis.fronts.question import front_question
from xhsim.analysis.fronts.seeds import Effort
from xhsim.analysis.policies.levers import Lever
from xhsim.analysis.study import Study
from xhsim.errors import InputError

SHORT = Effort(seeds=2, generations=1, population=6)


def test_the_best_split_is_found_for_any_money(known_front: PolicyFront) -> None:
    table = known_front.table()
    assert len(table) == 12
    assert table["money"].max() <= 5.0
    # What growth gains, as a share of what the best split of the same money would gain.
    found = 2 * np.sqrt(table["policy"]) + np.sqrt(table["second policy"])
    best = 2 * np.sqrt(0.8 * table["money"]) + np.sqrt(0.2 * table["money"])
    assert (found >= 0.97 * best - 1e-9).all()
    assert float((found / best).median()) > 0.99


def test_packages_are_judged_on_fresh_draws(known_front: PolicyFront, returns: Study) -> None:
    table = known_front.table()
    package = int(table.index[len(table) // 2])
    made = returns.with_scenario(known_front.scenario(package, "found"))
    fresh = made.ensemble("found", known_front.made["fresh_draws"], known_front.made["fresh_seed"])
    row = made.attainment(fresh, {"far": made.targets["far"]}).loc["far"]
    kept = table.loc[package]
    assert kept["far"] == row["probability"]
    assert (kept["far low"], kept["far high"]) == (row["ci_low"], row["ci_high"])
    assert kept["money low"] == kept["money"] == kept["money high"]


def test_shipped_scenarios_stand_beside_the_front(known_front: PolicyFront, returns: Study) -> None:
    found = {each.name: each for each in known_front.scenarios}
    assert list(found) == ["baseline", "nothing", "programme"]
    # It waits until 2023: the same money earlier is better.
    assert found["programme"].beaten
    assert not found["baseline"].beaten
    fresh = returns.ensemble("programme", 4096, known_front.made["fresh_seed"])
    row = returns.attainment(fresh, {"far": returns.targets["far"]}).loc["far"]
    assert found["programme"].judged[0] == (row["probability"], row["ci_low"], row["ci_high"])
    assert found["programme"].judged[1].value == 1.0


def test_each_unit_of_money_buys_less(known_front: PolicyFront) -> None:
    gains = known_front.gains["far"]
    assert len(gains) >= 3
    assert all(gain.low <= gain.value <= gain.high for gain in gains)
    assert gains[0].value > gains[-1].value > 0
    assert gains[0].money_from == 0


def test_a_front_is_kept_and_continued(tmp_path: Path, returns: Study) -> None:
    asked = front_question(returns, ["far", "money"], draws=16)
    out = tmp_path / "out"
    with pytest.raises(InputError, match="there is no front in"):
        read_front(out)
    front = find_front(asked, SHORT, members=4, out=out)
    again = read_front(out)
    assert json.dumps(again.as_record()) == json.dumps(front.as_record())
    assert again.table().equals(front.table())
    stored = json.loads((out / "front.json").read_text(encoding="utf-8"))
    assert stored["identity"]["inputs"] == asked.identity()["inputs"]
    counted: list[int] = []
    kept = find_front(asked, SHORT, members=4, out=out, progress=counted.append)
    assert counted == []  # it is finished, so it is only read
    assert kept.as_record() == front.as_record()
    longer = Effort(seeds=2, generations=2, population=6)
    continued = find_front(asked, longer, members=4, out=out, progress=counted.append)
    whole = find_front(asked, longer, members=4)
    assert continued.as_record() == whole.as_record()
    other = front_question(returns, ["far", "money"], draws=17)
    with pytest.raises(InputError, match="it has other draws"):
        find_front(other, SHORT, out=out)
    with pytest.raises(InputError, match="it has other population"):
        find_front(asked, Effort(2, 1, 8), out=out)
    (out / "front.json").write_text('{"format": 1}', encoding="utf-8")
    with pytest.raises(InputError, match=r"front\.json: the file is not a front"):
        read_front(out)


def test_a_changed_study_is_another_search(tmp_path: Path) -> None:
    study = returns_study(tmp_path / "study")
    objectives = ["far", "money"]
    find_front(front_question(study, objectives, draws=8), SHORT, members=3, out=tmp_path / "out")
    (tmp_path / "study" / "scenarios" / "nothing.yaml").unlink()
    changed = front_question(study, objectives, draws=8)
    with pytest.raises(InputError, match=r"scenarios/nothing\.yaml changed since.*front is lost"):
        find_front(changed, SHORT, out=tmp_path / "out")


def test_a_file_that_a_search_has_not_used_is_no_change(tmp_path: Path) -> None:
    folder, out = tmp_path / "study", tmp_path / "out"
    objectives = ["far", "money"]
    study = returns_study(folder)
    before = find_front(front_question(study, objectives, draws=8), SHORT, members=3, out=out)
    more = "extends: baseline\nlabel: {en: More, zh: 加大}\ndescription: More.\n"
    more += "set:\n  second policy: 2\n"
    (folder / "scenarios" / "more.yaml").write_text(more, encoding="utf-8")
    (folder / "model" / "inconsistencies.yaml").write_text("{}\n", encoding="utf-8")
    asked = front_question(xhsim.open_study(folder), objectives, draws=8)
    assert "more" in asked.starts
    kept = find_front(asked, SHORT, members=3, out=out)
    assert kept.as_record() == before.as_record()
    # Continued, it still knows the scenarios with which it began, and no other.
    longer = Effort(seeds=2, generations=2, population=6)
    continued = find_front(asked, longer, members=3, out=out)
    assert continued.made["starts_from"] == ["baseline", "nothing", "programme"]
    again = find_front(front_question(study, objectives, draws=8), longer, members=3)
    assert continued.as_record() == again.as_record()


def test_limits_that_nothing_keeps_are_said(returns: Study) -> None:
    asked = front_question(returns, ["far", "money"], limits={"far": 1.0}, money=0.1, draws=8)
    with pytest.raises(InputError, match="no package that keeps to the limits was found"):
        find_front(asked, SHORT)
    with pytest.raises(InputError, match="needs 2 packages or more"):
        find_front(asked, SHORT, members=1)


def test_shares_and_sums_of_money_are_kept_to(returns: Study) -> None:
    asked = front_question(
        returns, ["far", "money"], money_in_total=12.0, shares={"policy": 0.5}, draws=16
    )
    front = find_front(asked, Effort(1, 6, 24), members=8, fresh_draws=64)
    table = front.table()
    # A share of at most a half, where the best one is four fifths: both get the same.
    assert (table["policy"] <= 0.5 * table["money"] + 1e-9).all()
    assert (table["policy"] >= 0.3 * table["money"] - 0.02).all()
    assert (4 * table["money"] <= 12.0 + 1e-9).all()
    assert table["money"].max() > 2
    assert front.made["lever_limits"] == [
        "Money in 2021-2025: 12",
        "policy: at most 50 % of the money",
    ]
    with pytest.raises(InputError, match=r"Money in 2022: 0\.5 is less than"):
        front_question(returns, money={2022: 0.5}, bounds={"policy": (1, 2)})


def test_levels_are_what_a_policy_can_set() -> None:
    money = Lever("a", "", low=0.0, high=4.0, start=0.33, is_money=True)
    other = Lever("b", "", low=0.0, high=1.0, start=0.1, is_money=False)
    rounded = settable(np.array([[0.3301, 0.1046], [1.2399, 0.1004], [0.30, 0.12]]), [money, other])
    assert rounded.tolist() == [[0.33, 0.1], [1.23, 0.1], [0.3, 0.12]]
