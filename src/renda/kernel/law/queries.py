"""The rule in force for a congress on a day: the table's version with the congress's own setting applied."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from fractions import Fraction

from renda.kernel.calendar import api as calendar
from renda.kernel.law import table
from renda.kernel.law.table import Local, Rule

Stamp = tuple[int, str] | None


@dataclass(frozen=True, slots=True)
class Setting:
    """A row of the settings as the cache keeps it."""

    value: Fraction | None
    roll: str
    since: dt.date
    until: dt.date | None
    reason: str

    def covers(self, day: dt.date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


_settings: dict[str, dict[tuple[str, str], list[Setting]]] = {}
_pinned: ContextVar[tuple[Stamp] | None] = ContextVar("renda_law_pinned", default=None)


def _stamp() -> Stamp:
    pinned = _pinned.get()
    if pinned is not None:
        return pinned[0]
    from django.apps import apps

    if not apps.ready or not apps.is_installed("renda.kernel.law"):
        return None
    from renda.kernel.law.models import LocalSetting

    return LocalSetting.objects.order_by("-pk").values_list("pk", "token").first()


@contextmanager
def steady() -> Iterator[None]:
    """Look for settings and imported arrangements once for the whole block: for batches and imports."""
    token = _pinned.set((_stamp(),))
    try:
        with calendar.steady():
            yield
    finally:
        _pinned.reset(token)


@contextmanager
def without_database() -> Iterator[None]:
    """Use only what comes with the program: no settings, no imported arrangements."""
    token = _pinned.set((None,))
    try:
        with calendar.without_database():
            yield
    finally:
        _pinned.reset(token)


def _all(stamp: tuple[int, str]) -> dict[tuple[str, str], list[Setting]]:
    key = f"{stamp[0]}:{stamp[1]}"
    known = _settings.get(key)
    if known is None:
        from renda.kernel.law.models import LocalSetting

        known = {}
        for row in LocalSetting.objects.order_by("-from_day", "-pk"):
            value = Fraction(row.value) if row.value else None
            setting = Setting(value, row.roll, row.from_day, row.until, row.reason)
            known.setdefault((row.congress, row.rule_id), []).append(setting)
        _settings.clear()
        _settings[key] = known
    return known


def setting(congress: str, rule_id: str, on: dt.date) -> Setting | None:
    """The congress's own setting of a rule on a day, the newest first day first."""
    stamp = _stamp()
    if stamp is None:
        return None
    return next((one for one in _all(stamp).get((congress, rule_id), ()) if one.covers(on)), None)


def rule(rule_id: str, on: dt.date, congress: str | None = None) -> Rule:
    """The version of a rule in force on a day, with the congress's own setting applied where there is one.

    Args:
        rule_id: e.g. ``MOT-021``.
        on: the day whose law counts.
        congress: key of a congress.

    Raises:
        UnknownRule: no such id.
        LawError: the rule was repealed before that day and nothing took its place.
    """
    found = table.rule(rule_id, on)
    own = setting(congress, rule_id, on) if congress else None
    if own is None or congress is None:
        return found
    local = Local(congress, found.n, found.roll, own.since, own.until, own.reason)
    # A setting made before the law became stricter must not loosen it.
    refused = own.value is not None and found.enforce == "hard" and table.loosens(found, own.value)
    n = found.n if own.value is None or refused else own.value
    return replace(found, n=n, roll=own.roll or found.roll, local=local)
