"""Records of parameters: names, elements, priors of each element, and what a role needs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.places import DATA
from xhsim.errors import InputError
from xhsim.study.folder import StudyFiles, read_study
from xhsim.study.parameters.parameter import read_parameters

GOOD = DATA / "study" / "good"


@pytest.fixture(scope="module")
def study() -> StudyFiles:
    return read_study(GOOD)


def test_parameters_are_named_either_way(study: StudyFiles) -> None:
    parameter = study.parameters["RD support"]
    assert parameter.canonical == "rd_support"
    assert (parameter.elements, parameter.array) == ((), 3.0)
    cluster = study.parameters["cluster support"]
    assert cluster.elements == ("AI", "Finance")
    assert np.asarray(cluster.array).tolist() == [1.0, 1.0]
    shock = study.parameters["market growth"].shock
    assert shock is not None
    assert (shock.first_year, shock.persistence, shock.over_year) == (2022, 0.5, False)
    assert replace(shock.spread).low == -0.02


RECORD = """\
speed:
  unit: 1/year
  value: {{A: 1, B: 2}}
  role: {role}
  range: [0, 5]
  {rest}
  source: a test
  label: {{en: Speed, zh: 速度}}
"""


def read(folder: Path, role: str, rest: str) -> object:
    """Read one parameter with two elements."""
    path = folder / "parameters.yaml"
    path.write_text(RECORD.format(role=role, rest=rest), encoding="utf-8")
    return read_parameters(path)["speed"].prior


def test_one_prior_is_that_of_every_element(tmp_path: Path) -> None:
    prior = read(tmp_path, "uncertain", "prior: 90% in [1, 3]")
    assert isinstance(prior, dict)
    assert list(prior) == ["A", "B"]
    assert prior["A"] == prior["B"]
    assert (prior["A"].low, prior["A"].high, prior["A"].bounds) == (1.0, 3.0, (0.0, 5.0))


@pytest.mark.parametrize(
    ("role", "rest", "words"),
    [
        ("lever", "prior: 90% in [1, 3]", "a lever parameter has no prior"),
        ("uncertain", "was: [pace]", "an uncertain parameter needs a prior or a shock"),
        ("uncertain", "prior: {A: '90% in [1, 3]'}", "no prior for B"),
        ("uncertain", "prior: {A: '90% in [1, 3]', C: '90% in [1, 3]'}", 'unknown element of "sp'),
        (
            "uncertain",
            "shock: {first_year: 2022, spread: '90% in [1, 2]', persistence: 0}",
            "the spread of a shock must contain 0",
        ),
    ],
)
def test_what_a_role_needs(tmp_path: Path, role: str, rest: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, role, rest)
    assert words in str(caught.value)
    assert caught.value.hint
