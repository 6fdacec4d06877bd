"""The site works without a network: no page loads scripts, styles or pictures from the network.

Links that a reader follows can lead anywhere. The output of a notebook, or an update of a theme,
can add something that loads from the network. So every page is checked after it has been written.
"""

from __future__ import annotations

import re
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util import logging

__all__ = ["loads", "setup"]

LOG = logging.getLogger(__name__)
# What a browser loads by itself: by tag and attribute, and in styles by url() and @import.
FETCHED = re.compile(
    r"""<(?:script|img|iframe|source|video|audio|embed)\b[^>]*?\bsrc\s*=\s*["']?((?:https?:)?//[^"'\s>]+)"""
    r"""|<link\b(?=[^>]*\brel\s*=\s*["']?(?:stylesheet|preload|icon|preconnect))"""
    r"""[^>]*?\bhref\s*=\s*["']?((?:https?:)?//[^"'\s>]+)"""
    r"""|(?:url\(|@import\s+)["']?((?:https?:)?//[^"')\s]+)""",
    re.IGNORECASE,
)


def loads(text: str) -> list[str]:
    """Name what a page or style sheet would load from the network."""
    return [next(filter(None, found.groups())) for found in FETCHED.finditer(text)]


def look(app: Sphinx, error: Exception | None) -> None:
    """Warn about pages that need a network."""
    if error is not None or app.builder.format != "html":
        return
    for file in sorted(Path(app.outdir).rglob("*")):
        if file.suffix in (".html", ".css"):
            for address in loads(file.read_text(encoding="utf-8")):
                LOG.warning("it loads %s", address, location=str(file.relative_to(app.outdir)))


def setup(app: Sphinx) -> dict[str, bool]:
    """Check the pages when they have been written."""
    app.connect("build-finished", look)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
