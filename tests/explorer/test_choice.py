"""What a reader has chosen, as a scenario and as a file: both the same."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from xhsim.analysis.study import Study
from xhsim.errors import InputError
from xhsim.explorer.choice import Choice, read_choice
from xhsim.study.scenarios.scenario import Scenario, make_scenario, read_scenario
from xhsim.study.scenarios.writer import scenario_text
from xhsim.wording.phrases import EXPLORER

STATE = {"start": "programme", "since": 2022, "over": 2, "levers": {}, "held": {}}


def test_a_file_and_the_scenario_are_the_same(linear: Study, tmp_path: Path) -> None:
    choice = Choice("programme", 2022, 2, {"policy": 3.0}, {"growth": 3.5, "weather": 9.0})
    made = choice.scenario("mine")
    path = tmp_path / "mine.yaml"
    path.write_text(scenario_text(made), encoding="utf-8")
    read = read_scenario(path)
    assert [change.shape for change in read.changes] == [change.shape for change in made.changes]


def test_a_shock_is_held_from_its_first_year(linear: Study) -> None:
    choice = read_choice(linear, {**STATE, "held": {"weather": 9, "growth": 3}})
    assert choice.changes == {"weather": {"step": {"year": 2022, "to": 9.0}}, "growth": 3.0}


def test_values_of_sliders_have_no_rounding_errors_of_added_steps() -> None:
    choice = Choice("plan", 2021, levers={"RD support": 0.1 + 0.2})
    assert choice.changes == {"RD support": {"ramp": {"from": 2021, "until": 2022, "to": 0.3}}}


def test_a_structure_is_named(structured: Study) -> None:
    state = {**STATE, "start": "baseline", "structure": 1}
    assert structured.structures is not None
    name = structured.structures.names[1]
    assert read_choice(structured, state).scenario("mine").run.structure == name


def test_levers_that_the_run_cuts_short_are_told(linear: Study) -> None:
    last = int(linear.model.default("FINAL TIME"))
    state = {**STATE, "since": last - 1, "over": 3, "levers": {"policy": 2}}
    found = read_choice(linear, state).description
    assert f"The run ends in {last}: the levers get only 33 % of the way." in found
    chinese = read_choice(linear, {**state, "lang": "zh"}).description
    assert chinese.endswith(f"模拟止于{last}年，届时仅完成调整幅度的33%。")
    others: list[dict[str, Any]] = [{"since": last - 3}, {"levers": {}}]
    for reached in others:
        assert "ends" not in read_choice(linear, {**state, **reached}).description


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"start": "program"}, 'did you mean "programme"'),
        ({"since": "2022"}, "since must be a whole number"),
        ({"over": True}, "over must be a whole number"),
        ({"levers": {"policy": "3"}}, "'policy' must be a number"),
        ({"levers": [1]}, "levers must map names to numbers"),
        ({"held": {"growht": 3}}, 'did you mean "growth"'),
        ({"structure": 0}, "no structure number 0"),
    ],
)
def test_a_state_that_does_not_fit_is_refused(
    linear: Study, wrong: dict[str, Any], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        read_choice(linear, {**STATE, **wrong})


def test_only_names_of_files_are_names() -> None:
    with pytest.raises(InputError):
        Choice("plan", 2021).scenario("../mine")


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")
def test_the_page_writes_the_same_scenarios(structured: Study, tmp_path: Path) -> None:
    """Random choices, written by the page and by Python."""
    assert structured.structures is not None
    names = structured.structures.names
    levers = ["policy", "zone growth[South]", "R&D: a \"name\", 'quoted'", "研发", "no", "1.5"]
    unknowns = {"growth": None, "weather": 2022}
    record = {
        "unknowns": [{"name": name, "since": since} for name, since in unknowns.items()],
        "structures": {"names": names},
        "months": [{"month": "2023-01", "scenario": "baseline", "every": 3}],
        "draws": 1000,
        "seed": 2,
        "times": [2020, 2024],
        "words": {
            key: {lang: label.in_(lang) for lang in ("en", "zh")} for key, label in EXPLORER.items()
        },
    }
    random = Random(1)

    def some(keys: Iterable[str]) -> dict[str, float]:
        sizes = (1e-8, 0.1, 1, 1e6)
        chosen = [key for key in keys if random.random() < 0.5]
        return {key: random.choice(sizes) * random.uniform(-1, 1) for key in chosen}

    states = [
        {
            "start": "baseline",
            "since": random.randint(2021, 2024),
            "over": random.randint(1, 3),
            "levers": some(levers),
            "held": some(unknowns),
            "structure": random.choice([None, *range(len(names))]),
            "as_of": random.choice([None, "2023-01"]),
            "lang": random.choice(["en", "zh"]),
        }
        for _ in range(200)
    ]
    written = subprocess.run(
        ["node", str(Path(__file__).with_name("write_texts.mjs"))],
        input=json.dumps({"record": record, "states": states}),
        capture_output=True,
        text=True,
        check=True,
    )
    file = tmp_path / "my-scenario.yaml"
    for state, texts in zip(states, json.loads(written.stdout), strict=True):
        shocks = {name: year for name, year in unknowns.items() if year and name in state["held"]}
        number = state["structure"]
        choice = Choice(
            **{key: state[key] for key in ("start", "since", "over", "levers", "held", "lang")},
            ends=2024,
            structure=None if number is None else names[number],
            shocks=shocks,
        )
        wanted = choice.scenario()
        file.write_text(texts["file"], encoding="utf-8")
        read = read_scenario(file)
        assert _content(read) == _content(wanted), texts["file"]
        assert read.description == wanted.description, texts["file"]
        call = next(
            node
            for node in ast.walk(ast.parse(texts["code"]))
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "study.with_scenario"
        )
        arguments = [ast.literal_eval(argument) for argument in call.args]
        options = {str(word.arg): ast.literal_eval(word.value) for word in call.keywords}
        assert _content(make_scenario(*arguments, **options)) == _content(wanted), texts["code"]
        assert ("monitor(" in texts["code"]) == (state["as_of"] is not None)


def _content(scenario: Scenario) -> tuple[Any, ...]:
    """Return what a scenario says, without where it is written."""
    changes = [(change.reference, change.shape) for change in scenario.changes]
    return scenario.extends, changes, scenario.run.structure
