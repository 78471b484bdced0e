"""A small register that no room declares, and somebody who may import it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from renda.kernel.identity import api as identity
from renda.kernel.identity.api import Account
from renda.kernel.refs import Ref
from renda.kernel.tabular import schema
from renda.kernel.tabular.schema import (
    Ambiguous,
    Applied,
    AppliedItem,
    CellError,
    Column,
    Context,
    Refused,
    Row,
    Table,
)

ORGANS = {
    "安澜市住房和城乡建设局": 1,
    "住房和城乡建设局": 1,
    "安澜市财政局": 2,
    "财政局": 2,
    "安澜市教育局": 3,
    "教育局": 3,
    "安澜市城市管理局": 4,
    "城市管理局": 4,
    "交通局": Ambiguous(("市交通局", "东区交通局")),
}
KIND = "t.suggestions"


@dataclass
class Register:
    """Where the test table's rows go: what a room would keep in its own tables."""

    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: list[int] = field(default_factory=list)
    lookups: int = 0
    sent: bool = False
    fail_at: int | None = None

    def organs(self, context: Context) -> dict[str, Any]:
        self.lookups += 1
        return dict(ORGANS)

    def apply(self, rows: Sequence[Row], context: Context) -> Applied:
        applied = Applied()
        self.calls.append(len(rows))
        for row in rows:
            if self.fail_at is not None and len(self.rows) >= self.fail_at:
                raise Refused("这里不能再加了。")
            number = row.key[0]
            before = self.rows.get(number)
            self.rows[number] = dict(row.values)
            ref = Ref("t.suggestion", number, str(row.values["title"]))
            if before is None:
                assert row.known is None
                applied.created(row, ref)
            else:
                assert row.known is not None
                applied.changed(row, ref, {"title": before["title"]})
        return applied

    def undo(self, items: Sequence[AppliedItem], context: Context) -> None:
        if self.sent:
            raise Refused("已经通知了承办单位，不能撤销。")
        for item in items:
            if item.created:
                del self.rows[item.ref.id]
            else:
                assert item.before is not None
                self.rows[item.ref.id]["title"] = item.before["title"]

    def check(self, rows: Sequence[Row], context: Context) -> list[CellError]:
        return [
            CellError(row, "title", "这件建议已经办结，不能再改。")
            for row in rows
            if "已办结" in row.values["title"]
        ]


def table_of(register: Register, **changes: Any) -> Table:
    columns = [
        Column("no", "编号", ["序号", "建议编号"], kind="code", required=True),
        Column("title", "标题", ["建议标题", "案由"], required=True, max_length=60),
        Column("day", "交办日期", ["日期"], kind="date"),
        Column("lead", "承办单位", ["主办单位", "主办"], kind="organ", lookup=register.organs),
        Column("joint", "会办单位", ["会办"], kind="organ", many=True, lookup=register.organs),
        Column("who", "领衔代表", ["提出人"], kind="name"),
        Column("kind", "类别", kind="choice", choices={"城建": "build", "教育": "school"}),
        Column("amount", "金额", kind="money"),
        Column("count", "联名人数", kind="int", minimum=0),
        Column("open", "公开", ["是否公开"], kind="flag"),
        Column("id_number", "身份证号", kind="citizen_id", private=True),
    ]
    given = {
        "kind": KIND,
        "label": "代表建议台账",
        "columns": columns,
        "key": ("no",),
        "apply": register.apply,
        "undo": register.undo,
        "check": register.check,
        "policy": "identity.accounts",  # a policy that exists without any room: managers of accounts
        "chunk": 100,
    }
    return Table(**{**given, **changes})


@pytest.fixture
def register() -> Iterator[Register]:
    held = Register()
    schema.register(table_of(held))
    yield held
    schema.forget_table(KIND)


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> None:
    """Waiting files of each test lie in a folder of its own."""
    settings.HOME = tmp_path / "home"


@pytest.fixture
def clerk(db: None) -> Account:
    account = identity.create_account("clerk", "登记员甲", None, actor=None)
    identity.grant(account, identity.ADMINISTRATOR, identity.ALL, actor=None)
    return account


Rows = Sequence[Sequence[Any]]


@pytest.fixture
def workbook() -> Callable[..., bytes]:
    """Make a workbook of rows; ``merges`` are Excel ranges with their text, ``tune`` gets the sheet last."""

    def build(
        rows: Rows, *, name: str = "台账", merges: dict[str, Any] | None = None, tune: Any = None
    ) -> bytes:
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(buffer) as book:
            sheet = book.add_worksheet(name)
            day = book.add_format({"num_format": "yyyy-mm-dd"})
            for number, line in enumerate(rows):
                for column, value in enumerate(line):
                    if value is None:
                        continue
                    if hasattr(value, "year"):
                        sheet.write_datetime(number, column, value, day)
                    elif isinstance(value, str):
                        sheet.write_string(number, column, value)
                    else:
                        sheet.write(number, column, value)
            for where, text in (merges or {}).items():
                sheet.merge_range(where, text)
            if tune:
                tune(book, sheet)
        return buffer.getvalue()

    return build
