"""When a year's holiday arrangement comes in, open dates that it changes are recomputed by one recorded act."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from renda.kernel import clock
from renda.kernel.calendar import api as calendar
from renda.kernel.identity import api as identity
from renda.kernel.law import api as law
from renda.kernel.record import api as record
from renda.kernel.refs import Ref
from renda.kernel.workflow.models import Deadline


@dataclass(frozen=True, slots=True)
class Change:
    """One open deadline that a new calendar moves."""

    deadline: Deadline
    before: dt.date
    after: dt.date
    derived: law.Derived


@record.entry("workflow.calendar_applied")
@dataclass(frozen=True)
class CalendarApplied(record.Entry):
    """A year's arrangement was applied to the open deadlines."""

    year: int
    changed: list[dict[str, str]]

    def sentence(self) -> str:
        if not self.changed:
            return f"{self.year}年放假安排已录入，没有期限因此变动"
        return f"{self.year}年放假安排已录入，{len(self.changed)} 个期限按新安排重新计算"


def changes(year: int) -> list[Change]:
    """Open deadlines due in or after that year whose day the calendar in force now gives differently."""
    found: list[Change] = []
    open_ones = (
        Deadline.objects.filter(status="running", due_on__gte=dt.date(year, 1, 1), started_on__isnull=False)
        .exclude(rule="")
        .select_related("case")
    )
    for deadline in open_ones:
        old = law.Derived.from_json(deadline.derived)
        if deadline.derived.get("paused"):
            continue  # what a pause shifted was fixed by a person's act; it is not moved by a table
        new = law.derive(old.rule, old.inputs, on=deadline.started_on, congress=deadline.case.scope)  # type: ignore[arg-type]
        if isinstance(new.value, dt.date) and new.rule == old.rule and new.as_json() != old.as_json():
            assert deadline.due_on is not None
            found.append(Change(deadline, deadline.due_on, new.value, new))
    return found


def apply(year: int, *, actor: identity.Account) -> list[Change]:
    """Recompute the open deadlines after a year's arrangement came in; one entry lists them all."""
    with transaction.atomic():
        found = changes(year)
        for change in found:
            deadline = change.deadline
            deadline.warn_on = change.after - (change.before - (deadline.warn_on or change.before))
            deadline.due_on = change.after
            deadline.provisional = change.derived.provisional
            deadline.derived = change.derived.as_json()
            deadline.calendar_version = calendar.version()
            deadline.save()
        record.write(
            CalendarApplied(
                year=year,
                changed=[
                    {
                        "case": str(c.deadline.case_id),
                        "title": c.deadline.case.subject_title,
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
