"""Small pieces of WordprocessingML that python-docx has no words for (ECMA-376 part 1, §17)."""

from __future__ import annotations

from typing import Any

from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

RED = RGBColor(0xFF, 0x00, 0x00)  # what Word's users call 红色; print shops match it to M80 Y80
# Names of the fonts that offices have; their machines supply them.
FACES = {
    "fangsong": "仿宋_GB2312",
    "title": "方正小标宋简体",
    "hei": "黑体",
    "kai": "楷体_GB2312",
    "song": "宋体",
}


def element(tag: str, **attributes: Any) -> Any:
    """An element of the ``w`` namespace with attributes of the same."""
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    return made


def put(parent: Any, child: Any, *after: str) -> None:
    """Sets a property once, at its place: before the first of the elements that the schema lets follow it."""
    for old in parent.findall(child.tag):
        parent.remove(old)
    followers = {qn(f"w:{tag}") for tag in after}
    for i, sibling in enumerate(parent):
        if sibling.tag in followers:
            parent.insert(i, child)
            return
    parent.append(child)


def add_run(
    paragraph: Any,
    text: str,
    face: str = "fangsong",
    size: float = 16,
    *,
    red: bool = False,
    scale: int = 100,
) -> Any:
    """Text in one of the faces.

    Args:
        paragraph: where to.
        text: line breaks are kept.
        face: key of ``FACES``.
        size: points.
        red: whether in the red of the 版头.
        scale: width of the characters in percent.
    """
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    set_face(run._element.get_or_add_rPr(), face)
    if red:
        run.font.color.rgb = RED
    if scale != 100:
        put(run._element.rPr, element("w", val=scale), "kern", "position", "sz", "szCs", "highlight", "u")
    return run


def set_face(properties: Any, face: str) -> None:
    """Sets all four slots of a run's font, so that digits and letters are of the same face."""
    name = FACES[face]
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = element("rFonts")
        properties.insert(0, fonts)
    for slot in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{slot}"), name)
    fonts.set(qn("w:hint"), "eastAsia")


def indent(
    paragraph: Any, *, first: float = 0, left: float = 0, right: float = 0, hanging: float = 0
) -> None:
    """Indents in characters, which follow the size of the type."""
    attributes = {}
    for name, value in (("left", left), ("right", right), ("hanging", hanging), ("firstLine", first)):
        if value:
            attributes[f"{name}Chars"] = round(value * 100)
            attributes[name] = round(value * 16 * 20)
    put(
        paragraph._p.get_or_add_pPr(),
        element("ind", **attributes),
        "contextualSpacing",
        "jc",
        "outlineLvl",
        "rPr",
    )


def border(paragraph: Any, side: str, kind: str, *, color: str, size: int, space: int = 0) -> None:
    """A line above or below a paragraph; a second call adds the other side.

    Args:
        paragraph: which.
        side: ``top`` or ``bottom``.
        kind: ``single``, ``thickThinSmallGap`` (thick above) or ``thinThickSmallGap``.
        color: hexadecimal RGB.
        size: eighths of a point.
        space: points between text and line.
    """
    properties = paragraph._p.get_or_add_pPr()
    borders = properties.find(qn("w:pBdr"))
    if borders is None:
        borders = element("pBdr")
    put(borders, element(side, val=kind, sz=size, space=space, color=color), "bottom")
    put(
        properties,
        borders,
        "shd", "tabs", "suppressAutoHyphens", "kinsoku", "spacing", "ind", "jc", "rPr",
    )  # fmt: skip


def field(paragraph: Any, code: str, face: str, size: float, result: str = "1") -> None:
    """A field such as PAGE, with the result shown until it is computed."""
    for part in ("begin", "code", "separate", "result", "end"):
        run = add_run(paragraph, result if part == "result" else "", face, size)._element
        if part == "code":
            text = element("instrText")
            text.set(qn("xml:space"), "preserve")
            text.text = f" {code} "
            run.append(text)
        elif part != "result":
            run.append(element("fldChar", fldCharType=part))


def page(section: Any, margins: tuple[float, float, float, float], *, landscape: bool) -> None:
    """Paper A4 and its margins (top, bottom, left, right in millimetres)."""
    width, height = (297, 210) if landscape else (210, 297)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.top_margin, section.bottom_margin = Mm(margins[0]), Mm(margins[1])
    section.left_margin, section.right_margin = Mm(margins[2]), Mm(margins[3])


def line_grid(section: Any) -> None:
    """22 lines to the page (GB/T 9704 5.2.2), as Word's page set-up shows them.

    The 28 characters come from the styles (``official_text``), not from a grid of characters: office suites
    differ in how characters snap to one, LibreOffice to the point of setting every second cell.
    """
    put(section._sectPr, element("docGrid", type="lines", linePitch=579), "printerSettings")


def official_text(style: Any) -> None:
    """28 characters a line: a quarter of a point closer than the type, nothing snaps to the grid."""
    properties = style.element.get_or_add_pPr()
    for tag in ("autoSpaceDE", "autoSpaceDN", "snapToGrid"):  # no gap between 年 and its digits either
        put(properties, element(tag, val=0), "spacing", "ind", "contextualSpacing", "jc")
    closer = element("spacing", val=-5)
    put(style.element.get_or_add_rPr(), closer, "w", "kern", "position", "sz", "szCs", "lang")


def table_borders(table: Any, **sides: int) -> None:
    """Black lines of a table by side (top, left, bottom, right, insideH, insideV), in eighths of a point."""
    borders = element("tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        size = sides.get(side, 0)
        borders.append(element(side, val="single" if size else "nil", sz=size, space=0, color="000000"))
    put(table._tbl.tblPr, borders, "shd", "tblLayout", "tblCellMar", "tblLook")


def column_widths(table: Any, points: list[float]) -> None:
    """Fixed widths of the columns, in the grid and in each cell: office suites read one or the other."""
    table.autofit = False
    for column, wide in zip(table._tbl.tblGrid.findall(qn("w:gridCol")), points, strict=True):
        column.set(qn("w:w"), str(round(wide * 20)))
    for row in table.rows:
        for cell, wide in zip(row.cells, points, strict=True):
            cell.width = Pt(wide)


def table_at_foot(table: Any) -> None:
    """Moves a table to the foot of the text area of its page: the 版记 with its lines."""
    position = element(
        "tblpPr", leftFromText=0, rightFromText=0, vertAnchor="margin", horzAnchor="margin", tblpXSpec="left",
        tblpYSpec="bottom",
    )  # fmt: skip
    put(
        table._tbl.tblPr, position,
        "tblOverlap", "bidiVisual", "tblW", "jc", "tblInd", "tblBorders", "shd", "tblLayout", "tblCellMar",
        "tblLook",
    )  # fmt: skip


def at_foot(paragraph: Any) -> None:
    """Moves a paragraph without lines to the foot of the text area of its page."""
    frame = element(
        "framePr", w=round(156 / 25.4 * 1440), hSpace=0, wrap="around", vAnchor="margin", hAnchor="margin",
        xAlign="left", yAlign="bottom",
    )  # fmt: skip
    put(
        paragraph._p.get_or_add_pPr(), frame,
        "widowControl", "numPr", "suppressLineNumbers", "pBdr", "shd", "tabs", "snapToGrid", "spacing", "ind",
        "jc", "rPr",
    )  # fmt: skip


def repeat_head(row: Any) -> None:
    """The row is repeated at the top of each page."""
    row._tr.get_or_add_trPr().append(element("tblHeader"))


def whole(row: Any) -> None:
    """The row is not torn between pages."""
    row._tr.get_or_add_trPr().insert(0, element("cantSplit"))
