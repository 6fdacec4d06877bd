"""Searches whose answers are known: a line, and two levers with decreasing returns."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import yaml

import xhsim
from tests.analysis.studies import copy_of_linear
from xhsim import cli
from xhsim.analysis.policies.levers import levers_of
from xhsim.analysis.policies.packages import best_package, cheapest_package
from xhsim.analysis.study import Study
from xhsim.errors import InputError

TARGETS = """
far:
  label: {en: Far, zh: 远}
  variable: size
  direction: ">="
  value: 120
  unit: unit
  measure: level
  period: [2020, 2025]
  group: all
  place: made up
"""
SECOND = """
second policy:
  unit: unit/year
  value: 0
  role: lever
  range: [0, 5]
  source: "assumption: another programme"
  label: {en: Second, zh: 第二}
"""


@pytest.fixture
def straight(tmp_path: Path) -> Study:
    return xhsim.open_study(copy_of_linear(tmp_path / "study", **{"model/targets.yaml": TARGETS}))


@pytest.fixture
def returns(tmp_path: Path) -> Study:
    """Growth goes with 2 sqrt(first) + sqrt(second): the best split of money is four to one."""
    folder = copy_of_linear(tmp_path / "study", **{"model/targets.yaml": TARGETS})
    model = folder / "model" / "linear.mdl"
    text = model.read_text(encoding="utf-8")
    text = text.replace(
        "INTEG(growth + policy, 100)",
        "INTEG(growth + 2*SQRT(policy) + SQRT(second policy), 100)",
    )
    text = text.replace(
        "idle = 1", "second policy = 0 ~ unit/year ~ Another programme. |\nidle = 1"
    )
    model.write_text(text, encoding="utf-8")
    parameters = folder / "model" / "parameters.yaml"
    parameters.write_text(parameters.read_text(encoding="utf-8") + SECOND, encoding="utf-8")
    return xhsim.open_study(folder)


def test_the_least_money_for_an_even_chance(straight: Study) -> None:
    """A lever that ramps to x over 2021-2022 adds 3.5 x by 2025; growth adds 15 at the median."""
    found = cheapest_package(straight, {"far": 0.5})
    assert found.converged
    assert found.levels["policy"] == pytest.approx((20 - 15) / 3.5, rel=0.01)
    assert found.spending == pytest.approx(found.levels["policy"])
    assert found.chances["far"] == pytest.approx(0.5, abs=1e-3)


def test_a_goal_beyond_reach_is_not_taken_for_reached(straight: Study, tmp_path: Path) -> None:
    folder = straight.files.folder
    text = TARGETS.replace("value: 120", "value: 1000")
    (folder / "model" / "targets.yaml").write_text(text, encoding="utf-8")
    assert not cheapest_package(xhsim.open_study(folder), {"far": 0.5}).converged
    command = ["design", "dream", "--goal", "far=0.5", "--draws", "64", "--study", str(folder)]
    assert cli.main(command) == 1


@pytest.mark.parametrize("spending", [0.5, 2.0])
def test_money_goes_where_it_does_most(returns: Study, spending: float) -> None:
    found = best_package(returns, spending)
    assert found.converged
    assert found.spending == pytest.approx(spending, rel=1e-3)
    share = found.levels["policy"] / spending
    assert share == pytest.approx(0.8, abs=0.06)
    best = 2 * math.sqrt(0.8 * spending) + math.sqrt(0.2 * spending)
    reached = 2 * math.sqrt(found.levels["policy"]) + math.sqrt(found.levels["second policy"])
    assert reached == pytest.approx(best, rel=0.01)


def test_what_a_search_may_not_do(straight: Study) -> None:
    with pytest.raises(InputError, match=r'did you mean "far"'):
        cheapest_package(straight, {"fra": 0.5})
    with pytest.raises(InputError, match="between 0 and 1"):
        cheapest_package(straight, {"far": 1.0})
    with pytest.raises(InputError, match="less than the"):
        best_package(straight, -1.0)
    with pytest.raises(InputError, match=r"changes .policy. over time"):
        levers_of(straight, "programme")


def test_a_package_is_written_as_a_scenario(
    straight: Study, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = straight.files.folder
    file = folder / "scenarios" / "found.yaml"
    command = ["design", "found", "--spending", "1", "--draws", "128", "--study", str(folder)]
    assert cli.main([*command, "--out", str(file)]) == 0
    printed = capsys.readouterr().out
    assert "total spending" in printed
    assert printed.endswith(f"Written to {file}\n")
    record = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert record["set"] == {"policy": {"ramp": {"from": 2021, "until": 2022, "to": 1}}}
    assert record["reference"] == "found by xhsim design found --spending 1 --draws 128"
    study = xhsim.open_study(folder)
    values = study.run("found", outputs=["spent"])["spent"]
    assert float(values[-1]) == pytest.approx(3.5)


@pytest.mark.parametrize(
    ("options", "printed"),
    [
        (["--quiet", "--out"], "Written to {file}\n"),
        (["--json", "--out"], '"file": "{file}"'),
        (["--json"], '"file": null'),
        ([], "Not written to a file. With --out FILE it becomes a scenario file.\n"),
    ],
)
def test_where_it_was_written_is_always_said(
    straight: Study,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    printed: str,
) -> None:
    file = tmp_path / "made" / "found.yaml"
    place = [str(file)] if "--out" in options else []
    command = ["design", "found", "--goal", "far=0.5", "--draws", "16", "--study"]
    cli.main([*command, str(straight.files.folder), *options, *place])
    assert printed.format(file=file) in capsys.readouterr().out
    assert file.exists() == bool(place)


@pytest.mark.parametrize(
    ("name", "out", "words"),
    [
        ("cheap, good", None, "'cheap, good' is not a name for a scenario. use small letters"),
        ("a: b", "new.yaml", "'a: b' is not a name for a scenario"),
        ("programme", None, 'there is a scenario "programme" already. choose another name'),
        ("found", "old.yaml", "old.yaml: the file exists already. choose another name"),
        ("found", "found.txt", "is not a scenario file. use a name ending in .yaml"),
        ("found", "old.yaml/found.yaml", "is a file. name a folder"),
    ],
)
def test_names_are_checked_before_the_search(
    straight: Study,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    out: str | None,
    words: str,
) -> None:
    monkeypatch.setattr(
        "xhsim.report.terminal.design.cheapest_package", None
    )  # would fail if it were called
    (tmp_path / "old.yaml").write_text("mine")
    place = [] if out is None else ["--out", str(tmp_path / out)]
    command = ["design", name, "--goal", "far=0.5", "--study", str(straight.files.folder)]
    assert cli.main([*command, *place]) == 2
    assert words in capsys.readouterr().err
    assert (tmp_path / "old.yaml").read_text() == "mine"


@pytest.mark.parametrize(
    "wrong",
    [
        ["--goal", "far"],
        ["--goal", "far=often"],
        [],
        ["--spending", "1", "--goal", "far=0.5"],
        ["--spending", "1", "--out", "found.txt"],
        ["--goal", "fra=0.5"],
    ],
)
def test_mistakes_in_the_command_are_told(straight: Study, wrong: list[str]) -> None:
    assert cli.main(["design", "found", *wrong, "--study", str(straight.files.folder)]) == 2
