"""The table in force for a year: what was imported, else what the program knows.

Each look-up asks the database one thing, the newest row's identity, so that every process sees an import at
once; ``steady()`` asks once for a whole batch.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from renda.kernel.calendar import builtin
from renda.kernel.calendar.rules import Day, Lookup, YearTable

Stamp = tuple[int, str] | None  # newest row (id, token); None: nothing imported

_tables: dict[int, tuple[Stamp, YearTable]] = {}
# A block's stamp once it was asked for: an empty list until then.
_pinned: ContextVar[list[Stamp] | None] = ContextVar("renda_calendar_pinned", default=None)


def _stamp() -> Stamp:
    pinned = _pinned.get()
    if pinned is None:
        return _newest()
    if not pinned:
        pinned.append(_newest())
    return pinned[0]


def _newest() -> Stamp:
    from django.apps import apps

    if not apps.ready or not apps.is_installed("renda.kernel.calendar"):
        return None
    from renda.kernel.calendar.models import YearArrangement

    return YearArrangement.objects.order_by("-pk").values_list("pk", "token").first()


@contextmanager
def steady() -> Iterator[None]:
    """Look for imported arrangements at most once in the whole block: for pages, batches and imports."""
    outer = _pinned.get()
    token = _pinned.set([] if outer is None else outer)
    try:
        yield
    finally:
        _pinned.reset(token)


@contextmanager
def without_database() -> Iterator[None]:
    """Use only the tables that come with the program: for the command line without a database."""
    token = _pinned.set([None])
    try:
        yield
    finally:
        _pinned.reset(token)


def _load(year: int) -> YearTable:
    from renda.kernel.calendar.models import YearArrangement

    kinds = YearArrangement.Kind
    base = builtin.table(year)
    rows = list(YearArrangement.objects.filter(year=year).order_by("version"))
    if not rows:
        return base
    version, source = base.version, base.source
    special, provisional, confirmed = dict(base.special), base.provisional, set[dt.date]()
    for row in rows:
        days = [Day(dt.date.fromisoformat(iso), bool(working), name=name) for iso, working, name in row.rows]
        if row.kind == kinds.ARRANGEMENT:
            special, provisional, source = {}, False, row.source
            version = f"cn-{year}.import{row.version}"
        else:
            confirmed |= {day.day for day in days}
            version = f"{version}+{row.version}"
        special |= {day.day: day for day in days}
    return YearTable(year, version, special, provisional, frozenset(confirmed), source)


def _table(stamp: Stamp, year: int) -> YearTable:
    if stamp is None:
        return builtin.table(year)
    cached = _tables.get(year)
    if cached is None or cached[0] != stamp:
        cached = (stamp, _load(year))
        _tables[year] = cached
    return cached[1]


def year_table(year: int) -> YearTable:
    """The arrangement in force for a year, imports and corrections included."""
    return _table(_stamp(), year)


def lookup() -> Lookup:
    """A look-up that asks the database once: pass it to the arithmetic of ``rules``."""
    stamp = _stamp()
    return lambda day: _table(stamp, day.year).day(day)


def version(since: dt.date | None = None, until: dt.date | None = None) -> str:
    """Identity of the tables of a span of days: ``cn-2026.1.11``, ``cn-2026.1.11,2027:provisional``.

    Without a span it names the newest import, or the library's release: it changes with every import.
    """
    stamp = _stamp()
    if since is not None:
        first, last = since.year, (until or since).year
        return ",".join(_table(stamp, year).version for year in range(first, last + 1))
    known = builtin.known_years()
    base = builtin.table(known[-1]).version
    return base if stamp is None else f"{base}#{stamp[0]}"
