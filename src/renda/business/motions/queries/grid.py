"""The clerk's grid: what waits for review, numbers, hand-over and notices, fifty rows at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Max, Q, QuerySet

from renda.business.motions.models import Assignment, Suggestion
from renda.business.motions.queries.lists import PROCESS, scopes, submitted, visible
from renda.kernel.identity import api as identity
from renda.kernel.workflow import api as workflow

SIZE = 50
LONG = ("matter", "analysis", "proposal", "source")  # texts that no cell shows


@dataclass(frozen=True, slots=True)
class Stage:
    """A tab of the grid: a state, and the batch act that most rows of it wait for."""

    key: str
    label: str
    state: str
    acts: tuple[tuple[str, str], ...]
    office_only: bool = True


REGISTER = ("register", "编号登记")
GOVERNMENT = ("to_government", "交政府督查机构")
HAND_OVER = ("hand_over", "交办承办单位")
STAGES = (
    Stage("review", "待审查", "submitted", (REGISTER,)),
    Stage("registered", "待交办", "registered", (HAND_OVER, GOVERNMENT)),
    Stage("government", "政府待转办", "at_government", (HAND_OVER,), office_only=False),
)


def stages_for(actor: identity.Account) -> tuple[Stage, ...]:
    """The tabs that an account works in: a government office has only what was given to it."""
    if scopes(actor, "deputies_office"):
        return STAGES
    return tuple(s for s in STAGES if not s.office_only)


def counts(actor: identity.Account) -> dict[str, int]:
    """How many wait at each stage; one query."""
    found = _waiting(actor, *STAGES).order_by().values_list("case__state").annotate(n=Count("pk"))
    tally = dict(found)
    return {s.key: tally.get(s.state, 0) for s in STAGES}


def rows(actor: identity.Account, stage: Stage) -> QuerySet[Suggestion]:
    """Rows of a stage: the oldest first, numbered ones by number."""
    return (
        _waiting(actor, stage)
        .select_related("case", "lead", "delegation", "category", "congress", "term")
        .defer(*LONG)
        .order_by("serial", "submitted_at", "pk")
    )


def picked(actor: identity.Account, ids: Iterable[int]) -> list[Suggestion]:
    """The rows that were ticked, as the account may see them, in the order of the grid."""
    return list(
        _mine(actor)
        .filter(pk__in=list(ids))
        .select_related("case", "lead", "delegation", "category", "congress", "term")
        .order_by("serial", "submitted_at", "pk")
    )


def _mine(actor: identity.Account) -> QuerySet[Suggestion]:
    offices = scopes(actor, "deputies_office", "government_office")
    return submitted(actor).filter(congress_id__in=offices)


def _waiting(actor: identity.Account, *stages: Stage) -> QuerySet[Suggestion]:
    """By the index of cases: few wait, however many there ever were."""
    cases = workflow.Case.objects.filter(process=PROCESS, state__in=[s.state for s in stages])
    return _mine(actor).filter(case_id__in=cases.values("pk"))


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A hand-over in batch that can be taken back, or whose notices wait."""

    batch: str
    handed_over_on: dt.date
    suggestions: int
    organs: int
    unsent: int


def batches(actor: identity.Account, limit: int = 10) -> list[BatchLine]:
    """The last batches whose notices have not all been sent, newest first; two queries."""
    offices = scopes(actor, "deputies_office", "government_office")
    unsent = Assignment.objects.filter(batch__isnull=False, notices_sent_at__isnull=True)
    few = list(unsent.order_by().values_list("batch", flat=True).distinct())
    if not few:
        return []
    found = (
        Assignment.objects.filter(
            batch__in=few,
            suggestion__congress_id__in=offices,
            suggestion__in=submitted(actor),
        )
        .exclude(case__state="cancelled")
        .values("batch")
        .annotate(
            suggestions=Count("suggestion", distinct=True),
            organs=Count("organ", distinct=True),
            unsent=Count("pk", filter=Q(notices_sent_at__isnull=True)),
            day=Max("handed_over_on"),
            newest=Max("pk"),
        )
        .filter(unsent__gt=0)
        .order_by("-newest")[:limit]
    )
    return [BatchLine(str(r["batch"]), r["day"], r["suggestions"], r["organs"], r["unsent"]) for r in found]


def in_batch(batch: str, actor: identity.Account) -> list[Assignment]:
    """The organs' parts of a batch, by organ and number."""
    return list(
        Assignment.objects.filter(batch=batch, suggestion__in=visible(actor))
        .select_related(
            "organ",
            "case",
            "suggestion__case",
            "suggestion__lead",
            "suggestion__congress",
            "suggestion__category",
        )
        .prefetch_related("case__deadlines")
        .order_by("organ__order", "organ_id", "suggestion__serial", "pk")
    )
