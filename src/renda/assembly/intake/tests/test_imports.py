"""Past messages come in whole, with both times; taken back, corrected, classes with them."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from renda.assembly.intake import api as intake
from renda.assembly.intake.models import Category, Opinion, Reply
from renda.assembly.intake.tests.conftest import Office
from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.record import api as record
from renda.kernel.tabular import api as tabular

pytestmark = pytest.mark.django_db(databases=["default", "vault"])
HEAD = ("留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "答复意见", "答复时间")


def workbook(*rows: Sequence[Any]) -> bytes:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True, "default_date_format": "yyyy/m/d hh:mm:ss"})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.write(number, column, value)
    book.close()
    return content.getvalue()


def take_in(content: bytes, actor: identity.Account | None, kind: str = "intake.messages") -> Any:
    found = tabular.preview(kind, content, actor=actor, name="留言.xlsx")
    return tabular.apply(found.id, actor=actor)


_FIRST_TEXT = "\n\t\t\n\t　您好！\r\n货车很吵，电话13911112222。"
_A_DATE = dt.datetime(2018, 3, 19, 10, 5, 4)  # noqa: DTZ001  (cells of a sheet have no zone)
ROWS = (
    (
        5859,
        "UU1",
        "货车　夜里扰民",
        "2018/5/28 12:04:52",
        _FIRST_TEXT,
        "已设禁行标志。",
        "2018/6/14 11:19:06",
    ),
    (5860, "UU2", "路灯", _A_DATE, "路灯坏了", "已修。", "2018/4/24"),
    (5861, "UU3", "公园", "2026年3月5日 8:30", "公园没有座椅", "", ""),
)


def test_messages_come_in_as_they_were(office: Office) -> None:
    batch = take_in(workbook(HEAD, *ROWS, ("", "", "", "", "", "", "")), office.desk)
    assert batch.created == 3
    first = Opinion.objects.get(source_key="board:5859")
    assert first.text == "您好！\n货车很吵，电话139****2222。" and first.title == "货车 夜里扰民"
    assert first.happened_at == dt.datetime(2018, 5, 28, 12, 4, 52, tzinfo=clock.TZ)
    reply = first.replies.get()
    assert reply.happened_at == dt.datetime(2018, 6, 14, 11, 19, 6, tzinfo=clock.TZ)
    assert first.case and first.case.state == "answered" and first.case.closed_at == reply.happened_at
    assert first.outcome == "answered"
    assert first.sender_phone and identity.vault_find("phone", "13911112222") == [first.sender_phone]
    lines = {line.kind: line for line in record.timeline(first.ref)}
    assert lines["intake.received"].happened_at == first.happened_at
    assert lines["intake.answered"].happened_at == reply.happened_at
    assert lines["intake.received"].origin.row == 2
    deadline = first.case.deadlines.get(key="result")
    assert deadline.derived["reference"] and deadline.light().key == "in_time"  # 参照现行规定
    second = Opinion.objects.get(source_key="board:5860").replies.get()
    assert second.happened_at == clock.combine(dt.date(2018, 4, 24))
    waiting = Opinion.objects.get(source_key="board:5861")
    assert waiting.case and waiting.case.state == "registered" and waiting.case.turns.count() == 1


def test_the_same_file_twice_and_a_later_reply(office: Office) -> None:
    take_in(workbook(HEAD, *ROWS), office.desk)
    again = take_in(workbook(HEAD, *ROWS), office.desk)
    assert (again.created, again.unchanged) == (0, 3)
    later = (*ROWS[2][:5], "已加座椅。", "2026/4/1 9:00:00")
    batch = take_in(workbook(HEAD, *ROWS[:2], later), office.desk)
    assert (batch.created, batch.changed) == (0, 1)
    answered = Opinion.objects.get(source_key="board:5861")
    assert answered.case and answered.case.state == "answered" and answered.replies.get().text == "已加座椅。"
    assert answered.case.turns.filter(ended_at__isnull=True).count() == 0


def test_taking_a_file_back_leaves_the_record_alone(office: Office) -> None:
    batch = take_in(workbook(HEAD, *ROWS), office.desk)
    tabular.undo(batch.pk, actor=office.desk)
    assert not Opinion.objects.exists() and not Reply.objects.exists()
    again = take_in(workbook(HEAD, *ROWS), office.desk)
    assert again.created == 3


def test_what_was_handled_since_is_not_taken_back(office: Office) -> None:
    batch = take_in(workbook(HEAD, *ROWS), office.desk)
    waiting = Opinion.objects.select_related("case").get(source_key="board:5861")
    intake.accept(waiting, actor=office.desk)
    with pytest.raises(tabular.Refused, match="已经办理"):
        tabular.undo(batch.pk, actor=office.desk)
    assert Opinion.objects.count() == 3


def test_times_that_cannot_be_are_found_by_cell(office: Office) -> None:
    rows = (
        (1, "u", "甲", "2018/5/28 12:00:00", "内容", "答复", ""),
        (2, "u", "乙", "2018/5/28 12:00:00", "内容", "答复", "2018/5/1 12:00:00"),
        (3, "u", "丙", "2062/5/28", "内容", "", ""),
        (4, "u", "丁", "2018/5/28", "内容", "", "2018/6/1"),
    )
    found = tabular.preview("intake.messages", workbook(HEAD, *rows), actor=office.desk, name="x.xlsx")
    messages = " ".join(group.message for group in found.groups)
    for words in ("没有答复时间", "早于留言时间", "太晚", "没有答复内容"):
        assert words in messages
    with pytest.raises(tabular.TabularError):
        tabular.apply(found.id, actor=office.desk)


def test_classes_come_in_three_levels_and_messages_with_theirs(office: Office) -> None:
    tree = (
        ("一级分类", "二级分类", "三级分类"),
        ("城乡建设", "安全生产", "事故处理"),
        ("城乡建设", "安全生产", "安全生产管理"),
        ("交通运输", "", ""),
    )
    batch = take_in(workbook(*tree), office.desk, "intake.categories")
    assert batch.created == 3 and Category.objects.count() == 5
    rows = ((*HEAD[:5], "一级分类"), (9, "u", "公交", "2019/1/1 8:00:00", "车少", "交通运输"))
    take_in(workbook(*rows), office.desk)
    opinion = Opinion.objects.get()
    assert opinion.category and opinion.category.name == "交通运输"
    leaf = Category.objects.get(name="事故处理")
    with pytest.raises(intake.IntakeError, match="最多三级"):
        intake.add_category("第四级", leaf, actor=None)


@pytest.mark.shared
@pytest.mark.slow
def test_all_messages_with_replies_come_in_whole(office: Office, shared: Path) -> None:
    content = (shared / "data" / "messages" / "replies.xlsx").read_bytes()
    found = tabular.preview("intake.messages", content, actor=office.desk, name="replies.xlsx")
    assert not found.groups
    batch = tabular.apply(found.id, actor=office.desk)
    assert batch.created == 2252 == Opinion.objects.count() == Reply.objects.count()
    assert not Opinion.objects.exclude(case__state="answered").exists()
    for opinion in Opinion.objects.prefetch_related("replies").iterator(chunk_size=500):
        reply = opinion.replies.all()[0]
        assert opinion.happened_at.year < 2021 and opinion.happened_at <= reply.happened_at
        assert not set("\t\u3000\r\xa0") & set(opinion.text) and "\n\n" not in opinion.text
        assert record.looks_private(opinion.text) is None and opinion.text and reply.text
    # Read from the sheet: the first row, and the one cell that is a date where all others are texts.
    first = Opinion.objects.get(source_key="board:5859")
    assert first.happened_at == dt.datetime(2018, 5, 28, 12, 4, 52, tzinfo=clock.TZ)
    assert first.replies.get().happened_at == dt.datetime(2018, 6, 14, 11, 19, 6, tzinfo=clock.TZ)
    days = Reply.objects.filter(happened_at=clock.combine(dt.date(2018, 4, 24)))
    assert any(r.opinion.happened_at.date() == dt.date(2018, 3, 19) for r in days)
    again = tabular.preview("intake.messages", content, actor=office.desk, name="replies.xlsx")
    assert tabular.apply(again.id, actor=office.desk).unchanged == 2252
