"""Questions about votes."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count, Q, QuerySet

from renda.assembly.people import api as people
from renda.assembly.votes import box
from renda.assembly.votes.models import Body, Method, Option, Standing, Vote
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
    return people.seated(vote.organ, SEATED)


def open_for(account: identity.Account) -> QuerySet[Vote]:
    """Open votes by keys or secret ballot in which this account's person is present."""
    person = people.person_of(account)
    if person is None:
        return Vote.objects.none()
    return votes().filter(
        case__state__in=("issuing", "open"),
        method__in=(Method.NAMED, Method.SECRET),
        electors__person=person,
        electors__standing=Standing.PRESENT,
    )


def roll(vote: Vote) -> list[tuple[str, list[str]]]:
    """The frozen list in groups with names; a named vote that is closed says who pressed what. One query.

    While a vote is open nobody sees how somebody pressed.
    """
    rows = list(vote.electors.select_related("ballot").order_by("place"))
    present = [one for one in rows if one.standing == Standing.PRESENT]
    if vote.method == Method.NAMED and vote.closed_at is not None:
        pressed = {one.pk: one.ballot.option for one in present if hasattr(one, "ballot")}
        groups = [
            (label, [one.name for one in present if pressed.get(one.pk) == option])
            for option, label in Option.choices
        ]
        groups.append(("未按表决器", [one.name for one in present if one.pk not in pressed]))
    else:
        groups = [("到会并参加表决", [one.name for one in present])]
    groups.append(("未到会", [one.name for one in rows if one.standing == Standing.ABSENT]))
    excluded = [f"{one.name}（{one.reason}）" for one in rows if one.standing == Standing.EXCLUDED]
    return [*groups, ("不参加这次表决", excluded)] if excluded else groups


def hall(vote_id: int) -> dict[str, int | str]:
    """What the hall sees while it runs: how many are there and have pressed, never how."""
    found = (
        Vote.objects.filter(pk=vote_id)
        .annotate(
            pressed=Count("electors__ballot", filter=Q(electors__standing="present")),
            given=Count("electors", filter=Q(electors__issued=True)),
        )
        .select_related("case")
        .get()
    )
    secret = found.method == Method.SECRET
    return {
        "state": found.flow.state,
        "label": found.flow.state_label,
        "present": found.present or 0,
        "issued": found.given if found.issued is None else found.issued,
        "pressed": box.count(vote_id) if secret else found.pressed,
        "words": str(found.verdict.get("words", "")),
    }
