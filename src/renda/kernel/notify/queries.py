"""Questions: an account's list, what of a thing was told to whom, and what is wrong with the sending."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q

from renda.kernel import clock
from renda.kernel.identity.api import Account
from renda.kernel.notify import kinds, rules, ways
from renda.kernel.notify.models import Delivery, Item, Message, State
from renda.kernel.refs import Ref

PAGE = 50
_LATE = dt.timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Received:
    """A message as it stands in somebody's list."""

    id: UUID
    kind_label: str
    title: str
    body: str
    url: str
    urgent: bool
    created_at: dt.datetime
    read: bool


@dataclass(frozen=True, slots=True)
class Inbox:
    """A page of somebody's list."""

    items: list[Received]
    unread: int
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Telling:
    """That somebody was told: when it stood in the list, when it was read, when and how it went out."""

    title: str
    account: str
    created_at: dt.datetime
    read_at: dt.datetime | None
    way: str
    state: str
    sent_at: dt.datetime | None


def unread(account: Account) -> int:
    """How many messages of the account's list are unread. One query on a partial index."""
    return Item.objects.filter(account=account, read_at__isnull=True).count()


def inbox(account: Account, *, unread_only: bool = False, page: int = 1) -> Inbox:
    """A page of the account's list, newest first. Two queries."""
    items = Item.objects.filter(account=account)
    counted = items.aggregate(total=Count("pk"), unread=Count("pk", filter=Q(read_at__isnull=True)))
    if unread_only:
        items = items.filter(read_at__isnull=True)
    total: int = counted["unread" if unread_only else "total"]
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    rows = items.select_related("message").order_by("-created_at", "-pk")[(page - 1) * PAGE : page * PAGE]
    return Inbox([_received(row) for row in rows], counted["unread"], total, page, pages)


def _received(row: Item) -> Received:
    message = row.message
    return Received(
        id=message.pk,
        kind_label=kinds.label(message.kind),
        title=message.title,
        body=message.body,
        url=message.url,
        urgent=message.urgent,
        created_at=row.created_at,
        read=row.read_at is not None,
    )


def received(account: Account, message_id: UUID) -> Received | None:
    """One message of the account's list, or None where it is not in it."""
    row = Item.objects.select_related("message").filter(account=account, message=message_id).first()
    return None if row is None else _received(row)


def told(subject: Ref) -> Sequence[Telling]:
    """Who was told what about a thing, oldest first: urgent messages with their sending. Two queries."""
    about = Q(message__subject_kind=subject.kind, message__subject_id=subject.id)
    sent = {(d.account_id, d.message_id): d for d in Delivery.objects.filter(about)}
    rows = Item.objects.filter(about).select_related("message", "account").order_by("created_at", "pk")
    tellings = []
    for row in rows:
        delivery = sent.get((row.account_id, row.message_id))
        way = ways.configured().get(delivery.way) if delivery else None
        tellings.append(
            Telling(
                title=row.message.title,
                account=row.account.display_name,
                created_at=row.created_at,
                read_at=row.read_at,
                way=way.label if way else "",
                state=State(delivery.state).label if delivery else "",
                sent_at=delivery.sent_at if delivery else None,
            )
        )
    return tellings


def health() -> list[str]:
    """What an operator must know, for ``renda check``; none is good news."""
    found = []
    now = clock.now()
    if ways.configured() and not rules.quiet(now) and not rules.quiet(now - _LATE):
        late = Delivery.objects.filter(state=State.WAITING, created_at__lt=now - _LATE).count()
        if late:
            trouble = (
                Delivery.objects.filter(state=State.WAITING)
                .exclude(trouble="")
                .values_list("trouble", flat=True)
            ).first()
            because = f"最近的问题：{trouble}。" if trouble else "请检查后台进程（renda serve）是否在运行。"
            found.append(f"有 {late} 件消息等待发送超过 10 分钟。{because}")
    week = now - dt.timedelta(days=7)
    failed = Delivery.objects.filter(state=State.FAILED, created_at__gte=week).count()
    if failed:
        found.append(f"最近 7 天有 {failed} 件消息一直没有发成，请检查短信、企业微信和邮件的设置。")
    unheard = Message.objects.filter(recipients=0, created_at__gte=week)
    for holders in sorted({"、".join(m.to_holders) for m in unheard}):
        found.append(f"最近 7 天有消息没有收件人：{holders or '（未指明）'} 无人担任，请检查授权。")
    return found
