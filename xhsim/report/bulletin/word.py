"""A bulletin as a Word file, through python-docx (the extra ``word``)."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xhsim.report.bulletin.annex import AnnexBlock, Drawing
from xhsim.report.page.blocks import Bullets, Cell, CodeBlock, Heading, Paragraph, TableBlock

if TYPE_CHECKING:
    from docx.document import Document

    from xhsim.report.bulletin.content import Bulletin
    from xhsim.report.bulletin.front import Front

__all__ = ["bulletin_document"]

LATIN = "Arial"
HEADINGS, TEXTS = "黑体", "宋体"  # the fonts that offices in China have
PAGE, MARGINS = (210, 297), (13, 15)  # millimetres
WIDE = PAGE[0] - 2 * MARGINS[1]
HEAD_COLOUR, GREY = "8C1D18", "6B6B6B"
LIGHT_COLOURS = {"green": "00734F", "amber": "D99A00", "red": "B3261E", "": "6B6B6B"}
LIGHT_WIDTHS = (17, 9, 58, 46, 17, 16, 18, 18)  # of the columns of the lights, the last for changes
SMALL, TEXT, TABLE = 7.5, 9.0, 8.0  # points
EARLIEST = (1980, 1, 1, 0, 0, 0)  # of a file in an archive


def bulletin_document(bulletin: Bulletin) -> bytes:
    """Write a bulletin as a Word file.

    Parameters
    ----------
    bulletin : Bulletin

    Returns
    -------
    bytes
        The content of a ``.docx`` file. The same bulletin gives the same bytes.
    """
    import docx

    document = docx.Document()
    writer = _Writer(document, bulletin.lang)
    writer.prepare(bulletin)
    writer.front(bulletin.front)
    for number, annex in enumerate(bulletin.annexes):
        heading = writer.heading(annex.title, 1)
        if number == 0:
            heading.paragraph_format.page_break_before = True
        for block in annex.blocks:
            writer.block(block)
    writer.text(bulletin.footer, size=SMALL, colour=GREY)
    buffer = io.BytesIO()
    document.save(buffer)
    return _without_times(buffer.getvalue())


def _without_times(content: bytes) -> bytes:
    """Return an archive in which no file has a time, so that equal bulletins are equal files."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return buffer.getvalue()


def _allowed(text: str) -> str:
    """Return a text without control characters, which an XML file cannot contain."""
    return "".join(letter for letter in text if letter.isprintable() or letter in " \n\u3000")


@dataclass(frozen=True)
class _Writer:
    """Adds paragraphs, tables and pictures to a document."""

    document: Document
    lang: str

    def prepare(self, bulletin: Bulletin) -> None:
        """Set paper, fonts and properties."""
        from docx.oxml.ns import qn
        from docx.shared import Mm, Pt

        for section in self.document.sections:
            section.page_width, section.page_height = map(Mm, PAGE)
            section.top_margin = section.bottom_margin = Mm(MARGINS[0])
            section.left_margin = section.right_margin = Mm(MARGINS[1])
            section.header_distance = section.footer_distance = Mm(6)
        styles: Any = self.document.styles
        for name in ("Normal", "Title", "Heading 1", "Heading 2", "List Bullet"):
            own = styles[name]
            self._fonts(own, TEXTS if name in ("Normal", "List Bullet") else HEADINGS)
            own.paragraph_format.space_before = Pt(0)
            own.paragraph_format.space_after = Pt(2)
            own.paragraph_format.line_spacing = 1.0
        styles["Normal"].font.size = Pt(TEXT)
        for line in styles["Title"].element.iter(qn("w:bottom")):
            line.set(qn("w:color"), HEAD_COLOUR)
            for name in [key for key in line.attrib if "theme" in key]:
                del line.attrib[name]
        properties = self.document.core_properties
        day = bulletin.as_of
        properties.author = properties.last_modified_by = "xhsim"
        properties.title = _allowed(bulletin.front.title)
        properties.comments = ""
        properties.created = properties.modified = datetime(day.year, day.month, day.day)
        properties.revision = 1

    def _fonts(self, style: Any, chinese: str) -> None:
        from docx.oxml.ns import qn

        style.font.name = LATIN
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for name in [key for key in fonts.attrib if key.endswith("Theme")]:
            del fonts.attrib[name]  # a font of the theme would go before these
        fonts.set(qn("w:hAnsi"), LATIN)
        fonts.set(qn("w:eastAsia"), chinese)

    # --- texts ----------------------------------------------------------------------------------

    def text(
        self,
        text: str,
        *,
        size: float = TEXT,
        bold: bool = False,
        colour: str = "",
        style: str | None = None,
    ) -> Any:
        """Add a paragraph."""
        paragraph = self.document.add_paragraph(style=style)
        self._run(paragraph, text, size=size, bold=bold, colour=colour)
        return paragraph

    def _run(
        self, paragraph: Any, text: str, *, size: float, bold: bool = False, colour: str = ""
    ) -> None:
        from docx.shared import Pt, RGBColor

        run = paragraph.add_run(_allowed(text))
        run.font.size = Pt(size)
        run.bold = bold or None
        if colour:
            run.font.color.rgb = RGBColor.from_string(colour)

    def heading(self, text: str, level: int) -> Any:
        """Add a heading: 0 for the title, 1 for an annex, 2 for a part."""
        from docx.shared import Pt, RGBColor

        heading = self.document.add_heading(level=level)
        size, colour = {0: (17.0, HEAD_COLOUR), 1: (13.0, "000000"), 2: (10.5, "000000")}[level]
        self._run(heading, text, size=size, bold=True)
        heading.runs[0].font.color.rgb = RGBColor.from_string(colour)
        heading.paragraph_format.space_before = Pt((0, 10, 4)[level])
        heading.paragraph_format.keep_with_next = True
        return heading

    def _bullets(self, texts: Iterable[str], size: float = TEXT) -> None:
        for text in texts:
            self.text(text, size=size, style="List Bullet")

    # --- the first page -------------------------------------------------------------------------

    def front(self, front: Front) -> None:
        """Add the first page."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        middle = WD_ALIGN_PARAGRAPH.CENTER if self.lang == "zh" else WD_ALIGN_PARAGRAPH.LEFT
        self.heading(front.title, 0).alignment = middle
        self.text(front.state, colour=GREY).alignment = middle
        self.text(front.headline, bold=True)
        self.heading(front.lights, 2)
        self._lights(front)
        self.text(front.note, size=SMALL, colour=GREY)
        if front.new:
            self.heading(front.moved, 2)
            self.text(front.new)
            self.text(front.largest)
            self._bullets(front.movements)
            if front.learnt:
                self.text(front.learnt)
        self.heading(front.watch, 2)
        self._bullets(front.watched)
        self.heading(front.reading, 2)
        for text in front.conditions:
            self.text(text, size=SMALL, colour=GREY)

    def _lights(self, front: Front) -> None:
        count = len(front.columns)
        table = self._table(len(front.rows) + 1, _shares(LIGHT_WIDTHS[:count]))
        self._head(table, front.columns)
        for line, row in enumerate(front.rows, start=1):
            cells = table.rows[line].cells
            paragraph = cells[0].paragraphs[0]
            self._run(paragraph, "● ", size=TABLE, colour=LIGHT_COLOURS[row.light])
            self._run(paragraph, row.light_text, size=TABLE)
            texts = (row.rank, row.target, row.asked, row.chance, row.interval)
            for place, text in enumerate(texts, start=1):
                self._run(cells[place].paragraphs[0], text, size=TABLE, bold=place == 4)
            for place, change in enumerate(row.changes, start=6):
                colour = GREY if change.may_be_chance else ""
                self._run(cells[place].paragraphs[0], change.text, size=TABLE, colour=colour)
        self._to_the_right(table, range(4, count))

    # --- tables ---------------------------------------------------------------------------------

    def _table(self, rows: int, shares: Sequence[float]) -> Any:
        """Add a table with lines between its rows; `shares` of the page are its columns."""
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn
        from docx.shared import Mm

        table: Any = self.document.add_table(rows, len(shares))
        table.autofit = False
        properties = table._tbl.tblPr
        borders = OxmlElement("w:tblBorders")
        for side in ("top", "bottom", "insideH"):
            line = OxmlElement(f"w:{side}")
            for key, value in (("val", "single"), ("sz", "4"), ("color", "BFBFBF")):
                line.set(qn(f"w:{key}"), value)
            borders.append(line)
        properties.append(borders)
        margins = OxmlElement("w:tblCellMar")
        for side in ("left", "right"):
            margin = OxmlElement(f"w:{side}")
            margin.set(qn("w:w"), "60")
            margin.set(qn("w:type"), "dxa")
            margins.append(margin)
        properties.append(margins)
        for column, share in zip(table.columns, shares, strict=True):
            column.width = Mm(WIDE * share)
            for cell in column.cells:
                cell.width = Mm(WIDE * share)
                cell.paragraphs[0].paragraph_format.space_after = 0
        for row in table.rows:
            part = row._tr.get_or_add_trPr()
            part.append(OxmlElement("w:cantSplit"))
        return table

    def _head(self, table: Any, texts: Iterable[str]) -> None:
        from docx.oxml import OxmlElement

        for cell, text in zip(table.rows[0].cells, texts, strict=True):
            self._run(cell.paragraphs[0], text, size=TABLE, bold=True)
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))

    def _to_the_right(self, table: Any, columns: Iterable[int]) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        for column in columns:
            for cell in table.columns[column].cells:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT

    # --- the annex ------------------------------------------------------------------------------

    def block(self, block: AnnexBlock) -> None:
        """Add a part of the annex."""
        if isinstance(block, Paragraph | CodeBlock):
            self.text(block.text).paragraph_format.keep_with_next = isinstance(block, Paragraph)
        elif isinstance(block, Heading):
            self.heading(block.text, 2)
        elif isinstance(block, Bullets):
            self._bullets(f"{lead} {text}".strip() for lead, text in block.points)
        elif isinstance(block, TableBlock):
            self._table_block(block)
        elif isinstance(block, Drawing):
            self._drawing(block)
        else:
            raise TypeError(f"a Word file has no form for {block.kind}")

    def _table_block(self, block: TableBlock) -> None:
        self.heading(block.caption, 2)
        shares = _shares([_weight(block, place) for place in range(len(block.columns))])
        table = self._table(len(block.rows) + 1, shares)
        self._head(table, [column.heading for column in block.columns])
        for line, row in enumerate(block.rows, start=1):
            cells = table.rows[line].cells
            for place, content in enumerate(row):
                self._run(cells[place].paragraphs[0], _main(content), size=TABLE)
        roles = [column.role for column in block.columns]
        self._to_the_right(table, [n for n, role in enumerate(roles) if role == "figure"])
        self.text("", size=4)

    def _drawing(self, block: Drawing) -> None:
        from docx.shared import Mm

        from xhsim import plots

        with tempfile.TemporaryDirectory() as folder:
            file = plots.save(block.picture, Path(folder) / "picture.png")
            self.document.add_picture(str(file), width=Mm(WIDE))
        shape = self.document.inline_shapes[-1]._inline
        shape.docPr.set("descr", _allowed(block.told))
        # python-docx takes the name from the file.
        shape.docPr.set("name", "picture")


def _main(content: Cell | str) -> str:
    return content if isinstance(content, str) else content.main


def _weight(block: TableBlock, column: int) -> float:
    """Return about how much of the width a column needs: its longest text, within limits."""
    texts = [block.columns[column].heading, *(_main(row[column]) for row in block.rows)]
    # A Chinese letter is twice as wide.
    longest = max(len(text) + sum(letter > "\u2e80" for letter in text) for text in texts)
    return float(min(max(longest, 9), 60))


def _shares(weights: Sequence[float]) -> list[float]:
    return [weight / sum(weights) for weight in weights]
