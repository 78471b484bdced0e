"""Questions about the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, FilteredRelation, Q, QuerySet

from renda.assembly.ledger import entries, policies
from renda.assembly.ledger.models import Matter, Note
from renda.assembly.ledger.processes import LOOKBACKS
from renda.assembly.ledger.rules import KeptRate
from renda.kernel import clock
from renda.kernel.calendar import api as calendar
from renda.kernel.identity import api as identity
from renda.kernel.record import api as record
from renda.kernel.refs import Ref
from renda.kernel.workflow import api as workflow

KEPT = ("kept", "closed")


def matters(congress_id: int | None = None) -> QuerySet[Matter]:
    """The ledger, with everything a list shows."""
    found = Matter.objects.select_related("case", "organ", "asked_first", "congress").prefetch_related(
        "case__deadlines"
    )
    return found if congress_id is None else found.filter(congress_id=congress_id)


def matter(pk: int) -> Matter:
    return matters().get(pk=pk)


def matters_of(source: Ref) -> QuerySet[Matter]:
    """What came from one thing (a reply, a finding), in the order promised."""
    return matters().filter(source_kind=source.kind, source_id=source.id).order_by("due_on", "pk")


def with_light(found: QuerySet[Matter], today: dt.date | None = None) -> QuerySet[Matter]:
    """Add ``light_key``: the light of the promise's own clock."""
    return found.annotate(
        promise=FilteredRelation("case__deadlines", condition=Q(case__deadlines__key="promise")),
        light_key=workflow.light_expression(today or clock.today(), "promise__"),
    )


def visible_to(account: identity.Account) -> QuerySet[Matter]:
    """The matters that the policy ``ledger.view`` lets an account see, as one condition."""
    seen = Q(pk__in=[])
    for holder in identity.holders(account):
        role, _, scope = holder.partition("@")
        kind, _, ident = scope.partition(":")
        if role in policies.CONGRESS_WIDE:
            if scope == identity.ALL:
                return matters()
            seen |= Q(congress_id=ident)
        elif role in policies.ORGAN and kind == "org":
            seen |= Q(organ_id=ident)
        elif role == "deputy" and kind == "person":
            seen |= Q(asked_first_id=ident)
        if role in policies.SUPERVISORS:
            seen |= Q(supervisor=holder)
    return matters().filter(seen)


@dataclass(frozen=True, slots=True)
class LookBack:
    """One look-back of the plan.

    Args:
        months: after closing.
        due_on: the day it is due.
        note: what was seen; None while it is still to come.
    """

    months: int
    due_on: dt.date
    note: Note | None


def look_backs(matter: Matter, notes: Sequence[Note]) -> list[LookBack]:
    """The plan of look-backs of a closed matter: after 3, 6 and 12 months, with what was seen.

    Args:
        notes: the matter's notes, oldest first.
    """
    if matter.flow.state not in KEPT:
        return []
    closed = record.entries(kind=entries.Closed.KIND, subject=matter.ref).latest()
    if closed is None:
        return []
    day = closed.happened_at.date()
    done = [note for note in notes if note.kind == "lookback" and note.round == matter.round]
    return [
        LookBack(months, calendar.add_months(day, months), done[number] if number < len(done) else None)
        for number, months in enumerate(LOOKBACKS)
    ]


def source_url(matter: Matter) -> str:
    """The page of what the matter came from, by its case; empty where it has none."""
    found = workflow.cases_about(matter.source).first()
    return found.url if found is not None else ""


def due_q(today: dt.date) -> Q:
    """Matters in the base of the kept rate: their day has come, or they were closed before it."""
    return (Q(due_on__lt=today) | Q(case__state__in=[*KEPT, "broken"])) & ~Q(case__state="dropped")


def kept_rate(found: QuerySet[Matter] | None = None, today: dt.date | None = None) -> KeptRate:
    """Kept of those due."""
    day = today or clock.today()
    base = (Matter.objects.all() if found is None else found).filter(due_q(day))
    counted = base.aggregate(due=Count("pk"), kept=Count("pk", filter=Q(case__state__in=KEPT)))
    return KeptRate(kept=counted["kept"], due=counted["due"])


def kept_by_organ(congress_id: int, kind: str, today: dt.date | None = None) -> dict[int, KeptRate]:
    """The kept rate of each organ, in one query."""
    day = today or clock.today()
    rows = (
        Matter.objects.filter(due_q(day), congress_id=congress_id, kind=kind)
        .values("organ_id")
        .annotate(due=Count("pk"), kept=Count("pk", filter=Q(case__state__in=KEPT)))
    )
    return {r["organ_id"]: KeptRate(kept=r["kept"], due=r["due"]) for r in rows}
