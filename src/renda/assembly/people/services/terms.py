"""Roll-over to a new term, and the deputy groups of a term."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from renda.assembly.people import entries
from renda.assembly.people.errors import PeopleError
from renda.assembly.people.models import (
    Delegation,
    DeputyGroup,
    EndReason,
    GroupMember,
    Membership,
    Role,
    Term,
)
from renda.assembly.people.services.common import checked, congress_ref, permit, validate, write
from renda.assembly.people.services.congresses import create_delegation, end_term, open_term, term_title
from renda.assembly.people.services.persons import end_membership
from renda.assembly.people.services.seats import seat_deputy
from renda.kernel.record.api import Origin

if TYPE_CHECKING:
    from renda.kernel.identity.api import Account


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
