"""One broken file per mistake: the message names the file, the line, the mistake and the fix."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.places import ROOT
from tests.study.broken_files import MISTAKES
from xhsim.errors import InputError, InputErrors
from xhsim.study.checks.reader import read_checks
from xhsim.study.consistency import read_notes
from xhsim.study.folder import read_study
from xhsim.study.history.observations import read_history
from xhsim.study.loops import read_loops
from xhsim.study.parameters.parameter import read_parameters
from xhsim.study.scenarios.checks import check_scenarios
from xhsim.study.scenarios.scenario import read_scenario
from xhsim.study.targets import read_targets

DATA = ROOT / "tests" / "data" / "study"
BROKEN = DATA / "broken"


def read_one_scenario(path: Path) -> None:
    """Read a scenario into the good study's and check them together."""
    study = read_study(DATA / "good")
    scenario = read_scenario(path)
    check_scenarios({**study.scenarios, scenario.name: scenario}, study.parameters)


READERS = {
    "parameters": read_parameters,
    "targets": read_targets,
    "scenario": read_one_scenario,
    "history": read_history,
    "notes": read_notes,
    "checks": read_checks,
    "loops": read_loops,
}


@pytest.mark.parametrize(("name", "line", "words"), MISTAKES, ids=[row[0] for row in MISTAKES])
def test_each_mistake_has_one_clear_message(
    name: str, line: int | None, words: tuple[str, ...]
) -> None:
    path = BROKEN / name
    with pytest.raises(InputError) as caught:
        READERS[name.partition("-")[0]](path)
    error = caught.value
    assert not isinstance(error, InputErrors), f"one mistake, several messages:\n{error}"
    assert error.file == str(path)
    assert error.line == line
    for word in words:
        assert word in str(error)
    assert error.hint or re.search(r"must be|not valid YAML|unprintable", str(error))
    assert "\n" not in str(error)


def test_every_broken_file_is_in_the_table() -> None:
    assert sorted(path.name for path in BROKEN.iterdir()) == sorted(row[0] for row in MISTAKES)
