"""Importing a year's arrangement and correcting a day; listeners recompute what rests on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from django.db import transaction

from renda.kernel.calendar import builtin, queries
from renda.kernel.calendar.models import YearArrangement


class Actor(Protocol):
    """Who does it: an account. Identity stands above this package, so only its key is known here."""

    pk: object


Row = tuple[dt.date, bool, str]
# listener(year, old_version, actor=account): the account's type belongs to a package above.
Listener = Callable[..., object]
_F = TypeVar("_F", bound=Listener)


class CalendarError(ValueError):
    """What is wrong with an arrangement, in Chinese, with what to do."""


@dataclass(frozen=True, slots=True)
class YearChange:
    """What an import changed.

    Args:
        year: the year.
        old_version, new_version: identities of the tables before and after.
        days: days that changed between work and rest.
        reports: what each listener returned (workflow: the open dates it recomputed).
    """

    year: int
    old_version: str
    new_version: str
    days: tuple[dt.date, ...]
    reports: tuple[object, ...]


_listeners: list[Listener] = []


def on_change(listener: _F) -> _F:
    """Register ``listener(year, old_version, actor=account)``, called inside the import's transaction.

    It lists every open date that changes, recomputes them by one recorded act of that account and returns
    what it did. Usable as decorator.
    """
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def _checked(year: int, rows: Iterable[Row]) -> list[Row]:
    seen: set[dt.date] = set()
    kept: list[Row] = []
    for day, working, name in rows:
        if day.year != year:
            raise CalendarError(f"{day.isoformat()} 不在{year}年，请检查这一行的日期")
        if day in seen:
            raise CalendarError(f"{day.isoformat()} 出现两次，请只保留一行")
        seen.add(day)
        kept.append((day, bool(working), str(name).strip()))
    return sorted(kept)


def _add(year: int, kind: YearArrangement.Kind, rows: list[Row], source: str, actor: Actor) -> YearChange:
    before = queries.year_table(year)
    last = YearArrangement.objects.filter(year=year).order_by("-version").values_list("version", flat=True)
    YearArrangement.objects.create(
        year=year,
        version=(last.first() or 0) + 1,
        kind=kind,
        rows=[[day.isoformat(), working, name] for day, working, name in rows],
        source=source,
        actor_id=str(actor.pk),
    )
    after = queries.year_table(year)
    first = dt.date(year, 1, 1)
    length = (dt.date(year + 1, 1, 1) - first).days
    every = (first + dt.timedelta(days=offset) for offset in range(length))
    changed = tuple(day for day in every if before.day(day).working != after.day(day).working)
    # Even when no day changes its kind, provisional dates become final: listeners hear of every import.
    reports = tuple(listener(year, before.version, actor=actor) for listener in _listeners)
    return YearChange(year, before.version, after.version, changed, reports)


@transaction.atomic
def import_year(year: int, rows: Iterable[Row], *, actor: Actor, source: str = "") -> YearChange:
    """Put a year's arrangement in force: one new version, all listeners called in the same transaction.

    Args:
        year: the calendar year.
        rows: (day, working, name); days that are not named count by weekday. Days that only repeat their
            weekday may be given (a table of all 365 days) and are dropped unless they carry a name.
        actor: the account that imports.
        source: the notice it comes from, e.g. 国办发明电〔2026〕7号.

    Raises:
        CalendarError: a day outside the year, twice, or no day off at all.
    """
    checked = [row for row in _checked(year, rows) if row[2] or not builtin.is_ordinary(row[0], row[1])]
    if all(working for _, working, _ in checked):
        raise CalendarError(f"{year}年的安排里没有一个放假日，请检查“是否上班”一列")
    return _add(year, YearArrangement.Kind.ARRANGEMENT, checked, source or f"{year}年放假安排", actor)


@transaction.atomic
def correct_day(day: dt.date, working: bool, name: str, *, actor: Actor, source: str) -> YearChange:
    """Correct one day for this place (a local holiday, a stoppage), on top of the year's arrangement.

    Raises:
        CalendarError: no source is given.
    """
    if not source.strip():
        raise CalendarError("请写明更正的依据（文件名称或者文号）")
    return _add(day.year, YearArrangement.Kind.CORRECTION, [(day, working, name)], source, actor)
