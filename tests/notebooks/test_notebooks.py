"""Every notebook runs from top to bottom, and its key figures are what its words say."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"

# What a reader takes from the words between the cells, as code run in the notebook's own kernel.
CLAIMS = {
    "01_will_xuhui_meet_its_plan": """
chance = table["probability"]
assert len(table) == 18 and (table["failed"] == 0).all() and (table["draws"] == 1000).all()
assert (chance[[2, 5, 13]] > 0.8).all(), "the safe ones"
assert chance[[3, 6, 7, 8, 12]].between(0.3, 0.7).all(), "the open ones"
assert chance[16] < 0.01 and (chance[[4, 9, 10, 11, 15]] < 0.4).all(), "out of reach"
assert set(gain.index[:3]) == {
    "hundred_million_buildings", "building_localisation", "new_foreign_hq"
}, "money helps most where it buys something countable"
assert gain["life_health_growth"] < 0.1
by_name = comparison["probability"]
assert by_name["pandemic-years", "rd_intensity"] > by_name["plan", "rd_intensity"]
assert by_name["budget-cut", "building_localisation"] < 0.05
assert fit["deviation"].abs().max() < 0.03
""",
}


def test_every_notebook_has_claims():
    assert {path.stem for path in NOTEBOOKS.glob("*.ipynb")} == set(CLAIMS)


@pytest.mark.parametrize("name", CLAIMS)
def test_notebook_runs_and_says_what_it_shows(name: str) -> None:
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(CLAIMS[name]))
    client = NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": NOTEBOOKS}}
    )
    client.execute()  # an error in any cell, the claims included, is raised here


@pytest.mark.parametrize("name", CLAIMS)
def test_stored_notebook_has_been_run(name: str) -> None:
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    kinds = {output.output_type for cell in code for output in cell.outputs}
    assert kinds == {"execute_result"}, "results only: no warnings, no errors"
    text = nbformat.writes(notebook)
    assert str(NOTEBOOKS.parent) not in text, "no path of a machine"
    assert not re.search(r"/(home|root|tmp|Users)/", text), "no path of a machine"
