"""Questions to the record: the timeline of a thing, and typed entries for the projections."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db.models import Max, QuerySet

from renda.kernel import clock
from renda.kernel.record.errors import RecordError
from renda.kernel.record.kinds import Entry, decode
from renda.kernel.record.models import EntryRow
from renda.kernel.record.origins import Origin
from renda.kernel.refs import Ref

# Both times are shown where the writing was more than minutes after the happening.
_APART = timedelta(minutes=5)
_CHUNK = 2000
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a timeline, ready to be shown."""

    id: int
    kind: str
    label: str
    sentence: str
    subject: Ref
    actor_id: int | None
    actor_name: str
    on_behalf_of: Ref | None
    happened_at: datetime
    recorded_at: datetime
    origin: Origin
    payload: dict[str, Any]

    @property
    def both_times(self) -> bool:
        """Whether the time of writing says something the time of happening does not."""
        return abs(self.recorded_at - self.happened_at) > _APART


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored act with its typed entry: what projections read."""

    id: int
    entry: Entry
    subject: Ref
    actor_id: int | None
    actor_name: str
    on_behalf_of: Ref | None
    happened_at: datetime
    recorded_at: datetime
    origin: Origin


def timeline(subject: Ref, limit: int = 50, before: int | None = None) -> list[Line]:
    """A thing's entries, latest happening first: one query, whatever the thing was called on the way.

    Args:
        subject: found by kind and id; its title does not matter.
        limit: how many lines at most.
        before: the number of the last line of the page before, for the next page.
    """
    rows = EntryRow.objects.filter(subject_kind=subject.kind, subject_id=subject.id)
    if before is not None:
        anchor = EntryRow.objects.filter(pk=before).values_list("happened_at", flat=True).first()
        if anchor is None:
            return []
        rows = rows.filter(happened_at__lte=anchor).exclude(happened_at=anchor, id__gte=before)
    return [_line(row) for row in rows.order_by("-happened_at", "-id")[:limit]]


def _line(row: EntryRow) -> Line:
    try:
        entry: Entry | None = decode(row.kind, row.payload)
    except RecordError as error:
        # An entry cannot be mended; the page must still be shown, and `renda check` names the kind.
        _log.error("record.unreadable", entry=row.id, kind=row.kind, error=str(error))
        entry = None
    return Line(
        id=row.id,
        kind=row.kind,
        label=entry.LABEL if entry else row.kind,
        sentence=entry.sentence() if entry else f"一条本系统现在不认识的记录（{row.kind}），内容完整保存",
        subject=Ref(row.subject_kind, row.subject_id, row.subject_title),
        actor_id=row.actor_id,
        actor_name=row.actor_name,
        on_behalf_of=_ref(row.on_behalf_of),
        happened_at=row.happened_at.astimezone(clock.TZ),
        recorded_at=row.recorded_at.astimezone(clock.TZ),
        origin=Origin.from_json(row.origin),
        payload=row.payload,
    )


def _ref(stored: dict[str, Any] | None) -> Ref | None:
    return None if stored is None else Ref.from_json(stored)


def _stored(row: EntryRow) -> Stored:
    return Stored(
        id=row.id,
        entry=decode(row.kind, row.payload),
        subject=Ref(row.subject_kind, row.subject_id, row.subject_title),
        actor_id=row.actor_id,
        actor_name=row.actor_name,
        on_behalf_of=_ref(row.on_behalf_of),
        happened_at=row.happened_at.astimezone(clock.TZ),
        recorded_at=row.recorded_at.astimezone(clock.TZ),
        origin=Origin.from_json(row.origin),
    )


@dataclass(frozen=True, slots=True)
class Entries:
    """Entries by condition, in the order of their happening; asked when read, a chunk at a time."""

    kind: str | Collection[str] | None = None
    since: datetime | None = None
    until: datetime | None = None
    subject: Ref | None = None
    actor_id: int | None = None

    def _rows(self) -> QuerySet[EntryRow]:
        rows = EntryRow.objects.all()
        if isinstance(self.kind, str):
            rows = (
                rows.filter(kind__startswith=self.kind[:-1])
                if self.kind.endswith(".*")
                else rows.filter(kind=self.kind)
            )
        elif self.kind is not None:
            rows = rows.filter(kind__in=list(self.kind))
        if self.since is not None:
            rows = rows.filter(happened_at__gte=self.since)
        if self.until is not None:
            rows = rows.filter(happened_at__lt=self.until)
        if self.subject is not None:
            rows = rows.filter(subject_kind=self.subject.kind, subject_id=self.subject.id)
        if self.actor_id is not None:
            rows = rows.filter(actor_id=self.actor_id)
        return rows

    def __iter__(self) -> Iterator[Stored]:
        for row in self._rows().order_by("happened_at", "id").iterator(chunk_size=_CHUNK):
            yield _stored(row)

    def filter(self, **changes: Any) -> Entries:
        """The same question with more conditions."""
        return dataclasses.replace(self, **changes)

    def count(self) -> int:
        """How many."""
        return self._rows().count()

    def ids(self) -> list[int]:
        """Their numbers: what a figure opens into."""
        return list(self._rows().order_by("happened_at", "id").values_list("id", flat=True))

    def latest(self) -> Stored | None:
        """The one that happened last."""
        row = self._rows().order_by("-happened_at", "-id").first()
        return None if row is None else _stored(row)


def entries(
    kind: str | Collection[str] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    subject: Ref | None = None,
    actor_id: int | None = None,
) -> Entries:
    """Typed entries for a projection.

    Args:
        kind: one kind, several, or all of a room as ``"motions.*"``.
        since: happened at or after this moment.
        until: happened before this moment.
        subject: about this thing.
        actor_id: done by this account.
    """
    return Entries(kind, since, until, subject, actor_id)


def newest() -> int:
    """Number of the newest entry that is committed; 0 before the first. It grows with every act."""
    return EntryRow.objects.aggregate(newest=Max("id"))["newest"] or 0


def count(
    kind: str | Collection[str] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    subject: Ref | None = None,
) -> int:
    """How many entries fit; see ``entries``."""
    return Entries(kind, since, until, subject).count()


def lines(ids: Collection[int]) -> list[Line]:
    """The lines of given entries, in the order of their happening: a figure's records. One query."""
    return [_line(row) for row in EntryRow.objects.filter(pk__in=list(ids)).order_by("happened_at", "id")]
