"""The page of parameters: all of them, in step with the study."""

from __future__ import annotations

import re
from pathlib import Path

import xhsim
from tests.analysis.hanging import hanging_study
from tests.places import ROOT
from xhsim.report.terminal.parameters import parameter_table

DOCS = ROOT / "docs"


def _rows(page: str) -> dict[str, dict[str, str]]:
    """Read a page's tables: by parameter, the cells by column."""
    found: dict[str, dict[str, str]] = {}
    header: list[str] = []
    for line in page.split("\n"):
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| parameter |"):
            header = cells
        elif line.startswith("| "):
            found[cells[0]] = dict(zip(header, cells, strict=True))
    return found


def test_the_page_is_in_step_with_the_study() -> None:
    """To the letter but for the shares, whose last digit may be another machine's."""
    page = (DOCS / "parameters.md").read_text(encoding="utf-8")
    made = parameter_table(xhsim.open_study(), "baseline", 4096, 0).markdown()
    old, new = _rows(page), _rows(made)
    assert page.split("\n## ")[0] == made.split("\n## ")[0]
    for name, row in new.items():
        moves, before = (
            dict(re.findall(r"(\w+) ([+-]\d+) %", cells.pop("influences", "")))
            for cells in (row, old[name])
        )
        assert old[name] == row, "run xhsim parameters --markdown > docs/parameters.md"
        for target in moves.keys() & before.keys():
            assert abs(int(moves[target]) - int(before[target])) <= 2
    assert sorted(old) == sorted(new)


def test_every_parameter_is_there_once() -> None:
    study = xhsim.open_study()
    table = parameter_table(study, "baseline", 64, 0)
    names = [row["parameter"] for rows in table.sections.values() for row in rows]
    wanted = [
        f"{parameter.name}[{element}]" if element else parameter.name
        for parameter in study.parameters.values()
        for element in parameter.elements or ("",)
    ]
    assert sorted(names) == sorted(wanted)
    assert all(row["source"] for rows in table.sections.values() for row in rows)


def test_an_unpublished_base_names_its_targets(tmp_path: Path) -> None:
    table = parameter_table(hanging_study(tmp_path / "study"), "baseline", 64, 0)
    rows = {row["parameter"]: row for rows in table.sections.values() for row in rows}
    assert rows["growth"]["unpublished base of"] == "total"
    assert rows["weather"]["unpublished base of"] == ""
    assert "| influences | unpublished base of | source |" in table.markdown()
