"""A year's holiday arrangement comes in: open dates that it changes are recomputed by one recorded act."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from renda.kernel import clock
from renda.kernel.calendar import api as calendar
from renda.kernel.identity import api as identity
from renda.kernel.law import api as law
from renda.kernel.record import api as record
from renda.kernel.refs import Ref
from renda.kernel.workflow import clocks
from renda.kernel.workflow.models import Deadline

# A last day moves at most over a feast's rest days: earlier ones cannot be touched by that year's table.
REACH = dt.timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Change:
    """One open deadline that a new calendar answers differently.

    Args:
        before, after: the due day; equal where a provisional day only became final.
        derived: as it is kept from now on, earlier pauses included.
        provisional: whether the new day still rests on a year that is not known.
    """

    deadline: Deadline
    before: dt.date
    after: dt.date
    derived: dict[str, object]
    provisional: bool


@record.entry("workflow.calendar_applied", label="按放假安排重新计算期限")
@dataclass(frozen=True)
class CalendarApplied(record.Entry):
    """A year's arrangement was applied to the open deadlines."""

    year: int
    changed: list[dict[str, str]]

    def sentence(self) -> str:
        if not self.changed:
            return f"{self.year}年放假安排已录入，没有期限因此变动"
        return f"{self.year}年放假安排已录入，{len(self.changed)} 个期限按新安排重新计算"


def _open(year: int) -> QuerySet[Deadline]:
    """Deadlines by a rule that still run or stand still and that the year's days may touch."""
    return (
        Deadline.objects.filter(
            status__in=("running", "paused"),
            started_on__isnull=False,
            started_on__lte=dt.date(year, 12, 31),
            due_on__gte=dt.date(year, 1, 1) - REACH,
        )
        .exclude(rule="")
        .select_related("case")
        .order_by("pk")
    )


def _change(deadline: Deadline) -> Change | None:
    """The deadline by the calendar in force: derived again by the rule and day it was derived by, then paused
    and resumed on the days on which it was."""
    kept = law.Derived.from_json(deadline.derived)
    on = dt.date.fromisoformat(kept.on) if kept.on else deadline.started_on
    assert on is not None and deadline.due_on is not None  # the query asks for it
    fresh = law.derive(kept.rule, kept.inputs, on=on, congress=deadline.case.scope)
    due, provisional = clocks.due_day(fresh), fresh.provisional
    pauses = []
    for pause in deadline.derived.get("paused", []):
        start, end = dt.date.fromisoformat(pause["from"]), dt.date.fromisoformat(pause["to"])
        pauses.append({**pause, "due_before": due.isoformat()})
        reached = clocks.shifted(due, start, end, unit=deadline.unit, roll=fresh.roll)
        due, provisional = reached.day, provisional or reached.provisional
    derived = fresh.as_json() | ({"paused": pauses} if pauses else {})
    if (due, provisional, derived) == (deadline.due_on, deadline.provisional, deadline.derived):
        return None
    return Change(deadline, deadline.due_on, due, derived, provisional)


def changes(year: int) -> list[Change]:
    """Open deadlines that the calendar in force now answers differently; nothing is written."""
    with calendar.steady():
        return [found for found in map(_change, _open(year)) if found is not None]


def apply(year: int, *, actor: identity.Account) -> list[Change]:
    """Recompute the open deadlines after a year's arrangement came in; one entry lists each that moved."""
    with transaction.atomic():
        found = changes(year)
        version = calendar.version()
        for change in found:
            deadline = change.deadline
            clocks.move(deadline, change.after)
            deadline.provisional = change.provisional
            deadline.derived = change.derived
            deadline.calendar_version = version
        Deadline.objects.bulk_update(
            [c.deadline for c in found],
            ["due_on", "warn_on", "provisional", "derived", "calendar_version"],
            batch_size=500,
        )
        record.write(
            CalendarApplied(
                year=year,
                changed=[
                    {
                        "case": str(c.deadline.case_id),
                        "title": c.deadline.case.subject_title,
                        "deadline": c.deadline.label,
                        "before": c.before.isoformat(),
                        "after": c.after.isoformat(),
                    }
                    for c in found
                    if c.before != c.after
                ],
            ),
            subject=Ref("calendar.year", str(year), f"{year}年放假安排"),
            actor=actor,
            happened_at=clock.now(),
        )
    return found


def arranged(year: int, old_version: str, *, actor: identity.Account) -> list[Change]:
    """Heard inside the import's transaction: what the import reports as recomputed."""
    return apply(year, actor=actor)
