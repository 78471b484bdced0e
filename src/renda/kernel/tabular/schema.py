"""What a table is: columns, rows, and what a room does with them. Rooms declare these in ``imports.py``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from renda.kernel.identity.api import Account
from renda.kernel.record.api import Origin
from renda.kernel.refs import Ref

Kind = Literal[
    "text",  # free text; a number becomes its digits
    "name",  # a person's name: 丁　一 is 丁一
    "code",  # a number or name that identifies: 12, 第101号, 0012
    "int",
    "number",  # Decimal
    "money",  # Decimal in yuan; 万元 and 亿元 in the heading or the cell are understood
    "date",
    "datetime",  # aware, Asia/Shanghai
    "flag",  # 是 否 √
    "choice",  # one of ``choices``
    "lookup",  # one of the names that ``lookup`` knows
    "organ",  # a lookup of organisations
    "citizen_id",
    "phone",
]
Value = str | int | Decimal | dt.date | dt.datetime | bool | None | list[Any] | Any


class TabularError(Exception):
    """Something about a file or an import cannot go on; the message is for the person who sent it."""


class FileRefused(TabularError):
    """The file is not taken at all: type, size, macros, password, structure."""


class Refused(TabularError):
    """A room refuses to apply or to undo; raised by rooms, shown as it is."""


@dataclass(frozen=True)
class Context:
    """What a room's look-ups, checks and apply may know of the import at hand.

    Args:
        actor: who sends the file.
        kind: the table's kind.
        file_name: as uploaded.
        sha256: of the file.
        today: the day by which default limits of dates are reckoned.
        options: what the sender chose on the preview page (``year`` for dates without one).
        batch: the batch being applied or undone, for ``close_batch``; None while previewing.
    """

    actor: Account | None
    kind: str
    file_name: str
    sha256: str
    today: dt.date
    options: Mapping[str, str] = field(default_factory=dict)
    batch: int | None = None


@dataclass(frozen=True)
class Ambiguous:
    """In a look-up: a name that several things bear, with the fuller names that tell them apart."""

    candidates: tuple[str, ...]


Check = Callable[[Any], str | None]
Lookup = Callable[[Context], Mapping[str, Any]]


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Args:
        key: name in ``Row.values``.
        label: the Chinese heading that templates and exports carry.
        aliases: other headings offices use for it.
        kind: see ``Kind``.
        required: an empty cell is an error; a file without the column cannot be applied.
        many: several values in a cell, separated by 、；，, spaces or line breaks; the value is a list.
            Lines of one merged key are gathered into one row.
        checks: each gets the value (each single value of ``many``) and returns what is wrong, or None.
        choices: for ``choice``: texts as written in cells → stored value.
        lookup: for ``lookup`` and ``organ``: called once per import, name → value (usually a primary key).
            A value may be ``Ambiguous``.
        noun: what a look-up finds, for its messages: 单位, 代表 …
        earliest, latest: limits of dates; by default 1900-01-01 and five years from today.
        minimum, maximum: limits of numbers.
        max_length: of a text, in characters.
        private: personal data: shown masked on the preview and in the stored summary.
        default: value of an empty cell.
        help: one line under the heading in the blank template.
        example: sample cell in the blank template.
        width: of the exported column, in characters.
    """

    key: str
    label: str
    aliases: Sequence[str] = ()
    kind: Kind = "text"
    required: bool = False
    many: bool = False
    checks: Sequence[Check] = ()
    choices: Mapping[str, Any] | None = None
    lookup: Lookup | None = None
    noun: str = ""
    earliest: dt.date | None = None
    latest: dt.date | None = None
    minimum: int | Decimal | None = None
    maximum: int | Decimal | None = None
    max_length: int | None = None
    private: bool = False
    default: Any = None
    help: str = ""
    example: str = ""
    width: int | None = None

    def __post_init__(self) -> None:
        if self.kind == "choice" and not self.choices:
            raise ValueError(f"column {self.key}: a choice needs choices")
        if self.kind in {"lookup", "organ"} and self.lookup is None:
            raise ValueError(f"column {self.key}: a look-up needs its lookup")


@dataclass(frozen=True)
class Row:
    """A good row as a room gets it.

    Args:
        sheet: name of the worksheet.
        number: its row number there, from 1, as Excel shows it.
        values: column key → parsed value; columns that the file does not have are absent.
        key: the values of ``Table.key``, as text.
        known: what an earlier import of the same key made, if anything: then this row is a correction.
        file_name, sha256: of the file.
    """

    sheet: str
    number: int
    values: Mapping[str, Any]
    key: tuple[str, ...]
    known: Ref | None
    file_name: str
    sha256: str

    @property
    def origin(self) -> Origin:
        """Where a record entry made from this row comes from."""
        return Origin.file(self.file_name, self.sha256, self.number)

    def get(self, key: str, default: Any = None) -> Any:
        value = self.values.get(key)
        return default if value is None else value


@dataclass(frozen=True)
class CellError:
    """A room's own finding on a row, from ``Table.check``. ``column`` may be empty: the row as a whole."""

    row: Row
    column: str
    message: str


@dataclass(frozen=True)
class Item:
    """What became of one row. ``before``: what the room needs to undo a change (JSON, no personal data)."""

    row: Row
    ref: Ref
    created: bool
    before: Mapping[str, Any] | None = None


@dataclass
class Applied:
    """What a chunk of rows became; a room fills and returns it."""

    items: list[Item] = field(default_factory=list)

    def created(self, row: Row, ref: Ref) -> None:
        self.items.append(Item(row, ref, created=True))

    def changed(self, row: Row, ref: Ref, before: Mapping[str, Any]) -> None:
        self.items.append(Item(row, ref, created=False, before=before))


@dataclass(frozen=True)
class AppliedItem:
    """One line of a batch as the room's ``undo`` gets it back."""

    ref: Ref
    created: bool
    before: Mapping[str, Any] | None


@dataclass(frozen=True)
class Table:
    """One kind of table that can be imported.

    Args:
        kind: ``"people.deputies"``.
        label: 代表名册.
        columns: in the order of the blank template.
        key: column keys that identify a row: the same key in a later file is a correction.
        within: called once per import; what it returns says of a row's values where its key counts (a number
            that starts again each term: the term). Without it keys count everywhere.
        apply: gets good rows in chunks, inside one transaction for the whole file; returns ``Applied``.
            Rows that an earlier import brought in unchanged do not reach it. May raise ``Refused``.
        policy: key of the policy (identity) that lets an account import this kind.
        undo: takes back what a batch made, newest first, in the caller's transaction; raises ``Refused`` when
            notices have gone out. Without it a batch cannot be undone.
        check: looks at all good rows at once (one query, not one per row) and returns what is wrong.
        help: one sentence on the import page.
        chunk: rows per call of ``apply``.
        after_url: URL name to go to after the import.
    """

    kind: str
    label: str
    columns: Sequence[Column]
    key: Sequence[str]
    apply: Callable[[Sequence[Row], Context], Applied]
    policy: str
    undo: Callable[[Sequence[AppliedItem], Context], None] | None = None
    check: Callable[[Sequence[Row], Context], Iterable[CellError]] | None = None
    within: Callable[[Context], Callable[[Mapping[str, Any]], str]] | None = None
    help: str = ""
    chunk: int = 500
    after_url: str = ""

    def __post_init__(self) -> None:
        keys = [column.key for column in self.columns]
        if len(keys) != len(set(keys)):
            raise ValueError(f"table {self.kind}: a column key occurs twice")
        unknown = set(self.key) - set(keys)
        if unknown or not self.key:
            raise ValueError(f"table {self.kind}: key columns {sorted(unknown)} are not declared")

    def column(self, key: str) -> Column:
        return next(column for column in self.columns if column.key == key)


_tables: dict[str, Table] = {}


def register(table: Table) -> Table:
    """Make a kind importable. Called in a room's ``imports.py``, which ``AppConfig.ready`` imports."""
    if table.kind in _tables and _tables[table.kind] is not table:
        raise ValueError(f"table {table.kind} is registered twice")
    _tables[table.kind] = table
    return table


def forget_table(kind: str) -> None:
    """Take a kind out of the registry (tests declare tables of their own)."""
    _tables.pop(kind, None)


def table(kind: str) -> Table:
    try:
        return _tables[kind]
    except KeyError:
        raise TabularError(
            f"没有“{kind}”这种导入；可用的有：{'、'.join(sorted(_tables)) or '（无）'}"
        ) from None


def tables() -> list[Table]:
    return sorted(_tables.values(), key=lambda each: each.kind)
