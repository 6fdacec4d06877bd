"""The study that analyses take: its tables, and scenarios added to it."""

from __future__ import annotations

import pytest

import xhsim
from tests.analysis.studies import LINEAR
from xhsim.analysis.fitted import FittedStudy
from xhsim.analysis.study import Study
from xhsim.errors import InputError
from xhsim.study.folder import read_study


@pytest.fixture(scope="module")
def fitted() -> FittedStudy:
    return FittedStudy(read_study(LINEAR))


def test_its_tables(fitted: FittedStudy) -> None:
    assert next(iter(fitted.scenarios)) == "baseline"
    assert set(fitted.indicators) <= set(fitted.targets)
    assert all(target.rank is not None for target in fitted.indicators.values())
    assert fitted.beliefs == "prior"
    assert fitted.reported == ("size", "zone_size", "yield")  # of targets, then of history
    assert fitted.budget is None  # the folder has no budget.yaml
    assert fitted.labels.variable("size").zh == "规模"


def test_a_scenario_is_added_to_a_copy(fitted: FittedStudy) -> None:
    push = {"policy": {"step": {"year": 2022, "to": 2.0}}}
    more = fitted.with_scenario("push", push)
    assert "push" not in fitted.scenarios
    assert more.scenarios["push"].extends == "baseline"
    # 3 a year for five years, and 2 a year more for three.
    assert float(more.central_world("push").run(["size"])["size"][-1]) == pytest.approx(121)


def test_a_scenario_replaces_its_namesake_only_when_asked(fitted: FittedStudy) -> None:
    with pytest.raises(InputError, match=r'has a scenario "programme" already.*replace=True'):
        fitted.with_scenario("programme", {"policy": 1.0})
    other = fitted.with_scenario("programme", {"policy": 1.0}, replace=True)
    assert list(other.scenarios) == list(fitted.scenarios)
    assert float(other.central_world("programme").run(["size"])["size"][-1]) == pytest.approx(120)


def test_a_complete_scenario_takes_no_changes(fitted: FittedStudy) -> None:
    with pytest.raises(InputError, match="complete scenario cannot be changed here"):
        fitted.with_scenario(fitted.scenarios["programme"], {"policy": 1.0})


def test_a_scenario_that_sets_an_unknown_parameter(fitted: FittedStudy) -> None:
    with pytest.raises(InputError, match='did you mean "policy"'):
        fitted.with_scenario("push", {"polcy": 1.0})


def test_a_study_is_a_fitted_study() -> None:
    study = xhsim.open_study(LINEAR)
    assert isinstance(study, Study)
    assert isinstance(study.with_scenario("push", {"policy": 1.0}), Study)
