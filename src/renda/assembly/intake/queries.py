"""Questions about opinions: the desk's list, a case, the public's look-up, figures."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from renda.assembly.intake import texts
from renda.assembly.intake.models import Category, Opinion, Outcome, Rating, Reply, ReplyKind, Satisfaction
from renda.assembly.intake.policies import DESK, ORGAN
from renda.kernel import clock
from renda.kernel.identity import api as identity


def visible(account: identity.Account) -> QuerySet[Opinion]:
    """The opinions that an account may see: those of its congresses, and what its organ was handed."""
    wanted = Q(pk__in=[])
    for holder in identity.holders(account):
        role, _, scope = holder.partition("@")
        kind, _, ident = scope.partition(":")
        if role in (*DESK, "chairpersons"):
            if scope == identity.ALL:
                return Opinion.objects.all()
            if kind == "congress":
                wanted |= Q(congress_id=ident)
        elif role in ORGAN and kind == "org":
            wanted |= Q(organ_id=ident)
    return Opinion.objects.filter(wanted)


def opinion(pk: int) -> Opinion:
    """One opinion with all that its page shows of it.

    Raises:
        Opinion.DoesNotExist: there is none with this id.
    """
    return Opinion.objects.select_related("case", "congress", "organ", "category__parent", "group").get(pk=pk)


def find(code: str) -> Opinion | None:
    """The opinion with a look-up code, however it was typed."""
    wanted = texts.read_code(code)
    if len(wanted) != texts.CODE_LENGTH:
        return None
    return Opinion.objects.select_related("case", "organ", "congress").filter(code=wanted).first()


@dataclass(frozen=True, slots=True)
class PublicReply:
    """What the sender was told."""

    kind: str
    text: str
    organ: str
    day: dt.date


@dataclass(frozen=True, slots=True)
class PublicStatus:
    """What somebody who has the code may see: no name, no number, no clerk.

    Args:
        code: as printed.
        title: of the opinion.
        state: in words for the public.
        received_on: the day it came in.
        due_on: the day by which something is due; None when nothing is.
        replies: what the sender was told, oldest first.
        may_rate: whether the newest answer waits for a rating.
        rating: the result's rating in words, empty until given.
    """

    code: str
    title: str
    state: str
    received_on: dt.date
    due_on: dt.date | None
    replies: tuple[PublicReply, ...]
    may_rate: bool
    rating: str


def public_status(opinion: Opinion) -> PublicStatus:
    """The public view of an opinion."""
    case = opinion.case
    assert case is not None
    state = case.declared.state(case.state)
    due = case.deadlines.filter(key=state.deadline, status="running").first() if state.deadline else None
    replies = list(opinion.replies.select_related("organ").order_by("happened_at", "pk"))
    answers = [r for r in replies if r.kind == ReplyKind.ANSWER]
    rating = Rating.objects.filter(reply=answers[-1]).first() if answers else None
    return PublicStatus(
        code=texts.shown_code(opinion.code),
        title=opinion.title,
        state=state.public or state.label,
        received_on=opinion.happened_at.astimezone(clock.TZ).date(),
        due_on=due.due_on if due else None,
        replies=tuple(_public(r) for r in replies),
        may_rate=case.state == "answered" and bool(answers) and rating is None,
        rating=rating.get_result_display() if rating else "",
    )


def _public(reply: Reply) -> PublicReply:
    return PublicReply(
        reply.get_kind_display(),
        reply.text,
        reply.organ.name if reply.organ else "",
        reply.happened_at.astimezone(clock.TZ).date(),
    )


def categories(top_only: bool = True) -> QuerySet[Category]:
    """Classes in use, in their order."""
    found = Category.objects.filter(active=True)
    return found.filter(parent__isnull=True) if top_only else found.select_related("parent")


@dataclass(frozen=True, slots=True)
class Figures:
    """A period's figures; each has its base beside it.

    Args:
        received: opinions received in the period.
        outcomes: outcome → how many of these; open ones are missing.
        open: how many of these are not ended.
        late: of those with a result due, how many ended or stand late.
        answered: with at least one answer.
        rated: answers that were rated, and by result.
    """

    received: int
    outcomes: dict[str, int]
    open: int
    late: int
    answered: int
    rated: int
    results: dict[str, int]


def figures(congress_id: int, since: dt.date, until: dt.date) -> Figures:
    """What became of the opinions of a period (both days count); silence is no rating."""
    rows = Opinion.objects.filter(
        congress_id=congress_id,
        happened_at__gte=clock.combine(since),
        happened_at__lt=clock.combine(until + dt.timedelta(days=1)),
    ).order_by()
    outcomes = {row["outcome"]: row["n"] for row in rows.values("outcome").annotate(n=Count("pk"))}
    late = rows.filter(
        Q(
            case__deadlines__key="result",
            case__deadlines__status="stopped",
            case__deadlines__stopped_on__gt=_due(),
        )
        | Q(
            case__deadlines__key="result",
            case__deadlines__status="running",
            case__deadlines__due_on__lt=clock.today(),
        )
    )
    ratings = Rating.objects.filter(reply__opinion__in=rows.values("pk"))
    results = {row["result"]: row["n"] for row in ratings.values("result").annotate(n=Count("pk"))}
    return Figures(
        received=sum(outcomes.values()),
        outcomes={key: outcomes.get(key, 0) for key in Outcome.values},
        open=outcomes.get("", 0),
        late=late.distinct().count(),
        answered=rows.filter(replies__kind=ReplyKind.ANSWER).distinct().count(),
        rated=sum(results.values()),
        results={key: results.get(key, 0) for key in Satisfaction.values},
    )


def _due() -> object:
    from django.db.models import F

    return F("case__deadlines__due_on")
