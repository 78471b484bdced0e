"""The one verb of the record: write."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db import transaction

from renda.kernel import clock
from renda.kernel.bulk import api as bulk
from renda.kernel.record.errors import BadEntry, BadMoment, NotInTransaction
from renda.kernel.record.kinds import Entry, kind_class
from renda.kernel.record.models import EntryRow
from renda.kernel.record.origins import Origin
from renda.kernel.record.private import refuse_private
from renda.kernel.refs import Ref

# Clocks of two machines differ a little; more than this is a wrong date.
_AHEAD = timedelta(minutes=5)


class Actor(Protocol):
    """What the record needs of an account (which lives on a higher floor)."""

    @property
    def pk(self) -> Any: ...

    @property
    def display_name(self) -> Any: ...


def write(
    entry: Entry,
    *,
    subject: Ref,
    actor: Actor | None,
    on_behalf_of: Ref | None = None,
    happened_at: datetime | None = None,
    origin: Origin | None = None,
) -> int:
    """Write an entry in the transaction of the act that it records.

    Args:
        entry: an instance of a registered class.
        subject: the thing it is about; its timeline shows the entry.
        actor: the account that did it; None only where a job or an import did.
        on_behalf_of: the person or organ it was done for (代录, a stand-in, a secretary).
        happened_at: when it happened, where that is not now: the day on the paper, the time in the file.
        origin: where it came from; a page where omitted.

    Returns:
        The entry's number. ``recorded_at`` is set by the database and by nobody else.

    Raises:
        NotInTransaction: no ``transaction.atomic()`` is open.
        BadEntry: an unregistered class, a value without an exact form, a missing actor.
        BadMoment: ``happened_at`` has no zone or lies in the future.
        PersonalData: a text looks like a citizen ID or a mobile number.
    """
    _in_transaction()
    row = _row(Writing(entry, subject, actor, on_behalf_of, happened_at, origin))
    row.save(force_insert=True)
    return row.id


@dataclass(frozen=True, slots=True)
class Writing:
    """One entry of many for ``write_many``; the fields are the arguments of ``write``."""

    entry: Entry
    subject: Ref
    actor: Actor | None
    on_behalf_of: Ref | None = None
    happened_at: datetime | None = None
    origin: Origin | None = None


def write_many(writings: Iterable[Writing]) -> list[int]:
    """Write many entries at once: an import's. Every check of ``write`` is made before the first is written.

    Returns:
        The entries' numbers, in the given order.

    Raises:
        as ``write``; nothing is written then.
    """
    _in_transaction()
    return [row.id for row in bulk.insert([_row(one) for one in writings])]


def _in_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise NotInTransaction("记录必须与它所记的事在同一个事务里写入（transaction.atomic）。")


def _row(one: Writing) -> EntryRow:
    """The checked row of an entry, not yet in the database."""
    entry, subject, actor, on_behalf_of = one.entry, one.subject, one.actor, one.on_behalf_of
    origin = one.origin or Origin.page()
    if kind_class(entry.KIND) is not type(entry):
        raise BadEntry(f"{type(entry).__name__} 不是登记为 {entry.KIND} 的记录类。")
    if actor is None and origin.type == "page":
        raise BadEntry("页面上的操作必须写明经办人；只有导入和系统任务可以没有经办人。")
    row = EntryRow(
        kind=entry.KIND,
        subject_kind=subject.kind,
        subject_id=subject.id,
        subject_title=subject.title,
        actor_id=None if actor is None else actor.pk,
        actor_name="" if actor is None else str(actor.display_name),
        on_behalf_of=None if on_behalf_of is None else on_behalf_of.as_json(),
        happened_at=_moment(one.happened_at),
        origin=origin.as_json(),
        payload=entry.payload(),
    )
    refuse_private(row.payload, f"{entry.KIND}")
    refuse_private(row.origin, "来源")
    refuse_private([row.subject_title, row.actor_name, on_behalf_of.title if on_behalf_of else ""], "名称")
    return row


def _moment(happened_at: datetime | None) -> datetime:
    present = clock.now()
    if happened_at is None:
        return present
    if happened_at.tzinfo is None:
        raise BadMoment("发生时间没有时区：请用 renda.kernel.clock.combine(日, 时)。")
    if happened_at > present + _AHEAD:
        raise BadMoment(
            f"发生时间 {happened_at.astimezone(clock.TZ):%Y-%m-%d %H:%M} 在将来："
            "请核对日期；还没有发生的事不能写入记录。"
        )
    return happened_at
