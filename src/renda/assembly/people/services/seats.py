"""Deputies' seats: who is a deputy of which term, in which delegation."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import ProtectedError

from renda.assembly.people import entries
from renda.assembly.people.errors import PeopleError
from renda.assembly.people.models import Delegation, Membership, Person, Role, Term
from renda.assembly.people.services.common import checked, permit, person_ref, validate, write
from renda.assembly.people.services.congresses import term_title
from renda.assembly.people.services.persons import change_person, create_person
from renda.kernel.identity import api as identity
from renda.kernel.record.api import Origin

if TYPE_CHECKING:
    from renda.kernel.identity.api import Account


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


def correct_seat(
    seat: Membership, *, actor: Account | None, origin: Origin | None = None, **fields: Any
) -> Membership:
    """Correct what was registered wrongly of a seat.

    Args:
        fields: any of delegation, district, certificate.
    """
    if unknown := set(fields) - {"delegation", "district", "certificate"}:
        raise TypeError(f"no such field: {sorted(unknown)}")
    with transaction.atomic():
        Membership.objects.select_for_update().get(pk=seat.pk)
        held = Membership.objects.select_related("person", "delegation", "term").get(pk=seat.pk)
        permit("people.deputies", actor, held)
        changes = []
        for key, value in fields.items():
            before = getattr(held, key)
            if before != value:
                setattr(held, key, value)
                label = str(Membership._meta.get_field(key).verbose_name)  # type: ignore[union-attr]
                changes.append([label, str(before or ""), str(value or "")])
        if changes:
            if held.delegation is not None and held.delegation.term_id != held.term_id:
                raise PeopleError(f"“{held.delegation.name}”不是同一届的代表团。")
            validate(held)
            with checked(held):
                held.save(update_fields=list(fields))
            write(entries.SeatCorrected(changes), person_ref(held.person), actor, origin)
    return held


def withdraw_seat(seat: Membership, *, actor: Account | None) -> None:
    """Take back a seat that was entered by mistake, and the person if nothing else is known of him or her.

    Raises:
        PeopleError: the deputy has acted already; then the seat can only be ended.
    """
    with transaction.atomic():
        held = Membership.objects.select_for_update().get(pk=seat.pk)
        person = Person.objects.get(pk=held.person_id)
        permit("people.deputies", actor, held)
        ref = person_ref(person)
        try:
            held.delete()
            if not Membership.objects.filter(person=person).exists():
                person.delete()
                identity.vault_shred(ref, actor=actor, reason="登记有误，已撤销")
        except ProtectedError as error:
            raise PeopleError(f"“{ref.title}”已经办过事，不能撤销登记，请改为终止资格或逐条更正。") from error
        write(entries.ImportUndone(f"代表“{ref.title}”"), ref, actor)


def seat_new_person(term: Term, *, actor: Account | None, person: dict[str, Any], **seat: Any) -> Membership:
    """Register a person and the seat in one transaction.

    Args:
        person: arguments of ``create_person``, ``name`` among them.
        seat: arguments of ``seat_deputy``.
    """
    fields = dict(person)
    with transaction.atomic():
        made = create_person(fields.pop("name"), actor=actor, **fields)
        return seat_deputy(made, term, actor=actor, **seat)


def correct_deputy(
    seat: Membership, *, actor: Account | None, person: dict[str, Any], **fields: Any
) -> Membership:
    """Correct person and seat in one transaction; see ``change_person`` and ``correct_seat``."""
    with transaction.atomic():
        change_person(seat.person, actor=actor, **person)
        return correct_seat(seat, actor=actor, **fields)
