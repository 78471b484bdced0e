"""Questions about the ledger."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, Q, QuerySet

from renda.assembly.ledger.models import Matter
from renda.assembly.ledger.rules import KeptRate
from renda.kernel import clock
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
    """Add ``light_key`` of the promised day."""
    day = today or clock.today()
    from django.db.models import Case, CharField, F, Value, When

    return found.annotate(
        light_key=Case(
            When(case__state__in=[*KEPT, "dropped"], then=Value("in_time")),
            When(due_on__lt=day, then=Value("overdue")),
            When(due_on__lte=day + dt.timedelta(days=15), then=Value("near")),
            default=Value("running"),
            output_field=CharField(max_length=8),
        ),
        state=F("case__state"),
    )


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


def state_label(matter: Matter) -> str:
    return workflow.get("ledger.matter", matter.case.version).state(matter.case.state).label
