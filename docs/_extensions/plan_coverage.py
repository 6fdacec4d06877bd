"""The directive ``plan-coverage``: every number and heading of the plan, and what holds it."""

from __future__ import annotations

from itertools import groupby

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from xhsim.study.bundled import bundled_folder
from xhsim.study.coverage import HOLDERS, CoverageRow, coverage_counts, read_coverage

__all__ = ["page", "setup"]

FILE = "coverage.csv"
LEFT_OUT = "left out"


def page() -> str:
    """Write the totals and all rows as Markdown, chapter by chapter."""
    rows = read_coverage(bundled_folder() / "model" / FILE)
    counts = coverage_counts(rows)
    lines = ["| | rows |", "|---|---|", f"| numbers and headings | {counts['rows']} |"]
    lines += [f"| held by {HOLDERS[kind].en} | {counts[kind]} |" for kind in HOLDERS]
    lines += [
        f"| {name} | {count} |" for name, count in counts.items() if name.startswith(LEFT_OUT)
    ]
    lines += ["", "A row that several things hold is counted for each of them."]
    for chapter, group in groupby(rows, _chapter):
        lines += ["", f"## {chapter}", ""]
        lines += ["| place | | what | value | held by |", "|---|---|---|---|---|"]
        lines += [_line(row) for row in group]
    return "\n".join(lines)


def _chapter(row: CoverageRow) -> str:
    words = row.place.split(" ")
    named = words[0] == "chapter" or row.place.startswith("indicator table")
    return " ".join(words[:2] if named else words).capitalize()


def _line(row: CoverageRow) -> str:
    held = "; ".join(f"{holder.kind} `{holder.name}`" for holder in row.holders)
    if row.left_out:
        held = f"**{LEFT_OUT}** ({row.reason})"
    if row.why:
        held += f": {row.why}" if row.left_out else f" ({row.why})"
    value = " ".join(filter(None, (row.value, row.unit)))
    what = f"**{row.item.en}**" if row.kind == "heading" else row.item.en
    cells = [row.place, row.kind, f"{what} {row.item.zh}", value, held]
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


class PlanCoverage(SphinxDirective):
    """The directive: it inserts the table."""

    def run(self) -> list[nodes.Node]:
        """Parse the table as a part of the page."""
        self.env.note_dependency(str(bundled_folder() / "model" / FILE))
        return self.parse_text_to_nodes(page(), allow_section_headings=True)


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the directive."""
    app.add_directive("plan-coverage", PlanCoverage)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
