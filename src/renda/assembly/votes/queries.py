"""Questions about votes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q, QuerySet

from renda.assembly.people import api as people
from renda.assembly.votes.models import Ballot, Body, Elector, Method, Standing, Vote
from renda.kernel.identity import api as identity

SEATED = ("chair", "vice_chair", "secretary_general", "member")


def votes() -> QuerySet[Vote]:
    """All votes with what a list shows, newest first."""
    return Vote.objects.select_related("case", "congress", "organ").order_by("-pk")


def vote(pk: int) -> Vote:
    """One vote.

    Raises:
        Vote.DoesNotExist: there is none.
    """
    return votes().get(pk=pk)


def bodies(congress: people.Congress) -> list[tuple[str, people.Organisation | None, str]]:
    """What can vote in a congress: body, organ and name; only what has members."""
    found: list[tuple[str, people.Organisation | None, str]] = [(Body.CONGRESS, None, congress.name)]
    organs = people.list_organisations(division=congress.division)
    for organ in organs.filter(classification__in=[Body.STANDING_COMMITTEE, Body.PRESIDIUM]).order_by("pk"):
        found.append((organ.classification, organ, organ.name))
    return found


def members(vote: Vote) -> Sequence[people.Membership]:
    """Everybody who is of the body today, in its official order."""
    if vote.organ is None:
        term = people.current_term(vote.congress)
        return list(people.deputies(term).order_by("person__stroke_key", "pk")) if term else []
    return [one for one in people.members(vote.organ) if one.role in SEATED]


def open_for(account: identity.Account) -> QuerySet[Vote]:
    """Open votes by keys in which this account's person is present."""
    person = people.person_of(account)
    if person is None:
        return Vote.objects.none()
    return votes().filter(
        case__state="open",
        method=Method.NAMED,
        electors__person=person,
        electors__standing=Standing.PRESENT,
    )


@dataclass(frozen=True, slots=True)
class Roll:
    """Who did what: the electors by what they were, with what they pressed where that is open."""

    present: list[Elector]
    absent: list[Elector]
    excluded: list[Elector]


def roll(vote: Vote) -> Roll:
    """The frozen list with the presses, two queries."""
    rows = list(vote.electors.prefetch_related(Prefetch("ballot", Ballot.objects.all())).order_by("place"))
    return Roll(*([r for r in rows if r.standing == kind] for kind in ("present", "absent", "excluded")))


def hall(vote_id: int) -> dict[str, int | str]:
    """What the hall sees while it runs: how many are there and have pressed, never how."""
    found = (
        Vote.objects.filter(pk=vote_id)
        .annotate(pressed=Count("electors__ballot", filter=Q(electors__standing="present")))
        .select_related("case")
        .get()
    )
    return {
        "state": found.flow.state,
        "label": found.flow.state_label,
        "present": found.present or 0,
        "pressed": found.pressed,
        "words": str(found.verdict.get("words", "")),
    }
