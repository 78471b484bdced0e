"""Writing and reading entries."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from renda.kernel import clock
from renda.kernel.record import api as record
from renda.kernel.record.kinds import _kinds
from renda.kernel.record.models import EntryRow
from renda.kernel.record.tests.support import ACTOR, SUBJECT, Noted, note
from renda.kernel.refs import Ref

PERSON = Ref("people.person", "7", "王代表")


@record.entry("recordtest.submitted", label="提交")
@dataclass(frozen=True)
class Submitted(record.Entry):
    number: int
    by: Ref
    due: dt.date | None = None
    share: Fraction = Fraction(1, 3)
    money: Decimal = Decimal("0.10")
    at: dt.datetime | None = None
    tags: tuple[str, ...] = ()
    marks: dict[str, int] | None = None
    vault: UUID | None = None

    def sentence(self) -> str:
        return f"提交了第 {self.number} 号建议"

    def chronicle(self) -> str | None:
        return f"{self.by.title}提出第 {self.number} 号建议。"

    def credits(self) -> list[record.Credit]:
        return [record.Credit(self.by, "建议", f"第 {self.number} 号")]


def put(entry: record.Entry, **options: Any) -> int:
    values: dict[str, Any] = {"subject": SUBJECT, "actor": ACTOR} | options
    with transaction.atomic():
        return record.write(entry, **values)


@pytest.mark.django_db
def test_an_entry_comes_back_as_it_was_written() -> None:
    written = Submitted(
        number=101,
        by=PERSON,
        due=dt.date(2026, 9, 1),
        share=Fraction(2, 7),
        money=Decimal("12.30"),
        at=clock.combine(dt.date(2026, 3, 5), dt.time(9, 1, 2, 345)),
        tags=("城建", "民生"),
        marks={"甲": 9_007_199_254_740_993},
        vault=UUID(int=5),
    )
    origin = record.Origin.file("附件.xlsx", "ab" * 32, 9)
    number = put(written, on_behalf_of=PERSON, origin=origin)
    stored = next(iter(record.entries(kind="recordtest.submitted")))
    assert stored.id == number
    assert stored.entry == written
    assert stored.on_behalf_of == PERSON
    assert (stored.origin, stored.origin.text) == (origin, "导入自《附件.xlsx》第 9 行")
    assert stored.entry.credits() == [record.Credit(PERSON, "建议", "第 101 号")]
    assert stored.entry.chronicle() == "王代表提出第 101 号建议。"
    assert (stored.actor_id, stored.actor_name, stored.subject) == (3, "李明", SUBJECT)


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_written() -> None:
    with pytest.raises(record.NotInTransaction, match="同一个事务"):
        record.write(Noted("一"), subject=SUBJECT, actor=ACTOR)
    assert record.count() == 0


@pytest.mark.django_db(transaction=True)
def test_an_act_that_fails_leaves_no_entry() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record.write(Noted("一"), subject=SUBJECT, actor=ACTOR)
        raise ZeroDivisionError
    assert record.count() == 0


# --- times


@pytest.mark.django_db
def test_a_travelled_clock_moves_the_happening_never_the_writing() -> None:
    before = clock.now()
    with clock.travel(dt.date(2025, 3, 5)):
        note("一")
    (line,) = record.timeline(SUBJECT)
    assert line.happened_at.date() == dt.date(2025, 3, 5)
    assert abs(line.recorded_at - before) < dt.timedelta(seconds=30)
    assert line.both_times


@pytest.mark.django_db
def test_what_is_written_at_once_shows_one_time() -> None:
    note("一")
    note("二", happened_at=clock.now() - dt.timedelta(minutes=6))
    assert [(line.sentence, line.both_times) for line in record.timeline(SUBJECT)] == [
        ("备注：一", False),
        ("备注：二", True),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("moment", "message"),
    [
        (dt.datetime(2026, 3, 5, 9), "没有时区"),  # noqa: DTZ001
        (clock.combine(dt.date(2062, 3, 5)), "2062-03-05 00:00 在将来"),
    ],
)
def test_a_time_that_cannot_be_is_refused(moment: dt.datetime, message: str) -> None:
    with pytest.raises(record.BadMoment, match=message):
        note("一", happened_at=moment)


# --- who


@pytest.mark.django_db
def test_only_jobs_and_imports_have_no_actor() -> None:
    with pytest.raises(record.BadEntry, match="必须写明经办人"):
        note("一", actor=None)
    note("二", actor=None, origin=record.Origin.job("notify.digest"))
    (line,) = record.timeline(SUBJECT)
    assert (line.actor_name, line.origin.text) == ("", "系统任务：notify.digest")


# --- personal data


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("身份证 11010519491231002X 已核", "居民身份证号"),
        ("１１０１０５１９４９１２３１００２Ｘ", "居民身份证号"),
        ("旧证110105491231002号", "居民身份证号"),
        ("电话13800138000", "手机号码"),
        ("+86 138-0013-8000", "手机号码"),
    ],
)
def test_personal_data_is_refused_wherever_it_hides(text: str, what: str) -> None:
    with pytest.raises(record.PersonalData, match=what) as caught:
        note(text)
    assert text not in str(caught.value)
    with pytest.raises(record.PersonalData):
        put(Submitted(1, PERSON, tags=("甲", text)))
    with pytest.raises(record.PersonalData):
        note("一", subject=Ref("a", "1", text))
    with pytest.raises(record.PersonalData):
        note("一", origin=record.Origin.file(f"{text}.xlsx", ""))
    assert record.count() == 0


@pytest.mark.parametrize(
    "text",
    [
        "安人建〔2026〕12号",
        "2026-03-05T09:01:02.000000Z",
        "d" * 64,
        str(UUID(int=13800138000)),
        "110105202613310025",
        "12345678901",
        "统一社会信用代码 91110105MA00000000",
        "1380013800012",
    ],
)
def test_what_only_resembles_it_passes(text: str) -> None:
    assert record.looks_private(text) is None


# --- classes


def define(**fields: Any) -> None:
    body = {"__annotations__": fields, "sentence": lambda self: "x"}
    try:
        record.entry("recordtest.bad")(dataclass(frozen=True)(type("Bad", (record.Entry,), body)))
    finally:
        _kinds.pop("recordtest.bad", None)


@pytest.mark.parametrize("kind", [float, bytes, dict[int, str], list[float], object, tuple[float, ...]])
def test_a_field_without_an_exact_form_is_refused_at_definition(kind: Any) -> None:
    with pytest.raises(record.BadEntry):
        define(value=kind)


def test_a_field_named_like_personal_data_must_be_a_vault_id() -> None:
    with pytest.raises(record.BadEntry, match="保险库编号"):
        define(phone=str)
    define(phone=UUID)


def test_a_class_that_cannot_speak_is_refused() -> None:
    with pytest.raises(record.BadEntry, match="sentence"):
        record.entry("recordtest.mute")(dataclass(frozen=True)(type("Mute", (record.Entry,), {})))
    with pytest.raises(record.BadEntry, match="frozen"):
        record.entry("recordtest.soft")(
            dataclass(type("Soft", (record.Entry,), {"sentence": lambda self: ""}))
        )


def test_a_kind_belongs_to_one_class() -> None:
    with pytest.raises(record.BadEntry, match="已由"):

        @record.entry("recordtest.noted")
        @dataclass(frozen=True)
        class Other(record.Entry):
            def sentence(self) -> str:
                return ""


def test_a_field_called_kind_or_label_has_no_default_of_its_own() -> None:
    fields = {"__annotations__": {"kind": str, "label": str}, "sentence": lambda self: ""}
    made = dataclass(frozen=True)(type("Labelled", (record.Entry,), fields))
    with pytest.raises(TypeError, match="missing 2 required"):
        made()


@pytest.mark.django_db
def test_an_unregistered_subclass_is_refused() -> None:
    class Sub(Noted):
        pass

    with pytest.raises(record.BadEntry, match="不是登记为"):
        put(Sub("一"))


@pytest.mark.parametrize("text", ["a\x00b", "\ud800"])
@pytest.mark.django_db
def test_text_that_no_database_keeps_is_refused(text: str) -> None:
    with pytest.raises(record.BadEntry):
        note(text)


def test_stored_fields_must_fit_the_class() -> None:
    with pytest.raises(record.BadEntry, match="没有字段 mood"):
        record.decode("recordtest.noted", {"text": "一", "mood": "好"})
    with pytest.raises(record.BadEntry, match="缺少字段 text"):
        record.decode("recordtest.noted", {})
    with pytest.raises(record.BadEntry, match="应为 str"):
        record.decode("recordtest.noted", {"text": 3})
    with pytest.raises(record.UnknownKind):
        record.decode("recordtest.nobody", {})


def test_a_retired_field_stays_readable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Noted, "RETIRED", frozenset({"mood"}))
    assert record.decode("recordtest.noted", {"text": "一", "mood": "好"}) == Noted("一")


# --- questions


@pytest.mark.django_db
def test_a_timeline_is_one_query_and_follows_the_id_not_the_title() -> None:
    for n in range(120):
        note(str(n), subject=Ref(SUBJECT.kind, SUBJECT.id, f"改过 {n} 次的名称"))
    note("别的", subject=Ref(SUBJECT.kind, "8", ""))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        lines = record.timeline(SUBJECT, limit=100)
    assert len(queries) == 1
    assert [line.sentence for line in lines][:2] == ["备注：119", "备注：118"]
    assert len(lines) == 100
    rest = record.timeline(SUBJECT, limit=100, before=lines[-1].id)
    assert [line.sentence for line in rest] == [f"备注：{n}" for n in range(19, -1, -1)]
    assert record.timeline(SUBJECT, before=10**9) == []


@pytest.mark.django_db
def test_pages_of_a_timeline_lose_nothing_where_things_happened_at_once() -> None:
    moment = clock.now()
    ids = [note(str(n), happened_at=moment) for n in range(5)]
    first = record.timeline(SUBJECT, limit=2)
    second = record.timeline(SUBJECT, limit=2, before=first[-1].id)
    third = record.timeline(SUBJECT, limit=2, before=second[-1].id)
    assert [line.id for line in first + second + third] == ids[::-1]


@pytest.mark.django_db
def test_an_entry_of_a_kind_nobody_knows_does_not_break_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    note("一")
    monkeypatch.delitem(_kinds, "recordtest.noted")
    (line,) = record.timeline(SUBJECT)
    assert "recordtest.noted" in line.sentence
    assert any("recordtest.noted" in problem for problem in record.health())


@pytest.mark.django_db
def test_entries_by_kind_time_and_subject() -> None:
    march, april = clock.combine(dt.date(2026, 3, 5)), clock.combine(dt.date(2026, 4, 5))
    one = note("一", happened_at=march)
    two = put(Submitted(1, PERSON), happened_at=april)
    three = note("三", happened_at=april, subject=Ref(SUBJECT.kind, "8"))
    assert record.entries(kind="recordtest.*").ids() == [one, two, three]
    assert record.entries(kind=["recordtest.noted"]).ids() == [one, three]
    assert record.entries(since=april).ids() == [two, three]
    assert record.entries(until=april).ids() == [one]
    assert record.entries(subject=SUBJECT).filter(kind="recordtest.noted").ids() == [one]
    assert record.count(kind="recordtest.noted", since=march, until=april) == 1
    latest = record.entries().latest()
    assert latest is not None and latest.id == three
    assert [line.id for line in record.lines([three, one])] == [one, three]
    assert record.entries(kind="recordtest.none").latest() is None


@pytest.mark.sqlite  # PostgreSQL scans a small table whatever indexes it has
@pytest.mark.django_db
def test_the_indexes_are_used() -> None:
    rows = EntryRow.objects.filter(subject_kind="a", subject_id="1").order_by("-happened_at", "-id")
    assert "record_entry_subject" in rows.explain()
    assert "TEMP B-TREE" not in rows.explain()
    assert "record_entry_kind" in EntryRow.objects.filter(kind="a").order_by("happened_at").explain()
