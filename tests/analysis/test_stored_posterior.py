"""A study with a stored posterior: what is drawn, what stays as it was, and when it is refused."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import xhsim
from tests.analysis.studies import copy_of_linear
from xhsim import cli
from xhsim.analysis.study import Study
from xhsim.errors import InputError

HISTORY = """series,year,value,unit,variable,status,grade,source,note
echo,2021,1.3,Dmnl,echo,published,good,made up,
size,2021,103.5,unit,size,published,good,made up,
south,2024,17,unit,zone size[South],published,good,made up,
"""
PLAN = """
until: 2025
parameters: [idle, growth, "zone growth[South]"]
uncertain:
  idle: 90% in [0.5, 2] lognormal
errors:
  by_grade: {good: 0.01}
  estimate: 0.2
"""
CALIBRATE = ["calibrate", "--walkers", "16", "--steps", "3000", "--quiet"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study that was calibrated and keeps what was found."""
    place = tmp_path_factory.mktemp("stored") / "study"
    copy_of_linear(place, **{"model/history.csv": HISTORY, "model/calibration.yaml": PLAN})
    assert cli.main([*CALIBRATE, "--store", "--study", str(place)]) == 0
    return place


@pytest.fixture(scope="module")
def study(folder: Path) -> Study:
    return xhsim.open_study(folder)


def end(study: Study, scenario: str, variable: str, draws: int = 256) -> np.ndarray:
    made = study.ensemble(scenario, draws=draws, outputs=[variable])
    return np.asarray(made[variable].isel(time=-1).values)


def test_draws_are_rows_of_the_posterior(study: Study) -> None:
    posterior = study.files.posterior
    assert posterior is not None
    made = study.ensemble("baseline", draws=1024, outputs=["size", "echo"])
    pairs = np.stack([(made["size"].isel(time=-1) - 100) / 5, made["echo"].isel(time=-1)], axis=1)
    stored = np.stack([posterior.column("growth"), posterior.column("idle")], axis=1)
    # As many draws as rows: each is picked once, its values together.
    order = [np.lexsort(np.round(rows, 9).T) for rows in (pairs, stored)]
    assert pairs[order[0]] == pytest.approx(stored[order[1]], rel=1e-9)
    assert made.attrs["beliefs"] == "posterior"


def test_history_narrows_what_the_prior_leaves_open(folder: Path, study: Study) -> None:
    prior = xhsim.open_study(folder, posterior=False)
    assert prior.beliefs == "prior"
    assert prior.ensemble("baseline", draws=8).attrs["beliefs"] == "prior"
    wide, narrow = (end(one, "baseline", "size", 1024).std() for one in (prior, study))
    # One figure, as exact as 1.035 units a year, on a prior with a deviation of 0.608.
    assert narrow / wide == pytest.approx((1 + (0.608 / 1.035) ** 2) ** -0.5, rel=0.05)
    # 1.3 with an error of 1 % against a prior of 0.5 to 2: what is seen decides.
    assert np.median(end(study, "baseline", "echo")) == pytest.approx(1.3, rel=0.01)


def test_what_was_not_calibrated_keeps_its_draws(folder: Path, study: Study) -> None:
    prior = xhsim.open_study(folder, posterior=False)
    one, other = (
        s.ensemble("baseline", draws=64, outputs=["zone_size", "yield"]) for s in (study, prior)
    )
    assert (one["yield"] == other["yield"]).all()
    assert (one["zone_size"].sel(zone="North") == other["zone_size"].sel(zone="North")).all()
    south = [made["zone_size"].sel(zone="South").isel(time=-1) for made in (one, other)]
    assert not (south[0] == south[1]).any()


def test_a_scenario_that_doubts_a_parameter_has_the_last_word(folder: Path, study: Study) -> None:
    prior = xhsim.open_study(folder, posterior=False)
    assert (end(study, "doubt", "size") == end(prior, "doubt", "size")).all()
    assert (end(study, "doubt", "echo") == end(prior, "doubt", "echo")).all()


def test_a_single_run_is_at_the_most_probable_values(folder: Path, study: Study) -> None:
    posterior = study.files.posterior
    assert posterior is not None
    run = study.run("baseline", outputs=["size", "echo", "zone_size"]).isel(time=-1)
    centre = dict(zip(posterior.numbers, posterior.centre, strict=True))
    assert float(run["size"]) == pytest.approx(100 + 5 * centre["growth", ""])
    assert float(run["echo"]) == pytest.approx(centre["idle", ""])
    assert run["zone_size"].values == pytest.approx(
        [10 + 5 * 1, 10 + 5 * centre["zone growth", "South"]]
    )
    assert float(xhsim.open_study(folder, posterior=False).run()["echo"][-1]) == 1


def test_show_names_the_posterior(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def shown(*options: str) -> dict[str, dict[str, Any]]:
        command = ["show", "doubt", "--resolved", "--json", "--study", str(folder), *options]
        assert cli.main(command) == 0
        return {row["parameter"]: row for row in json.loads(capsys.readouterr().out)["values"]}

    rows = shown()
    assert rows["zone growth[South]"]["from"] == ["model/posterior.csv:1"]
    assert rows["zone growth[South]"]["uncertain"].endswith("given history to 2025")
    assert rows["zone growth[North]"]["uncertain"] == "90% in [0.5, 1.5]"
    assert rows["growth"]["uncertain"] == "90% in [1, 3]"  # the scenario's own
    assert rows["idle"]["from"][0].startswith("scenarios/doubt.yaml")
    assert shown("--prior")["zone growth[South]"]["uncertain"] == "90% in [1.5, 2.5] uniform"


def changed(folder: Path, tmp_path: Path, file: str, old: str, new: str) -> Path:
    place = tmp_path / "study"
    copy_of_linear(place)
    for path in (folder / "model").iterdir():
        (place / "model" / path.name).write_bytes(path.read_bytes())
    text = (place / file).read_text(encoding="utf-8")
    assert old in text
    (place / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return place


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        (
            "model/linear.mdl",
            "growth + policy, 100",
            "growth + policy, 101",
            "the model's equations",
        ),
        ("model/history.csv", "103.5", "103.6", "the observations or their errors"),
        ("model/calibration.yaml", "good: 0.01", "good: 0.02", "the observations or their errors"),
        ("model/calibration.yaml", "[0.5, 2]", "[0.5, 3]", "parameters or their priors"),
        ("model/parameters.yaml", "90% in [2, 4]", "90% in [2, 5]", "parameters or their priors"),
    ],
)
def test_a_posterior_of_another_study_is_refused(
    folder: Path, tmp_path: Path, file: str, old: str, new: str, words: str
) -> None:
    place = changed(folder, tmp_path, file, old, new)
    with pytest.raises(InputError, match="does not fit the study") as caught:
        xhsim.open_study(place)
    assert words in str(caught.value)
    assert "--prior" in str(caught.value)
    assert cli.main(["attain", "baseline", "--draws", "2", "--prior", "--study", str(place)]) == 0


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("model/linear.mdl", "Grows along a straight line.", "Grows."),
        ("model/linear.mdl", "SAVEPER = 1 ~ year ~ Saved years. |", "SAVEPER = 1 ~ ~ |"),
        ("model/parameters.yaml", "range: [0, 5]", "range: [0, 6]"),
        ("model/parameters.yaml", "{en: Growth, zh: 增长}", "{en: Gain, zh: 增长}"),
        ("model/calibration.yaml", "estimate: 0.2", "estimate: 0.3"),  # no estimate is used
        ("scenarios/programme.yaml", "to: 1", "to: 2"),
    ],
)
def test_what_a_posterior_does_not_depend_on_may_change(
    folder: Path, tmp_path: Path, file: str, old: str, new: str
) -> None:
    assert xhsim.open_study(changed(folder, tmp_path, file, old, new)).beliefs == "posterior"


def test_a_posterior_without_its_plan_is_refused(folder: Path, tmp_path: Path) -> None:
    place = changed(folder, tmp_path, "model/history.csv", "103.5", "103.5")
    (place / "model" / "calibration.yaml").unlink()
    with pytest.raises(InputError, match=re.escape("calibration.yaml, which is gone")):
        xhsim.open_study(place)


def test_chains_that_disagree_are_not_stored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = copy_of_linear(
        tmp_path / "study", **{"model/history.csv": HISTORY, "model/calibration.yaml": PLAN}
    )
    few = ["calibrate", "--walkers", "16", "--steps", "4", "--store", "--study", str(place)]
    assert cli.main(few) == 1
    assert not (place / "model" / "posterior.csv").exists()
    printed = capsys.readouterr().out
    assert "chains are too short" in printed
    assert "The posterior is not stored" in printed
