"""One parser per column: built once for an import, fed with every cell, each different cell parsed once."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from renda.kernel.tabular.reading.sheet import Cell, is_blank
from renda.kernel.tabular.schema import Ambiguous, Column, Context
from renda.kernel.tabular.values import dates, numbers, text
from renda.kernel.tabular.values.problem import Problem

_EARLIEST = dt.date(1900, 1, 1)
_YEARS_AHEAD = 5
_LISTED = 12  # choices named in a message
NOTHING = object()  # an empty cell
ONE = Decimal(1)


@dataclass
class Parser:
    """Parses the cells of one column.

    Args:
        column: its declaration.
        single: text or raw cell → value or problem.
        names: for look-ups and choices: tight name → value.
        shown: tight name → the name as the look-up has it, for proposals.
        meanings: what the sender said a text means: tight text → a name of the look-up, or "" for nothing.
    """

    column: Column
    single: Callable[[Cell], Any]
    names: dict[str, Any] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    meanings: Mapping[str, str] = field(default_factory=dict)
    _memory: dict[Any, Any] = field(default_factory=dict)

    def parse(self, value: Cell) -> Any:
        """The value, ``NOTHING`` for an empty cell, a ``Problem``, or a list of problems."""
        key = (type(value), value)
        try:
            return self._memory[key]
        except KeyError:
            result = self._memory[key] = self._parse(value)
            return result

    def _parse(self, value: Cell) -> Any:
        if is_blank(value):
            return NOTHING
        if problem := text.formula_error(value):
            return problem
        if isinstance(value, float) and not math.isfinite(value):
            return Problem("number", "不是数字，请重新填写。", str(value))
        if self.column.many:
            return self._parse_many(value)
        result = self.single(value)
        if isinstance(result, Problem) or result is NOTHING:
            return result
        return self._checked(result, value)

    def _checked(self, result: Any, value: Cell) -> Any:
        for check in self.column.checks:
            if message := check(result):
                return Problem("check", message, text.written(value)[:60])
        return result

    def _parse_many(self, value: Cell) -> Any:
        if self.names:
            whole = self.single(value)
            if not isinstance(whole, Problem):
                return [] if whole is NOTHING else [whole]
        values: list[Any] = []
        problems: list[Problem] = []
        for part in text.split(value):
            for piece in self._pieces(part):
                result = self._checked_single(piece)
                if isinstance(result, Problem):
                    problems.append(result)
                elif result is not NOTHING and result not in values:
                    values.append(result)
        return problems or values

    def _checked_single(self, piece: str) -> Any:
        result = self.single(piece)
        return result if isinstance(result, Problem) or result is NOTHING else self._checked(result, piece)

    def _pieces(self, part: str) -> list[str]:
        if len(part.split()) == 1:
            return [part.strip()]
        if self.names and not isinstance(self.single(part), Problem):
            return [part]
        return text.split_spaces(part)


def build(
    column: Column, context: Context, *, unit: Decimal, meanings: Mapping[str, str], year: int | None
) -> Parser:
    """The parser of a column for one import; calls its look-up once.

    Args:
        unit: what a bare amount of money counts in.
        meanings: the sender's own words, tight text → name.
        year: for dates without one.
    """
    parser = Parser(column, single=_PLAIN.get(column.kind, _as_text), meanings=meanings)
    earliest = column.earliest or _EARLIEST
    latest = column.latest or context.today.replace(
        year=context.today.year + _YEARS_AHEAD, day=min(context.today.day, 28)
    )
    low, high = column.minimum, column.maximum
    match column.kind:
        case "text":
            parser.single = lambda value: text.text(value, column.max_length)
        case "name":
            parser.single = lambda value: text.name(value, column.max_length)
        case "int":
            parser.single = lambda value: numbers.integer(value, low, high)
        case "number":
            parser.single = lambda value: numbers.number(value, low, high)
        case "money":
            parser.single = lambda value: numbers.money(value, unit, low, high)
        case "date":
            parser.single = lambda value: dates.date(value, earliest, latest, year)
        case "datetime":
            parser.single = lambda value: dates.datetime(value, earliest, latest, year)
        case "code":
            parser.single = lambda value: text.code(value, column.noun or column.label)
        case "choice":
            _name(parser, column.choices or {})
            parser.single = lambda value: _chosen(parser, value)
        case "lookup" | "organ":
            _name(parser, column.lookup(context) if column.lookup else {})
            parser.single = lambda value: _found(parser, value)
    return parser


def _as_text(value: Cell) -> Any:
    return text.written(value)


_PLAIN: dict[str, Callable[[Cell], Any]] = {
    "flag": text.flag,
    "citizen_id": text.citizen_id,
    "phone": text.phone,
}


def _name(parser: Parser, names: Mapping[str, Any]) -> None:
    for name, value in names.items():
        key = text.tight(name)
        known = parser.names.get(key, value)
        if known != value and not isinstance(known, Ambiguous):
            value = Ambiguous((parser.shown[key], name))
        parser.names[key] = value
        parser.shown.setdefault(key, name)


def _meant(parser: Parser, value: Cell) -> tuple[str, str]:
    """The text in the cell and the tight name it stands for, the sender's own mapping applied."""
    written = text.written(value)
    key = text.tight(written)
    if key in parser.meanings:
        return written, text.tight(parser.meanings[key])
    return written, key


def _chosen(parser: Parser, value: Cell) -> Any:
    written, key = _meant(parser, value)
    if not key:
        return NOTHING
    if key in parser.names:
        return parser.names[key]
    listed = "、".join(list(parser.shown.values())[:_LISTED])
    return Problem("choice", f"“{written[:30]}”不在可填的内容里：{listed}。", written, mappable=True)


def _found(parser: Parser, value: Cell) -> Any:
    written, key = _meant(parser, value)
    if not key:
        return NOTHING
    noun = parser.column.noun or ("单位" if parser.column.kind == "organ" else parser.column.label)
    found = parser.names.get(key, NOTHING)
    if found is NOTHING:
        return Problem("lookup", f"没有“{written[:40]}”这个{noun}。", written, mappable=True)
    if isinstance(found, Ambiguous):
        listed = "、".join(found.candidates[:_LISTED])
        return Problem("ambiguous", f"“{written[:40]}”指的{noun}不止一个：{listed}。", written, mappable=True)
    return found


def masked(value: str) -> str:
    """A private datum as it may be shown: the first and last few characters."""
    if len(value) <= 4:
        return "●" * len(value)
    edge = 3 if len(value) < 15 else 4
    return value[:edge] + "●" * (len(value) - 2 * edge) + value[-edge:]
