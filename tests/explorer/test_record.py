"""The page's own code, run in Node, against the study: the same numbers on the same draws."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from tests.analysis.monitoring.conftest import HEADER, SIZE, YIELD
from tests.analysis.studies import LINEAR, STRUCTURES, copy_of_linear
from xhsim.analysis.opening import open_study
from xhsim.analysis.study import Study
from xhsim.analysis.uncertainty.importance import uncertain_numbers
from xhsim.explorer.choice import Choice
from xhsim.explorer.content import PageContent, page_content

RUNNER = Path(__file__).with_name("run_choices.mjs")
DRAWS = 200
LATE = """
label: {en: Late programme, zh: 迟缓方案}
description: Two units from 2022, delivered late and in part.
extends: baseline
set:
  policy: {ramp: {from: 2022, until: 2024, to: 2}}
delivery: {share: "90% in [0.6, 1]", delay: "90% in [0.2, 2] lognormal"}
"""
pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")


def choice(start: str = "baseline", **changes: Any) -> dict[str, Any]:
    """Return a reader's choice as the page has it."""
    untouched = {
        "since": 2022,
        "over": 1,
        "levers": {},
        "held": {},
        "structure": None,
        "as_of": None,
    }
    return {"start": start, **untouched, **changes}


def answers(folder: Path, content: PageContent, choices: list[dict[str, Any]]) -> list[Any]:
    """Run choices in Node."""
    asked = {"record": content.record, "choices": choices}
    (folder / "asked.json").write_text(json.dumps(asked), encoding="utf-8")
    (folder / "numbers").write_bytes(content.numbers)
    (folder / "module").write_bytes(content.module)
    done = subprocess.run(
        ["node", str(RUNNER), str(folder)], capture_output=True, text=True, check=True
    )
    found: list[Any] = json.loads(done.stdout)
    return found


def agree(answer: Any, study: Study, ensemble: xr.Dataset) -> None:
    """Check series within rounding, and counts exactly."""
    for key, numbers in answer["series"].items():
        data = ensemble[key]
        inner = [dim for dim in data.dims if dim not in ("time", "draw")]
        expected = np.asarray(data.transpose("time", *inner, "draw")).ravel()
        np.testing.assert_allclose(np.array(numbers, dtype=float), expected, rtol=1e-9, atol=1e-9)
    table = study.attainment(ensemble, study.indicators)
    assert [row["id"] for row in answer["targets"]] == list(table.index)
    for row in answer["targets"]:
        wanted = table.loc[row["id"]]
        assert row["probability"] == wanted["probability"]
        assert row["word"] == wanted["word"]
        assert [row["low"], row["high"]] == pytest.approx(
            [wanted["ci_low"], wanted["ci_high"]], abs=1e-12
        )
    joint = study.joint(ensemble, study.indicators).loc["joint"]
    assert answer["mean"] == pytest.approx(joint["expected"])
    assert answer["joint"]["probability"] == joint["probability"]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    folder = tmp_path_factory.mktemp("late") / "study"
    targets = (LINEAR / "model" / "targets.yaml").read_text(encoding="utf-8")
    ranked = targets.replace("yields:\n", "yields:\n  rank: 4\n")
    changed = {"scenarios/late.yaml": LATE, "model/targets.yaml": ranked}
    return open_study(copy_of_linear(folder, **changed))


@pytest.fixture(scope="module")
def content(study: Study) -> PageContent:
    return page_content(study, ["baseline", "programme", "late"], draws=DRAWS, seed=1, lang="en")


def test_choices_give_the_numbers_of_scenarios(
    study: Study, content: PageContent, tmp_path: Path
) -> None:
    moved = [
        ("baseline", 2021, 3.0),
        ("programme", 2022, 0.5),
        ("programme", 2024, 4.0),
        ("late", 2023, 5.0),
        ("late", 2021, 0.0),
    ]
    choices = [choice(name) for name in ("baseline", "programme", "late")]
    choices += [choice(start, since=since, levers={"policy": to}) for start, since, to in moved]
    found = answers(tmp_path, content, choices)
    for answer, name in zip(found, ("baseline", "programme", "late"), strict=False):
        agree(answer, study, study.ensemble(name, DRAWS, 1))
    for answer, (start, since, to) in zip(found[3:], moved, strict=True):
        mine = study.with_scenario(Choice(start, since, levers={"policy": to}).scenario("mine"))
        agree(answer, mine, mine.ensemble("mine", DRAWS, 1))


def test_unknowns_are_held_as_a_scenario_sets_them(
    study: Study, content: PageContent, tmp_path: Path
) -> None:
    known = {unknown["name"]: unknown for unknown in content.record["unknowns"]}
    assert {"growth", "zone growth[South]", "weather"} <= set(known)
    held = {"growth": 3.5, "zone growth[South]": 2.25, "weather": 9.5}
    (answer,) = answers(tmp_path, content, [choice("programme", held=held)])
    changes: dict[str, Any] = {**held, "weather": {"step": {"year": 2022, "to": 9.5}}}
    mine = study.with_scenario("mine", changes, extends="programme")
    agree(answer, mine, mine.ensemble("mine", DRAWS, 1))


def test_what_unknowns_are_in_a_draw(study: Study, content: PageContent, tmp_path: Path) -> None:
    held = {"growth": 3.5}
    mine = study.with_scenario("mine", held, extends="late")
    plain, fixed = answers(tmp_path, content, [choice("late"), choice("late", held=held)])
    for answer, world in (
        (plain, study.world("late", DRAWS, 1)),
        (fixed, mine.world("mine", DRAWS, 1)),
    ):
        wanted = uncertain_numbers(world, 2025)
        found = {(each["key"], each["element"]): each["values"] for each in answer["unknowns"]}
        for name, values in wanted.items():
            parameter = study.parameters[name.partition("[")[0]]
            element = name[len(parameter.name) + 1 : -1]
            place = parameter.elements.index(element) if element else 0
            assert found.pop((parameter.canonical, place)) == pytest.approx(values, rel=1e-9)
        assert not found


def test_the_page_looks_as_far_as_its_scenarios(study: Study, tmp_path: Path) -> None:
    long = study.with_scenario("long", {"policy": 1}, extends="baseline", run={"until": 2028})
    content = page_content(long, ["long"], draws=DRAWS, seed=1, lang="en")
    assert content.record["times"][-1] == 2028
    (answer,) = answers(tmp_path, content, [choice("long")])
    agree(answer, long, long.ensemble("long", DRAWS, 1))


def test_a_structure_holds_in_all_draws(tmp_path: Path) -> None:
    study = open_study(STRUCTURES)
    content = page_content(study, ["baseline"], draws=DRAWS, seed=1, lang="en")
    names = study.structures.names if study.structures else ()
    choices = [choice(), *(choice(structure=number) for number in range(len(names)))]
    found = answers(tmp_path, content, choices)
    for answer, structure in zip(found, (None, *names), strict=True):
        agree(answer, study, study.ensemble("baseline", DRAWS, 1, structure=structure))


def test_known_figures_leave_the_draws_of_a_monitoring(tmp_path: Path) -> None:
    rows = HEADER + SIZE + YIELD
    folder = copy_of_linear(tmp_path / "study", **{"model/releases.csv": rows})
    study = open_study(folder)
    content = page_content(study, ["baseline", "programme"], draws=DRAWS, seed=1, lang="en")
    months = content.record["months"]
    assert [known["month"] for known in months] == ["2023-01", "2024-01"]
    assert [len(known["figures"]) for known in months] == [1, 2]
    assert {known["draws"] for known in months} == {DRAWS // 2}
    levers = {"policy": 4.0}
    choices = [
        choice(start, as_of=known["month"], **more)
        for known in months
        for start, more in (("baseline", {}), ("programme", {"levers": levers}))
    ]
    mine = study.with_scenario(Choice("programme", 2022, levers=levers).scenario("mine"))
    found = iter(answers(tmp_path, content, choices))
    for known in months:
        monitoring = mine.monitor(known["month"], draws=DRAWS, seed=1)
        for name in ("baseline", "mine"):
            ensemble = monitoring.ensemble(scenario=name, every=2)
            assert ensemble.attrs["draw_worth"] == known["worth"] < 1
            agree(next(found), mine, ensemble)


def test_a_month_with_too_few_draws_is_named_and_not_shown(tmp_path: Path) -> None:
    folder = copy_of_linear(tmp_path / "study", **{"model/releases.csv": HEADER + SIZE})
    content = page_content(open_study(folder), ["baseline"], draws=48, seed=1, lang="en")
    (month,) = content.record["months"]
    assert (month["month"], month["first"]) == ("2023-01", None)
    assert content.record["columns"] == 48
    without = page_content(open_study(folder), ["baseline"], draws=48, releases=False)
    assert without.record["months"] == []


def test_rules_decide_in_each_draw(tmp_path: Path) -> None:
    rule = {
        "label": {"en": "Help the slow", "zh": "扶持慢者"},
        "check": [2022, 2023],
        "if": {"variable": "size", "below": 104.0},
        "then": {"set": {"policy": 2}},
    }
    slower = rule | {"if": {"variable": "size", "below": 103.0}}
    late = {"share": "80% in [0.5, 0.9] uniform", "delay": "80% in [0.5, 1] uniform"}
    study = open_study(LINEAR).with_scenario("slow", rules={"help": rule})
    study = study.with_scenario("slower", rules={"help": slower}, extends="programme")
    study = study.with_scenario("tardy", rules={"help": rule}, delivery=late)
    names = ["slow", "baseline", "slower", "tardy"]
    content = page_content(study, names, draws=DRAWS, seed=1, lang="en")
    moved = {"policy": 0.5}
    starts = ["slow", "tardy"]
    choices = [choice(name) for name in names]
    choices += [choice(name, since=2022, levers=moved) for name in starts]
    found = answers(tmp_path, content, choices)
    for answer, name in zip(found, names, strict=False):
        agree(answer, study, study.ensemble(name, DRAWS, 1))
    for answer, start in zip(found[len(names) :], starts, strict=True):
        mine = study.with_scenario(Choice(start, 2022, levers=moved).scenario("mine"))
        agree(answer, mine, mine.ensemble("mine", DRAWS, 1))


def test_what_a_draw_shares_with_others_is_written_once(content: PageContent) -> None:
    scenarios = {record["name"]: record for record in content.record["run"]["scenarios"]}
    assert scenarios["baseline"]["inputs"] == {}
    assert list(scenarios["programme"]["inputs"]) == ["policy"]
    assert content.record["run"]["common"]["weather"]["slopes"] == "lines"
    assert content.record["structures"] is None
