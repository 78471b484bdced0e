"""Pure arithmetic of a sitting: who was there when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

Interval = tuple[dt.datetime, dt.datetime | None]


def course(intervals: Iterable[Interval]) -> list[tuple[dt.datetime, int]]:
    """How many were there from each moment on at which that changed, in order of time.

    Args:
        intervals: from when to when each was there; None: still there.
    """
    steps: dict[dt.datetime, int] = {}
    for since, until in intervals:
        steps[since] = steps.get(since, 0) + 1
        if until is not None:
            steps[until] = steps.get(until, 0) - 1
    here = 0
    found: list[tuple[dt.datetime, int]] = []
    for moment in sorted(steps):
        here += steps[moment]
        if not found or found[-1][1] != here:
            found.append((moment, here))
    return found


def minutes(intervals: Iterable[Interval], end: dt.datetime) -> int:
    """Minutes (rounded) somebody was there until ``end``; overlapping intervals count once."""
    total, reached = dt.timedelta(), None
    for since, until in sorted(intervals, key=lambda one: one[0]):
        stop = min(until or end, end)
        begin = since if reached is None else max(since, reached)
        if stop > begin:
            total += stop - begin
            reached = stop
    return round(total / dt.timedelta(minutes=1))


def late_words(due: dt.date, day: dt.date) -> str:
    """``比期限晚 3 天``; empty where it came in time."""
    return f"比期限晚 {(day - due).days} 天" if day > due else ""
