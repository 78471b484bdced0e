"""A workbook of 10,000 rows and 20 columns, in and out again: ``python -m benchmarks.tabular``

Runs on a new SQLite file in a folder of its own, or on the PostgreSQL of RENDA_DATABASE_URL (an empty one).
The room keeps its rows in memory, so that the cost shown is the importer's. The peer in the same run is
openpyxl's read-only mode over the same file: reading alone, without looking at what the cells say.
"""

from __future__ import annotations

import os
import random
import resource
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import openpyxl
import xlsxwriter

ROWS = 10_000
ORGANS = [f"安澜市第{number}局" for number in range(300)]
KINDS = {"城建": "build", "教育": "school", "交通": "road"}
DAYS = ["2026年3月5日", "2026-03-05", "2026/3/8", "20260311", "二〇二六年三月五日"]


def workbook(wrong: float) -> bytes:
    """A register as offices keep it: a title, merged cells, dates of all kinds, a share of mistakes."""
    rng = random.Random(7)
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"constant_memory": False}) as book:
        sheet = book.add_worksheet("台账")
        sheet.merge_range(0, 0, 0, 19, "安澜市人大代表建议交办台账")
        heads = ["编号", "标题", "主办单位", "会办单位", "交办日期", "金额（万元）", "联名人数", "类别"]
        for column, head in enumerate([*heads, *(f"说明{n}" for n in range(12))]):
            sheet.write(1, column, head)
        for number in range(ROWS):
            bad = rng.random() < wrong
            line = [
                f"第{number}号",
                f"关于第{number}件事的建议",
                "城建局" if bad else rng.choice(ORGANS),
                "、".join(rng.choice(ORGANS) for _ in range(rng.randint(0, 3))),
                "3月5日" if bad else rng.choice([*DAYS, 46086]),
                round(rng.random() * 1000, 2),
                rng.randint(0, 60),
                rng.choice(list(KINDS)),
                *(f"说明文字第{rng.randrange(10**6)}条，" * 4 for _ in range(12)),
            ]
            for column, value in enumerate(line):
                sheet.write(number + 2, column, value)
    return buffer.getvalue()


@contextmanager
def timed(name: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    print(f"{name:<32}{time.perf_counter() - began:8.2f} 秒")


def main() -> None:
    os.environ.setdefault("RENDA_HOME", tempfile.mkdtemp(prefix="renda-bench-"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "renda.site.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from renda.kernel.refs import Ref
    from renda.kernel.tabular import api as tabular

    for label in ("jobs", "record", "identity", "tabular"):
        call_command("migrate", label, verbosity=0)
    kept: dict[str, Any] = {}

    def apply(rows: Sequence[tabular.Row], context: tabular.Context) -> tabular.Applied:
        applied = tabular.Applied()
        for row in rows:
            kept[row.key[0]] = row.values
            applied.created(row, Ref("bench.row", row.key[0]))
        return applied

    def undo(items: Sequence[tabular.AppliedItem], context: tabular.Context) -> None:
        for item in items:
            del kept[item.ref.id]

    names = {name: number for number, name in enumerate(ORGANS)}
    columns = [
        tabular.Column("no", "编号", kind="code", required=True),
        tabular.Column("title", "标题", required=True),
        tabular.Column("lead", "主办单位", kind="organ", lookup=lambda _: names),
        tabular.Column("joint", "会办单位", kind="organ", many=True, lookup=lambda _: names),
        tabular.Column("day", "交办日期", kind="date"),
        tabular.Column("amount", "金额", kind="money"),
        tabular.Column("count", "联名人数", kind="int"),
        tabular.Column("kind", "类别", kind="choice", choices=KINDS),
        *(tabular.Column(f"note{n}", f"说明{n}") for n in range(12)),
    ]
    tabular.register(
        tabular.Table("bench.rows", "台账", columns, ("no",), apply, policy="identity.accounts", undo=undo)
    )
    clean, dirty = workbook(0), workbook(0.5)
    print(f"{connection.vendor}：{ROWS} 行 × 20 列，{len(clean) / 1e6:.1f} MB")
    with timed("预检，全对"):
        preview = tabular.preview("bench.rows", clean, actor=None, name="台账.xlsx")
    assert preview.rows_ok == ROWS
    with timed("预检，一半有误"):
        worse = tabular.preview("bench.rows", dirty, actor=None, name="台账.xlsx")
    assert worse.rows_bad > ROWS / 3
    with timed("有误的行写成表格"):
        tabular.bad_rows_workbook(worse.id, actor=None)
    with timed("导入"):
        batch = tabular.apply(preview.id, actor=None)
    assert batch.created == ROWS
    with timed("同一文件再预检"):
        assert tabular.preview("bench.rows", clean, actor=None, name="台账.xlsx").unchanged == ROWS
    with timed("撤销"):
        tabular.undo(batch.pk, actor=None)
    assert not kept
    with timed("导出"):
        tabular.export(columns, ([f"第{n}号", "标题", *[None] * 18] for n in range(ROWS)), "台账")
    print(f"内存最多 {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    with timed("对照：openpyxl 只读，只读出"):
        sheet = openpyxl.load_workbook(BytesIO(clean), read_only=True).active
        assert sum(1 for _ in sheet.iter_rows(values_only=True)) == ROWS + 2


if __name__ == "__main__":
    main()
