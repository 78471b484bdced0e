"""The outbox: events in the same transaction, delivered at least once, in order per subject."""

from __future__ import annotations

import datetime as dt
import traceback
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

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
    the database happens once; what it does outside must be idempotent by ``event.pk``. Of one subject it gets
    the events in their order; when it fails, it alone waits: other subscribers go on.
    """

    def add(func: Subscriber) -> Subscriber:
        _subscribers.setdefault(name, {})[f"{func.__module__}.{func.__qualname__}"] = func
        return func

    return add


def subscribers(name: str) -> dict[str, Subscriber]:
    return _subscribers.get(name, {})


@dataclass(frozen=True, slots=True)
class Lane:
    """One subscriber's events of one subject: they are handled one after the other."""

    subscriber: str
    kind: str
    id: str


class Held:
    """Lanes that wait because an earlier event of theirs failed, and until when."""

    def __init__(self, due: Iterable[Event], now: dt.datetime) -> None:
        self._lanes: dict[Lane, list[tuple[int, dt.datetime]]] = defaultdict(list)
        backing_off = Event.objects.filter(
            delivered_at__isnull=True, next_try_at__gt=now, subject_id__in={e.subject_id for e in due}
        ).prefetch_related("deliveries")
        for event in backing_off:
            for name in _unfinished(event):
                self.hold(event, name, event.next_try_at or now)

    def hold(self, event: Event, subscriber: str, until: dt.datetime) -> None:
        self._lanes[Lane(subscriber, event.subject_kind, event.subject_id)].append((event.pk, until))

    def until(self, event: Event, subscriber: str) -> dt.datetime | None:
        """When an earlier event of the lane is tried again; None where nothing is in the way."""
        waiting = self._lanes.get(Lane(subscriber, event.subject_kind, event.subject_id), [])
        return max((until for pk, until in waiting if pk < event.pk), default=None)


def _unfinished(event: Event) -> list[str]:
    finished = {delivery.subscriber for delivery in event.deliveries.all()}
    return [name for name in subscribers(event.name) if name not in finished]


def deliver(limit: int = BATCH) -> int:
    """Deliver what is due, oldest first.

    Returns:
        how much was done (subscribers that ran, events completed); 0 when nothing more can be done now.
    """
    now = clock.now()
    due = list(
        Event.objects.filter(Q(next_try_at__isnull=True) | Q(next_try_at__lte=now), delivered_at__isnull=True)
        .prefetch_related("deliveries")
        .order_by("pk")[:limit]
    )
    if not due:
        return 0
    held = Held(due, now)
    return sum(_deliver_one(event, held, now) for event in due)


def _deliver_one(event: Event, held: Held, now: dt.datetime) -> int:
    done = 0
    again: list[dt.datetime] = []
    for name in _unfinished(event):
        until = held.until(event, name)
        if until is None:
            error = _call(event, name)
            if error is None:
                done += 1
                continue
            until = _failed(event, name, error, now)
        held.hold(event, name, until)
        again.append(until)
    if again:
        Event.objects.filter(pk=event.pk).update(next_try_at=min(again))
        return done
    Event.objects.filter(pk=event.pk).update(delivered_at=clock.now())
    return done + 1


def _call(event: Event, name: str) -> Exception | None:
    """Run one subscriber; its note and its effect are committed together or not at all."""
    try:
        with transaction.atomic():
            Delivery.objects.create(event=event, subscriber=name)
            subscribers(event.name)[name](event)
    except IntegrityError as error:
        if Delivery.objects.filter(event=event, subscriber=name).exists():
            return None  # another worker was quicker; its transaction holds the effect
        return error
    except Exception as error:
        return error
    return None


def _failed(event: Event, name: str, error: Exception, now: dt.datetime) -> dt.datetime:
    """Note a failure; when it is tried again."""
    event.attempts += 1
    event.last_error = f"{name}\n{''.join(traceback.format_exception(error))[-3000:]}"
    event.save(update_fields=["attempts", "last_error"])
    return now + dt.timedelta(seconds=BACK_OFF[min(event.attempts - 1, len(BACK_OFF) - 1)])


def backlog(older_than: dt.timedelta = dt.timedelta(minutes=1)) -> int:
    """Undelivered events older than that: an alarm of the self-diagnosis."""
    waiting = Event.objects.filter(delivered_at__isnull=True, created_at__lt=clock.now() - older_than)
    return waiting.count()
