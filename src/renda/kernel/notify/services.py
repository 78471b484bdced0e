"""Verbs: send, read, prefer. A message is written in the transaction of the act that it tells of."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

import structlog
from django.db import transaction

from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.identity.api import Account
from renda.kernel.notify import kinds, rules
from renda.kernel.notify.errors import BadMessage, NotInTransaction
from renda.kernel.notify.models import DeadAddress, Delivery, Item, Message, Reach, Stop
from renda.kernel.record import api as record
from renda.kernel.refs import Ref

_log = structlog.get_logger()


def send(
    kind: str,
    *,
    to_holders: Iterable[str] = (),
    accounts: Iterable[Account] = (),
    title: str,
    body: str = "",
    url: str = "",
    urgent: bool = False,
    subject: Ref,
) -> UUID:
    """Tell somebody something: at once in their list, and by mail or telephone from there.

    Whoever holds one of the roles now, stand-ins included, or is named gets it; urgent ones go out at once
    (not between 21 and 7), others with the next digest. Where the caller's transaction fails, nothing was
    said.

    Args:
        kind: declared by ``declare_kind``.
        to_holders: ``role@scope`` texts.
        accounts: accounts besides.
        title: one line that says it all.
        body: more, in a few lines.
        url: path of the page where it can be done, ``/motions/7/``.
        urgent: goes out by itself.
        subject: what it is about.

    Returns:
        The message's id.

    Raises:
        NotInTransaction: no ``transaction.atomic()`` is open.
        UnknownKind: the kind was not declared.
        BadMessage: no title, an address outside of the house, a text with a telephone or ID number.
    """
    if not transaction.get_connection().in_atomic_block:
        raise NotInTransaction("消息必须与它所说的事在同一个事务里写入（transaction.atomic）。")
    declared = kinds.kind(kind)
    _check(title, body, url)
    wanted = sorted(set(to_holders))
    found = {account.pk: account for account in identity.accounts_holding(wanted)} if wanted else {}
    found |= {account.pk: account for account in accounts if account.is_active}
    message = Message.objects.create(
        kind=kind,
        title=title,
        body=body,
        url=url,
        urgent=urgent,
        subject_kind=subject.kind,
        subject_id=subject.id,
        subject_title=subject.title,
        to_holders=wanted,
        recipients=len(found),
    )
    Item.objects.bulk_create(Item(message=message, account_id=pk) for pk in sorted(found))
    if not found:
        _log.warning("notify.nobody", kind=kind, holders=wanted)
    if urgent:
        _send_out(message, declared, found.keys())
    return message.pk


def _check(title: str, body: str, url: str) -> None:
    if not title.strip() or "\n" in title or len(title) > 200:
        raise BadMessage("消息要有一行标题，不超过 200 字。")
    if url and (not url.startswith("/") or url.startswith(("//", "/\\"))):
        raise BadMessage("消息的去处只能是本系统的页面，以 / 开头。")
    found = record.looks_private(f"{title}\n{body}")
    if found:
        raise BadMessage(f"消息里不能写{found}：需要联系方式时请写页面地址，由对方登录后查看。")


def _send_out(message: Message, declared: kinds.Kind, receivers: Collection[int]) -> None:
    text = rules.urgent_text(rules.Told(declared.label, message.title, message.body))
    stopped: set[int] = set()
    if declared.stoppable:
        stopped = set(
            Stop.objects.filter(kind=declared.key, account__in=receivers).values_list("account_id", flat=True)
        )
    Delivery.objects.bulk_create(
        Delivery(
            account_id=pk,
            message=message,
            title=text.title,
            long=text.long,
            short=text.short,
            url=message.url or "/messages/",
        )
        for pk in sorted(receivers)
        if pk not in stopped
    )


def mark_read(account: Account, messages: Collection[UUID] | None = None) -> int:
    """Mark messages of an account's list as read; all of them where none are named.

    Returns:
        How many were unread before.
    """
    unread = Item.objects.filter(account=account, read_at__isnull=True)
    if messages is not None:
        unread = unread.filter(message__in=list(messages))
    return unread.update(read_at=clock.now())


@transaction.atomic
def prefer(
    account: Account,
    *,
    email: str,
    wecom: str,
    urgent_way: str = "",
    digest_way: str = "",
    stopped: Collection[str],
) -> None:
    """Keep how an account is reached and which kinds it does not want sent.

    Args:
        account: whose; people set their own.
        email: an office mailbox, or empty.
        wecom: the member's id in 企业微信, or empty.
        urgent_way, digest_way: name of a way, or empty for the usual one.
        stopped: keys of kinds; those that may not be stopped are left out.
    """
    Reach.objects.update_or_create(
        account=account,
        defaults={"email": email, "wecom": wecom, "urgent_way": urgent_way, "digest_way": digest_way},
    )
    Stop.objects.filter(account=account).delete()
    Stop.objects.bulk_create(
        Stop(account=account, kind=kind.key)
        for kind in kinds.all_kinds()
        if kind.stoppable and kind.key in set(stopped)
    )


def revive(account: Account, way: str | None = None) -> int:
    """Try an account's dead addresses again: a clerk has found that the number is right after all.

    Returns:
        How many addresses were dead.
    """
    dead = DeadAddress.objects.filter(account=account)
    if way is not None:
        dead = dead.filter(way=way)
    return dead.delete()[0]


def forget(subject: Ref) -> None:
    """Derived copy: the addresses of an account whose data are destroyed."""
    if subject.kind == "identity.account":
        Reach.objects.filter(account=int(subject.id)).delete()
        DeadAddress.objects.filter(account=int(subject.id)).delete()
