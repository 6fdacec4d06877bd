"""What a page is made of: sections of paragraphs, tables and pictures, without any HTML."""

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
    "Gallery",
    "Heading",
    "Paragraph",
    "Section",
    "TableBlock",
]


@dataclass(frozen=True)
class Heading:
    """A heading below that of the section."""

    kind: ClassVar[str] = "heading"
    text: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; ``lead`` stands larger, ``note`` smaller than the others."""

    kind: ClassVar[str] = "paragraph"
    text: str
    role: Literal["lead", "plain", "note"] = "plain"


@dataclass(frozen=True)
class Bullets:
    """Points, each with words in bold in front, which may be empty."""

    kind: ClassVar[str] = "bullets"
    points: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class CodeBlock:
    """What somebody may type."""

    kind: ClassVar[str] = "code"
    text: str


@dataclass(frozen=True)
class Column:
    """A column: its heading, and whether it holds names, texts, words, figures or digests."""

    heading: str
    role: Literal["name", "name wide", "name wider", "text", "word", "figure", "digest"] = "text"


@dataclass(frozen=True)
class Cell:
    """A cell with a second line in smaller letters."""

    main: str
    below: str = ""


@dataclass(frozen=True)
class TableBlock:
    """A table; the cells of the first column of role ``name`` head their rows."""

    kind: ClassVar[str] = "table"
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell | str]]


@dataclass(frozen=True)
class Figure:
    """A picture, as an element of HTML, and what is written below it."""

    kind: ClassVar[str] = "figure"
    svg: Markup
    caption: str = ""


@dataclass(frozen=True)
class Gallery:
    """Pictures side by side where there is room."""

    kind: ClassVar[str] = "gallery"
    figures: Sequence[Figure]


Block = Heading | Paragraph | Bullets | CodeBlock | TableBlock | Figure | Gallery


@dataclass(frozen=True)
class Section:
    """A part of the page that its contents list."""

    id: str
    title: str
    blocks: Sequence[Block]
