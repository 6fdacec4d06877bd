"""Numbers in the tables of the page about the outlook."""

from __future__ import annotations

from tests.places import ROOT

__all__ = ["numbers_of"]

PAGE = ROOT / "docs" / "model" / "outlook.md"


def numbers_of(heading: str) -> dict[str, list[float]]:
    """Read a table of the page by one of its headings: the numbers of each row, by its first cell.

    Percent signs are left out, and what is not a number is skipped.
    """
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("|") and heading in line)
    rows = {}
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        name, *cells = [cell.strip().removesuffix(" %") for cell in line.strip("|").split("|")]
        rows[name] = [float(cell) for cell in cells if cell.replace(".", "").lstrip("-").isdigit()]
    return rows
