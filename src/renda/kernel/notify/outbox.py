"""The outbox: sends what waits, at least once, never in quiet hours.

A sending is claimed (its next try moves two minutes ahead), sent outside of any transaction, then marked. A
worker that dies in between leaves it waiting; it is sent again with the same key, given to the adapter.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from django.db import transaction
from django.db.models import F

from renda.kernel import clock
from renda.kernel.identity.api import Account
from renda.kernel.notify import rules, ways
from renda.kernel.notify.adapters.base import Adapter, Dead, Outgoing, Temporary
from renda.kernel.notify.models import DeadAddress, Delivery, Item, Reach, State
from renda.kernel.record import api as record

_BATCH = 100
_CLAIM = dt.timedelta(minutes=2)
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Unreached:
    """An account that a way does not reach any more; for whoever keeps its particulars.

    Args:
        account: whom.
        way: the way's label, ``短信``; empty: the account has no address at all.
        reason: what the other side says.
    """

    account: Account
    way: str
    reason: str


_listeners: list[Callable[[Unreached], None]] = []


def on_unreached(listener: Callable[[Unreached], None]) -> Callable[[Unreached], None]:
    """Register who makes a matter of a dead number: called once per address, in the noting transaction."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def deliver() -> int:
    """Send what is due; the worker calls it each second.

    Returns:
        How many were sent.
    """
    now = clock.now()
    if rules.quiet(now) or not ways.configured():
        return 0
    due = Delivery.objects.filter(state=State.WAITING, next_try__lte=now).order_by("created_at", "pk")
    sent = 0
    broken: set[str] = set()
    for pk in list(due.values_list("pk", flat=True)[:_BATCH]):
        claimed = Delivery.objects.filter(pk=pk, state=State.WAITING, next_try__lte=now).update(
            next_try=now + _CLAIM, attempts=F("attempts") + 1
        )
        if claimed:
            sent += _one(Delivery.objects.select_related("account", "message").get(pk=pk), broken)
    return sent


def _needless(delivery: Delivery) -> bool:
    """Whether it was read in the product while it waited, or its account is closed."""
    if not delivery.account.is_active:
        return True
    if delivery.message_id is None:
        return False
    mine = Item.objects.filter(message=delivery.message_id, account=delivery.account_id)
    return mine.filter(read_at__isnull=False).exists()


def _one(delivery: Delivery, broken: set[str]) -> bool:
    if _needless(delivery):
        _note(delivery, State.NEEDLESS)
        return False
    account, urgent = delivery.account, delivery.message_id is not None
    reach = Reach.objects.filter(account=account).first() or Reach(account=account)
    dead = set(DeadAddress.objects.filter(account=account).values_list("way", "address"))
    chosen = ways.choose(account, reach, urgent=urgent, dead=dead)
    if chosen is None:
        _unreached(delivery, None, "", "没有可用的手机号、企业微信或邮箱")
        return False
    way, address = chosen
    if way.name in broken:  # it failed a moment ago: the others wait, and the loop does not hang on it
        _again(delivery, clock.now() + rules.pause(1), "")
        return False
    try:
        receipt = way.send(_outgoing(delivery, way, address))
    except Dead as error:
        _unreached(delivery, way, address, str(error))
        return False
    except Temporary as error:
        broken.add(way.name)
        _failed(delivery, way, str(error))
        return False
    except Exception as error:
        _log.exception("notify.adapter", way=way.name)
        broken.add(way.name)
        _failed(delivery, way, type(error).__name__)
        return False
    _note(delivery, State.SENT, way=way.name, sent_at=clock.now(), receipt=receipt[:120], trouble="")
    return True


def _outgoing(delivery: Delivery, way: Adapter, address: str) -> Outgoing:
    return Outgoing(
        key=f"{delivery.pk}-{way.name}",
        address=way.open(address),
        kind=delivery.message.kind if delivery.message else "digest",
        title=delivery.title,
        long=delivery.long,
        short=delivery.short,
        url=ways.absolute(delivery.url),
        urgent=delivery.message is not None,
        account=delivery.account,
    )


def _note(delivery: Delivery, state: State, **fields: object) -> None:
    Delivery.objects.filter(pk=delivery.pk, state=State.WAITING).update(state=state, **fields)


def _plain(reason: str) -> str:
    """What the other side says, without the address it may repeat."""
    return "对方拒收" if record.looks_private(reason) else reason[:200]


def _again(delivery: Delivery, when: dt.datetime, trouble: str) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(next_try=when, trouble=trouble)


def _failed(delivery: Delivery, way: Adapter, reason: str) -> None:
    trouble = _plain(f"{way.label}：{reason}")
    now = clock.now()
    if now - delivery.created_at > rules.GIVE_UP:
        _note(delivery, State.FAILED, way=way.name, trouble=trouble)
    else:
        _again(delivery, now + rules.pause(delivery.attempts), trouble)


def _unreached(delivery: Delivery, way: Adapter | None, address: str, reason: str) -> None:
    """Note a dead address; the sending goes on by the next way, or ends where there is none."""
    name, label = (way.name, way.label) if way else ("", "")
    with transaction.atomic():
        _, new = DeadAddress.objects.get_or_create(
            account=delivery.account, way=name, address=address, defaults={"reason": _plain(reason)}
        )
        if way is None:
            _note(delivery, State.DEAD, trouble=reason)
        else:
            _again(delivery, clock.now(), f"{label}：{_plain(reason)}"[:200])
        if new:
            for listener in _listeners:
                listener(Unreached(delivery.account, label, _plain(reason)))
