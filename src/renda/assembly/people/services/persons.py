"""Persons: their names and data, their account, and what they are in organs other than the congress."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import transaction

from renda.assembly.people import entries
from renda.assembly.people.errors import PeopleError
from renda.assembly.people.models import EndReason, Gender, Membership, Organisation, Person, Post, Role
from renda.assembly.people.services.common import checked, permit, person_ref, validate, write
from renda.assembly.people.strokes import stroke_key
from renda.kernel.identity import api as identity
from renda.kernel.record.api import Origin

if TYPE_CHECKING:
    from renda.kernel.identity.api import Account

PRIVATE = ("phone", "citizen_id", "birth_date")
_PLAIN = ("name", "gender", "ethnicity", "party", "education", "occupation", "image")


def set_name(person: Person, name: str) -> None:
    """The name and its place in the official order; not saved."""
    clean = " ".join(name.split())
    if not clean:
        raise PeopleError("请填写姓名。")
    # Spaces between the characters of a Han name are layout (张　三), those of a Latin name are not.
    if not any(c.isascii() and c.isalpha() for c in clean):
        clean = clean.replace(" ", "")
    key = stroke_key(clean)
    person.name, person.stroke_key, person.stroke_gap = clean, key.key, key.missing


def create_person(
    name: str,
    *,
    actor: Account | None,
    gender: str = Gender.UNKNOWN,
    ethnicity: str = "",
    party: str = "",
    education: str = "",
    occupation: str = "",
    phone: str = "",
    citizen_id: str = "",
    birth_date: str = "",
    origin: Origin | None = None,
) -> Person:
    """Register a person; telephone, citizen ID and date of birth go to the vault.

    Raises:
        PeopleError: no name.
        IdentityError: a number or date that cannot be right.
    """
    person = Person(
        gender=gender, ethnicity=ethnicity, party=party, education=education, occupation=occupation
    )
    set_name(person, name)
    with transaction.atomic():
        permit("people.deputies", actor)
        validate(person)
        person.save()
        write(entries.PersonCreated(person.name), person_ref(person), actor, origin)
        _put_private(person, {"phone": phone, "citizen_id": citizen_id, "birth_date": birth_date})
    return person


def _put_private(person: Person, values: dict[str, str]) -> list[str]:
    """Store personal data; returns the labels of what changed. A former value leaves the vault."""
    changed = []
    for kind, value in values.items():
        if not value:
            continue
        former = getattr(person, kind)
        if former is not None and former in identity.vault_find(kind, value):
            continue
        setattr(person, kind, identity.vault_put(kind, value, person_ref(person)))
        if former is not None:
            identity.vault_remove(former)
        changed.append(kind)
    if changed:
        person.save(update_fields=changed)
    return [str(Person._meta.get_field(kind).verbose_name).partition("（")[0] for kind in changed]  # type: ignore[union-attr]


def change_person(
    person: Person, *, actor: Account | None, origin: Origin | None = None, **fields: Any
) -> Person:
    """Correct a person's data.

    Args:
        fields: any of name, gender, ethnicity, party, education, occupation, image, phone, citizen_id,
            birth_date; empty personal data changes nothing.
    """
    if unknown := set(fields) - {*_PLAIN, *PRIVATE}:
        raise TypeError(f"no such field: {sorted(unknown)}")
    with transaction.atomic():
        held = Person.objects.select_for_update().get(pk=person.pk)
        permit("people.deputies", actor, held)
        changed, name_before = [], ""
        for key in _PLAIN:
            if key not in fields or getattr(held, key) == fields[key]:
                continue
            if key == "name":
                before = held.name
                set_name(held, fields["name"])
                if held.name == before:
                    continue
                name_before = before
            else:
                setattr(held, key, fields[key])
            changed.append(str(Person._meta.get_field(key).verbose_name))  # type: ignore[union-attr]
        if changed:
            validate(held)
            held.save()
        changed += _put_private(held, {k: fields[k] for k in PRIVATE if k in fields})
        if changed:
            write(entries.PersonChanged(changed, name_before), person_ref(held), actor, origin)
    return held


def link_account(person: Person, account: Account | None, *, actor: Account | None) -> None:
    """Say which account is this person's; None takes the link away.

    Raises:
        PeopleError: the account is another person's.
    """
    with transaction.atomic():
        held = Person.objects.select_for_update().get(pk=person.pk)
        permit("people.deputies", actor, held)
        if account is not None:
            other = Person.objects.filter(account_id=account.pk).exclude(pk=held.pk).first()
            if other is not None:
                raise PeopleError(f"这个账号已关联“{other.name}”，请先解除。")
        held.account_id = account.pk if account is not None else None
        held.save(update_fields=["account"])
        person.account_id = held.account_id
        write(entries.AccountLinked(held.account_id), person_ref(held), actor)


def appoint(
    person: Person,
    organisation: Organisation,
    role: str,
    start: dt.date,
    *,
    actor: Account | None,
    post: str = "",
    order: int = 100,
    origin: Origin | None = None,
) -> Membership:
    """Give a person a place in an organ (not a deputy's seat: ``seat_deputy``).

    Args:
        post: its name (局长); made a post of the organ where it is new.
        order: of a new post among the organ's posts.
    """
    if role == Role.DEPUTY:
        raise PeopleError("代表资格请在代表名册中登记。")
    with transaction.atomic():
        permit("people.deputies", actor, person)
        if not organisation.exists_on(start):
            raise PeopleError(f"“{organisation.name}”在 {start} 不存在，请核对任职日期或机构。")
        place = None
        if post:
            place, _ = Post.objects.get_or_create(
                organisation=organisation, label=post, defaults={"role": role, "order": order}
            )
        row = Membership(person=person, organisation=organisation, role=role, start=start, post=place)
        validate(row)
        with checked(row):
            row.save()
        entry = entries.Appointed(person.pk, organisation.name, Role(role).label, post, start)
        write(entry, person_ref(person), actor, origin, start)
    return row


def end_membership(
    membership: Membership,
    day: dt.date,
    reason: str,
    *,
    actor: Account | None,
    note: str = "",
    origin: Origin | None = None,
) -> Membership:
    """End a membership.

    Args:
        day: first day outside.
        reason: one of ``EndReason``; for deputies by 代表法 第六十二条 (2025).
        note: the decision, the announcement.
    """
    with transaction.atomic():
        held = Membership.objects.select_for_update().get(pk=membership.pk)
        person = Person.objects.get(pk=held.person_id)
        organ = Organisation.objects.get(pk=held.organisation_id)
        permit("people.deputies", actor, held)
        if held.end is not None:
            raise PeopleError(f"{person.name}的这项任职已于 {held.end} 结束。")
        if day < held.start:
            raise PeopleError(f"结束日期 {day} 早于开始日期 {held.start}，请核对。")
        held.end, held.end_reason, held.end_note = day, reason, note[:200]
        validate(held)
        held.save(update_fields=["end", "end_reason", "end_note"])
        held.group_places.filter(until__isnull=True).update(until=day)
        entry = entries.MembershipEnded(
            person.pk, organ.name, Role(held.role).label, day, EndReason(reason).label, note
        )
        write(entry, person_ref(person), actor, origin, day)
    return held
