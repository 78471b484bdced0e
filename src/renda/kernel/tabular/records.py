"""Which rows of a sheet make a record, which are none, and what a record says in a column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from renda.kernel.tabular.headings import Head, Heading
from renda.kernel.tabular.reading.sheet import Cell, Sheet, is_blank
from renda.kernel.tabular.values import parse
from renda.kernel.tabular.values.problem import Problem
from renda.kernel.tabular.values.text import tight, written

_SUMMARY = re.compile(r"^(?:合计|总计|小计|累计|平均)(?:[:：]|$)")
_REMARK = re.compile(
    r"^(?:注|备注|说明|填表说明|填表人|填报人|制表人?|审核人?|单位负责人|联系人|联系电话|填报单位|填报日期)\d*\s*[:：]"
)


Columns = list[tuple[Heading, parse.Parser]]


def records(sheet: Sheet, head: Head, columns: Columns, key: Sequence[str]) -> Iterator[list[int]]:
    """Rows of the sheet that make one record each: one, or several where the key's cells are merged down.

    Merged cells get their text in every row they cover.
    """
    key_columns = [heading.column for heading, _ in columns if heading.key in key]
    joined: dict[int, int] = {}  # row → how many key cells hang together with the row above
    for first_row, first_column, last_row, last_column in sheet.merges:
        first_row = max(first_row, head.data)
        last_row = min(last_row, len(sheet.rows) - 1)
        if first_row > last_row:
            continue
        value = sheet.cell(first_row, first_column)
        for row in range(first_row, last_row + 1):
            line = sheet.rows[row]
            needed = min(last_column, head.headings[-1].column) + 1
            if len(line) < needed:
                line.extend([None] * (needed - len(line)))
            for column in range(first_column, needed):
                line[column] = value
        for row in range(first_row + 1, last_row + 1):
            joined[row] = joined.get(row, 0) + sum(first_column <= c <= last_column for c in key_columns)
    lines: list[int] = []
    for row in range(head.data, len(sheet.rows)):
        if all(is_blank(value) for value in sheet.rows[row]):
            continue
        if lines and key_columns and joined.get(row, 0) == len(key_columns) and lines[-1] == row - 1:
            lines.append(row)
            continue
        if lines:
            yield lines
        lines = [row]
    if lines:
        yield lines


def is_no_record(sheet: Sheet, head: Head, row: int, columns: Columns) -> bool:
    """A sum, a remark under the table, a band across it, or the heading again on the next printed page."""
    line = sheet.rows[row]
    texts = [written(value) for value in line if not is_blank(value)]
    first = texts[0]
    compact = tight(first)
    if _SUMMARY.match(compact) or _REMARK.match(first):
        return True
    if len(columns) > 2 and len(set(texts)) == 1:
        filled = [heading for heading, _ in columns if not is_blank(sheet.cell(row, heading.column))]
        required = [heading for heading, parser in columns if parser.column.required]
        if len(texts) > len(columns) // 2 or (required and not any(h in filled for h in required)):
            return True
        if any(
            last - first_row == 0 and first_row == row and right > left
            for first_row, left, last, right in sheet.merges
        ):
            return True
    return any(_same(line, sheet.rows[heading], head) for heading in range(head.row, head.data))


def _same(line: list[Cell], heading: list[Cell], head: Head) -> bool:
    """Whether most of a line says what the heading says, word for word."""
    width = min(len(line), len(heading))
    again = sum(1 for place in range(width) if line[place] == heading[place] and not is_blank(line[place]))
    return again >= 2 and again * 2 > len(head.headings)


def gather(sheet: Sheet, lines: list[int], column: int, parser: parse.Parser) -> tuple[Any, int]:
    """The value of a record in a column, and the row it (or its mistake) stands in."""
    if len(lines) == 1:
        line = sheet.rows[lines[0]]
        return parser.parse(line[column] if column < len(line) else None), lines[0]
    results = [(parser.parse(sheet.cell(row, column)), row) for row in lines]
    for result, row in results:
        if isinstance(result, Problem) or (
            isinstance(result, list) and result and isinstance(result[0], Problem)
        ):
            return result, row
    given = [(result, row) for result, row in results if result is not parse.NOTHING]
    if not given:
        return parse.NOTHING, lines[0]
    if parser.column.many:
        together: list[Any] = []
        for result, _row in given:
            together += [value for value in result if value not in together]
        return together, lines[0]
    for result, row in given:
        if result != given[0][0]:
            return Problem(
                "merged", "合并单元格对应的几行内容不同，请只留一个。", _shown(sheet, row, column)
            ), row
    return given[0]


def _shown(sheet: Sheet, row: int, column: int) -> str:
    return written(sheet.cell(row, column))[:60]
