"""Counting days: natural days, working days, months and hours. Pure arithmetic over a table passed in.

Conventions (民法典 201-203, used by analogy; docs/decisions/0010): the first day does not count; a period
of months ends on the corresponding day or, where there is none, on the month's last day; a last day on a
statutory rest day moves to the day after the rest. Made-up working days are work, so they are no rest.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

MONTHS_A_YEAR = 12
SATURDAY = 5  # date.weekday()


@dataclass(frozen=True, slots=True)
class Day:
    """What a calendar knows of one day.

    Args:
        day: the day.
        working: one works on it (made-up working days included).
        provisional: no arrangement of its year is known; counted by weekday and fixed feasts (暂定).
        name: the feast or the reason, in Chinese; empty for an ordinary day.
    """

    day: dt.date
    working: bool
    provisional: bool = False
    name: str = ""


Lookup = Callable[[dt.date], Day]


@dataclass(frozen=True, slots=True)
class YearTable:
    """One year's arrangement: the days that differ from plain weekdays.

    Args:
        year: the calendar year.
        version: identity of the table, e.g. ``cn-2026.1`` or ``2027:provisional``.
        special: days that are not what their weekday says, or that have a name.
        provisional: the whole year is counted by weekday and fixed feasts.
        confirmed: days settled by a local correction in a provisional year.
        source: where the arrangement comes from, in Chinese.
    """

    year: int
    version: str
    special: Mapping[dt.date, Day] = field(hash=False)
    provisional: bool = False
    confirmed: frozenset[dt.date] = frozenset()
    source: str = ""

    def day(self, day: dt.date) -> Day:
        """What this table says of a day of its year."""
        known = self.special.get(day)
        provisional = self.provisional and day not in self.confirmed
        if known is not None:
            return Day(day, known.working, provisional, known.name)
        return Day(day, day.weekday() < SATURDAY, provisional)


@dataclass(frozen=True, slots=True)
class Reached:
    """The end of a count.

    Args:
        day: the day reached.
        provisional: the answer rests on a day whose arrangement is not known yet.
        seen: first and last day whose rest or work mattered; ``None`` where none did.
        passed: names of the rest days jumped over at the end, in order, without doubles.
    """

    day: dt.date
    provisional: bool = False
    seen: tuple[dt.date, dt.date] | None = None
    passed: tuple[str, ...] = ()


def natural_days(start: dt.date, days: int) -> dt.date:
    """The day ``days`` natural days after ``start`` (before it if negative); ``start`` does not count."""
    return start + dt.timedelta(days=days)


def months(start: dt.date, count: int) -> dt.date:
    """The corresponding day ``count`` months on (back if negative), or that month's last day (民法典 202).

    Raises:
        OverflowError: the year is beyond what a date can hold, as for natural days.
    """
    index = start.year * MONTHS_A_YEAR + start.month - 1 + count
    year, month = divmod(index, MONTHS_A_YEAR)
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        raise OverflowError("date value out of range")
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(start.day, last))


def years(start: dt.date, count: int) -> dt.date:
    """The corresponding day ``count`` years on; 29 February becomes the 28th where there is none."""
    return months(start, count * MONTHS_A_YEAR)


def hours(moment: dt.datetime, count: int) -> dt.datetime:
    """``count`` hours after an aware moment, which itself is the beginning (民法典 201).

    Raises:
        ValueError: the moment has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("按小时计算的起点必须带时区")
    zone = moment.tzinfo
    return (moment.astimezone(dt.UTC) + dt.timedelta(hours=count)).astimezone(zone)


def working_days(lookup: Lookup, start: dt.date, count: int) -> Reached:
    """The ``count``-th working day after ``start`` (before it if negative); ``start`` does not count."""
    step = dt.timedelta(days=1 if count >= 0 else -1)
    day, left, provisional = start, abs(count), False
    while left:
        day += step
        known = lookup(day)
        provisional = provisional or known.provisional
        left -= known.working
    seen = None if day == start else (min(start + step, day), max(start + step, day))
    return Reached(day, provisional, seen)


def working_days_between(lookup: Lookup, start: dt.date, end: dt.date) -> int:
    """How many working days ``end`` lies after ``start``: negative before it; ``start`` does not count.

    For a working ``end`` it is the inverse of ``working_days``: what is left of a period that is paused.
    """
    sign = 1 if end >= start else -1
    days = (start + dt.timedelta(days=sign * offset) for offset in range(1, abs((end - start).days) + 1))
    return sign * sum(lookup(day).working for day in days)


def roll_forward(lookup: Lookup, day: dt.date) -> Reached:
    """The day itself, or the first day after the rest days it falls in (民法典 203)."""
    first, provisional = day, False
    passed: list[str] = []
    known = lookup(day)
    while not known.working:
        provisional = provisional or known.provisional
        name = known.name or "双休日"
        if name not in passed:
            passed.append(name)
        day += dt.timedelta(days=1)
        known = lookup(day)
    return Reached(day, provisional or known.provisional, (first, day), tuple(passed))
