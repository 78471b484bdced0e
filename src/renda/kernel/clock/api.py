"""now, today, travel: the only clock (Asia/Shanghai)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

TZ = ZoneInfo("Asia/Shanghai")

# Offset to real time, so that seconds go on passing while one travels (entries keep their order).
_offset: ContextVar[dt.timedelta] = ContextVar("renda_clock_offset", default=dt.timedelta(0))


def now() -> dt.datetime:
    """The present moment, aware, in Asia/Shanghai."""
    return dt.datetime.now(TZ) + _offset.get()  # noqa: TID251  the one place


def today() -> dt.date:
    """The present day in Asia/Shanghai."""
    return now().date()


def combine(day: dt.date, time: dt.time = dt.time(0)) -> dt.datetime:
    """An aware moment of a day in Asia/Shanghai."""
    return dt.datetime.combine(day, time, tzinfo=TZ)


@contextmanager
def travel(to: dt.date | dt.datetime) -> Iterator[None]:
    """Run a block as if it were another day (09:00) or moment: for the demo city and tests only.

    Args:
        to: a day, or an aware moment.
    """
    moment = to if isinstance(to, dt.datetime) else combine(to, dt.time(9))
    token = _offset.set(moment - dt.datetime.now(TZ))  # noqa: TID251
    try:
        yield
    finally:
        _offset.reset(token)
