"""The outbox: events in the same transaction, delivered at least once, in order per subject."""

from __future__ import annotations

import datetime as dt
import traceback
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction

from renda.kernel import clock
from renda.kernel.refs import Ref
from renda.kernel.workflow.models import Delivery, Event

Subscriber = Callable[[Event], None]
_subscribers: dict[str, dict[str, Subscriber]] = {}
BATCH = 200
# Seconds until the next try after the first, second … failure.
BACK_OFF = (2, 10, 60, 300, 1800)


def emit(name: str, subject: Ref, payload: dict[str, Any] | None = None) -> Event:
    """Write an event into the outbox of the running transaction."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("事件必须写在业务的事务里")
    return Event.objects.create(
        name=name, subject_kind=subject.kind, subject_id=subject.id, payload=payload or {}
    )


def subscribe(name: str) -> Callable[[Subscriber], Subscriber]:
    """Register a subscriber of an event; imported in ``AppConfig.ready``.

    The subscriber runs in a transaction of its own together with the note that it ran, so what it writes to
    the database happens once; what it does outside must be idempotent by ``event.pk``.
    """

    def add(func: Subscriber) -> Subscriber:
        _subscribers.setdefault(name, {})[f"{func.__module__}.{func.__qualname__}"] = func
        return func

    return add


def subscribers(name: str) -> dict[str, Subscriber]:
    return _subscribers.get(name, {})


def deliver(limit: int = BATCH) -> int:
    """Deliver what is due, oldest first; an event that fails holds back later ones of its subject only.

    Returns:
        how many events were completed.
    """
    now = clock.now()
    done = 0
    blocked: set[tuple[str, str]] = set()
    for event in Event.objects.filter(delivered_at__isnull=True).order_by("pk")[:limit]:
        subject = (event.subject_kind, event.subject_id)
        if subject in blocked:
            continue
        if event.next_try_at is not None and event.next_try_at > now:
            blocked.add(subject)
            continue
        if _deliver_one(event):
            done += 1
        else:
            blocked.add(subject)
    return done


def _deliver_one(event: Event) -> bool:
    finished = set(event.deliveries.values_list("subscriber", flat=True))
    for name, func in subscribers(event.name).items():
        if name in finished:
            continue
        try:
            with transaction.atomic():
                Delivery.objects.create(event=event, subscriber=name)
                func(event)
        except IntegrityError as error:
            if Delivery.objects.filter(event=event, subscriber=name).exists():
                continue  # another worker was quicker; its transaction holds the effect
            return _failed(event, name, error)
        except Exception as error:
            return _failed(event, name, error)
    Event.objects.filter(pk=event.pk).update(delivered_at=clock.now())
    return True


def _failed(event: Event, name: str, error: Exception) -> bool:
    wait = BACK_OFF[min(event.attempts, len(BACK_OFF) - 1)]
    Event.objects.filter(pk=event.pk).update(
        attempts=event.attempts + 1,
        last_error=f"{name}\n{''.join(traceback.format_exception(error))[-3000:]}",
        next_try_at=clock.now() + dt.timedelta(seconds=wait),
    )
    return False


def backlog(older_than: dt.timedelta = dt.timedelta(minutes=1)) -> int:
    """Undelivered events older than that: an alarm of the self-diagnosis."""
    waiting = Event.objects.filter(delivered_at__isnull=True, created_at__lt=clock.now() - older_than)
    return waiting.count()
