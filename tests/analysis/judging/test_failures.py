"""When every draw fails: one message that names the first variable."""

from __future__ import annotations

import pytest

import xhsim
from tests.analysis.studies import copy_of_linear
from xhsim.analysis.judging.failures import Failure, first_failure, refuse_failed
from xhsim.analysis.study import Study
from xhsim.errors import InputError


@pytest.fixture(scope="module")
def bursting(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Size explodes from 2022 on in the scenario that sets the policy."""
    plain = copy_of_linear(tmp_path_factory.mktemp("plain") / "study")
    model = (plain / "model" / "linear.mdl").read_text(encoding="utf-8")
    model = model.replace("INTEG(growth + policy, 100)", "INTEG(growth + pressure, 100)").replace(
        "idle = 1", "pressure = EXP(1000*policy) - 1 ~ unit/year ~ What bursts. |\nidle = 1"
    )
    scenario = (
        "label: {en: Burst, zh: 爆}\ndescription: Too much.\nextends: baseline\n"
        "set:\n  policy: {step: {year: 2022, to: 4}}\n"
    )
    files = {"model/linear.mdl": model, "scenarios/burst.yaml": scenario}
    return xhsim.open_study(copy_of_linear(tmp_path_factory.mktemp("burst") / "study", **files))


def test_the_first_variable_is_named(bursting: Study) -> None:
    assert first_failure(bursting.world("burst", 4)) == Failure("pressure", 2022.0)
    assert first_failure(bursting.world("baseline", 4)) is None


def test_an_ensemble_without_a_sound_draw_is_refused(bursting: Study) -> None:
    refuse_failed(bursting, bursting.ensemble("baseline", 8))
    with pytest.raises(InputError) as caught:
        refuse_failed(bursting, bursting.ensemble("burst", 8))
    assert str(caught.value) == (
        'numbers overflow in all 8 draws of scenario "burst", first in "pressure" at 2022 '
        "(8 draws). "
        "check what the scenario sets: xhsim show burst --resolved"
    )
