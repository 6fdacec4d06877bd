"""A designed package as it is printed, and where it is written."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

import xhsim
from tests.analysis.packages.designs import returns
from tests.report.terminal.printing import printed
from xhsim import cli
from xhsim.analysis.packages.design import PackageDesign
from xhsim.analysis.study import Study
from xhsim.report.policies.design import DesignResult

QUICK = ["--draws", "16"]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return returns(tmp_path_factory.mktemp("printed"))


@pytest.fixture(scope="module")
def design(study: Study) -> PackageDesign:
    return study.design(
        "far", money=1.0, under=["baseline", "turned"], at_least={"far": 0.01}, draws=16
    )


def test_everything_is_printed(design: PackageDesign) -> None:
    text = printed(*DesignResult(design, Path("x.yaml")).parts(quiet=False))
    lines = [line.split() for line in text.splitlines()]
    assert "Probability of Far, as high as possible in the worst of baseline, turned\n" in text
    assert ["the", "other", "0", "levers", "as", "before"] in lines
    assert ["Money", "a", "year", "at", "most", "1", f"{design.money:.4g}"] in lines
    assert any(line[:5] == ["Probability", "of", "Far", "at", "least"] for line in lines)
    (head,) = [line for line in lines if line[:2] == ["scenario", "objective"]]
    assert head[-7:] == ["objective", "in", "baseline", "objective", "in", "turned", "money"]
    (row,) = [line for line in lines if line[:1] == ["designed"]]
    assert row[1:3] == [f"{100 * design.value:.1f}", "%"]
    assert "4,096 draws that the search has not used" in text
    assert text.endswith("Written to x.yaml\n")


def test_a_regret_and_another_scenario_are_named(design: PackageDesign) -> None:
    worse = design.differences.assign(difference=-0.247, low=-0.25, high=-0.24)
    regret = replace(
        design, rule="regret", worth=design.worth.assign(low=-0.012), differences=worse
    )
    text = printed(*DesignResult(regret, None).parts(quiet=False))
    assert "Probability of Far, with the smallest regret in baseline, turned\n" in text
    assert "−1.2 points" in text
    assert "package lowers it by" in text
    first = next(line for line in text.splitlines() if line.startswith("baseline"))
    assert " ".join(first.split()[7:13]) == "24.7 points 24.0 points 25.0 points"
    assert "Less is better" in text
    alone = replace(design, under=("turned",), is_allowed=False, message="nothing reaches it")
    text = printed(*DesignResult(alone, None).parts(quiet=False))
    assert "Probability of Far, as high as possible in turned\n" in text
    start, end = text.index("Nothing reaches it."), text.index("lever ")
    assert start < text.index("The package that comes nearest:") < end


def test_a_goal_out_of_reach_is_told_once(design: PackageDesign) -> None:
    limits = design.limits.assign(reached=0.2)
    limits.loc[limits["kind"] == "least", "limit"] = 0.5
    missed = replace(design, is_allowed=False, message="far: 20.0 % at best", limits=limits)
    text = printed(*DesignResult(missed, None).parts(quiet=True))
    assert text.startswith("Far: 20.0 % at best.\n")
    assert text.count("20.0 %") == 1


def test_what_a_package_loses_and_where_it_ends_is_said(design: PackageDesign) -> None:
    lost = design.targets.assign(
        before=0.66, after=0.53, gain=-0.13, gain_low=-0.15, gain_high=-0.1
    )
    levels = {"policy": 5.0, "second policy": 0.0}
    text = printed(
        *DesignResult(replace(design, targets=lost, levels=levels), None).parts(quiet=False)
    )
    assert "Less likely than in baseline: Far (66 to 53 %)." in text
    assert "At the bound of what the search may set: policy (5, the highest)." in text
    little = replace(design, targets=lost.assign(gain=-0.004, gain_high=-0.001))
    assert "Less likely" not in printed(*DesignResult(little, None).parts(quiet=False))


def test_a_weighted_sum_has_its_parts(study: Study) -> None:
    design = study.design("2 * far - 0.1 * money", money=1.0, draws=16)
    lines = [
        line.split() for line in printed(*DesignResult(design, None).parts(quiet=True)).splitlines()
    ]
    assert ["part", "of", "the", "objective", "counts", "baseline", "designed"] in lines
    assert any(line[:5] == ["Probability", "of", "Far", "2", "×"] for line in lines)
    assert any(line[:5] == ["Money", "a", "year", "−0.1", "×"] for line in lines)


def test_json_has_everything(design: PackageDesign) -> None:
    record = DesignResult(design, None).as_record()
    again = json.loads(json.dumps(record))
    assert again["objective"] == "far"
    assert again["levels"] == design.levels
    assert again["worth"]["designed"]["value"] == design.value
    assert again["difference"]["baseline"]["low"] > 0
    assert again["file"] is None


def run(study: Study, *words: str) -> int:
    return cli.main(["design", *words, *QUICK, "--study", str(study.files.folder)])


def test_it_is_written_into_the_study(study: Study, capsys: pytest.CaptureFixture[str]) -> None:
    file = study.files.folder / "scenarios" / "found.yaml"
    assert run(study, "found", "--objective", "far", "--money", "1") == 0
    assert capsys.readouterr().out.endswith(f"Written to {file}\n")
    record = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert list(record["set"]) == ["policy", "second policy"]
    told = "found by xhsim design found --objective far --money 1 --draws 16"
    assert record["reference"] == told
    spent = xhsim.open_study(study.files.folder).run("found", outputs=["spent"])["spent"]
    assert float(spent[-1]) == pytest.approx(3.5 * record["set"]["policy"]["ramp"]["to"])
    assert run(study, "found", "--objective", "far", "--money", "1") == 2  # never overwritten
    assert 'there is a scenario "found" already' in capsys.readouterr().err
    file.unlink()


@pytest.mark.parametrize(
    ("options", "end"),
    [
        (["--quiet", "--out"], "Written to {file}\n"),
        (["--json", "--out"], '"file": "{file}"'),
        (["--json", "--dry-run"], '"file": null'),
        (["--dry-run"], "Not written (--dry-run).\n"),
        (["--dry-run", "--at-least", "far=0.999"], "Not written.\n"),
    ],
)
def test_where_it_was_written_is_always_said(
    study: Study,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    end: str,
) -> None:
    file = tmp_path / "made" / "found.yaml"
    place = [str(file)] if "--out" in options else []
    status = run(study, "found", "--objective", "far", "--money", "0.5", *options, *place)
    assert status == int("--at-least" in options)
    assert end.format(file=file) in capsys.readouterr().out
    assert file.exists() == bool(place)
    assert not (study.files.folder / "scenarios" / "found.yaml").exists()
