"""The facts of a year as plain tuples: nine queries, however many cases; figures count them in memory.

Whoever asks again while nothing was recorded gets the same facts, with the moment that they were read.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Count, QuerySet

from renda.assembly.people import api as people
from renda.business.motions.models import (
    Assignment,
    CoSignature,
    Extension,
    HandlingRole,
    Press,
    Promise,
    Rating,
    Reply,
    Suggestion,
)
from renda.kernel import clock
from renda.kernel.record import api as record
from renda.kernel.workflow import api as workflow

GONE = ("returned", "cancelled")
# Practice.
KEEP = 30.0  # seconds
YEARS_KEPT = 4  # some megabytes each in a large city
RATED_STATES = ("following", "closed")  # the rating is over: who has not rated has not stated anything


@dataclass(slots=True)
class Case:
    """A suggestion of the year as it is counted."""

    id: int
    kind: str
    state: str
    delegation: int | None
    category: int | None
    in_session: bool
    round: int
    merged: bool
    signers: int = 1


@dataclass(slots=True)
class Part:
    """An organ's part as it is counted.

    Args:
        due: last day to answer; stopped: when that clock stopped; again: day of a running second clock.
        results: grades of the newest letter; promises: (state, due) of what its letters promise.
    """

    id: int
    case: Case
    organ: int
    role: str
    state: str
    through: bool
    handed: dt.date
    due: dt.date | None = None
    running: bool = False
    stopped: dt.date | None = None
    again: dt.date | None = None
    issued: dt.date | None = None
    reply_class: str = ""
    results: list[str] = field(default_factory=list)
    presses: int = 0
    weight: int = 0
    extended: bool = False
    promises: list[tuple[str, dt.date]] = field(default_factory=list)
    answers: bool = field(init=False)  # asked of every part by every figure: computed once

    def __post_init__(self) -> None:
        self.answers = self.role != HandlingRole.JOINT and self.state not in GONE

    def overdue(self, today: dt.date) -> bool:
        """A running clock of the answer, the first or the second, is over."""
        first = self.running and self.due is not None and self.due < today
        return self.answers and (first or (self.again is not None and self.again < today))

    @property
    def in_time(self) -> bool:
        return self.issued is not None and (self.due is None or (self.stopped or self.issued) <= self.due)

    @property
    def asked(self) -> int:
        """Signers whose answer is known: all of them once the rating is over, until then those who rated."""
        return (
            max(self.case.signers, len(self.results))
            if self.case.state in RATED_STATES
            else len(self.results)
        )


@dataclass
class Facts:
    """The year's cases and parts, as of a moment."""

    year: int
    as_of: dt.datetime
    cases: list[Case]
    parts: list[Part]

    @cached_property
    def today(self) -> dt.date:
        return self.as_of.astimezone(clock.TZ).date()

    def slice(self, cases: Iterable[Case], parts: Iterable[Part]) -> Facts:
        return Facts(self.year, self.as_of, list(cases), list(parts))


@dataclass(frozen=True, slots=True)
class _Kept:
    version: tuple[dt.date, int]
    read_at: float
    facts: Facts


_kept: dict[tuple[int, int], _Kept] = {}


def submitted_in(congress: people.Congress, year: int) -> QuerySet[Suggestion]:
    """Submitted in a calendar year, drafts and withdrawn ones apart."""
    since, until = clock.combine(dt.date(year, 1, 1)), clock.combine(dt.date(year + 1, 1, 1))
    return Suggestion.objects.filter(
        congress=congress, submitted_at__gte=since, submitted_at__lt=until
    ).exclude(case__state__in=["withdrawn", "split"])


def facts(congress: people.Congress, year: int) -> Facts:
    """The facts of a year: as they were read last, or anew once anything was recorded since.

    Every change of a case writes an entry in its own transaction; one that commits after a later one may go
    unseen for ``KEEP`` seconds.
    """
    now = time.monotonic()
    version = (clock.today(), record.newest())
    kept = _kept.get((congress.pk, year))
    if kept is not None and kept.version == version and now - kept.read_at < KEEP:
        return kept.facts
    found = _read(congress, year)
    if len(_kept) >= YEARS_KEPT:
        _kept.clear()
    _kept[congress.pk, year] = _Kept(version, now, found)
    return found


def forget() -> None:
    """Read anew the next time, whatever the record says."""
    _kept.clear()


def _read(congress: people.Congress, year: int) -> Facts:
    base = submitted_in(congress, year)
    ids = base.order_by().values("pk")
    cases = {
        row[0]: Case(*row[:5], in_session=row[5] is not None, round=row[6], merged=row[7] is not None)
        for row in base.order_by("pk").values_list(
            "pk",
            "kind",
            "case__state",
            "delegation_id",
            "category_id",
            "session_id",
            "round",
            "merged_into_id",
        )
    }
    signed = CoSignature.objects.filter(suggestion__in=ids, state="signed").order_by()
    for pk, n in signed.values_list("suggestion_id").annotate(n=Count("pk")):
        if pk in cases:
            cases[pk].signers = 1 + n
    # Those of a merged suggestion rate the answer of the one it was merged into.
    for pk, into in base.filter(merged_into__isnull=False).values_list("pk", "merged_into_id"):
        if into in cases:
            cases[into].signers += cases[pk].signers
    parts = {
        row[0]: Part(row[0], cases[row[1]], *row[2:])
        for row in Assignment.objects.filter(suggestion__in=ids)
        .order_by("pk")
        .values_list(
            "pk", "suggestion_id", "organ_id", "role", "case__state", "through_government", "handed_over_on"
        )
        if row[1] in cases and row[4] != "cancelled"
    }
    _clocks(parts, ids)
    _replies(parts, ids)
    presses = Press.objects.filter(assignment__suggestion__in=ids).order_by()
    for pk, weight in presses.values_list("assignment_id", "weight"):
        if pk in parts:
            parts[pk].presses += 1
            parts[pk].weight += weight
    for pk in Extension.objects.filter(
        assignment__suggestion__in=ids, granted_until__isnull=False
    ).values_list("assignment_id", flat=True):
        if pk in parts:
            parts[pk].extended = True
    return Facts(year, clock.now(), list(cases.values()), list(parts.values()))


def _clocks(parts: dict[int, Part], ids: Any) -> None:
    rows = workflow.Deadline.objects.filter(
        case__assignment__suggestion__in=ids, key__in=["reply", "rehandle"]
    ).values_list("case__assignment", "key", "status", "due_on", "stopped_on")
    for pk, key, status, due, stopped in rows:
        part = parts.get(pk)
        if part is None:
            continue
        if key == "reply":
            part.due, part.running, part.stopped = due, status == "running", stopped
        elif status == "running":
            part.again = due


def _replies(parts: dict[int, Part], ids: Any) -> None:
    """The first letter's day, the newest letter's class and ratings, what all letters that stand promise."""
    newest: dict[int, int] = {}
    letters = (
        Reply.objects.filter(suggestion__in=ids, state="issued")
        .order_by("round", "pk")
        .values_list("pk", "assignment_id", "issued_on", "reply_class__code")
    )
    for pk, assignment, issued, code in letters:
        part = parts.get(assignment)
        if part is not None:
            part.issued = part.issued or issued
            part.reply_class = code or ""
            newest[assignment] = pk
    current = {reply: assignment for assignment, reply in newest.items()}
    for reply, result in Rating.objects.filter(reply__suggestion__in=ids).values_list("reply_id", "result"):
        if reply in current:
            parts[current[reply]].results.append(result)
    rows = Promise.objects.filter(reply__suggestion__in=ids, reply__state="issued", matter__isnull=False)
    for assignment, state, due in rows.values_list("reply__assignment_id", "matter__case__state", "due_on"):
        if assignment in parts:
            parts[assignment].promises.append((state, due))


def years(congress: people.Congress) -> list[int]:
    """From the present year back to that of the first suggestion."""
    first = (
        Suggestion.objects.filter(congress=congress, submitted_at__isnull=False)
        .order_by("submitted_at")
        .values_list("submitted_at", flat=True)
        .first()
    )
    now = clock.today().year
    start = first.astimezone(clock.TZ).year if first else now
    return list(range(now, start - 1, -1))
