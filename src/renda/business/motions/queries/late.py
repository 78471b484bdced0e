"""What is late and why, what comes next, what waits for whom: the lines under the figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from renda.assembly.ledger import api as ledger
from renda.assembly.people import api as people
from renda.business.motions.models import Assignment, Extension, HandlingRole, Suggestion
from renda.business.motions.queries.facts import Facts, Part
from renda.kernel import clock

NEAR_DAYS = 15  # days ahead that count as next
AT_ONCE = 500  # parts read with their reasons by one query
Dated = tuple[dt.date, int, Part]


@dataclass(frozen=True, slots=True)
class Late:
    """One organ's part that is over its day, or near it.

    Args:
        days: over, or left. why: in words, from what the record says.
    """

    assignment: Assignment
    due: dt.date
    days: int
    why: str
    presses: int
    weight: int


@dataclass(frozen=True, slots=True)
class Lines:
    """The first lines of a list, and how many it has."""

    shown: list[Late]
    total: int


def late(facts: Facts, most: int | None = None) -> Lines:
    """Parts whose clock is over, the longest first, with the reason as far as the record tells it.

    Args:
        most: lines to show: reasons are read for these alone.
    """
    today = facts.today
    return _lines([p for p in facts.parts if p.overdue(today)], today, most, past=True)


def near(facts: Facts, most: int | None = None) -> Lines:
    """Parts due within the next days, the nearest first."""
    today = facts.today
    until = today + dt.timedelta(days=NEAR_DAYS)
    found = [
        p for p in facts.parts if p.answers and (day := _running(p)) is not None and today <= day <= until
    ]
    return _lines(found, today, most, past=False)


def _running(part: Part) -> dt.date | None:
    return part.again if part.again is not None else part.due if part.running else None


def _lines(parts: list[Part], today: dt.date, most: int | None, *, past: bool) -> Lines:
    dated = sorted((day, part.id, part) for part in parts if (day := _running(part)) is not None)
    made = []
    for some in batched(dated[:most], AT_ONCE):
        rows = {
            a.pk: a
            for a in Assignment.objects.filter(pk__in=[pk for _, pk, _ in some])
            .select_related("organ", "case", "suggestion__lead")
            .prefetch_related(
                "extensions",
                "objections",
                "contacts",
                "suggestion__assignments__organ",
                "suggestion__assignments__case",
            )
        }
        made += [
            Late(rows[pk], due, abs((today - due).days), why(rows[pk]), part.presses, part.weight)
            for due, pk, part in some
            if pk in rows
        ]
    return Lines(made, len(dated))


def batched(items: Sequence[Dated], size: int) -> Iterator[Sequence[Dated]]:
    """Slices of a list: a query over ten thousand of them is more than SQLite takes."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def why(assignment: Assignment) -> str:
    """Why an answer is not there yet, from its state and from what was recorded; nothing is guessed."""
    case = assignment.case
    assert case is not None
    said = []
    if case.state == "handed":
        said.append("还没有签收")
    elif case.state == "objected":
        said.append("申请退回，等裁定")
    elif case.state in ("signing", "resigning"):
        said.append("答复待负责人审签")
    elif case.state == "rehandling":
        said.append("代表不满意或者承诺没有兑现，重新办理")
    else:
        said.append("答复没有写完")
    if case.state in ("accepted", "rehandling") and not assignment.contacts.all():
        said.append("还没有登记与代表沟通")
    missing = [
        a.organ.shown_name
        for a in assignment.suggestion.assignments.all()
        if a.role == HandlingRole.JOINT and a.case is not None and a.case.state in ("handed", "accepted")
    ]
    if assignment.role == HandlingRole.LEAD and missing:
        said.append(f"会办意见没有到：{'、'.join(missing)}")
    if any(o.ruling == "refused" for o in assignment.objections.all()):
        said.append("曾申请退回，没有同意")
    refused = [e for e in assignment.extensions.all() if e.decided_at and not e.granted_until]
    if refused:
        said.append("延期没有同意")
    elif any(e.decided_at is None for e in assignment.extensions.all()):
        said.append("延期申请待决定")
    return "；".join(said)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many wait for one step, and where they are."""

    label: str
    count: int
    url: str


def waiting(congress: people.Congress) -> list[Waiting]:
    """Steps that wait for an office of the congress; three queries."""
    states = Suggestion.objects.filter(congress=congress).aggregate(
        **{
            key: Count("pk", filter=Q(case__state=key))
            for key in ("submitted", "registered", "at_government", "replied", "assessing", "transcribing")
        }
    )
    objected = Assignment.objects.filter(suggestion__congress=congress, case__state="objected").count()
    extensions = Extension.objects.filter(
        assignment__suggestion__congress=congress, case__state="asked"
    ).count()
    return [
        Waiting("待审查", states["submitted"], "/motions/grid/?stage=review"),
        Waiting("手写件待录入", states["transcribing"], "/motions/?state=transcribing"),
        Waiting("待交办", states["registered"], "/motions/grid/?stage=registered"),
        Waiting("政府待转办", states["at_government"], "/motions/?state=at_government"),
        Waiting("退回待裁定", objected, "/motions/government/#objections"),
        Waiting("延期待决定", extensions, "/motions/government/#extensions"),
        Waiting("待代表评价", states["replied"], "/motions/?state=replied"),
        Waiting("待评估", states["assessing"], "/motions/?state=assessing"),
    ]


def broken_promises(congress: people.Congress) -> list[ledger.Matter]:
    """Promises whose day is over and that are not proven, the oldest first."""
    today = clock.today()
    return list(
        ledger.matters(congress.pk)
        .filter(kind="suggestion", due_on__lt=today)
        .exclude(case__state__in=["kept", "closed", "dropped"])
        .order_by("due_on", "pk")[:50]
    )
