"""Writing and reading entries."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.db import transaction

from renda.kernel import clock
from renda.kernel.record import api as record
from renda.kernel.refs import Ref

SUBJECT = Ref("test.thing", "7", "关于加装电梯的建议")
ACTOR = SimpleNamespace(pk=3, display_name="李明")


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
    vault: UUID | None = None

    def sentence(self) -> str:
        return f"提交了第 {self.number} 号建议"

    def credits(self) -> list[record.Credit]:
        return [record.Credit(self.by, "建议", f"第 {self.number} 号")]


def sample(**changes: object) -> Submitted:
    values: dict[str, object] = {"number": 101, "by": Ref("people.person", "7", "王代表")}
    return Submitted(**(values | changes))  # type: ignore[arg-type]


def put(entry: record.Entry | None = None, **options: object) -> int:
    values: dict[str, object] = {"subject": SUBJECT, "actor": ACTOR}
    with transaction.atomic():
        return record.write(entry or sample(), **(values | options))  # type: ignore[arg-type]


@pytest.mark.django_db
def test_an_entry_comes_back_as_it_was_written() -> None:
    written = sample(
        due=dt.date(2026, 9, 1),
        share=Fraction(2, 7),
        money=Decimal("12.30"),
        at=clock.combine(dt.date(2026, 3, 5)),
        tags=("城建", "民生"),
        vault=UUID(int=5),
    )
    number = put(
        written,
        on_behalf_of=Ref("people.person", "7", "王代表"),
        origin=record.Origin.file("附件.xlsx", "ab", 9),
    )
    stored = next(iter(record.entries(kind="recordtest.submitted")))
    assert stored.id == number
    assert stored.entry == written
    assert stored.on_behalf_of == Ref("people.person", "7", "王代表")
    assert stored.origin.text == "导入自《附件.xlsx》第 9 行"
    assert stored.entry.credits()[0].person.id == "7"
    assert stored.actor_name == "李明"


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_written() -> None:
    with pytest.raises(record.NotInTransaction):
        record.write(sample(), subject=SUBJECT, actor=ACTOR)
    assert record.count() == 0
