"""Spreadsheets out: what a page shows, typed, and with no text that a spreadsheet program would calculate."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter

from renda.kernel.clock import TZ
from renda.kernel.tabular.schema import Column

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")  # OWASP, CSV injection
_CELL_LIMIT = 32_767  # characters in a cell of Excel
_ROW_LIMIT = 1_048_576
_CUT = "……（超过表格一格的上限，全文见系统）"
_EXACT = 10**15
_WIDTHS = {
    "date": 14,
    "datetime": 18,
    "int": 8,
    "number": 12,
    "money": 16,
    "flag": 6,
    "phone": 14,
    "citizen_id": 20,
}
_FORMATS: dict[str, dict[str, Any]] = {
    "head": {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "bg_color": "#E9EDF2"},
    "title": {"bold": True, "font_size": 14},
    "note": {"font_color": "#5B6470"},
    "text": {"text_wrap": True, "valign": "top"},
    "kept": {"text_wrap": True, "valign": "top", "quote_prefix": True},
    "date": {"num_format": 'yyyy"年"m"月"d"日"', "valign": "top", "align": "left"},
    "datetime": {"num_format": 'yyyy"年"m"月"d"日" hh:mm', "valign": "top", "align": "left"},
    "money": {"num_format": "#,##0.00", "valign": "top"},
    "number": {"valign": "top"},
    "wrong": {"text_wrap": True, "valign": "top", "bg_color": "#F8DADB", "quote_prefix": True},
    "locked": {"text_wrap": True, "valign": "top", "bg_color": "#F1F0EC", "quote_prefix": True},
    "open": {"text_wrap": True, "valign": "top", "border": 1, "locked": False},
    "open_date": {"num_format": 'yyyy"年"m"月"d"日"', "valign": "top", "border": 1, "locked": False},
}


@dataclass(frozen=True)
class Sheetful:
    """A worksheet being written in constant memory, row after row."""

    book: Any
    sheet: Any
    formats: Mapping[str, Any]


def workbook(title: str, *, constant_memory: bool = True) -> tuple[BytesIO, Sheetful]:
    """A new workbook of one sheet; texts are never taken for formulas, links or numbers."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(
        buffer,
        {
            "constant_memory": constant_memory,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": "yyyy-mm-dd",
        },
    )
    book.set_properties({"title": title})
    formats = {name: book.add_format(properties) for name, properties in _FORMATS.items()}
    return buffer, Sheetful(book, book.add_worksheet(sheet_name(title)), formats)


def sheet_name(title: str) -> str:
    """A title as Excel allows it on a tab."""
    cleaned = "".join("_" if character in "[]:*?/\\" else character for character in title).strip("' ")
    return cleaned[:31] or "表"


def write_cell(out: Sheetful, row: int, column: int, value: Any, style: str = "") -> None:
    """One typed cell. Texts stay texts even when somebody edits them later (quote prefix)."""
    sheet, formats = out.sheet, out.formats
    if value is None or value == "" or value == []:
        sheet.write_blank(row, column, None, formats[style or "text"])
    elif isinstance(value, bool):
        sheet.write_string(row, column, "是" if value else "否", formats[style or "text"])
    elif isinstance(value, int | float | Decimal) and -_EXACT < value < _EXACT:
        sheet.write_number(
            row, column, value, formats[style or ("money" if isinstance(value, Decimal) else "number")]
        )
    elif isinstance(value, dt.datetime):
        local = value.astimezone(TZ).replace(tzinfo=None) if value.tzinfo else value
        sheet.write_datetime(row, column, local, formats[style or "datetime"])
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, column, value, formats[style or "date"])
    else:
        text = as_text(value)
        kept = text.startswith(_DANGEROUS)
        sheet.write_string(row, column, text, formats[style or ("kept" if kept else "text")])


def as_text(value: Any) -> str:
    """A value as text of one cell, within what a cell holds."""
    text = "、".join(map(str, value)) if isinstance(value, list | tuple | set | frozenset) else str(value)
    return text if len(text) <= _CELL_LIMIT else text[: _CELL_LIMIT - len(_CUT)] + _CUT


def _picker(columns: Sequence[Column]) -> Callable[[Any], list[Any]]:
    keys = [column.key for column in columns]

    def pick(row: Any) -> list[Any]:
        return [row.get(key) for key in keys] if isinstance(row, Mapping) else list(row)

    return pick


def export(columns: Sequence[Column], rows: Iterable[Any], title: str, *, note: str = "") -> bytes:
    """A workbook of what a page shows.

    Args:
        columns: what to show, in order; their ``label`` is the heading.
        rows: mappings by column key, or sequences in the order of the columns; read once, kept never.
        title: on the sheet's tab and above the table.
        note: a line under the title: the filters, the day.
    """
    buffer, out = workbook(title)
    pick = _picker(columns)
    line = _open_sheet(out, columns, title, note)
    first = line
    number = 1
    for row in rows:
        if line >= _ROW_LIMIT:
            _close_sheet(out, columns, first, line)
            number += 1
            sheet = out.book.add_worksheet(sheet_name(f"{title[:26]}（{number}）"))
            out = Sheetful(out.book, sheet, out.formats)
            first = line = _open_sheet(out, columns, title, note)
        for column, value in enumerate(pick(row)):
            write_cell(out, line, column, value)
        line += 1
    _close_sheet(out, columns, first, line)
    out.book.close()
    return buffer.getvalue()


def _open_sheet(out: Sheetful, columns: Sequence[Column], title: str, note: str) -> int:
    """Title, note and heading; returns the first row of data."""
    for place, column in enumerate(columns):
        out.sheet.set_column(place, place, column.width or _WIDTHS.get(column.kind, 24))
    out.sheet.write_string(0, 0, title, out.formats["title"])
    line = 1
    if note:
        out.sheet.write_string(1, 0, note, out.formats["note"])
        line = 2
    for place, column in enumerate(columns):
        out.sheet.write_string(line, place, column.label, out.formats["head"])
    out.sheet.freeze_panes(line + 1, 0)
    out.sheet.repeat_rows(line)
    return line + 1


def _close_sheet(out: Sheetful, columns: Sequence[Column], first: int, line: int) -> None:
    if columns:
        out.sheet.autofilter(first - 1, 0, max(line - 1, first - 1), len(columns) - 1)


def export_csv(columns: Sequence[Column], rows: Iterable[Any]) -> Iterator[bytes]:
    """The same as CSV in UTF-8 with a mark (Excel needs it); dangerous texts get an apostrophe in front."""
    pick = _picker(columns)
    yield b"\xef\xbb\xbf" + _line([column.label for column in columns])
    for row in rows:
        yield _line([_plain(value) for value in pick(row)])


def _line(values: Sequence[str]) -> bytes:
    buffer = StringIO()
    csv.writer(buffer).writerow(values)
    return buffer.getvalue().encode()


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float | Decimal):
        return str(value)
    if isinstance(value, dt.datetime):
        return (value.astimezone(TZ) if value.tzinfo else value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, dt.date):
        return value.isoformat()
    text = as_text(value)
    return f"'{text}" if text.startswith(_DANGEROUS) else text
