"""What pages tell readers to type: files to save, commands to give, Python to run."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.places import ROOT

__all__ = ["ROOT", "Block", "blocks", "commands", "commands_of", "pages"]

FENCE = re.compile(r"^(?P<ticks>`{3,})(?P<kind>\w*)\n(?P<text>.*?)^(?P=ticks)$", re.M | re.S)
SAVE = re.compile(r"[Ss]ave this\s+as\s+`([^`]+)`")


@dataclass(frozen=True)
class Block:
    """A fenced block of a page: its language, text, and the file that a reader saves it as."""

    kind: str
    text: str
    save_as: str | None
    line: int


def pages() -> list[Path]:
    """List the pages that people read, on a code host or in the site."""
    at_top = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "model/README.md")]
    return [*at_top, *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(page: Path) -> Iterator[Block]:
    """Read the fenced blocks of a page, in order."""
    text, end = page.read_text(encoding="utf-8"), 0
    for fence in FENCE.finditer(text):
        named = SAVE.findall(text[end : fence.start()])
        line = text.count("\n", 0, fence.start()) + 1
        yield Block(fence["kind"], fence["text"], named[-1] if named else None, line)
        end = fence.end()


def commands_of(block: Block, program: str = "xhsim") -> Iterator[list[str]]:
    """Read what is given to a program in a shell block, comments left out."""
    if block.kind == "sh":
        for line in block.text.splitlines():
            words = shlex.split(line, comments=True)
            if words and words[0] == program:
                yield words[1:]


def commands(page: Path, program: str = "xhsim") -> Iterator[list[str]]:
    """Read what is given to a program in all shell blocks of a page."""
    for block in blocks(page):
        yield from commands_of(block, program)
