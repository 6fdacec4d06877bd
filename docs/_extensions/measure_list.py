"""The directive ``measure-list``: all measures of targets, from their classes."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from xhsim.study import measures

__all__ = ["page", "setup"]


def page() -> str:
    """Write the table of measures as Markdown."""
    lines = ["| measure | compared with `value` | unit |", "|---|---|---|"]
    for measure in measures.MEASURES.values():
        unit = f"`{measure.unit}`" if measure.unit else "the variable's"
        lines.append(f"| `{measure}` | {measure.formula} | {unit} |")
    return "\n".join(lines)


class MeasureList(SphinxDirective):
    """The directive: it inserts the table."""

    def run(self) -> list[nodes.Node]:
        """Parse the table as a part of the page."""
        self.env.note_dependency(str(measures.__file__))
        return self.parse_text_to_nodes(page())


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the directive."""
    app.add_directive("measure-list", MeasureList)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
