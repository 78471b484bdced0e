"""The digest: one a day at most, on working days, of what is unread and went into no digest yet."""

from __future__ import annotations

import datetime as dt
from itertools import groupby

from django.db import transaction

from renda.kernel import clock
from renda.kernel.calendar import api as calendar
from renda.kernel.notify import kinds, rules
from renda.kernel.notify.models import Delivery, Item, Stop


def make_digests() -> int:
    """Write today's digests into the outbox; a rest day's messages wait for the next working day.

    Safe to repeat: an account has at most one digest a day, and an item is in one digest.

    Returns:
        How many were written.
    """
    today = clock.today()
    if not calendar.is_working_day(today).working:
        return 0
    written = set(Delivery.objects.filter(digest_day=today).values_list("account_id", flat=True))
    waiting = (
        Item.objects.filter(read_at__isnull=True, digest_day__isnull=True, message__urgent=False)
        .filter(account__is_active=True)
        .exclude(account__in=written)
        .select_related("message")
        .order_by("account_id", "created_at", "pk")
    )
    stops = set(Stop.objects.values_list("account_id", "kind"))
    made = 0
    for account_id, items in groupby(list(waiting), key=lambda item: item.account_id):
        made += _digest(account_id, list(items), stops, today)
    return made


def _digest(account_id: int, items: list[Item], stops: set[tuple[int, str]], day: dt.date) -> int:
    told = [
        rules.Told(kinds.label(item.message.kind), item.message.title, item.message.body)
        for item in items
        if (account_id, item.message.kind) not in stops
    ]
    with transaction.atomic():
        # Those of stopped kinds too: started again, they must not all come at once.
        Item.objects.filter(pk__in=[item.pk for item in items]).update(digest_day=day)
        if not told:
            return 0
        text = rules.digest_text(day, told)
        Delivery.objects.create(
            account_id=account_id,
            digest_day=day,
            title=text.title,
            long=text.long,
            short=text.short,
            url="/messages/",
        )
    return 1
