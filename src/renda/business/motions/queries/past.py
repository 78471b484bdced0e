"""What past cases say of a new one: similar texts with their organs, those of this year for merging."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from renda.assembly.people import api as people
from renda.business.motions import proposals, rules
from renda.business.motions.indexing import KIND
from renda.business.motions.models import Assignment, HandlingRole, Suggestion
from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.search import api as search

YEARS = 3
NEIGHBOURS = 12  # similar texts asked for
CATEGORY = 60  # cases of the category looked at where texts say too little
ALIKE = 0.12  # below it two texts share no more than their kind
SAME_MATTER = 0.3  # above it two of one year may be one matter


@dataclass(frozen=True, slots=True)
class Advice:
    """What the grid shows beside a row.

    Args:
        proposed: organs with the reason as a sentence.
        to_merge: similar ones of this year that are still open.
        several: signs that it holds more than one matter.
    """

    lead: list[tuple[people.Organisation, str]]
    joint: list[tuple[people.Organisation, str]]
    to_merge: list[tuple[Suggestion, int]]
    several: rules.SeveralMatters | None

    @property
    def empty(self) -> bool:
        return not (self.lead or self.joint or self.to_merge or self.several)


def advice(suggestion: Suggestion, actor: identity.Account) -> Advice:
    """Ask the index once and the database five times, whatever is found."""
    hits = search.similar(
        suggestion.text,
        scopes=search.scopes_of(actor),
        kind=KIND,
        limit=NEIGHBOURS,
        title=suggestion.title,
        exclude=suggestion.ref,
    )
    score = {int(h.ref.id): h.score for h in hits if h.score >= ALIKE}
    today = clock.today()
    since = clock.combine(_years_before(today, YEARS))
    rows = {
        s.pk: s
        for s in Suggestion.objects.filter(
            pk__in=score, congress_id=suggestion.congress_id, submitted_at__gte=since
        ).select_related("case", "lead")
    }
    same = (
        [
            s.pk
            for s in Suggestion.objects.filter(
                congress_id=suggestion.congress_id,
                category_id=suggestion.category_id,
                submitted_at__gte=since,
                handed_over_on__isnull=False,
            )
            .exclude(pk=suggestion.pk)
            .order_by("-submitted_at")[:CATEGORY]
            .only("pk")
        ]
        if suggestion.category_id
        else []
    )
    cases = _past([*rows, *same], score)
    alike = [cases[pk] for pk in sorted(rows, key=lambda pk: -score[pk]) if pk in cases]
    proposed = proposals.propose(alike, [cases[pk] for pk in same if pk in cases])
    ids = [p.organ for p in (*proposed.lead[:2], *proposed.joint[:3])]
    organs = people.organisations(ids)
    living = {pk: organ for pk, organ in organs.items() if organ.exists_on(today)}
    return Advice(
        lead=_said(proposed.lead[:2], living),
        joint=_said(proposed.joint[:3], living),
        to_merge=[
            (s, round(score[s.pk] * 100))
            for s in sorted(rows.values(), key=lambda s: -score[s.pk])
            if score[s.pk] >= SAME_MATTER and _mergeable(s, suggestion)
        ][:3],
        several=rules.several_matters(suggestion.title, suggestion.proposal),
    )


def _said(
    found: tuple[proposals.Proposal, ...], living: dict[int, people.Organisation]
) -> list[tuple[people.Organisation, str]]:
    return [
        (living[p.organ], p.reason(living[p.organ].shown_name, YEARS)) for p in found if p.organ in living
    ]


def _years_before(day: dt.date, years: int) -> dt.date:
    return day.replace(year=day.year - years, day=min(day.day, 28))


def _mergeable(other: Suggestion, suggestion: Suggestion) -> bool:
    open_states = {"submitted", "registered", "at_government", "handling"}
    return (
        other.case is not None
        and other.case.state in open_states
        and other.kind == suggestion.kind
        and other.merged_into_id is None
    )


def _past(ids: list[int], score: dict[int, float]) -> dict[int, proposals.Past]:
    """Cases that were handed over, with their organs, in one query."""
    parts: dict[int, list[Assignment]] = defaultdict(list)
    for part in Assignment.objects.filter(suggestion_id__in=ids).select_related("suggestion", "case"):
        parts[part.suggestion_id].append(part)
    made = {}
    for pk, assignments in parts.items():
        suggestion = assignments[0].suggestion
        moment = suggestion.submitted_at or suggestion.created_at
        year = moment.astimezone(clock.TZ).year
        standing = [a for a in assignments if a.case is None or a.case.state not in ("returned", "cancelled")]
        made[pk] = proposals.Past(
            number=f"{year}年{suggestion.number_text}",
            year=year,
            lead=tuple(a.organ_id for a in standing if a.role != HandlingRole.JOINT),
            joint=tuple(a.organ_id for a in standing if a.role == HandlingRole.JOINT),
            returned=tuple(
                a.organ_id for a in assignments if a.case is not None and a.case.state == "returned"
            ),
            alike=score.get(pk, 0.0),
        )
    return made
