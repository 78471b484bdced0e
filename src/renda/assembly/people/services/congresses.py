"""Congresses, terms, sessions, delegations, deputies' seats and the roll-over to a new term."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from renda.assembly.people import entries
from renda.assembly.people.errors import PeopleError
from renda.assembly.people.models import (
    Congress,
    CongressSession,
    Delegation,
    DeputyGroup,
    Division,
    EndReason,
    GroupMember,
    Level,
    Membership,
    Organisation,
    Person,
    Role,
    Term,
)
from renda.assembly.people.queries.congresses import chinese_number
from renda.assembly.people.services.common import checked, congress_ref, permit, person_ref, validate, write
from renda.assembly.people.services.persons import end_membership
from renda.kernel.record.api import Origin

if TYPE_CHECKING:
    from renda.kernel.identity.api import Account


def term_title(term: Term) -> str:
    """第十四届."""
    return f"第{chinese_number(term.number)}届"


def create_congress(
    name: str,
    level: str,
    division: Division,
    organisation: Organisation,
    *,
    actor: Account | None,
    origin: Origin | None = None,
) -> Congress:
    """Set up a congress of one level; its organ is registered first."""
    congress = Congress(name=name.strip(), level=level, division=division, organisation=organisation)
    with transaction.atomic():
        permit("people.congress", actor)
        validate(congress)
        with checked(congress):
            congress.save()
        entry = entries.CongressCreated(congress.name, Level(level).label, division.name)
        write(entry, congress_ref(congress), actor, origin)
    return congress


def open_term(
    congress: Congress,
    number: int,
    begins: dt.date,
    *,
    actor: Account | None,
    ends: dt.date | None = None,
    origin: Origin | None = None,
) -> Term:
    """Begin a term; terms of a congress never overlap.

    Raises:
        PeopleError: another term covers one of its days; end it first (or roll over, which does both).
    """
    with transaction.atomic():
        permit("people.congress", actor, congress)
        Congress.objects.select_for_update().get(pk=congress.pk)
        term = Term(congress=congress, number=number, begins=begins, ends=ends)
        for other in Term.objects.filter(congress=congress):
            other_end, end = other.ends or dt.date.max, ends or dt.date.max
            if other.begins <= end and begins <= other_end:
                raise PeopleError(f"与第{chinese_number(other.number)}届的任期重叠，请先登记其届满日期。")
        validate(term)
        with checked(term):
            term.save()
        write(entries.TermOpened(term_title(term), begins), congress_ref(congress), actor, origin, begins)
    return term


def end_term(term: Term, ends: dt.date, *, actor: Account | None, origin: Origin | None = None) -> Term:
    """Say on which day a term ended (its last day)."""
    with transaction.atomic():
        held = Term.objects.select_for_update().select_related("congress").get(pk=term.pk)
        permit("people.congress", actor, held)
        held.ends = ends
        validate(held)
        if CongressSession.objects.filter(term=held, opens__gt=ends).exists():
            raise PeopleError("届满日期早于本届已登记的会议，请核对。")
        with checked(held):
            held.save(update_fields=["ends"])
        write(entries.TermEnded(term_title(held), ends), congress_ref(held.congress), actor, origin, ends)
    return held


def set_session(
    term: Term,
    number: int,
    opens: dt.date,
    *,
    actor: Account | None,
    closes: dt.date | None = None,
    preparatory: dt.date | None = None,
    origin: Origin | None = None,
) -> CongressSession:
    """Register a session of the congress, or correct its days.

    Whether a suggestion is one of the session or of the recess is computed from these days when it is
    submitted, and stays as it was then.
    """
    with transaction.atomic():
        held = Term.objects.select_for_update().select_related("congress").get(pk=term.pk)
        permit("people.congress", actor, held)
        session = CongressSession.objects.filter(term=held, number=number).first()
        session = session or CongressSession(term=held, number=number)
        session.opens, session.closes, session.preparatory = opens, closes, preparatory
        first = preparatory or opens
        if not held.covers(first):
            raise PeopleError(f"会期 {first} 不在{term_title(held)}任期之内，请核对。")
        last = closes or opens
        for other in CongressSession.objects.filter(term=held).exclude(number=number):
            if (other.preparatory or other.opens) <= last and first <= (other.closes or other.opens):
                raise PeopleError(f"与第{chinese_number(other.number)}次会议的会期重叠，请核对。")
            if (other.number < number) != (other.opens < opens):
                raise PeopleError(f"会期与第{chinese_number(other.number)}次会议的先后不符，请核对。")
        validate(session)
        with checked(session):
            session.save()
        title = f"{term_title(held)}第{chinese_number(number)}次会议"
        entry = entries.SessionSet(title, opens, closes, preparatory)
        write(entry, congress_ref(held.congress), actor, origin)
    return session


def create_delegation(
    term: Term,
    name: str,
    *,
    actor: Account | None,
    order: int | None = None,
    division: Division | None = None,
    origin: Origin | None = None,
) -> Delegation:
    """Set up a delegation; by default after those that exist."""
    with transaction.atomic():
        held = Term.objects.select_for_update().select_related("congress").get(pk=term.pk)
        permit("people.congress", actor, held)
        place = order if order is not None else Delegation.objects.filter(term=held).count() + 1
        delegation = Delegation(term=held, name=name.strip(), order=place, division=division)
        validate(delegation)
        with checked(delegation):
            delegation.save()
        entry = entries.DelegationSet(term_title(held), delegation.name)
        write(entry, congress_ref(held.congress), actor, origin)
    return delegation


def seat_deputy(
    person: Person,
    term: Term,
    *,
    actor: Account | None,
    delegation: Delegation | None = None,
    district: str = "",
    certificate: str = "",
    start: dt.date | None = None,
    by_election: bool = False,
    origin: Origin | None = None,
) -> Membership:
    """Make a person a deputy of a term.

    Args:
        district: electoral district, or the body that elected (县、区人大) for indirect elections.
        certificate: number of the deputy's card (代表法 第四十九条).
        start: first day in office; the term's first day by default.
        by_election: elected to a vacant seat (补选).

    Raises:
        PeopleError: already a deputy of the term, a delegation of another term, a day outside the term.
    """
    with transaction.atomic():
        permit("people.deputies", actor, term)
        held = Term.objects.select_related("congress", "congress__organisation").get(pk=term.pk)
        if delegation is not None and delegation.term_id != held.pk:
            raise PeopleError(f"“{delegation.name}”不是{term_title(held)}的代表团。")
        first = start or held.begins
        if not held.covers(first):
            raise PeopleError(f"{first} 不在{term_title(held)}任期之内，请核对开始日期。")
        row = Membership(
            person=person,
            organisation=held.congress.organisation,
            role=Role.DEPUTY,
            term=held,
            delegation=delegation,
            district=district.strip(),
            certificate=certificate.strip(),
            start=first,
        )
        validate(row)
        with checked(row):
            row.save()
        entry = entries.Seated(
            person.pk,
            held.congress.name,
            term_title(held),
            delegation.name if delegation else "",
            row.district,
            first,
            by_election,
        )
        write(entry, person_ref(person), actor, origin, first)
    return row


def change_delegation(
    seat: Membership, delegation: Delegation, *, actor: Account | None, reason: str = ""
) -> Membership:
    """Move a deputy to another delegation of the same term."""
    with transaction.atomic():
        held = Membership.objects.select_for_update().get(pk=seat.pk)
        full = Membership.objects.select_related("person", "delegation", "term").get(pk=held.pk)
        permit("people.deputies", actor, full)
        if delegation.term_id != full.term_id:
            raise PeopleError(f"“{delegation.name}”不是同一届的代表团。")
        before = full.delegation.name if full.delegation else ""
        if full.delegation_id != delegation.pk:
            full.delegation = delegation
            full.save(update_fields=["delegation"])
            entry = entries.DelegationChanged(before, delegation.name, reason)
            write(entry, person_ref(full.person), actor)
    return full


@dataclass(frozen=True, slots=True)
class RollOver:
    """What a roll-over did."""

    term: Term
    delegations: dict[int, Delegation]
    continuing: list[Membership]
    leaving: int


def roll_over(
    former: Term,
    number: int,
    begins: dt.date,
    *,
    actor: Account | None,
    continuing: Iterable[int] = (),
    keep_delegations: bool = True,
    origin: Origin | None = None,
) -> RollOver:
    """Begin a new term: delegations are copied, chosen deputies go on, the seats of the others end.

    Args:
        number: of the new term.
        begins: its first day; the former term ends the day before.
        continuing: ids of memberships of the former term whose deputies were elected again.
        keep_delegations: copy names, order and divisions of the delegations.

    Raises:
        PeopleError: a chosen membership is not an open one of the former term.
    """
    chosen = set(continuing)
    with transaction.atomic():
        held = Term.objects.select_for_update().select_related("congress").get(pk=former.pk)
        permit("people.congress", actor, held)
        seats = list(
            Membership.objects.filter(term=held, role=Role.DEPUTY, end__isnull=True)
            .select_related("person", "delegation")
            .order_by("pk")
        )
        if foreign := chosen - {seat.pk for seat in seats}:
            raise PeopleError(f"选择中有 {len(foreign)} 名不是{term_title(held)}的现任代表，请刷新名册。")
        last_day = begins - dt.timedelta(days=1)
        if held.ends is None or held.ends > last_day:
            end_term(held, last_day, actor=actor, origin=origin)
        term = open_term(held.congress, number, begins, actor=actor, origin=origin)
        copies: dict[int, Delegation] = {}
        if keep_delegations:
            for old in Delegation.objects.filter(term=held).select_related("division"):
                copies[old.pk] = create_delegation(
                    term, old.name, actor=actor, order=old.order, division=old.division, origin=origin
                )
        again = []
        for seat in seats:
            end_membership(seat, max(begins, seat.start), EndReason.TERM_END, actor=actor, origin=origin)
            if seat.pk in chosen:
                again.append(
                    seat_deputy(
                        seat.person,
                        term,
                        actor=actor,
                        delegation=copies.get(seat.delegation_id or 0),
                        district=seat.district,
                        origin=origin,
                    )
                )
        entry = entries.RolledOver(
            term_title(held), term_title(term), len(copies), len(again), len(seats) - len(again)
        )
        write(entry, congress_ref(held.congress), actor, origin)
    return RollOver(term, copies, again, len(seats) - len(again))


def create_group(
    term: Term, name: str, *, actor: Account | None, delegation: Delegation | None = None
) -> DeputyGroup:
    """Set up a deputy group (代表小组)."""
    with transaction.atomic():
        held = Term.objects.select_related("congress").get(pk=term.pk)
        permit("people.congress", actor, held)
        group = DeputyGroup(term=held, name=name.strip(), delegation=delegation)
        validate(group)
        with checked(group):
            group.save()
        write(entries.GroupChanged(group.name, [], []), congress_ref(held.congress), actor)
    return group


def set_group_members(
    group: DeputyGroup,
    memberships: Iterable[Membership],
    day: dt.date,
    *,
    actor: Account | None,
    leader: Membership | None = None,
) -> None:
    """Say who is in a group from a day on; who is not named any more leaves that day."""
    wanted = {m.pk: m for m in memberships}
    with transaction.atomic():
        held = DeputyGroup.objects.select_for_update().get(pk=group.pk)
        term = Term.objects.select_related("congress").get(pk=held.term_id)
        permit("people.congress", actor, term)
        if any(m.term_id != held.term_id or m.role != Role.DEPUTY for m in wanted.values()):
            raise PeopleError("小组成员只能是本届代表。")
        present = {p.membership_id: p for p in held.members.filter(until__isnull=True)}
        left = [place for pk, place in present.items() if pk not in wanted]
        names = dict(
            Membership.objects.filter(pk__in=[p.membership_id for p in left]).values_list(
                "pk", "person__name"
            )
        )
        for place in left:
            place.until = max(day, place.since)
            place.save(update_fields=["until"])
        joined = []
        for pk, member in wanted.items():
            leads = leader is not None and leader.pk == pk
            if pk in present:
                if present[pk].leads != leads:
                    present[pk].leads = leads
                    present[pk].save(update_fields=["leads"])
                continue
            GroupMember.objects.create(group=held, membership=member, since=day, leads=leads)
            joined.append(member.person.name)
        entry = entries.GroupChanged(held.name, joined, [names[p.membership_id] for p in left])
        write(entry, congress_ref(term.congress), actor)
