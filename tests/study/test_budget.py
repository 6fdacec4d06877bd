"""budget.yaml: the three variables by canonical name, and names that the model does not have."""

from __future__ import annotations

from pathlib import Path

import pytest

from xhsim.errors import InputError, InputErrors
from xhsim.study.budget import Budget, read_budget

KNOWN = ("programme_budget", "programme_requests", "programme_paid")


def written(folder: Path, text: str) -> Path:
    """Write a budget file."""
    path = folder / "budget.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_names_are_found_in_either_spelling(tmp_path: Path) -> None:
    text = "given: Programme budget\nasked: programme_requests\npaid: programme paid\n"
    budget = read_budget(written(tmp_path, text), KNOWN)
    assert budget == Budget(*KNOWN)
    assert budget.variables == KNOWN


def test_every_unknown_name_is_reported_with_its_line(tmp_path: Path) -> None:
    text = "given: programme budget\nasked: programme request\npaid: zzz\n"
    with pytest.raises(InputErrors) as caught:
        read_budget(written(tmp_path, text), KNOWN)
    assert [error.line for error in caught.value.errors] == [2, 3]
    assert 'did you mean "programme_requests"?' in str(caught.value)


def test_a_missing_key(tmp_path: Path) -> None:
    with pytest.raises(InputError, match='"paid" is missing'):
        read_budget(written(tmp_path, "given: a\nasked: b\n"), KNOWN)
