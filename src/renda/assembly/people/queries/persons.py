"""People, their memberships, and the deputies of a term in official order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db.models import Count, F, Q, QuerySet

from renda.assembly.people.models import (
    Congress,
    Delegation,
    Membership,
    Organisation,
    Person,
    Role,
    Term,
)
from renda.kernel import clock
from renda.kernel.identity import api as identity


def in_force(on: dt.date) -> Q:
    """The condition that a membership is in force on a day."""
    return Q(start__lte=on) & (Q(end__isnull=True) | Q(end__gt=on))


def person(id: int) -> Person:
    """One person.

    Raises:
        Person.DoesNotExist: there is none with this id.
    """
    return Person.objects.get(pk=id)


def persons(ids: Iterable[int]) -> dict[int, Person]:
    """Persons by id, in one query."""
    return Person.objects.in_bulk(list(set(ids)))


def person_of(account: object) -> Person | None:
    """The person an account belongs to."""
    pk = getattr(account, "pk", None)
    return Person.objects.filter(account_id=pk).first() if pk else None


def account_of(person: Person) -> identity.Account | None:
    """The account that is this person's."""
    if person.account_id is None:
        return None
    return identity.Account.objects.filter(pk=person.account_id).first()


def _deputy_rows() -> QuerySet[Membership]:
    return Membership.objects.filter(role=Role.DEPUTY).select_related(
        "person", "delegation", "term", "term__congress", "organisation"
    )


def deputies(
    term: Term, delegation: Delegation | None = None, *, on: dt.date | None = None, former: bool = False
) -> QuerySet[Membership]:
    """The deputies of a term by delegation, each delegation in stroke order.

    Args:
        term: the term.
        delegation: only this one.
        on: those in office on this day (default: today, or the term's last day if that is past).
        former: all who ever were deputies of the term, those who left included.
    """
    rows = _deputy_rows().filter(term=term)
    if delegation is not None:
        rows = rows.filter(delegation=delegation)
    if not former:
        day = on or (term.ends if term.ends and term.ends < clock.today() else clock.today())
        # Those elected before the term begins are its deputies from its first day on.
        rows = rows.filter(Q(end__isnull=True) | Q(end__gt=day), start__lte=max(day, term.begins))
    return rows.order_by(F("delegation__order").asc(nulls_last=True), "person__stroke_key", "id")


def deputies_of(account: object, on: dt.date | None = None) -> list[Membership]:
    """All seats of the account's person on a day: one may be a deputy at two levels."""
    pk = getattr(account, "pk", None)
    if not pk:
        return []
    rows = _deputy_rows().filter(in_force(on or clock.today()), person__account_id=pk)
    return list(rows.order_by("term__congress__level", "id"))


def deputy_of(
    account: object, congress: Congress | None = None, on: dt.date | None = None
) -> Membership | None:
    """The account's seat on a day, in one congress where given; of several the highest level's.

    Returns:
        The membership with ``person``, ``delegation``, ``term`` and ``term.congress`` loaded, or None.
    """
    seats = deputies_of(account, on)
    if congress is not None:
        seats = [seat for seat in seats if seat.term and seat.term.congress_id == congress.pk]
    order = {"city": 0, "county": 1, "township": 2}
    return min(seats, key=lambda s: order[s.term.congress.level] if s.term else 9, default=None)


def membership(id: int) -> Membership:
    """One membership with all that a page shows of it.

    Raises:
        Membership.DoesNotExist: there is none with this id.
    """
    return Membership.objects.select_related(
        "person", "delegation", "term", "term__congress", "organisation", "post"
    ).get(pk=id)


def memberships(ids: Iterable[int]) -> dict[int, Membership]:
    """Memberships by id with persons and delegations, in one query."""
    return Membership.objects.select_related("person", "delegation", "term", "organisation").in_bulk(
        list(set(ids))
    )


def memberships_of(person: Person) -> QuerySet[Membership]:
    """Everything a person is and was, newest first."""
    return (
        Membership.objects.filter(person=person)
        .select_related("organisation", "post", "term", "term__congress", "delegation")
        .order_by("-start", "-id")
    )


def members(organ: Organisation, on: dt.date | None = None, role: str | None = None) -> QuerySet[Membership]:
    """Who is in an organ on a day (default: today), by post and stroke order."""
    rows = Membership.objects.filter(in_force(on or clock.today()), organisation=organ)
    if role:
        rows = rows.filter(role=role)
    return rows.select_related("person", "post").order_by(
        F("post__order").asc(nulls_last=True), "person__stroke_key", "id"
    )


def seated(organ: Organisation, roles: Sequence[str]) -> list[Membership]:
    """Who sits in an organ today in one of these offices: by office, then as listed; each person once, in the
    first of his offices."""
    rows = sorted((one for one in members(organ) if one.role in roles), key=lambda one: roles.index(one.role))
    return list({one.person_id: one for one in reversed(rows)}.values())[::-1]


def find_deputies(names: Iterable[str], term: Term, on: dt.date | None = None) -> dict[str, list[Membership]]:
    """Deputies of a term by written name, for imports: one query; namesakes come as several."""
    wanted = {name: "".join(name.split()) for name in names}
    rows = deputies(term, on=on, former=True).filter(person__name__in=set(wanted.values()))
    by_name: dict[str, list[Membership]] = {}
    for row in rows:
        by_name.setdefault(row.person.name, []).append(row)
    return {text: by_name.get(name, []) for text, name in wanted.items()}


def count_deputies(term: Term, on: dt.date | None = None) -> dict[int | None, int]:
    """Deputies in office by delegation id (None: without one), in one query: the base of every rate."""
    rows = deputies(term, on=on).order_by().values("delegation").annotate(n=Count("id"))
    return {row["delegation"]: row["n"] for row in rows}


def count_seats(term: Term, on: dt.date | None = None) -> int:
    """How many deputies the term has in office: the base of quorums and of joint proposals."""
    return deputies(term, on=on).order_by().count()


def seats_of(person_ids: Iterable[int], term: Term, on: dt.date | None = None) -> dict[int, Membership]:
    """The seats of these persons in a term by person id, in one query; who is no deputy is absent."""
    rows = deputies(term, on=on).filter(person__in=list(set(person_ids)))
    return {row.person_id: row for row in rows}


def congress_ids_of_deputies(person_ids: Iterable[int], on: dt.date | None = None) -> list[int]:
    """The congresses in which any of these persons is a deputy on a day (default: today)."""
    rows = Membership.objects.filter(
        in_force(on or clock.today()), role=Role.DEPUTY, person__in=list(set(person_ids))
    )
    return sorted(set(rows.values_list("term__congress_id", flat=True)) - {None})
