"""From sheets of raw cells to rows of values and grouped mistakes; pure: no database, no request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from renda.kernel.tabular.headings import Head, Matcher, find
from renda.kernel.tabular.reading.sheet import Book, Sheet
from renda.kernel.tabular.records import Columns, gather, is_no_record, records
from renda.kernel.tabular.schema import Context, Row, Table
from renda.kernel.tabular.values import parse
from renda.kernel.tabular.values.problem import Problem

# Sheets of our own blank tables: never data.
EXPLAINED, LISTS = "填写说明", "可选内容"


@dataclass
class Mapped:
    """What the sender has said.

    Args:
        headings: bare heading → column key, "" for a heading that is not to be imported.
        values: per column key, tight text → name as the look-up has it, "" for leaving the cell empty.
    """

    headings: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Mistake:
    """One mistake in one place; ``column`` -1 is the row as a whole.

    ``record`` is the first row of the record it belongs to: one may stand in several merged rows.
    """

    sheet: str
    record: int
    row: int
    column: int
    key: str
    problem: Problem


@dataclass
class ReadSheet:
    """One sheet as it was understood."""

    name: str
    head: Head
    rows: int = 0


@dataclass
class Reading:
    """Everything a file says, against a table.

    Args:
        rows: good rows, in order.
        bad: (sheet name, first row from 0) of every record with a mistake.
        last: for records of several merged rows, (sheet name, first row) → last row.
        mistakes: each of them.
        sheets: the sheets that were read.
        missing: keys of required columns that a sheet does not have, by sheet.
        unread: sheets with a heading that were not read for that.
        notices: what the sender should know though it is no mistake.
        fatal: why nothing can be imported at all, if so.
    """

    rows: list[Row] = field(default_factory=list)
    bad: set[tuple[str, int]] = field(default_factory=set)
    last: dict[tuple[str, int], int] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    sheets: list[ReadSheet] = field(default_factory=list)
    missing: dict[str, list[str]] = field(default_factory=dict)
    unread: list[ReadSheet] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    fatal: str = ""
    parsers: dict[str, parse.Parser] = field(default_factory=dict)

    def add(self, mistake: Mistake) -> None:
        self.mistakes.append(mistake)
        self.bad.add((mistake.sheet, mistake.record))


def interpret(
    table: Table, book: Book, mapped: Mapped, context: Context, sheets: Sequence[str] = ()
) -> Reading:
    """Read all rows of a file as rows of a table.

    Args:
        table: what is expected.
        book: what came.
        mapped: headings and values that the sender has explained, now or earlier.
        context: for look-ups; its option ``year`` completes dates without one.
        sheets: names of the sheets to read; all that have a heading when empty.
    """
    reading = Reading(notices=list(book.notices))
    matcher = Matcher(table, mapped.headings)
    year = int(context.options["year"]) if context.options.get("year", "").isdecimal() else None
    for sheet in book.sheets:
        if sheet.name in {EXPLAINED, LISTS} or (sheets and sheet.name not in sheets):
            continue
        if sheet.hidden:
            reading.notices.append(f"工作表“{sheet.name}”是隐藏的，没有读取；要导入的请先取消隐藏。")
            continue
        if not sheet.rows:
            continue
        head = find(sheet, matcher)
        if head is None:
            reading.notices.append(f"工作表“{sheet.name}”里没有认出表头，没有读取。")
            continue
        _read_sheet(reading, table, sheet, head, mapped, context, year)
    _say_what_lacks(reading, table)
    if table.within is not None and reading.rows:
        within = table.within(context)
        reading.rows = [replace(row, key=(*row.key, within(row.values))) for row in reading.rows]
    _refuse_doubles(reading, table)
    if table.check and reading.rows:
        for finding in table.check(reading.rows, context):
            place = _place_of(reading, finding.row, finding.column)
            reading.add(
                Mistake(
                    finding.row.sheet,
                    finding.row.number - 1,
                    finding.row.number - 1,
                    place,
                    finding.column,
                    Problem("check", finding.message),
                )
            )
    if reading.bad:
        reading.rows = [row for row in reading.rows if (row.sheet, row.number - 1) not in reading.bad]
    return reading


def _say_what_lacks(reading: Reading, table: Table) -> None:
    lacking = [
        f"工作表“{name}”缺少{'、'.join(f'“{table.column(key).label}”' for key in keys)}列，没有读取。"
        for name, keys in reading.missing.items()
    ]
    if reading.sheets:
        reading.notices += lacking
        if not reading.rows and not reading.bad:
            reading.fatal = "表头下面没有数据。"
    elif lacking:
        reading.fatal = "".join(lacking) + "请在下面说明哪一列是它，或在表里补上。"
    else:
        labels = "、".join(column.label for column in table.columns if column.required)
        reading.fatal = (
            f"没有认出表头。请让一行写有这些标题：{labels or table.columns[0].label}，或下载空表填写。"
        )


def _place_of(reading: Reading, row: Row, key: str) -> int:
    for sheet in reading.sheets:
        if sheet.name == row.sheet:
            return next((h.column for h in sheet.head.headings if h.key == key), -1)
    return -1


def _read_sheet(
    reading: Reading,
    table: Table,
    sheet: Sheet,
    head: Head,
    mapped: Mapped,
    context: Context,
    year: int | None,
) -> None:
    read = ReadSheet(sheet.name, head)
    known = [heading for heading in head.headings if heading.key]
    present = {heading.key for heading in known}
    missing = [column.key for column in table.columns if column.required and column.key not in present]
    if missing:
        # Another sheet may be complete: a sheet of sums that shares two headings must not stop the import.
        reading.missing[sheet.name] = missing
        reading.unread.append(read)
        return
    reading.sheets.append(read)
    _mention(reading, sheet, head)
    columns = []
    for heading in known:
        column = table.column(heading.key or "")
        unit = heading.unit or head.unit or Decimal(1)
        meanings = mapped.values.get(column.key, {})
        parser = reading.parsers.get(column.key)
        if parser is None or (column.kind == "money" and len(reading.sheets) > 1):
            parser = parse.build(column, context, unit=unit, meanings=meanings, year=year)
            reading.parsers[column.key] = parser
        columns.append((heading, parser))
    skipped: list[int] = []
    for lines in records(sheet, head, columns, table.key):
        first = lines[0]
        if is_no_record(sheet, head, first, columns):
            skipped.append(first)
            continue
        read.rows += 1
        _read_record(reading, table, sheet, lines, columns, context)
    if skipped:
        shown = "、".join(str(row + 1) for row in skipped[:12]) + (" 等" if len(skipped) > 12 else "")
        reading.notices.append(
            f"工作表“{sheet.name}”第 {shown} 行是合计、分隔或附注，没有导入（共 {len(skipped)} 行）。"
        )


def _mention(reading: Reading, sheet: Sheet, head: Head) -> None:
    formulas = {column for row, column in sheet.formulas if row >= head.data}
    if names := [heading.text for heading in head.headings if heading.key and heading.column in formulas]:
        reading.notices.append(
            f"工作表“{sheet.name}”的{'、'.join(f'“{name}”' for name in names)}列有公式，"
            "按文件里保存的上次计算结果读取。"
        )
    if sheet.hidden_rows:
        reading.notices.append(
            f"工作表“{sheet.name}”有 {sheet.hidden_rows} 行被隐藏或筛选掉了，也读取了；不要导入的请删除。"
        )


def _read_record(
    reading: Reading,
    table: Table,
    sheet: Sheet,
    lines: list[int],
    columns: Columns,
    context: Context,
) -> None:
    first = lines[0]
    if len(lines) > 1:
        reading.last[sheet.name, first] = lines[-1]
    values: dict[str, Any] = {}
    failed = False
    for heading, parser in columns:
        column = parser.column
        result, row = gather(sheet, lines, heading.column, parser)
        if isinstance(result, Problem):
            result = [result]
        elif result is parse.NOTHING:
            if column.required:
                result = [Problem("required", "不能为空，请填写。")]
            else:
                values[column.key] = [] if column.many and column.default is None else column.default
                continue
        elif not (isinstance(result, list) and result and isinstance(result[0], Problem)):
            values[column.key] = result
            continue
        failed = True
        for problem in result:
            if column.private and problem.value:
                problem = Problem(
                    problem.code, problem.message, parse.masked(problem.value), problem.mappable
                )
            reading.add(Mistake(sheet.name, first, row, heading.column, column.key, problem))
    if failed:
        return
    key = tuple(_key_text(values.get(part)) for part in table.key)
    if not any(key):
        names = "、".join(table.column(part).label for part in table.key)
        reading.add(
            Mistake(sheet.name, first, first, -1, "", Problem("key", f"{names}是空的，认不出是哪一条。"))
        )
        return
    reading.rows.append(Row(sheet.name, first + 1, values, key, None, context.file_name, context.sha256))


def _key_text(value: Any) -> str:
    if value is None or value == []:
        return ""
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


def _refuse_doubles(reading: Reading, table: Table) -> None:
    """The same key twice: an equal row is left out with a notice, a different one is a mistake."""
    seen: dict[tuple[str, ...], Row] = {}
    kept: list[Row] = []
    equal: list[str] = []
    names = "、".join(table.column(part).label for part in table.key)
    for row in reading.rows:
        earlier = seen.setdefault(row.key, row)
        if earlier is row:
            kept.append(row)
        elif earlier.values == row.values:
            equal.append(str(row.number))
        else:
            where = (
                f"第 {earlier.number} 行"
                if earlier.sheet == row.sheet
                else f"“{earlier.sheet}”第 {earlier.number} 行"
            )
            place = _place_of(reading, row, table.key[0])
            reading.add(
                Mistake(
                    row.sheet,
                    row.number - 1,
                    row.number - 1,
                    place,
                    table.key[0],
                    Problem("double", f"{names}与{where}相同，其余内容不同，请核对后只留一行。"),
                )
            )
    reading.rows = kept
    if equal:
        shown = "、".join(equal[:12]) + (" 等" if len(equal) > 12 else "")
        reading.notices.append(f"第 {shown} 行与前面的行完全相同，只导入一次（共 {len(equal)} 行）。")
