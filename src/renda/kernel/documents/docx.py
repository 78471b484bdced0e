"""Papers as Word files: the same layout as the PDF on a document grid, to be edited, stamped and exchanged.

Fonts are named as offices have them (仿宋_GB2312, 方正小标宋简体); the reader's machine supplies them. What
Word can't know beforehand (whether the 版记 falls on an even page) is left to the person who prints.
"""

from __future__ import annotations

import io
from typing import Any

from docx import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.shared import Mm, Pt

from renda.kernel import clock
from renda.kernel.documents import docx_blocks, ooxml
from renda.kernel.documents.docx_blocks import Pen
from renda.kernel.documents.layout import lay_out
from renda.kernel.documents.ooxml import add_run, border, indent
from renda.kernel.documents.paper import Paper
from renda.kernel.documents.titles import width

DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CENTER, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
PITCH = 28.95  # 22 lines are 636.9 pt of the 637.8 pt of the text area; 22 × 29 would be too many
KEPT_TOGETHER = 28 * 8  # characters of the last paragraph that may move to the page of the signature
OFFICIAL = (37.0, 35.0, 28.0, 26.0)
LIST = (28.0, 28.0, 26.0, 26.0)


def docx(paper: Paper) -> bytes:
    """One paper as a Word file."""
    data = lay_out(paper)
    document = Document()
    document.core_properties.title = data["title"]
    document.core_properties.author = "、".join(data["organs"]) or "、".join(data["signatures"])
    document.core_properties.created = document.core_properties.modified = clock.now().replace(tzinfo=None)
    size = 12.0 if data["format"] == "table" else 12.0 if data["compact"] else 16.0
    pitch = 21.0 if size == 12 else PITCH
    pen = Pen(document, size, pitch)
    docx_blocks.styles(document, size, pitch)
    section = document.sections[0]
    ooxml.page(section, LIST if data["format"] == "table" else OFFICIAL, landscape=data["landscape"])
    if data["format"] in ("letter", "red_head", "minutes"):
        ooxml.line_grid(section)
    _folios(document, section, first_silent=data["format"] == "letter")
    _HEADS[data["format"]](pen, section, data)
    if data["to"]:
        pen.blank(1)
        pen.paragraph(data["to"])
    elif data["format"] in ("letter", "red_head", "minutes"):
        pen.blank(1)
    if data["toc"]:
        _contents(pen, data)
    docx_blocks.draw(pen, data["body"])
    _close(pen, data)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _folios(document: Any, section: Any, *, first_silent: bool) -> None:
    """Page numbers: odd right, even left, one character in, 4号 Song between dashes (7.5)."""
    document.settings.odd_and_even_pages_header_footer = True
    section.different_first_page_header_footer = first_silent
    section.footer_distance = Mm(20)
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.paragraph_format.space_after = Mm(3)
        paragraph.paragraph_format.tab_stops.clear_all()
        paragraph.alignment = RIGHT if side == "right" else WD_ALIGN_PARAGRAPH.LEFT
        indent(paragraph, right=0.875 if side == "right" else 0, left=0.875 if side == "left" else 0)
        add_run(paragraph, "— ", "song", 14)
        ooxml.field(paragraph, "PAGE", "song", 14)
        add_run(paragraph, " —", "song", 14)


def _letter_head(pen: Pen, section: Any, data: dict[str, Any]) -> None:
    """Mark 30 mm from the edge, red double lines 170 mm long, number flush right (10.1)."""
    section.header_distance = Mm(30)
    header = section.first_page_header
    header.is_linked_to_previous = False
    for i, organ in enumerate(data["organs"]):
        paragraph = header.paragraphs[0] if i == 0 else header.add_paragraph()
        size, scale = _mark_size(organ, 470, 38)
        _exact(paragraph, size * 1.1)
        paragraph.alignment = CENTER
        add_run(paragraph, organ, "title", size, red=True, scale=scale)
    rule = header.paragraphs[-1]
    _wide(rule)
    border(rule, "bottom", "thickThinSmallGap", color="FF0000", size=24, space=11)
    footer = section.first_page_footer
    footer.is_linked_to_previous = False
    foot = footer.paragraphs[0]
    _wide(foot)
    _exact(foot, 2)
    border(foot, "bottom", "thinThickSmallGap", color="FF0000", size=24, space=1)
    left = [data["copy_number"], data["urgency"], *data["marks"]]
    left = [mark for mark in left if mark]
    signer = f"签发人：{data['signer']}" if data["signer"] else ""
    right = [mark for mark in (data["number"], signer) if mark]
    for i in range(max(len(left), len(right))):
        row = pen.paragraph("")
        _spread(row, 0)
        add_run(row, left[i] if i < len(left) else "", "hei", 16)
        add_run(row, "\t" + (right[i] if i < len(right) else ""), "fangsong", 16)
    pen.blank(2)
    _title(pen, data)


def _red_head(pen: Pen, section: Any, data: dict[str, Any]) -> None:
    """Mark 35 mm below the upper edge, number two lines below, red line 4 mm under it (7.2)."""
    above = [mark for mark in (data["copy_number"], data["urgency"], *data["marks"]) if mark]
    for mark in above:
        pen.paragraph("", runs=[(mark, "hei" if mark != data["copy_number"] else "fangsong")])
    room = 99.2 - len(above) * PITCH
    if len(data["organs"]) > 1:
        _joint_mark(pen, data["organs"], room)
    else:
        _mark(pen, data["mark"], room)
    pen.blank(2)
    number = pen.paragraph(data["number"])
    if data["signer"]:
        _spread(number, 1)
        add_run(number, "\t签发人：", "fangsong", 16)
        add_run(number, data["signer"], "kai", 16)
    else:
        number.alignment = CENTER
    _separator(pen)
    pen.blank(2)
    _title(pen, data)


def _mark(pen: Pen, text: str, room: float) -> None:
    """发文机关标志 on one line, ``room`` points below what stands above it."""
    size, scale = _mark_size(text, 442, 52)
    paragraph = pen.paragraph("")
    _exact(paragraph, size * 1.15)
    paragraph.alignment = CENTER
    paragraph.paragraph_format.space_before = Pt(max(0.0, room))
    add_run(paragraph, text, "title", size, red=True, scale=scale)


def _joint_mark(pen: Pen, organs: list[str], room: float) -> None:
    """Names one below the other, 文件 at the right, centred on their height (7.2.4)."""
    _exact(pen.document.add_paragraph(), max(1.0, room))
    table = pen.document.add_table(rows=1, cols=2)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    longest = max(width(organ) for organ in organs)
    size = min(34.0, (442 - 114) / longest)
    ooxml.column_widths(table, [longest * size + 24, 90])
    for cell in table.rows[0].cells:
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    names, word = table.rows[0].cells
    for i, organ in enumerate(organs):
        paragraph = names.paragraphs[0] if i == 0 else names.add_paragraph()
        _exact(paragraph, size * 1.35)
        paragraph.alignment = CENTER
        add_run(paragraph, organ, "title", size, red=True)
    _exact(word.paragraphs[0], 44)
    add_run(word.paragraphs[0], "文件", "title", 38, red=True)


def _separator(pen: Pen) -> None:
    """The red line, as wide as the text area, 4 mm below the line before it."""
    paragraph = pen.document.add_paragraph()
    _exact(paragraph, 5)
    border(paragraph, "bottom", "single", color="FF0000", size=12)


def _spread(paragraph: Any, inset: float) -> None:
    """One text left and, after a tab, one right, both ``inset`` characters in."""
    indent(paragraph, left=inset, right=inset)
    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(156) - Pt(16 * inset), WD_TAB_ALIGNMENT.RIGHT)


def _minutes_head(pen: Pen, section: Any, data: dict[str, Any]) -> None:
    """Mark ×××纪要, the issue, organ and day over the red line (10.3)."""
    _mark(pen, data["mark"], 99.2)
    pen.blank(1)
    pen.paragraph(data["number"]).alignment = CENTER
    pen.blank(1)
    row = pen.paragraph(" ".join(data["signatures"]))
    _spread(row, 1)
    add_run(row, "\t" + data["day"], "fangsong", 16)
    _separator(pen)
    if data["title"] != data["mark"]:
        pen.blank(2)
        _title(pen, data)


def _plain_head(pen: Pen, section: Any, data: dict[str, Any]) -> None:
    if data["number"]:
        pen.paragraph(data["number"]).alignment = RIGHT
    _title(pen, data)
    pen.blank(1)


def _list_head(pen: Pen, section: Any, data: dict[str, Any]) -> None:
    _title(pen, data, 20)
    row = pen.paragraph("　".join(data["signatures"]))
    row.paragraph_format.tab_stops.add_tab_stop(Mm(245 if data["landscape"] else 158), WD_TAB_ALIGNMENT.RIGHT)
    add_run(
        row, "\t" + " ".join(part for part in (data["number"], data["day"]) if part), "fangsong", pen.size
    )


_HEADS = {
    "letter": _letter_head,
    "red_head": _red_head,
    "minutes": _minutes_head,
    "plain": _plain_head,
    "table": _list_head,
}


def _title(pen: Pen, data: dict[str, Any], size: float = 22) -> None:
    paragraph = pen.document.add_paragraph(style="Title")
    _exact(paragraph, size * 1.55)
    add_run(paragraph, "\n".join(data["title_lines"]), "title", size)
    if data["subtitle"]:
        under = pen.paragraph("", runs=[(data["subtitle"], "kai")])
        under.alignment = CENTER


def _contents(pen: Pen, data: dict[str, Any]) -> None:
    """A table of contents; Word fills in the page numbers when asked to update fields."""
    head = pen.paragraph("", runs=[("目　录", "title")])
    head.alignment = CENTER
    head.paragraph_format.page_break_before = True
    entries = "\n".join(docx_blocks.section_titles(data["body"]))
    ooxml.field(pen.paragraph(""), 'TOC \\o "1-2" \\h \\z', "fangsong", 14, entries)
    pen.document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def _close(pen: Pen, data: dict[str, Any]) -> None:
    """附件说明, attendance, signature, notes, 版记."""
    start = max(0, len(pen.document.paragraphs) - 1)
    if data["attachments"]:
        pen.blank(1)
        several = len(data["attachments"]) > 1
        for i, name in enumerate(data["attachments"]):
            number = f"{i + 1}. " if several else ""
            paragraph = pen.paragraph(("附件：" if i == 0 else "") + number + name)
            inner = 1 if several else 0
            indent(paragraph, left=5 + inner, hanging=(3 if i == 0 else 0) + inner)
    if data["attendance"]:
        pen.blank(1)
        for label, people in data["attendance"]:
            paragraph = pen.paragraph("", runs=[(f"{label}：", "hei"), (people, "fangsong")])
            indent(paragraph, left=5, hanging=3)
    if data["format"] in ("letter", "red_head") or (data["format"] == "plain" and not data["toc"]):
        _signature(pen, data)
    if data["format"] != "table" and not data["toc"]:
        # What closes a paper stays with the last lines of its text: no page bears the seal alone. Some office
        # suites move the whole paragraph then, so a long one is left alone.
        closing = pen.document.paragraphs[start:]
        if len(closing[0].text) > KEPT_TOGETHER:
            del closing[0]
        closing[0].paragraph_format.widow_control = True
        for paragraph in closing[:-1]:
            paragraph.paragraph_format.keep_with_next = True
    if data["notes"]:
        indent(pen.paragraph(data["notes"]), first=2)
    if data["copies_to"] or data["printed_by"]:
        _imprint(pen, data)


def _signature(pen: Pen, data: dict[str, Any]) -> None:
    """Name centred over the date, whose right edge is four characters in; without a seal two (7.3.5)."""
    day = data["day"]
    organs = data["signatures"]
    if not day and not organs:
        return
    pen.blank(2 if data["sealed"] else 1)
    if data["sealed"] and len(organs) > 1:
        insets, day_inset = [], _joint_signature(pen, organs, width(day))
        organs = []
    elif data["sealed"]:
        middle = 4 + width(day) / 2
        insets = [max(0.0, middle - width(organ) / 2) for organ in organs]
        day_inset = 4.0
    else:
        last = width(organs[-1]) if organs else 0.0
        wide = width(day) > last
        inset = max(2.0, 4 + width(day) - last) if wide else 2.0
        insets = [inset] * len(organs)
        day_inset = 2.0 if wide else max(0.0, inset + last - 2 - width(day))
    for text, right in (*zip(organs, insets, strict=True), (day, day_inset)):
        if text:
            paragraph = pen.paragraph(text)
            paragraph.alignment = RIGHT
            paragraph.paragraph_format.keep_with_next = text != day
            indent(paragraph, right=right)


def _joint_signature(pen: Pen, organs: list[str], day: float) -> float:
    """Names of several organs in rows of at most three, room for a seal over each; the last over the date.

    Returns:
        How many characters the date stands in, to be centred under the last name.
    """
    columns = min(3, len(organs), max(1, int(27.6 // (max(width(organ) for organ in organs) + 1))))
    for start in range(0, len(organs), columns):
        row = organs[start : start + columns]
        if start:
            pen.blank(2)
        table = pen.document.add_table(rows=1, cols=columns)
        for cell, organ in zip(table.rows[0].cells, [""] * (columns - len(row)) + row, strict=True):
            cell.paragraphs[0].alignment = CENTER
            add_run(cell.paragraphs[0], organ, "fangsong", 16)
    return max(0.0, 27.6 / columns / 2 - day / 2)


def _imprint(pen: Pen, data: dict[str, Any]) -> None:
    """版记 at the foot; a letter has 抄送 alone, without lines (7.4, 10.1)."""
    bare = data["format"] == "letter"
    rows = []
    if data["copies_to"]:
        rows.append(f"抄送：{data['copies_to']}")
    if data["printed_by"] and not bare:
        rows.append(f"{data['printed_by']}\t{data['printed_on']}")
    if not rows:
        return
    if bare:
        paragraph = pen.document.add_paragraph()
        _imprint_line(paragraph, rows[0])
        ooxml.at_foot(paragraph)
    else:
        table = pen.document.add_table(rows=len(rows), cols=1)
        ooxml.table_borders(table, top=8, bottom=8, insideH=6)
        for row, text in zip(table.rows, rows, strict=True):
            _imprint_line(row.cells[0].paragraphs[0], text)
            row.cells[0].paragraphs[0].paragraph_format.keep_with_next = text != rows[-1]
        ooxml.table_at_foot(table)
    _exact(pen.document.add_paragraph(), 1)  # what the frame or table is anchored to


def _imprint_line(paragraph: Any, text: str) -> None:
    _exact(paragraph, 23)
    add_run(paragraph, text, "fangsong", 14)
    hanging = 3 * 0.875 if text.startswith("抄送") else 0
    indent(paragraph, left=0.875 + hanging, right=0.875, hanging=hanging)
    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(156) - Pt(25), WD_TAB_ALIGNMENT.RIGHT)


def _mark_size(text: str, available: float, most: float) -> tuple[float, int]:
    """Size in points and width in percent that put a mark on one line (see ``mark`` in base.typ)."""
    natural = available / max(1.0, width(text))
    if natural >= most:
        return most, 100
    tall = min(most, natural * 1.42)
    return round(tall * 2) / 2, round(natural / tall * 98)


def _exact(paragraph: Any, points: float) -> None:
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    paragraph.paragraph_format.line_spacing = Pt(points)
    snap = ooxml.element("snapToGrid", val="0")
    ooxml.put(
        paragraph._p.get_or_add_pPr(), snap, "spacing", "ind", "contextualSpacing", "jc", "outlineLvl", "rPr"
    )


def _wide(paragraph: Any) -> None:
    """170 mm, centred on the page: 8 mm beyond the text area at the left, 6 mm at the right."""
    paragraph.paragraph_format.left_indent, paragraph.paragraph_format.right_indent = Mm(-8), Mm(-6)
