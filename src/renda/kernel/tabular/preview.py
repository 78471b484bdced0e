"""What the sender sees before anything is changed: counts, equal mistakes together, what may be explained."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from renda.kernel.tabular.interpret import Mistake, Reading, ReadSheet
from renda.kernel.tabular.reading.sheet import Book, address, letters
from renda.kernel.tabular.schema import Column, Row, Table
from renda.kernel.tabular.values.parse import masked
from renda.kernel.tabular.values.text import tight, written

_CELLS = 100  # places kept per group
_GROUPS = 300  # groups kept; more than that many different mistakes is another table
_SAMPLE = 8  # good rows shown as they were understood
_PROPOSALS = 8
_ALL_NAMES = 400  # look-ups up to this size are offered whole


@dataclass(frozen=True)
class Cell:
    """A place in the file."""

    sheet: str
    row: int  # from 1
    column: int  # from 0; -1: the whole row
    address: str

    @classmethod
    def of(cls, mistake: Mistake) -> Cell:
        place = address(mistake.row, mistake.column) if mistake.column >= 0 else f"第 {mistake.row + 1} 行"
        return cls(mistake.sheet, mistake.row + 1, mistake.column, place)


@dataclass(frozen=True)
class Group:
    """Equal mistakes.

    Args:
        key, label: the column; empty for whole rows.
        code: machine name of the mistake.
        message: what is wrong and how to mend it.
        value: the text in the cells, where the mistake is about it.
        mappable: the sender may say what the text means.
        count: how many cells.
        cells: the first of them.
        proposals: names that look like ``value``.
    """

    key: str
    label: str
    code: str
    message: str
    value: str
    mappable: bool
    count: int
    cells: tuple[Cell, ...]
    proposals: tuple[str, ...] = ()


@dataclass(frozen=True)
class HeadingView:
    """A heading and what it was taken for: ``key`` None where nobody knows, "" where it is not imported."""

    sheet: str
    column: str  # letters
    text: str
    key: str | None
    how: str
    proposal: str = ""


@dataclass(frozen=True)
class SheetView:
    name: str
    head_row: int  # from 1
    rows: int


@dataclass(frozen=True)
class Preview:
    """What a file would do.

    Args:
        id: of the upload, for ``apply``.
        kind, label: the table.
        name: the file.
        sheets: read sheets.
        headings: of all sheets with a heading, with what they mean.
        rows_ok, rows_bad: records without and with mistakes.
        new, changed, unchanged: how the good ones stand to earlier imports.
        groups: equal mistakes together, most frequent first; at most 300.
        more_groups: how many groups were left off.
        notices: what one should know though it is no mistake.
        fatal: why nothing can be imported, or empty.
        asks_year: dates without a year occur.
        names: per column key all names one may choose from, where they are few.
        sample: first good rows as understood, label → text.
    """

    id: str
    kind: str
    label: str
    name: str
    sheets: tuple[SheetView, ...] = ()
    headings: tuple[HeadingView, ...] = ()
    rows_ok: int = 0
    rows_bad: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    groups: tuple[Group, ...] = ()
    more_groups: int = 0
    notices: tuple[str, ...] = ()
    fatal: str = ""
    asks_year: bool = False
    names: dict[str, list[str]] = field(default_factory=dict)
    sample: tuple[dict[str, str], ...] = ()

    @property
    def mapping(self) -> dict[str, str]:
        """Heading → column key, of those that are known."""
        return {heading.text: heading.key for heading in self.headings if heading.key}

    @property
    def unknown(self) -> list[HeadingView]:
        """Headings nobody knows, each once: sheets of one workbook usually have the same."""
        return list({h.text: h for h in reversed(self.headings) if h.key is None}.values())[::-1]

    @property
    def clean(self) -> bool:
        return not self.fatal and not self.rows_bad

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Preview:
        groups = tuple(
            Group(
                **{
                    **group,
                    "cells": tuple(Cell(**c) for c in group["cells"]),
                    "proposals": tuple(group["proposals"]),
                }
            )
            for group in data["groups"]
        )
        return cls(
            **{
                **data,
                "groups": groups,
                "sheets": tuple(SheetView(**each) for each in data["sheets"]),
                "headings": tuple(HeadingView(**each) for each in data["headings"]),
                "notices": tuple(data["notices"]),
                "sample": tuple(data["sample"]),
            }
        )


def build(
    upload_id: str,
    table: Table,
    name: str,
    book: Book,
    reading: Reading,
    counts: tuple[int, int, int],
) -> Preview:
    """The preview of a reading.

    Args:
        counts: new, changed, unchanged among the good rows.
    """
    groups = _groups(table, reading)
    mappable = {group.key for group in groups if group.mappable}
    names = {}
    for key in sorted(mappable):
        shown = list(reading.parsers[key].shown.values())
        if len(shown) <= _ALL_NAMES:
            names[key] = shown
    return Preview(
        id=upload_id,
        kind=table.kind,
        label=table.label,
        name=name,
        sheets=tuple(SheetView(s.name, s.head.row + 1, s.rows) for s in reading.sheets),
        headings=tuple(_headings([*reading.sheets, *_worth_asking(reading)])),
        rows_ok=len(reading.rows),
        rows_bad=len(reading.bad),
        new=counts[0],
        changed=counts[1],
        unchanged=counts[2],
        groups=tuple(groups[:_GROUPS]),
        more_groups=max(0, len(groups) - _GROUPS),
        notices=tuple(reading.notices),
        fatal=reading.fatal,
        asks_year=any(group.code == "year" for group in groups),
        names=names,
        sample=tuple(_sample(table, book, reading, row) for row in reading.rows[:_SAMPLE]),
    )


def _worth_asking(reading: Reading) -> list[ReadSheet]:
    """Sheets that were not read but look like the table, or all of them where none was read."""
    return [sheet for sheet in reading.unread if not reading.sheets or sheet.head.matched > 1]


def _headings(sheets: Sequence[ReadSheet]) -> list[HeadingView]:
    return [
        HeadingView(
            sheet.name, letters(heading.column), heading.text, heading.key, heading.how, heading.proposal
        )
        for sheet in sheets
        for heading in sheet.head.headings
    ]


def _groups(table: Table, reading: Reading) -> list[Group]:
    together: dict[tuple[str, str, str], list[Mistake]] = {}
    for mistake in reading.mistakes:
        problem = mistake.problem
        # Each missing or malformed date says the same thing: the message groups, not the text in the cell.
        together.setdefault((mistake.key, problem.code, problem.message), []).append(mistake)
    groups = []
    for (key, code, message), mistakes in together.items():
        values = {mistake.problem.value for mistake in mistakes}
        column: Column | None = table.column(key) if key else None
        problem = mistakes[0].problem
        groups.append(
            Group(
                key=key,
                label=column.label if column else "整行",
                code=code,
                message=message,
                value=problem.value if len(values) == 1 else "",
                mappable=problem.mappable,
                count=len(mistakes),
                cells=tuple(Cell.of(mistake) for mistake in mistakes[:_CELLS]),
                proposals=_proposals(reading, key, problem.value) if problem.mappable else (),
            )
        )
    return sorted(groups, key=lambda group: -group.count)


def _proposals(reading: Reading, key: str, value: str) -> tuple[str, ...]:
    """Names that look like a text: those that share most of its characters in order, 城建局 → 城乡建设局."""
    shown = reading.parsers[key].shown
    wanted = tight(value)
    characters = set(wanted)
    scored = []
    for name, text in shown.items():
        common = characters & set(name)
        if len(common) * 2 < len(characters):
            continue
        likeness = difflib.SequenceMatcher(None, wanted, name, autojunk=False)
        matched = sum(block.size for block in likeness.get_matching_blocks())
        scored.append((-matched / len(wanted) - likeness.ratio() / 4, text))
    return tuple(text for _, text in sorted(scored)[:_PROPOSALS])


def _sample(table: Table, book: Book, reading: Reading, row: Row) -> dict[str, str]:
    read = next(sheet for sheet in reading.sheets if sheet.name == row.sheet)
    sheet = next(sheet for sheet in book.sheets if sheet.name == row.sheet)
    texts = {}
    for heading in read.head.headings:
        if not heading.key:
            continue
        column = table.column(heading.key)
        text = shown_value(row.values.get(column.key), column) or written(
            sheet.cell(row.number - 1, heading.column)
        )
        text = " ".join(text.split())
        texts[column.label] = masked(text) if column.private else text[:60] + ("…" if len(text) > 60 else "")
    return texts


def shown_value(value: Any, column: Column) -> str:
    """A parsed value in words; empty where the cell's own text says it better (look-ups, choices)."""
    if value is None or column.kind in {"lookup", "organ", "choice"} or column.many:
        return ""
    if column.kind == "flag":
        return "是" if value else "否"
    if column.kind == "date":
        return f"{value.year}年{value.month}月{value.day}日"
    if column.kind == "datetime":
        day = f"{value.year}年{value.month}月{value.day}日"
        return day if value.time() == dt.time() else f"{day} {value:%H:%M}"
    if column.kind == "money":
        return f"{value:,} 元"
    return str(value)
