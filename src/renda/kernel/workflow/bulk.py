"""Many cases at once: lives that were lived elsewhere and come in with a workbook."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction

from renda.kernel.identity import api as identity
from renda.kernel.record import api as record
from renda.kernel.refs import Ref
from renda.kernel.workflow import process
from renda.kernel.workflow.models import Case, Deadline

CHUNK = 1000


@dataclass(frozen=True, slots=True)
class PastDeadline:
    """A deadline of a past case as it was: when it ran, when it was due, when it was met."""

    key: str
    started_on: dt.date
    due_on: dt.date
    stopped_on: dt.date | None


@dataclass(frozen=True, slots=True)
class Past:
    """A case as the workbook tells it.

    Args:
        subject: the thing it is about.
        state: where it stands; a final state unless somebody still has to act.
        opened_at, moved_at: when it began and when it last moved.
        entries: what happened, each with its own time; the import is named in ``origin``.
    """

    subject: Ref
    state: str
    opened_at: dt.datetime
    moved_at: dt.datetime
    entries: Sequence[tuple[record.Entry, dt.datetime]]
    origin: record.Origin
    parent: Case | None = None
    about: Ref | None = None
    deadlines: Sequence[PastDeadline] = field(default=())


def start_many(
    process_key: str, scope: str, rows: Sequence[Past], *, actor: identity.Account | None
) -> list[Case]:
    """Open cases of a process where a past life left them; no turn is opened and no event told.

    For states whose turn is open call ``settle`` afterwards, when the room's rows point at the cases.

    Raises:
        LookupError: a state that the process does not have.
    """
    declared = process.get(process_key)
    known = {s.key: s for s in declared.states}
    for row in rows:
        if row.state not in known:
            raise LookupError(f"流程 {process_key} 没有状态 {row.state}")
    with transaction.atomic():
        cases = Case.objects.bulk_create(
            [
                Case(
                    process=declared.key,
                    version=declared.version,
                    state=row.state,
                    subject_kind=row.subject.kind,
                    subject_id=row.subject.id,
                    subject_title=row.subject.title[:300],
                    scope=scope,
                    parent=row.parent,
                    opened_at=row.opened_at,
                    moved_at=row.moved_at,
                    closed_at=row.moved_at if known[row.state].final else None,
                )
                for row in rows
            ],
            batch_size=CHUNK,
        )
        Deadline.objects.bulk_create(
            [
                Deadline(
                    case=case,
                    key=d.key,
                    label=declared.deadline(d.key).label,
                    status="running" if d.stopped_on is None else "stopped",
                    started_on=d.started_on,
                    due_on=d.due_on,
                    warn_on=d.due_on - dt.timedelta(days=declared.deadline(d.key).warn_days),
                    stopped_on=d.stopped_on,
                )
                for case, row in zip(cases, rows, strict=True)
                for d in row.deadlines
            ],
            batch_size=CHUNK,
        )
        record.write_many(
            record.Writing(entry, row.about or row.subject, actor, happened_at=moment, origin=row.origin)
            for row in rows
            for entry, moment in row.entries
        )
    return cases
