"""What is allowed and yet hardly meant."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import xhsim
from tests.analysis.studies import LINEAR, copy_of_linear
from xhsim import cli
from xhsim.analysis.policies.lint import lint
from xhsim.analysis.study import Study

HEAD = "label: {en: Try, zh: 试}\ndescription: A try.\n"

RULE = """rules:
  r:
    check: {check}
    if: {{variable: size, below: 1, lag: 0}}
    then: {{set: {{policy: 0}}}}
"""


def study_with(folder: Path, **scenarios: str) -> Study:
    files = {f"scenarios/{name}.yaml": HEAD + text for name, text in scenarios.items()}
    files["model/checks.yaml"] = "budget: spent\n"
    return xhsim.open_study(copy_of_linear(folder / "study", **files))


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("set: {policy: 0}\n", 3, '"policy" is set for the whole run, but history goes to 2020'),
        ("set: {policy: {step: {year: 2019, to: 0}}}\n", 3, "is set from 2019, but history"),
        (
            "set: {growth: {ramp: {from: 2021, until: 2027, to: 3}}}\n",
            3,
            '"growth" reaches its level in 2027, but the run ends in 2025',
        ),
        (
            "set: {growth: {step: {year: 22, to: 3}}}\n",
            3,
            "is set from 22, but the run begins in 2020",
        ),
        ("run: {until: 2050}\n", 3, "goes on to 2050, but yearly shocks are drawn only until"),
        ("set: {growth: {knots: {2021: 3, 2031: 3}}}\n", 3, "reaches its level in 2031"),
        ("set: {growth: {step: {year: 2026, to: 3}}}\n", 3, "reaches its level in 2026"),
        (
            "set: {policy: {step: {year: 2022, to: 2}}}\n",
            1,
            "the budget cannot pay: spent is 6 in 2025",
        ),
        (RULE.format(check=2025), 4, 'the rule "r" is checked in 2025, when the run ends'),
        (
            "set: {weather: {step: {year: 2022, to: 9}}}\npaths: {yield: 11}\n",
            3,
            '"weather" acts on no target: the path of "yield" (',
        ),
        (
            "paths: {yield: 130}\n",
            3,
            '"yield" has a path, and target yields measures it: its probability is given',
        ),
        (
            "extends: tried\nset: {growth: 2}\n",
            3,
            'everything that its parent "tried"',
        ),
    ],
)
def test_remarks(tmp_path: Path, text: str, line: int, words: str) -> None:
    tried = "set: {growth: {step: {year: 2022, to: 4}}}\n"
    remarks = lint(study_with(tmp_path, try_=text, tried=tried), ["try_"])
    # A path of what a target measures always has a remark of its own.
    (remark, *_) = [each for each in remarks if words in str(each)]
    assert len(remarks) <= 2
    assert words in remark.message
    assert remark.where.line == line
    assert remark.where.file.endswith("try_.yaml")
    assert remark.hint


def test_a_rule_on_what_is_past(tmp_path: Path) -> None:
    history = (LINEAR / "model" / "history.csv").read_text(encoding="utf-8")
    files = {
        "model/history.csv": history + "size,2023,109,unit,size,published,official,made up,\n",
        "scenarios/try.yaml": HEAD + RULE.format(check=2022),
    }
    (remark,) = lint(xhsim.open_study(copy_of_linear(tmp_path / "study", **files)), ["try"])
    assert 'the rule "r" is checked in 2022, but history goes to 2023' in remark.message
    assert remark.where.line == 4


@pytest.mark.parametrize(
    "text",
    [
        "set: {growth: {ramp: {from: 2021, until: 2025, to: 3}}}\n",
        "set: {growth: {ramp: {from: 2021, until: 2027, to: 3}}}\nrun: {until: 2030}\n",
        "set: {weather: 20}\n",  # no lever
        "extends: tried\nset: {growth: {step: {year: 2023, to: 2}}}\n",
        "uncertain: {idle: 90% in [1, 2]}\n",
    ],
)
def test_nothing_to_remark(tmp_path: Path, text: str) -> None:
    tried = "set: {growth: {step: {year: 2022, to: 4}}}\n"
    text = text.replace("90% in [1, 2]", "'90% in [1, 2]'")
    assert lint(study_with(tmp_path, try_=text, tried=tried), ["try_"]) == []


def test_the_scenarios_that_ship(xuhui: Study) -> None:
    """Only the one that is about it asks for more than there is."""
    assert {remark.scenario for remark in lint(xuhui)} == {"budget-cut"}


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study_with(tmp_path, late="set: {growth: {step: {year: 2026, to: 3}}}\n")
    place = ["--study", str(tmp_path / "study")]
    assert cli.main(["lint", "late", *place]) == 1
    shown = capsys.readouterr().out
    assert "late.yaml:3: " in shown
    assert cli.main(["lint", "late", "--json", *place]) == 1
    assert json.loads(capsys.readouterr().out)[0]["line"] == 3
    assert cli.main(["lint", "baseline", *place]) == 0
    assert "No remarks." in capsys.readouterr().out
    assert cli.main(["lint", "lat", *place]) == 2
    assert 'did you mean "late"?' in capsys.readouterr().err
