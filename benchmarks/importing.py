"""A workbook with 10,000 suggestions, looked through and brought in: ``python -m benchmarks.importing``

Runs on a new SQLite file in a folder of its own, or on the PostgreSQL of RENDA_DATABASE_URL (an empty one).
The rows have what offices keep: co-signers, joint organs, letters, classes, ratings; one in ten is still
open. The peer in the same run writes the suggestions' rows alone: no case, clock, number, letter, record.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import tempfile
import time
from io import BytesIO

import xlsxwriter

from benchmarks._bars import Bar, report

ROWS = int(os.environ.get("RENDA_BENCH_ROWS", "10000"))
HEADS = (
    "编号", "标题", "领衔代表", "附议代表", "提出日期", "主办单位", "会办单位", "交办日期", "答复日期",
    "答复文号", "答复分类", "代表评价", "内容",
)  # fmt: skip


def workbook(names: list[str], organs: list[str], year: int) -> bytes:
    """A term's register, the dates written in several ways."""
    rng = random.Random(7)
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet("建议")
        sheet.write_row(0, 0, HEADS)
        for number in range(1, ROWS + 1):
            submitted = dt.date(year, 1, 20) + dt.timedelta(days=rng.randrange(30))
            handed, replied = submitted + dt.timedelta(days=20), submitted + dt.timedelta(days=80)
            lead, *others = rng.sample(names, 1 + rng.randrange(4))
            organ, *joint = rng.sample(organs, 1 + (rng.randrange(3) == 0))
            answered = number % 10 > 0
            row = [
                number,
                f"关于第{number}个路口渠化改造的建议",
                lead,
                "、".join(others),
                rng.choice(
                    (f"{submitted:%Y-%m-%d}", f"{submitted.year}年{submitted.month}月{submitted.day}日")
                ),
                organ,
                "、".join(joint),
                f"{handed:%Y/%m/%d}",
                f"{replied:%Y%m%d}" if answered else "",
                f"安函〔{year}〕{number}号" if answered else "",
                rng.choice("ABCD") if answered else "",
                rng.choice(("满意", "基本满意", "")) if answered else "",
                f"第{number}个路口早晚高峰拥堵，公交站距路口过近，建议调整渠化，公交站后移五十米。" * 8,
            ]
            sheet.write_row(number, 0, row)
    return buffer.getvalue()


def main() -> None:
    os.environ.setdefault("RENDA_HOME", tempfile.mkdtemp(prefix="renda-bench-"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "renda.site.settings")
    import django

    django.setup()
    from django.db import connection, transaction

    from renda.business.motions.models import Suggestion
    from renda.demo import people as demo
    from renda.demo.driver import Driver
    from renda.kernel import clock
    from renda.kernel.tabular import api as tabular
    from renda.site import upkeep

    upkeep.migrate()
    year = clock.today().year - 1
    rng = random.Random(1)
    with clock.travel(dt.date(year, 1, 10)):
        city = demo.build(year, rng, deputies=54)
        Driver(city, rng, clock.today()).prepare()
    office = city.accounts["office"]
    file = workbook([seat.person.name for seat in city.seats], list(city.organs), year)
    print(f"{connection.vendor}：{ROWS} 件，{len(file) / 1e6:.1f} MB")
    began, spent = time.perf_counter(), time.process_time()
    preview = tabular.preview("motions.suggestions", file, actor=office, name="台账.xlsx")
    looked = time.perf_counter() - began
    assert preview.rows_ok == ROWS, [(g.message, g.count) for g in preview.groups]
    began = time.perf_counter()
    batch = tabular.apply(preview.id, actor=office)
    taken, spent = time.perf_counter() - began, time.process_time() - spent
    assert batch.created == Suggestion.objects.count() == ROWS
    print(f"处理器时间共 {spent:.1f} 秒")
    with transaction.atomic():
        began = time.perf_counter()
        rows = list(Suggestion.objects.all())
        for row in rows:
            row.pk, row.case_id, row.serial = None, None, None
        Suggestion.objects.bulk_create(rows, batch_size=1000)
        print(f"对照：只写建议表的 {ROWS} 行 {time.perf_counter() - began:.1f} 秒")
        transaction.set_rollback(True)
    report(
        Bar(f"预检 {ROWS} 行", looked, "s", 10.0, ROWS >= 10_000),
        Bar(f"导入 {ROWS} 行（不含预检）", taken, "s", 20.0, ROWS >= 10_000),
    )


if __name__ == "__main__":
    main()
