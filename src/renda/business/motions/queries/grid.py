"""The clerk's grid: what waits for review, numbers, hand-over and notices, fifty rows at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Max, Q, QuerySet

from renda.business.motions.models import Assignment, Suggestion
from renda.business.motions.queries.lists import scopes, visible
from renda.kernel.identity import api as identity

SIZE = 50


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
    found = (
        _mine(actor)
        .order_by()
        .aggregate(**{s.key: Count("pk", filter=Q(case__state=s.state)) for s in STAGES})
    )
    return {key: int(value) for key, value in found.items()}


def rows(actor: identity.Account, stage: Stage) -> QuerySet[Suggestion]:
    """Rows of a stage: the oldest first, numbered ones by number."""
    return (
        _mine(actor)
        .filter(case__state=stage.state)
        .select_related("case", "lead", "delegation", "category", "congress", "term")
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
    return visible(actor).filter(congress_id__in=offices, submitted_at__isnull=False)


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A hand-over in batch that can be taken back, or whose notices wait."""

    batch: str
    handed_over_on: dt.date
    suggestions: int
    organs: int
    unsent: int


def batches(actor: identity.Account, limit: int = 10) -> list[BatchLine]:
    """The last batches whose notices have not all been sent, newest first; one query."""
    offices = scopes(actor, "deputies_office", "government_office")
    found = (
        Assignment.objects.filter(
            batch__isnull=False,
            suggestion__congress_id__in=offices,
            suggestion__in=visible(actor),
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
