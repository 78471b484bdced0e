"""Sheets of raw cells, their addresses, and the limits that every format is held to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from python_calamine import CalamineSheet

from renda.kernel.tabular.schema import FileRefused

Cell = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta | None

FAILED = "#错误"  # stands in a cell whose formula failed
MAX_BYTES = 50 * 1024 * 1024  # of the file as sent
MAX_UNPACKED = 600 * 1024 * 1024  # of all parts of a zip together, counted while they stream by
MAX_TEXT = (
    300_000_000  # characters in all cells together: one long shared string may be referred to a million times
)
MAX_ROWS = 200_000
MAX_COLUMNS = 400
MAX_CELLS = 4_000_000  # rows × columns of the used area: a reader allocates all of it


@dataclass
class Sheet:
    """One worksheet (or one table of a document).

    Args:
        name: as on its tab.
        rows: raw cells from A1; rows may differ in length.
        merges: (first row, first column, last row, last column), from 0, inclusive.
        formulas: cells that carry a formula, (row, column) from 0; their last stored result is in ``rows``.
        hidden: the tab is hidden: ``rows`` is empty, the sheet is only named.
        hidden_rows: how many rows with content are hidden or filtered out (they are read).
    """

    name: str
    rows: list[list[Cell]] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    formulas: set[tuple[int, int]] = field(default_factory=set)
    hidden: bool = False
    hidden_rows: int = 0

    def cell(self, row: int, column: int) -> Cell:
        if 0 <= row < len(self.rows) and 0 <= column < len(self.rows[row]):
            return self.rows[row][column]
        return None


@dataclass
class Book:
    """A file that was read: ``format`` is xlsx, xls, csv or docx, by its content."""

    format: str
    sheets: list[Sheet]
    notices: list[str] = field(default_factory=list)


@dataclass
class Extent:
    """The used area of a sheet as its file describes it, found before anything is allocated.

    ``errors`` are cells whose formula failed: calamine gives them as empty, which they are not.
    """

    rows: int = 0
    columns: int = 0
    formulas: set[tuple[int, int]] = field(default_factory=set)
    errors: set[tuple[int, int]] = field(default_factory=set)
    hidden_rows: int = 0

    def include(self, row: int, column: int) -> None:
        if row >= self.rows:
            self.rows = row + 1
        if column >= self.columns:
            self.columns = column + 1

    def check(self, sheet: str) -> None:
        """Refuse a sheet whose used area is larger than any table an office keeps."""
        if self.columns > MAX_COLUMNS:
            raise FileRefused(
                f"工作表“{sheet}”最右边的内容在 {letters(self.columns - 1)} 列，超过 {MAX_COLUMNS} 列。"
                "请把表格右边多余的列整列删除，保存后再上传。"
            )
        if self.rows > MAX_ROWS:
            raise FileRefused(
                f"工作表“{sheet}”最下面的内容在第 {self.rows} 行，超过 {MAX_ROWS} 行。"
                "请把表格下面多余的行整行删除；数据确实很多的，请分成几个文件。"
            )
        if self.rows * self.columns > MAX_CELLS:
            raise FileRefused(
                f"工作表“{sheet}”有 {self.rows} 行 × {self.columns} 列，太大了。请分成几个文件上传。"
            )


def letters(column: int) -> str:
    """Column letters of an index from 0: 0 → A, 26 → AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def column_index(name: str) -> int:
    """Index from 0 of column letters: A → 0, XFD → 16383."""
    index = 0
    for letter in name:
        index = index * 26 + ord(letter) - 64
    return index - 1


def address(row: int, column: int) -> str:
    """A1 address of a cell whose row and column count from 0."""
    return f"{letters(column)}{row + 1}"


def is_blank(value: Cell) -> bool:
    return value is None or (isinstance(value, str) and not value.strip("\u3000\u200b\ufeff \t\r\n\xa0"))


def show_errors(source: CalamineSheet, errors: set[tuple[int, int]]) -> list[list[Cell]]:
    """The rows of a sheet from A1, cells whose formula failed marked as such."""
    rows: list[list[Cell]] = [list(row) for row in source.to_python(skip_empty_area=False)]
    for row, column in errors:
        while len(rows) <= row:
            rows.append([])
        rows[row] += [None] * (column + 1 - len(rows[row]))
        rows[row][column] = FAILED
    return rows


def trim(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Without the blank rows at the end (offices' sheets have them down to the last)."""
    last = len(rows)
    while last and all(is_blank(value) for value in rows[last - 1]):
        last -= 1
    return rows[:last]
