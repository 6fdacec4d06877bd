"""The site can be read without a network: no page fetches scripts, styles or pictures from one.

Links that a reader follows may lead anywhere. Notebooks can bring such loads in with what a cell
has shown, and themes with an update, so every page is looked at after it has been written.
"""

from __future__ import annotations

import re
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util import logging

__all__ = ["loads", "setup"]

LOG = logging.getLogger(__name__)
# What a browser fetches by itself, by tag and attribute; in styles by url() and @import.
FETCHED = re.compile(
    r"""<(?:script|img|iframe|source|video|audio|embed)\b[^>]*?\bsrc\s*=\s*["']?((?:https?:)?//[^"'\s>]+)"""
    r"""|<link\b(?=[^>]*\brel\s*=\s*["']?(?:stylesheet|preload|icon|preconnect))"""
    r"""[^>]*?\bhref\s*=\s*["']?((?:https?:)?//[^"'\s>]+)"""
    r"""|(?:url\(|@import\s+)["']?((?:https?:)?//[^"')\s]+)""",
    re.IGNORECASE,
)


def loads(text: str) -> list[str]:
    """Name what a page or style sheet would fetch from the network."""
    return [next(filter(None, found.groups())) for found in FETCHED.finditer(text)]


def look(app: Sphinx, error: Exception | None) -> None:
    """Warn of pages that need a network."""
    if error is not None or app.builder.format != "html":
        return
    for file in sorted(Path(app.outdir).rglob("*")):
        if file.suffix in (".html", ".css"):
            for address in loads(file.read_text(encoding="utf-8")):
                LOG.warning("it loads %s", address, location=str(file.relative_to(app.outdir)))


def setup(app: Sphinx) -> dict[str, bool]:
    """Look when the pages have been written."""
    app.connect("build-finished", look)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
