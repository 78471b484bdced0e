"""The door of the calendar: working days, statutory dates, and the arrangement of each year.

All functions answer by the tables in force; ``provisional`` answers are marked 暂定 on every page.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from renda.kernel.calendar.queries import lookup, steady, version, without_database, year_table
from renda.kernel.calendar.rules import Day, Lookup, Reached, YearTable
from renda.kernel.calendar.rules import hours as add_hours
from renda.kernel.calendar.rules import months as add_months
from renda.kernel.calendar.rules import natural_days as add_natural_days
from renda.kernel.calendar.rules import roll_forward as reach_rolled
from renda.kernel.calendar.rules import working_days as reach_working_days
from renda.kernel.calendar.rules import working_days_between as _between
from renda.kernel.calendar.rules import years as add_years

if TYPE_CHECKING:
    from renda.kernel.calendar.services import CalendarError, YearChange, correct_day, import_year, on_change

# What needs the application registry is fetched when used: the command line asks the law without it.
_SERVICES = frozenset({"CalendarError", "YearChange", "correct_day", "import_year", "on_change"})


def __getattr__(name: str) -> Any:
    if name in _SERVICES:
        from renda.kernel.calendar import services

        return getattr(services, name)
    raise AttributeError(name)


def is_working_day(day: dt.date) -> Day:
    """Whether one works on a day (made-up working days included), with the feast's name."""
    return year_table(day.year).day(day)


def add_working_days(start: dt.date, days: int) -> dt.date:
    """The ``days``-th working day after ``start`` (before it if negative); ``start`` does not count."""
    return reach_working_days(lookup(), start, days).day


def working_days_between(start: dt.date, end: dt.date) -> int:
    """How many working days ``end`` lies after ``start`` (negative before it); ``start`` does not count."""
    return _between(lookup(), start, end)


def roll_forward(day: dt.date) -> dt.date:
    """The day itself, or the first day after the statutory rest days it falls in."""
    return reach_rolled(lookup(), day).day


__all__ = [
    "CalendarError",
    "Day",
    "Lookup",
    "Reached",
    "YearChange",
    "YearTable",
    "add_hours",
    "add_months",
    "add_natural_days",
    "add_working_days",
    "add_years",
    "correct_day",
    "import_year",
    "is_working_day",
    "lookup",
    "on_change",
    "reach_rolled",
    "reach_working_days",
    "roll_forward",
    "steady",
    "version",
    "without_database",
    "working_days_between",
    "year_table",
]
