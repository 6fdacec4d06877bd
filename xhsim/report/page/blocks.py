"""The parts of a page, without HTML: sections, paragraphs, tables and pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from markupsafe import Markup

__all__ = [
    "Block",
    "Bullets",
    "Cell",
    "CodeBlock",
    "Column",
    "Figure",
    "FileLink",
    "Frame",
    "Gallery",
    "Heading",
    "Paragraph",
    "Section",
    "TableBlock",
]


@dataclass(frozen=True)
class Heading:
    """A heading within a section."""

    kind: ClassVar[str] = "heading"
    text: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph. ``lead`` has larger letters, ``note`` smaller ones."""

    kind: ClassVar[str] = "paragraph"
    text: str
    role: Literal["lead", "plain", "note"] = "plain"


@dataclass(frozen=True)
class Bullets:
    """A list. Each point begins with bold words, which may be empty."""

    kind: ClassVar[str] = "bullets"
    points: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class CodeBlock:
    """A command to type."""

    kind: ClassVar[str] = "code"
    text: str


@dataclass(frozen=True)
class Column:
    """A column: its heading, and whether it contains names, texts, words, figures or digests."""

    heading: str
    role: Literal["name", "name wide", "name wider", "text", "word", "figure", "digest"] = "text"


@dataclass(frozen=True)
class Cell:
    """A cell with a second line in smaller letters."""

    main: str
    below: str = ""


@dataclass(frozen=True)
class TableBlock:
    """A table. The cells of the first column with the role ``name`` are the headings of rows."""

    kind: ClassVar[str] = "table"
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell | str]]


@dataclass(frozen=True)
class Figure:
    """A picture, as an element of HTML, and its caption."""

    kind: ClassVar[str] = "figure"
    svg: Markup
    caption: str = ""


@dataclass(frozen=True)
class Gallery:
    """Pictures side by side, if the page is wide enough."""

    kind: ClassVar[str] = "gallery"
    figures: Sequence[Figure]


@dataclass(frozen=True)
class Frame:
    """A page within the page. It may run its own scripts, and has no access to this page."""

    kind: ClassVar[str] = "frame"
    html: str
    title: str


@dataclass(frozen=True)
class FileLink:
    """A link to a file beside the page."""

    kind: ClassVar[str] = "link"
    file: str
    text: str


Block = Heading | Paragraph | Bullets | CodeBlock | TableBlock | Figure | Gallery | Frame | FileLink


@dataclass(frozen=True)
class Section:
    """A part of the page that is listed in its contents."""

    id: str
    title: str
    blocks: Sequence[Block]
