"""Periods: forward from an event, backward before one, and the fixed days of a year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from renda.kernel.calendar import api as calendar
from renda.kernel.law import words

ROLL_ARTICLE = "民法典第203条"


@dataclass(frozen=True, slots=True)
class Span:
    """The end of a period.

    Args:
        day: the last day.
        unrolled: the last day before it was moved past rest days.
        words: the arithmetic in Chinese.
        provisional: it rests on a year whose arrangement is not known yet (暂定).
        seen: first and last day whose work or rest mattered; ``None`` where none did.
    """

    day: dt.date
    unrolled: dt.date
    words: str
    provisional: bool = False
    seen: tuple[dt.date, dt.date] | None = None


def _whole(count: Fraction) -> int:
    if count.denominator != 1:
        raise ValueError("期限必须是整数")
    return count.numerator


_STEPS: dict[str, Callable[[dt.date, int], dt.date]] = {
    "day": calendar.add_natural_days,
    "month": calendar.add_months,
    "year": calendar.add_years,
}


def step(start: dt.date, count: Fraction, unit: str) -> dt.date:
    """The corresponding day after natural days, months or years; negative counts go back.

    Raises:
        ValueError: the unit is none of these, or the count is no whole number.
    """
    if unit not in _STEPS:
        raise ValueError(f"不能按“{unit}”计算日期")
    return _STEPS[unit](start, _whole(count))


def forward(
    lookup: calendar.Lookup,
    start: dt.date,
    parts: list[tuple[Fraction, str]],
    *,
    roll: bool,
    excluded: int = 0,
    excludes: str = "",
) -> Span:
    """The last day of a period; ``start`` does not count (民法典 201, 202).

    Args:
        lookup: what the calendar knows of a day.
        parts: (count, unit) one after the other: the period, then an extension on top of it.
        roll: move a last day past the statutory rest days (民法典 203).
        excluded: days that do not count, e.g. those of a hearing.
        excludes: what they are, in Chinese.
    """
    end = start
    provisional, seen, said = False, None, []
    for count, unit in parts:
        if unit == "working_day":
            reached = calendar.reach_working_days(lookup, end, _whole(count))
            end, provisional, seen = reached.day, reached.provisional, reached.seen
        else:
            end = step(end, count, unit)
        said.append(words.span(count, unit))
    text = f"自{words.day(start)}起满{'再延长'.join(said)}（当日不计入）"
    if excluded:
        end = calendar.add_natural_days(end, excluded)
        text += f"，加{excludes or '不计入的时间'}{excluded}日"
    text += f"→ {words.day(end)}"
    rolled = calendar.reach_rolled(lookup, end) if roll else None
    if rolled is None:
        return Span(end, end, text, provisional, seen)
    if rolled.day != end:
        text += f"；该日为{'、'.join(rolled.passed)}，顺延至{words.day(rolled.day)}（{ROLL_ARTICLE}）"
    first = min(seen[0], rolled.seen[0]) if seen and rolled.seen else end
    return Span(rolled.day, end, text, provisional or rolled.provisional, (first, rolled.day))


def backward(event: dt.date, count: Fraction, unit: str, *, within: bool = False) -> Span:
    """The day ``count`` before an event that itself does not count; never moved.

    Args:
        within: the period is the stretch before the event (``<=``): the day is its beginning.
    """
    day = step(event, -count, unit)
    said = f"{words.day(event)}（不计入）以前{words.span(count, unit)}"
    return Span(day, day, f"{said}{'之内，该期间开始于' if within else ''} → {words.day(day)}")


def before(event: dt.date) -> Span:
    """The last day before an event, where the law says 以前 and no number."""
    day = calendar.add_natural_days(event, -1)
    return Span(day, day, f"{words.day(event)}以前 → 不迟于{words.day(day)}")


def yearly(year: int, opens: tuple[int, int] | None, closes: tuple[int, int]) -> Span:
    """The last of the fixed days of a year."""
    day = dt.date(year, *closes)
    said = (
        f"每年{words.month_day(opens)}至{words.month_day(closes)}"
        if opens
        else f"每年{words.month_day(closes)}前"
    )
    return Span(day, day, f"{said} → {words.day(day)}")
