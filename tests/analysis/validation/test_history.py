"""The fit to history and to published growth."""

from __future__ import annotations

from pathlib import Path

import xhsim
from tests.analysis.validation.firms import CHECKS, failures, firms_study
from xhsim.analysis.validation.history import check_history


def test_a_series_that_is_not_met(tmp_path: Path) -> None:
    history = "series,year,value,unit,variable,status,grade,source,note\n"
    history += "certified,2015,20,unit,certified,plan,plan,made up,\n"
    found = check_history(firms_study(tmp_path / "study", history=history))
    assert failures(found) == ["certified: MAPE 50.00 %", "certified: +50 %"]


def test_figures_that_scale_the_model_are_no_fit(tmp_path: Path) -> None:
    history = "series,year,value,unit,variable,status,grade,source,note\n"
    history += "certified,2015,20,unit,certified,plan,plan,made up,\n"
    study = firms_study(tmp_path / "study", history=history)
    name = next(iter(study.parameters))
    plan = f"until: 2020\nparameters: [{name}]\nuncertain: {{{name}: '90% in [1, 2]'}}\n"
    plan += "errors: {by_grade: {plan: 0.1}, estimate: 0.2}\nscaled_by: [{series: certified}]\n"
    (tmp_path / "study" / "model" / "calibration.yaml").write_text(plan, encoding="utf-8")
    finding = check_history(xhsim.open_study(tmp_path / "study"))[0]
    assert (finding.passed, finding.figure) == (None, "n = 1, used to scale the model")


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
