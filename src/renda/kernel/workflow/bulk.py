"""Many cases at once: lives that were lived elsewhere and come in with a workbook."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from renda.kernel import clock
from renda.kernel.bulk import api as bulk
from renda.kernel.identity import api as identity
from renda.kernel.record import api as record
from renda.kernel.refs import Ref
from renda.kernel.workflow import process
from renda.kernel.workflow.models import Case, Deadline, Turn


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
        holders: who the holders of its state are, by the names that the process declares: their turn
            begins now. Without them nobody's does, until ``settle`` asks the room.
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
    holders: Mapping[str, Sequence[str]] = field(default_factory=dict)


def start_many(
    process_key: str, scope: str, rows: Sequence[Past], *, actor: identity.Account | None
) -> list[Case]:
    """Open cases of a process where a past life left them; no event is told, and nobody of his turn.

    Turns are those of ``Past.holders``. For a state whose holders were not named call ``settle`` afterwards,
    when the room's rows point at the cases.

    Raises:
        LookupError: a state, or a holder's name in a state, that the process does not have.
    """
    declared = process.get(process_key)
    known = {s.key: s for s in declared.states}
    for row in rows:
        if row.state not in known:
            raise LookupError(f"流程 {process_key} 没有状态 {row.state}")
        if row.holders and set(row.holders) != set(known[row.state].holders):
            raise LookupError(f"流程 {process_key} 的状态 {row.state} 不由 {'、'.join(row.holders)} 办理")
    now = clock.now()
    with transaction.atomic():
        cases = bulk.insert(
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
            ]
        )
        pairs = list(zip(cases, rows, strict=True))
        deadlines = bulk.insert(
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
                for case, row in pairs
                for d in row.deadlines
            ]
        )
        running = {(d.case_id, d.key): d for d in deadlines}
        bulk.insert(
            [
                Turn(
                    case=case,
                    holder=holder,
                    since=now,
                    deadline=running.get((case.pk, known[row.state].deadline or "")),
                )
                for case, row in pairs
                for holder in sorted({one for named in row.holders.values() for one in named})
            ]
        )
        record.write_many(
            record.Writing(entry, row.about or row.subject, actor, happened_at=moment, origin=row.origin)
            for row in rows
            for entry, moment in row.entries
        )
    return cases
