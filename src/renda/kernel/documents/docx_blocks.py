"""The body of a paper in Word: headings, paragraphs, lists, tables, sections; and the styles under them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from renda.kernel.documents import ooxml
from renda.kernel.documents.ooxml import add_run, indent

ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}
HEADING_FACES = {1: "hei", 2: "kai", 3: "fangsong", 4: "fangsong"}


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes paragraphs into a document in the paper's size.

    Args:
        document: python-docx's.
        size: of the body, in points.
        pitch: from line to line, in points.
    """

    document: Any
    size: float
    pitch: float

    def paragraph(
        self, text: str, *, runs: list[tuple[str, str]] | None = None, style: str = "Normal"
    ) -> Any:
        """A paragraph of one text, or of several with their faces."""
        made = self.document.add_paragraph(style=style)
        for part, face in runs or [(text, "fangsong")]:
            if part:
                add_run(made, part, face, self.size)
        return made

    def blank(self, count: int) -> None:
        """Blank lines of the grid."""
        for _ in range(count):
            self.document.add_paragraph(style="Normal")


def styles(document: Any, size: float, pitch: float) -> None:
    """Normal, Title and the headings in official faces; headings stay headings for Word's navigation."""
    known = document.styles
    for name, face in (
        ("Normal", "fangsong"),
        ("Title", "title"),
        *((f"Heading {i}", _heading(i)) for i in range(1, 7)),
    ):
        style = known[name]
        properties = style.element.get_or_add_rPr()
        for old in list(properties):
            properties.remove(old)
        ooxml.set_face(properties, face)
        style.font.size = Pt(22 if name == "Title" else size)
        style.font.color.rgb = RGBColor(0, 0, 0)
        style.font.bold = False
        form = style.paragraph_format
        form.space_before = form.space_after = Pt(0)
        form.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        form.line_spacing = Pt(pitch)
        form.widow_control = False  # the text area is filled line by line
        form.keep_with_next = name.startswith("Heading")
        form.alignment = ALIGN["center"] if name == "Title" else None
        for old in style.element.findall(f".//{qn('w:pBdr')}"):
            old.getparent().remove(old)
        if size == 16 and name != "Title":
            ooxml.official_text(style)


def draw(pen: Pen, blocks: list[dict[str, Any]], depth: int = 0) -> None:
    """Writes laid-out blocks (see ``layout.lay_out``)."""
    for block in blocks:
        _DRAW[block["t"]](pen, block, depth)


def section_titles(blocks: list[dict[str, Any]]) -> Iterator[str]:
    """Titles of the sections in reading order, for the table of contents."""
    for block in blocks:
        if block["t"] == "s":
            yield block["title"]
            yield from section_titles(block["body"])


def _heading(level: int) -> str:
    return HEADING_FACES.get(level, "fangsong")


def _draw_heading(pen: Pen, block: dict[str, Any], depth: int) -> None:
    paragraph = pen.document.add_paragraph(style=f"Heading {min(6, block['level'] + depth)}")
    add_run(paragraph, block["text"], _heading(block["level"]), pen.size)
    indent(paragraph, first=2)


def _draw_paragraph(pen: Pen, block: dict[str, Any], depth: int) -> None:
    paragraph = pen.paragraph("", runs=[(block["lead"], "hei"), (block["text"], "fangsong")])
    paragraph.alignment = ALIGN.get(block["align"], WD_ALIGN_PARAGRAPH.JUSTIFY)
    if block["indent"]:
        indent(paragraph, first=2)


def _draw_list(pen: Pen, block: dict[str, Any], depth: int) -> None:
    for i, item in enumerate(block["items"]):
        indent(pen.paragraph((f"{i + 1}. " if block["ordered"] else "·") + item), first=2)


def _draw_facts(pen: Pen, block: dict[str, Any], depth: int) -> None:
    for label, value in block["rows"]:
        indent(pen.paragraph("", runs=[(f"{label}：", "hei"), (value, "fangsong")]), first=2)


def _draw_table(pen: Pen, block: dict[str, Any], depth: int) -> None:
    size = max(9.0, min(12.0, pen.size - 2))
    if block["caption"]:
        caption = pen.paragraph("", runs=[(block["caption"], "hei")])
        caption.alignment = ALIGN["center"]
        caption.paragraph_format.keep_with_next = True
    section = pen.document.sections[-1]
    available = (section.page_width - section.left_margin - section.right_margin) / Pt(1)
    table = pen.document.add_table(rows=1 + len(block["rows"]), cols=len(block["head"]))
    ooxml.table_borders(table, top=4, left=4, bottom=4, right=4, insideH=4, insideV=4)
    ooxml.column_widths(table, [available * part / sum(block["widths"]) for part in block["widths"]])
    matrix = [block["head"], *block["rows"]]
    for i, (row, texts) in enumerate(zip(table.rows, matrix, strict=True)):
        ooxml.whole(row)
        strong = i == 0 or (block["total"] and i == len(matrix) - 1)
        for cell, text, align in zip(row.cells, texts, block["aligns"], strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.line_spacing = Pt(size * 1.4)
            paragraph.alignment = ALIGN["center"] if i == 0 else ALIGN[align]
            add_run(paragraph, text, "hei" if strong else "fangsong", size)
    ooxml.repeat_head(table.rows[0])
    pen.document.add_paragraph(style="Normal").paragraph_format.line_spacing = Pt(8)


def _draw_section(pen: Pen, block: dict[str, Any], depth: int) -> None:
    paragraph = pen.document.add_paragraph(style=f"Heading {block['level']}")
    paragraph.alignment = ALIGN["center"]
    paragraph.paragraph_format.page_break_before = block["new_page"]
    paragraph.paragraph_format.space_before = Pt(0 if block["new_page"] else pen.pitch)
    add_run(paragraph, "\n".join(block["title_lines"]), "title", pen.size + (2 if block["level"] == 1 else 0))
    if block["note"]:
        pen.paragraph("", runs=[(block["note"], "kai")]).alignment = ALIGN["center"]
    draw(pen, block["body"], depth=block["level"])


def _draw_break(pen: Pen, block: dict[str, Any], depth: int) -> None:
    pen.document.add_page_break()


_DRAW = {
    "h": _draw_heading,
    "p": _draw_paragraph,
    "l": _draw_list,
    "f": _draw_facts,
    "t": _draw_table,
    "s": _draw_section,
    "b": _draw_break,
}
