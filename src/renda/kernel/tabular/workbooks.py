"""Workbooks that help one send a good one: the blank form, and the bad rows of a file with what is wrong."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from xlsxwriter.utility import xl_range_abs

from renda.kernel import clock
from renda.kernel.identity.api import Account
from renda.kernel.tabular import schema, services
from renda.kernel.tabular.export import Sheetful, sheet_name, workbook, write_cell
from renda.kernel.tabular.headings import ERRORS, Head, Heading
from renda.kernel.tabular.interpret import EXPLAINED, LISTS, Mistake, ReadSheet
from renda.kernel.tabular.reading.sheet import Cell, Sheet, is_blank
from renda.kernel.tabular.schema import Column, Context, Table, TabularError
from renda.kernel.tabular.values.numbers import UNITS
from renda.kernel.tabular.values.text import written

_LISTED = 1000  # rows of the blank form that offer a list
_INLINE = 250  # characters that Excel lets stand in a list's formula
_EXACT = 10**15  # above this a number has lost digits and must not be written as one again


def blank(kind: str, *, actor: Account | None = None) -> bytes:
    """An empty table of a kind to fill: headings, lists to choose from, a sheet that explains."""
    table = schema.table(kind)
    context = Context(actor, kind, "", "", clock.today())
    buffer, out = workbook(table.label, constant_memory=False)
    out.sheet.freeze_panes(1, 0)
    lists = out.book.add_worksheet(LISTS)
    explained = out.book.add_worksheet(EXPLAINED)
    listed = 0
    for place, column in enumerate(table.columns):
        label = f"{column.label}*" if column.required else column.label
        out.sheet.write_string(0, place, label, out.formats["head"])
        out.sheet.set_column(place, place, column.width or 18)
        if column.kind in {"citizen_id", "phone", "code"}:
            # Text from the start, so that no program turns a long number into a float.
            out.sheet.set_column(place, place, column.width or 20, out.book.add_format({"num_format": "@"}))
        explained.write_string(place + 1, 0, label, out.formats["text"])
        explained.write_string(place + 1, 1, _how(column.kind, column.many), out.formats["text"])
        explained.write_string(place + 1, 2, column.help, out.formats["text"])
        explained.write_string(place + 1, 3, column.example, out.formats["text"])
        names = _names(column, context)
        if names and not column.many:
            for line, name in enumerate(names):
                lists.write_string(line, listed, name, out.formats["text"])
            short = sum(map(len, names)) + len(names) < _INLINE
            reference = f"='{lists.name}'!{xl_range_abs(0, listed, len(names) - 1, listed)}"
            out.sheet.data_validation(
                1,
                place,
                _LISTED,
                place,
                {
                    "validate": "list",
                    "source": names if short else reference,
                    "error_type": "warning",
                    "error_title": column.label,
                    "error_message": "不在可选内容里，导入时会再核对。",
                },
            )
            listed += 1
    for place, (title, width) in enumerate([("列", 16), ("怎么填", 30), ("说明", 40), ("示例", 24)]):
        explained.write_string(0, place, title, out.formats["head"])
        explained.set_column(place, place, width)
    lists.hide()
    out.book.close()
    return buffer.getvalue()


def _names(column: Column, context: Context) -> list[str]:
    """What may be chosen in a column; nothing where the room has nothing to look up yet."""
    if column.choices:
        return list(column.choices)
    try:
        return list(column.lookup(context)) if column.lookup else []
    except TabularError:
        return []


_HOW = {
    "date": "日期，如 2026年3月5日",
    "datetime": "日期和时间，如 2026-03-05 14:30",
    "int": "整数",
    "number": "数字",
    "money": "金额，单位元；可写 12万元",
    "flag": "是 或 否",
    "choice": "从列表里选",
    "lookup": "系统里的全称",
    "organ": "系统里的单位全称或简称",
    "citizen_id": "18 位身份证号，单元格设为文本",
    "phone": "一个电话号码",
    "code": "编号，单元格设为文本",
    "name": "姓名",
}


def _how(kind: str, many: bool) -> str:
    text = _HOW.get(kind, "文字")
    return f"{text}；几个之间用顿号隔开" if many else text


def bad_rows(preview_id: str, *, actor: Account | None) -> bytes:
    """The records of a file that have mistakes: as they were sent, wrong cells marked, and what is wrong.

    Corrected it can be sent as it is: headings are the table's own, the column 错误 is not imported, several
    merged rows of one record have become one.
    """
    upload = services.owned(preview_id, actor)
    table, book, reading, _context = services.read(upload)
    buffer, out = workbook("有误的行")
    first_sheet = True
    for read in reading.sheets:
        mistakes = [mistake for mistake in reading.mistakes if mistake.sheet == read.name]
        if not mistakes:
            continue
        if first_sheet:
            first_sheet = False
        else:
            out = replace(out, sheet=out.book.add_worksheet(sheet_name(f"有误的行 {read.name}")))
        source = next(each for each in book.sheets if each.name == read.name)
        _bad_sheet(out, table, source, read, mistakes, reading.last)
    out.book.close()
    return buffer.getvalue()


def _bad_sheet(
    out: Sheetful,
    table: Table,
    source: Sheet,
    read: ReadSheet,
    mistakes: list[Mistake],
    last: dict[tuple[str, int], int],
) -> None:
    headings = read.head.headings
    out.sheet.freeze_panes(1, 1)
    out.sheet.set_column(0, 0, 40)
    out.sheet.set_column(1, len(headings), 18)
    titles = [_title(table, read.head, heading) for heading in headings]
    for place, title in enumerate([ERRORS, *titles]):
        write_cell(out, 0, place, title, "head")
    records: dict[int, list[Mistake]] = {}
    for mistake in mistakes:
        records.setdefault(mistake.record, []).append(mistake)
    named = {heading.column: title for heading, title in zip(headings, titles, strict=True)}
    for line, first in enumerate(sorted(records), start=1):
        found = records[first]
        said = [f"{named.get(mistake.column, '整行')}：{mistake.problem.message}" for mistake in found]
        write_cell(out, line, 0, "\n".join(dict.fromkeys(said)), "wrong")
        wrong = {mistake.column for mistake in found}
        rows = range(first, last.get((read.name, first), first) + 1)
        for place, heading in enumerate(headings, start=1):
            cells = [source.cell(row, heading.column) for row in rows]
            write_cell(out, line, place, _together(cells), "wrong" if heading.column in wrong else "")


def _title(table: Table, head: Head, heading: Heading) -> str:
    if not heading.key:
        return heading.text
    column = table.column(heading.key)
    unit = heading.unit or head.unit
    named = next((name for name, value in UNITS.items() if value == unit), "")
    return f"{column.label}（{named}）" if column.kind == "money" and named else column.label


def _together(cells: list[Cell]) -> object:
    """One cell of what stood in one or several: a number or a day stays one, texts are joined."""
    filled = [cell for cell in cells if not is_blank(cell)]
    different = list(dict.fromkeys(written(cell) for cell in filled))
    if len(different) == 1 and not isinstance(filled[0], str | dt.time | dt.timedelta):
        return filled[0] if not isinstance(filled[0], float) or abs(filled[0]) < _EXACT else different[0]
    return "、".join(different)
