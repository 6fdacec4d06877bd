"""What pages tell readers to type: files to save, commands to give, Python to run."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.places import ROOT

__all__ = [
    "QUICK",
    "ROOT",
    "Block",
    "blocks",
    "commands",
    "commands_of",
    "fewer",
    "lines_of",
    "pages",
    "save",
]

FENCE = re.compile(r"^(?P<ticks>`{3,})(?P<kind>\w*)\n(?P<text>.*?)^(?P=ticks)$", re.M | re.S)
SAVE = re.compile(r"[Ss]ave\s+this\s+as\s+`([^`]+)`")
ADD = re.compile(r"[Aa]dd\s+this\s+to\s+`([^`]+)`")

# Options that make a command quick. What has none is run as it stands.
QUICK = {
    "attain": ["--draws", "16"],
    "explain": ["--draws", "16"],
    "export": ["--draws", "16"],
    "monitor": ["--draws", "16", "--no-channels"],
    "parameters": ["--draws", "64"],
    "publish": ["--draws", "16"],
    "seal": ["--draws", "16"],
    "separate": ["--draws", "16"],
    "worth-knowing": ["--draws", "16"],
}
DRAWS = re.compile(r"\bdraws(?P<sign>=|: )[\d_]{3,}")
STEPS = re.compile(r"\b(?P<name>steps|size)=[\d_]{2,}")


@dataclass(frozen=True)
class Block:
    """A fenced block of a page: its language, text, and where a reader saves or adds it."""

    kind: str
    text: str
    save_as: str | None
    add_to: str | None
    line: int


def pages() -> list[Path]:
    """List the pages that people read, on a code host or in the site."""
    at_top = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "model/README.md")]
    return [*at_top, *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(page: Path) -> Iterator[Block]:
    """Read the fenced blocks of a page, in order."""
    text, end = page.read_text(encoding="utf-8"), 0
    for fence in FENCE.finditer(text):
        before = text[end : fence.start()]
        line = text.count("\n", 0, fence.start()) + 1
        yield Block(fence["kind"], fence["text"], _last(SAVE, before), _last(ADD, before), line)
        end = fence.end()


def _last(named: re.Pattern[str], text: str) -> str | None:
    found = named.findall(text)
    return found[-1] if found else None


def lines_of(block: Block) -> Iterator[list[str]]:
    """Read the words of each line of a shell block, comments left out."""
    if block.kind == "sh":
        lines = (shlex.split(line, comments=True) for line in block.text.splitlines())
        yield from filter(None, lines)


def commands_of(block: Block, program: str = "xhsim") -> Iterator[list[str]]:
    """Read what is given to a program in a shell block."""
    for first, *words in lines_of(block):
        if first == program:
            yield words


def commands(page: Path, program: str = "xhsim") -> Iterator[list[str]]:
    """Read what is given to a program in all shell blocks of a page."""
    for block in blocks(page):
        yield from commands_of(block, program)


def save(block: Block, edit: Callable[[str], str] = str) -> bool:
    """Save a block, or add it to its file, if a reader does; return whether they do."""
    name = block.save_as or block.add_to
    if name is None or "NAME" in name:
        return False
    file = Path(name)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a" if block.add_to else "w", encoding="utf-8") as stream:
        stream.write(edit(block.text))
    return True


def fewer(text: str) -> str:
    """Ask for fewer draws and steps than a page does."""
    text = text.replace("10_000", "100")
    return STEPS.sub(r"\g<name>=2", DRAWS.sub(r"draws\g<sign>64", text))
