"""A stored posterior: read back as it was, and refused when it is damaged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.analysis.studies import LINEAR
from xhsim.errors import InputError
from xhsim.study.parameters.parameter import read_parameters
from xhsim.study.parameters.posterior import Posterior, read_posterior

PARAMETERS = read_parameters(LINEAR / "model" / "parameters.yaml")
DRAWS = "growth,zone growth[South]\n3,2\n3.5,2.25\n4,2.5\n"
RECORD: dict[str, Any] = {
    "until": 2021,
    "centre": {"growth": 3.2, "zone growth[South]": 2.1},
    "fingerprint": {"model": "abc"},
}


def written(folder: Path, draws: str | None = DRAWS, record: object = RECORD) -> Path:
    if draws is not None:
        (folder / "posterior.csv").write_text(draws, encoding="utf-8")
    if record is not None:
        text = record if isinstance(record, str) else json.dumps(record)
        (folder / "posterior.json").write_text(text, encoding="utf-8")
    return folder


def read(folder: Path) -> Posterior:
    found = read_posterior(folder, PARAMETERS)
    assert found is not None
    return found


def test_a_posterior_is_read_back(tmp_path: Path) -> None:
    found = read(written(tmp_path))
    assert found.numbers == (("growth", ""), ("zone growth", "South"))
    assert found.column("zone growth", "South").tolist() == [2, 2.25, 2.5]
    assert found.until == 2021
    assert found.has("growth")
    assert not found.has("zone growth", "North")
    assert found.centred(PARAMETERS["growth"]) == 3.2
    # What was not calibrated stays as it is.
    assert found.centred(PARAMETERS["zone growth"]) == {"South": 2.1, "North": 1}


def test_without_files_there_is_none(tmp_path: Path) -> None:
    assert read_posterior(tmp_path, PARAMETERS) is None


@given(st.integers(0, 6))
def test_even_shares_pick_all_rows_equally_often(power: int) -> None:
    posterior = Posterior((), np.empty((32, 0)), np.empty(0), 2021, {}, None)  # type: ignore[arg-type]
    count = 32 * 2**power
    rows = posterior.rows((np.arange(count) + 0.5) / count)
    assert (np.bincount(rows, minlength=32) == 2**power).all()
    assert posterior.rows(np.array([1.0 - 2.0**-53])).tolist() == [31]


@pytest.mark.parametrize(
    ("draws", "record", "words"),
    [
        (None, RECORD, ('no "posterior.csv"', "calibrate --store")),
        (DRAWS, None, ('no "posterior.json"', "calibrate --store")),
        ("growth\n", RECORD, ("posterior.csv:1", "a row for each draw")),
        ("growth,growth\n1,2\n", RECORD, ("different names",)),
        ("growth\n1\ntwo\n", RECORD, ("posterior.csv:3", "not a number")),
        ("growth\n1\n1,2\n", RECORD, ("posterior.csv:3", "finite numbers")),
        ("growth\n1\nnan\n", RECORD, ("posterior.csv:3", "finite numbers")),
        (DRAWS.replace("growth,", "growht,"), RECORD, ("growht", 'did you mean "growth"?')),
        (DRAWS.replace("[South]", ""), RECORD, ("does not name an element",)),
        (DRAWS.replace("South", "Suoth"), RECORD, ("Suoth", 'did you mean "South"?')),
        ("growth\n1\n2\n", RECORD, ("most probable values do not match",)),
        (DRAWS, "{", ("posterior.json", "not the record of a posterior")),
        (DRAWS, RECORD | {"until": "2021"}, ("not the record of a posterior",)),
        (DRAWS, {"until": 2021}, ("not the record of a posterior",)),
    ],
)
def test_a_damaged_posterior_is_refused(
    tmp_path: Path, draws: str | None, record: object, words: tuple[str, ...]
) -> None:
    with pytest.raises(InputError) as caught:
        read_posterior(written(tmp_path, draws, record), PARAMETERS)
    for word in words:
        assert word in str(caught.value)
