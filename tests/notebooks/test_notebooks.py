"""Every notebook runs from top to bottom, says what it shows, and shows what its code gives."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.notebooks.comparing import differences
from tests.notebooks.running import Runs
from tests.places import ROOT

NOTEBOOKS = ROOT / "notebooks"
# What a reader takes from the words between the cells, as code for the notebook's own kernel.
CLAIMS = ROOT / "tests" / "notebooks" / "claims"
NAMES = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
of_each = pytest.mark.parametrize("name", NAMES)


@pytest.fixture(scope="module")
def runs(request: pytest.FixtureRequest) -> Iterator[Runs]:
    """Run each notebook that a chosen test asks for, once for all of them."""
    wanted = {
        item.callspec.params["name"]
        for item in request.session.items
        if isinstance(item, pytest.Function)
        and item.module is request.module
        and "runs" in item.fixturenames
    }
    runs = Runs(
        (NOTEBOOKS / f"{name}.ipynb", (CLAIMS / f"{name}.py").read_text(encoding="utf-8"))
        for name in NAMES
        if name in wanted
    )
    yield runs
    runs.end()


def test_every_notebook_has_claims_and_all_claims_a_notebook() -> None:
    assert sorted(path.stem for path in CLAIMS.glob("*.py")) == NAMES


@pytest.mark.slow
@of_each
def test_notebook_runs_and_says_what_it_shows(name: str, runs: Runs) -> None:
    assert not runs.of(name).error


@pytest.mark.slow
@of_each
def test_stored_outputs_are_in_step_with_the_code(name: str, runs: Runs) -> None:
    run = runs.of(name)
    assert differences(run.stored, run.made, name) == []


@of_each
def test_stored_notebook_has_been_run(name: str) -> None:
    import nbformat

    path = NOTEBOOKS / f"{name}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    kinds = {output.output_type for cell in code for output in cell.outputs}
    assert kinds == {"execute_result"}, "results only: no warnings, no errors"
    assert not any("execution" in cell.metadata for cell in code), "no times of a machine"
    text = path.read_text(encoding="utf-8")
    assert str(NOTEBOOKS.parent) not in text, "no path of a machine"
    assert not re.search(r"/(home|root|tmp|Users)/|[A-Z]:\\\\", text), "no path of a machine"
