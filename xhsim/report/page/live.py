"""The page on which a reader moves levers, within the report or beside it."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from xhsim.report.page.blocks import FileLink, Frame, Paragraph, Section
from xhsim.report.page.words import Words

__all__ = ["POLICY", "LivePage"]

# Nothing is fetched and nothing runs, whatever a study's files say.
POLICY = ("default-src 'none'", "style-src 'unsafe-inline'", "img-src data:")
# What a page within the report needs besides: its own script, known by its digest, and workers.
NEEDED = ("script-src ", "worker-src ")


@dataclass(frozen=True)
class LivePage:
    """A page that answers by itself.

    Attributes
    ----------
    text : str
        HTML, as `xhsim publish` writes it.
    file : str or None
        Its file beside the report; None if the report contains the page.

    Examples
    --------
    >>> LivePage("<!doctype html>...", file="report-levers.html").policy
    ("default-src 'none'", "style-src 'unsafe-inline'", 'img-src data:')
    """

    text: str
    file: str | None = None

    @property
    def policy(self) -> tuple[str, ...]:
        """What the report allows: a page in a frame may do no more than the page around it."""
        if self.file is not None:
            return POLICY
        found = re.search(r'Content-Security-Policy" content="([^"]*)"', self.text)
        own = html.unescape(found[1]).split("; ") if found else []
        return (*POLICY, *(part for part in own if part.startswith(NEEDED)))

    def section(self, words: Words) -> Section:
        """Return the part of the report in which a reader finds the page.

        Parameters
        ----------
        words : Words

        Returns
        -------
        Section
        """
        title = words.say("live")
        told = Paragraph(words.say("live_told"))
        if self.file is None:
            return Section("live", title, [told, Frame(self.text, title)])
        return Section(
            "live", title, [told, FileLink(self.file, words.say("live_link", file=self.file))]
        )
