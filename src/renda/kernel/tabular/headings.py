"""Where the heading is, and which column each heading means."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from renda.kernel.tabular.reading.sheet import Sheet, is_blank
from renda.kernel.tabular.schema import Table
from renda.kernel.tabular.values import numbers
from renda.kernel.tabular.values.text import tight, written

_LOOKED_AT = 40  # rows from the top in which a heading may stand
_BRACKETS = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")
_MARKS = re.compile(r"[\s:：*＊★、.。/／_\-]+")
ERRORS = "错误"  # the column that says what is wrong, in workbooks of bad rows: never imported
_LIKE = 0.6  # similarity from which a column is proposed for an unknown heading; a person decides


@dataclass(frozen=True)
class Heading:
    """One heading of a sheet.

    Args:
        column: its index from 0 in the sheet.
        text: as written, both lines of a two-line heading joined by a space.
        key: the column it means; None where nobody knows, "" where the sender said not to import it.
        how: label, alias, remembered, or empty.
        proposal: for an unknown heading, the key that looks most like it.
        unit: money in this column counts in this unit, when the heading says so.
    """

    column: int
    text: str
    key: str | None
    how: str = ""
    proposal: str = ""
    unit: Decimal | None = None


@dataclass(frozen=True)
class Head:
    """The heading of a sheet: its first row, the first row of data, what it says."""

    row: int
    data: int
    headings: tuple[Heading, ...]
    unit: Decimal | None = None

    @property
    def matched(self) -> int:
        return sum(1 for heading in self.headings if heading.key)

    @property
    def rank(self) -> tuple[int, bool]:
        """More known headings first; with as many, one line rather than a title and a line."""
        return self.matched, self.data - self.row == 1


def bare(heading: str) -> str:
    """A heading for comparison: no spaces, no marks, no bracketed remark."""
    return _MARKS.sub("", tight(_BRACKETS.sub("", heading)))


class Matcher:
    """Knows which heading means which column of a table, the sender's remembered mapping first."""

    def __init__(self, table: Table, remembered: Mapping[str, str]) -> None:
        self.table = table
        self.remembered = remembered
        self.exact: dict[str, tuple[str, str]] = {ERRORS: ("", "label")}
        for column in table.columns:
            for alias in column.aliases:
                self.exact.setdefault(bare(alias), (column.key, "alias"))
        for column in table.columns:
            self.exact[bare(column.label)] = (column.key, "label")

    def key_of(self, parts: Sequence[str]) -> tuple[str | None, str]:
        """Column key and how it was found, for a heading's lines from top to bottom."""
        whole = " ".join(parts)
        if (remembered := self.remembered.get(bare(whole))) is not None:
            return remembered, "remembered"
        joined = "".join(parts)
        for candidate in (joined, parts[-1], parts[0]) if parts else ():
            if found := self.exact.get(bare(candidate)):
                return found
        return None, ""

    def proposal(self, heading: str, taken: Collection[str]) -> str:
        wanted = bare(heading)
        best, score = "", _LIKE
        for column in self.table.columns:
            if column.key in taken:
                continue
            for name in (column.label, *column.aliases):
                likeness = difflib.SequenceMatcher(None, wanted, bare(name)).ratio()
                if likeness > score:
                    best, score = column.key, likeness
        return best


def find(sheet: Sheet, matcher: Matcher) -> Head | None:
    """The heading of a sheet: the row (or pair of rows) near the top that means most columns.

    None where nothing looks like a heading at all. A row that means nothing known may still be taken when
    it is the first filled across, so that the sender can say what its headings mean.
    """
    best: Head | None = None
    fallback: Head | None = None
    for row in range(min(_LOOKED_AT, len(sheet.rows))):
        filled = sum(1 for value in sheet.rows[row] if not is_blank(value))
        if not filled:
            continue
        single = _head(sheet, matcher, row, 1)
        pair = _head(sheet, matcher, row, 2) if row + 1 < len(sheet.rows) else None
        for head in (single, pair):
            if head and head.matched and (best is None or head.rank > best.rank):
                best = head
        if fallback is None and filled >= max(2, len(matcher.table.columns) // 2):
            fallback = single
    if best is None or best.matched < min(2, len(matcher.table.columns)):
        # Too little is known: a row filled across may be mapped by hand; a title is no heading.
        required = {column.key for column in matcher.table.columns if column.required}
        known = {heading.key for heading in best.headings} if best else set()
        best = fallback or (best if required <= known else None)
    return _with_proposals(best, matcher) if best else None


def _with_proposals(head: Head, matcher: Matcher) -> Head:
    taken = {heading.key for heading in head.headings if heading.key}
    return replace(
        head,
        headings=tuple(
            heading
            if heading.key is not None
            else replace(heading, proposal=matcher.proposal(heading.text, taken))
            for heading in head.headings
        ),
    )


def _head(sheet: Sheet, matcher: Matcher, row: int, lines: int) -> Head:
    spans = _spans(sheet, row, lines)
    width = max(len(sheet.rows[row + line]) for line in range(lines))
    headings: list[Heading] = []
    taken: set[str] = set()
    for column in range(width):
        parts: list[str] = []
        for line in range(lines):
            origin = spans.get((row + line, column), (row + line, column))
            part = " ".join(written(sheet.cell(*origin)).split())
            if part and (not parts or parts[-1] != part):
                parts.append(part)
        if not parts:
            continue
        key, how = matcher.key_of(parts)
        if key and key in taken:
            key, how = None, ""
        if key:
            taken.add(key)
        whole = " ".join(parts)
        headings.append(Heading(column, whole, key, how, unit=numbers.unit_of_heading(whole)))
    return Head(row, row + lines, tuple(headings), _unit_above(sheet, row))


def _spans(sheet: Sheet, row: int, lines: int) -> dict[tuple[int, int], tuple[int, int]]:
    """For each merged cell of the heading's rows, where its text stands."""
    spans = {}
    for first_row, first_column, last_row, last_column in sheet.merges:
        if first_row < row or last_row >= row + lines:
            continue
        for r in range(first_row, last_row + 1):
            for c in range(first_column, last_column + 1):
                spans[r, c] = (first_row, first_column)
    return spans


def _unit_above(sheet: Sheet, row: int) -> Decimal | None:
    for line in sheet.rows[:row]:
        for value in line:
            if isinstance(value, str) and (unit := numbers.unit_of_title(value)):
                return unit
    return None
