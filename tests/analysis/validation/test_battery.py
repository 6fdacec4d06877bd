"""The battery passes a sound study, and names what is wrong with an unsound one."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import xhsim
from tests.analysis.validation.firms import CHECKS, CONSTANTS, FIXED, MODEL, PARAMETERS, firms_study
from xhsim import cli
from xhsim.analysis.history.fit import theil_shares
from xhsim.analysis.study import Study
from xhsim.analysis.validation import Finding, validate
from xhsim.analysis.validation.chains import check_chains
from xhsim.analysis.validation.extremes import check_extremes
from xhsim.analysis.validation.history import check_history
from xhsim.analysis.validation.levers import check_levers, lever_effects
from xhsim.analysis.validation.loops import check_loops
from xhsim.analysis.validation.signs import check_signs
from xhsim.analysis.validation.steps import check_steps
from xhsim.analysis.validation.units import check_both_units


def failures(findings: list[Finding]) -> list[str]:
    return [line for finding in findings if finding.passed is False for line in finding.details]


def changed(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, f"{old!r} stands there {text.count(old)} times"
    return text.replace(old, new)


def test_a_sound_study_passes(tmp_path: Path) -> None:
    result = validate(firms_study(tmp_path / "study"))
    assert result.passed
    assert not result.failed
    assert {finding.part for finding in result.findings} == {
        *("units", "time step and method", "extreme conditions", "conservation"),
        *("nothing negative", "levers", "feedback loops", "fit to history"),
    }
    skipped = [f.name for f in result.findings if f.passed is None]
    assert skipped in ([], ["pysimlin"])  # which is not to be had everywhere


def test_xuhui_passes(xuhui: Study) -> None:
    result = validate(xuhui)
    assert not result.failed, [line for one in result.failed for line in one.details]
    assert len(result.findings) > 120
    assert [f.name for f in result.findings if f.passed is None] in ([], ["pysimlin"])


def test_a_mismatch_of_units_is_named_by_both_checkers(tmp_path: Path) -> None:
    model = changed(MODEL, "exits = certified/life", "exits = certified*life")
    own, other = check_both_units(firms_study(tmp_path / "study", model=model))
    assert own.passed is False
    assert "exits" in own.details[0]
    if other.passed is not None:
        assert other.passed is False
        assert "exits" in " ".join(other.details)


def test_too_long_a_step_is_seen(tmp_path: Path) -> None:
    model = changed(MODEL, "life = 10", "life = 0.3")
    parameters = changed(
        PARAMETERS,
        "  value: 10\n  role: fixed\n  range: [0, 100]\n  source: "
        '"assumption: made up"\n  label: {en: life',
        "  value: 0.3\n  role: fixed\n"
        '  range: [0, 100]\n  source: "assumption: made up"\n  label: {en: life',
    )
    found = check_steps(firms_study(tmp_path / "study", model=model, parameters=parameters))
    assert "step halved" in [finding.name for finding in found if finding.passed is False]
    assert "certified" in failures(found)[0]


def test_a_wrong_sign_under_an_extreme_condition(tmp_path: Path) -> None:
    checks = changed(CHECKS, "room: up", "room: down")
    found = check_extremes(firms_study(tmp_path / "study", checks=checks))
    assert len(failures(found)) == 1
    assert "nobody enters: room goes up" in failures(found)[0]


def test_a_known_difference_that_is_none_has_to_go(tmp_path: Path) -> None:
    checks = changed(
        CHECKS, "certification time: same}", "certification time: same}\n      differs: {pool: why}"
    )
    found = check_extremes(firms_study(tmp_path / "study", checks=checks))
    assert failures(found) == ["nobody enters: pool no longer differs; take it out of checks.yaml"]


def test_an_explosion_is_seen(tmp_path: Path) -> None:
    model = changed(MODEL, "entry = (normal entry + help)*attraction*room", "entry = pool/life*9")
    found = check_extremes(firms_study(tmp_path / "study", model=model))
    assert any("grows by" in line for line in failures(found))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        # An exit that is taken from the stock and stands nowhere.
        (
            "INTEG(certification - exits, 30)",
            "INTEG(certification - exits - certified/life, 30)",
            "certified has a part that is no named flow",
        ),
        # What leaves the pool arrives only in part.
        (
            "INTEG(certification - exits, 30)",
            "INTEG(0.9*certification - exits, 30)",
            "flows and stocks differ by",
        ),
        # A flow that leaves and arrives nowhere.
        (
            "INTEG(certification - exits, 30)",
            "INTEG(-exits, 30)",
            "certification goes out and arrives nowhere",
        ),
        # A flow from nowhere that nobody declared.
        (
            "INTEG(entry - certification, 40)",
            "INTEG(entry + exits - certification, 40)",
            "flows and stocks differ by",
        ),
    ],
)
def test_what_is_lost_or_found_is_seen(tmp_path: Path, old: str, new: str, words: str) -> None:
    found = check_chains(firms_study(tmp_path / "study", model=changed(MODEL, old, new)))
    assert any(words in line for line in failures(found)), failures(found)


def test_a_stock_that_nobody_has_thought_of(tmp_path: Path) -> None:
    model = changed(MODEL, "all firms =", "spare = INTEG(help, 0) ~ unit ~ Spare. |\nall firms =")
    found = check_chains(firms_study(tmp_path / "study", model=model))
    assert failures(found) == ["spare is in no chain and not among those outside"]


def test_negative_stocks_are_seen(tmp_path: Path) -> None:
    model = changed(MODEL, "exits = certified/life", "exits = normal entry + help")
    found = check_signs(firms_study(tmp_path / "study", model=changed(model, ", 30)", ", 1)")))
    assert any("certified falls to -" in line for line in failures(found))


def test_effects_of_levers_are_those_of_two_runs(tmp_path: Path) -> None:
    study = firms_study(tmp_path / "study")
    expected = study.checks.levers
    assert expected is not None
    effects = lever_effects(study, expected)
    step = xhsim.engine.paths.Path([2021.0, 2021.0], [1.0, 2.0])
    once, twice = (
        float(study.model.run({"help": value}, outputs=["certified"])["certified"].values[-1])
        for value in (1.0, step)
    )
    ratio = twice / once - 1
    assert effects.loc["help", "certified"] == pytest.approx(ratio, rel=1e-9)
    assert list(effects.loc["waste"]) == [0.0, 0.0]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("raises: [certified, size]", "raises: [certified]\n      leaves: [size]", "expected 0"),
        ("raises: [certified, size]", "raises: [certified]\n      lowers: [size]", "expected -"),
        ("      differs: {certified: it is waste}\n", "", "certified 0 %, expected +"),
        (
            "raises: [certified, size]",
            "raises: [certified, size]\n      differs: {size: why}",
            "size no longer differs",
        ),
    ],
)
def test_wrong_signs_of_levers(tmp_path: Path, old: str, new: str, words: str) -> None:
    found = check_levers(firms_study(tmp_path / "study", checks=changed(CHECKS, old, new)))
    assert len(failures(found)) == 1
    assert words in failures(found)[0]


def test_a_lever_that_nobody_has_thought_of(tmp_path: Path) -> None:
    start = CHECKS.index("    waste:")
    checks = CHECKS[:start] + CHECKS[CHECKS.index("loops:\n  horizon") :]
    found = check_levers(firms_study(tmp_path / "study", checks=checks))
    assert failures(found) == ["nothing is stated of the lever waste"]


def test_a_loop_that_does_the_opposite(tmp_path: Path) -> None:
    checks = changed(CHECKS, "does: dampens", "does: amplifies")
    found = check_loops(firms_study(tmp_path / "study", checks=checks))
    assert failures(found) == ["crowding: it does not amplify the response of pool"]


def test_a_loop_that_is_not_closed_does_nothing(tmp_path: Path) -> None:
    model = changed(MODEL, "attraction = 1 + pull*certified", "attraction = 1 + 0*pull*certified")
    found = check_loops(firms_study(tmp_path / "study", model=model))
    assert failures(found) == ["attraction: it does not amplify the response of pool"]


def test_a_loop_cut_by_a_setting_is_the_loop_cut_by_holding(tmp_path: Path) -> None:
    """Without crowding the room is 1 for ever; held at 1 it is the same."""
    parameters = PARAMETERS.replace(
        FIXED.format(name=CONSTANTS[0][0], unit=CONSTANTS[0][1], value=CONSTANTS[0][2]),
        FIXED.format(name="crowding", unit="1/unit", value=0),
    )
    model = changed(MODEL, "crowding = 0.02", "crowding = 0")
    study = firms_study(tmp_path / "study", model=model, parameters=parameters)
    figure = check_loops(study)[0].figure
    with_loop, without = (part.split()[-2] for part in figure.split(" with")[:2])
    assert check_loops(study)[0].passed is False
    assert figure.count(with_loop) == 2, (figure, without)


def test_a_series_that_is_not_met(tmp_path: Path) -> None:
    history = "series,year,value,unit,variable,status,grade,source,note\n"
    history += "certified,2015,20,unit,certified,plan,plan,made up,\n"
    found = check_history(firms_study(tmp_path / "study", history=history))
    assert failures(found) == ["certified: MAPE 50.00 %", "certified: +50 %"]


def test_real_growth_is_set_against_what_is_published(tmp_path: Path) -> None:
    checks = CHECKS + (
        "real_growth: {variable: all firms, period: [2015, 2020], published: all_growth_real}\n"
    )
    study = firms_study(tmp_path / "study", checks=checks)
    found = check_history(study)[-1]
    assert found.name == "real growth 2015-2020"
    run = study.model.run(outputs=["all firms"])["all_firms"]
    growth = 100 * (float(run.sel(time=2020) / run.sel(time=2015)) - 1)
    assert f"published chain +61.1 %, model {growth:+.1f} %" == found.figure
    assert found.passed is False  # ten per cent a year, five times, is not what the model does


def test_without_a_file_of_checks_most_are_skipped(linear: Study) -> None:
    result = validate(linear)
    skipped = {finding.part for finding in result.findings if finding.passed is None}
    assert {"extreme conditions", "conservation", "levers", "feedback loops"} <= skipped


@given(
    st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3)), min_size=2, max_size=20).filter(
        lambda pairs: max(abs(a - b) for a, b in pairs) > 1e-3
    )
)
def test_theils_shares_add_up(pairs: list[tuple[float, float]]) -> None:
    model, observed = np.array(pairs).T
    shares = theil_shares(model, observed)
    assert sum(shares) == pytest.approx(1)
    assert min(shares) >= -1e-9
    # The third is what correlation lacks: 2 (1 - r) times both deviations.
    error = float(np.mean((model - observed) ** 2))
    covariance = float(np.mean((model - model.mean()) * (observed - observed.mean())))
    lacking = 2 * (model.std() * observed.std() - covariance) / error
    assert shares[2] == pytest.approx(lacking, abs=1e-6)


def test_the_command_says_what_failed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    checks = changed(CHECKS, "does: dampens", "does: amplifies")
    firms_study(tmp_path / "study", checks=checks)
    place = str(tmp_path / "study")
    assert cli.main(["check", "--model", "--study", place]) == 1
    shown = capsys.readouterr().out
    assert "FAILED" in shown
    assert "crowding: it does not amplify" in shown
    assert cli.main(["check", "--model", "--study", place, "--json"]) == 1
    record = json.loads(capsys.readouterr().out)
    assert record["passed"] is False
    assert {"part", "name", "passed", "figure", "details", "remarks"} == set(record["findings"][0])


def test_a_mistyped_name_is_found_by_the_plain_check_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    firms_study(tmp_path / "study", checks=changed(CHECKS, "out: [exits]", "out: [exit]"))
    assert cli.main(["check", "--study", str(tmp_path / "study")]) == 2
    message = capsys.readouterr().err
    assert "checks.yaml:18" in message
    assert 'did you mean "exits"?' in message
