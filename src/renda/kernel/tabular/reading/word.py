"""Tables of a Word file, each as a sheet; cells merged across or down become merges."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import Any

import docx
from docx.oxml.ns import qn

from renda.kernel.tabular.reading.sheet import Book, Cell, Extent, Sheet, trim
from renda.kernel.tabular.reading.xlsx import Streamer
from renda.kernel.tabular.schema import FileRefused

_DAMAGED = "Word 文件已损坏，打不开。请另存为 docx，或把表格复制到 Excel 后再上传。"


def read(content: bytes) -> Book:
    """Read the tables of a docx.

    Raises:
        FileRefused: macros, damage, no table in it.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            if any("vbaproject" in name.lower() for name in archive.namelist()):
                raise FileRefused("文件含有宏，不能上传。请另存为不带宏的 docx 后再上传。")
            streamer = Streamer(archive)
            for name in archive.namelist():
                beginning = b""
                for piece in streamer.pieces(name):
                    beginning = beginning or piece[:4096]
                if name.endswith((".xml", ".rels")) and b"<!DOCTYPE" in beginning:
                    raise FileRefused(_DAMAGED)
        body: Any = docx.Document(BytesIO(content)).element.body
    except FileRefused:
        raise
    except Exception as error:  # python-docx and lxml raise what a broken package leads them to
        raise FileRefused(_DAMAGED) from error
    tables = [element for element in body.iter(qn("w:tbl")) if not _inside_table(element)]
    if not tables:
        raise FileRefused("Word 文件里没有表格。请上传带表格的 docx，或 xlsx、xls、csv。")
    return Book("docx", [_sheet(element, f"表 {place}") for place, element in enumerate(tables, start=1)])


def _inside_table(element: Any) -> bool:
    return any(ancestor.tag == qn("w:tbl") for ancestor in element.iterancestors())


def _sheet(table: Any, name: str) -> Sheet:
    sheet = Sheet(name)
    extent = Extent()
    open_merges: dict[
        int, tuple[int, int, int]
    ] = {}  # first column → first row, last column, last row so far
    for row_number, row in enumerate(table.findall(qn("w:tr"))):
        cells: list[Cell] = []
        for cell in row.findall(qn("w:tc")):
            properties = cell.tcPr
            span = int(properties.grid_span) if properties is not None else 1
            merge = properties.find(qn("w:vMerge")) if properties is not None else None
            column = len(cells)
            extent.include(row_number, column + max(span, 1) - 1)
            extent.check(name)
            continues = merge is not None and merge.get(qn("w:val"), "continue") == "continue"
            if continues and column in open_merges:
                first, last_column, _ = open_merges[column]
                open_merges[column] = (first, last_column, row_number)
                cells += [""] * span
                continue
            _close(sheet, open_merges, column)
            cells += [_text(cell), *[""] * (span - 1)]
            if span > 1 or merge is not None:
                open_merges[column] = (row_number, column + span - 1, row_number)
        sheet.rows.append(cells)
    for column in list(open_merges):
        _close(sheet, open_merges, column)
    sheet.rows = trim(sheet.rows)
    return sheet


def _close(sheet: Sheet, open_merges: dict[int, tuple[int, int, int]], column: int) -> None:
    if column in open_merges:
        first, last_column, last = open_merges.pop(column)
        if last > first or last_column > column:
            sheet.merges.append((first, column, last, last_column))


def _text(cell: Any) -> str:
    lines = []
    for paragraph in cell.iter(qn("w:p")):
        parts = []
        for node in paragraph.iter(qn("w:t"), qn("w:tab"), qn("w:br")):
            parts.append(node.text or "" if node.tag == qn("w:t") else "\n")
        lines.append("".join(parts))
    return re.sub(r"\n{2,}", "\n", "\n".join(lines)).strip()
