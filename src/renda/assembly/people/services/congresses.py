"""Congresses, their terms, sessions and delegations."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction

from renda.assembly.people import entries
from renda.assembly.people.errors import PeopleError
from renda.assembly.people.models import (
    Classification,
    Congress,
    CongressSession,
    Delegation,
    Division,
    Level,
    Organisation,
    Term,
)
from renda.assembly.people.readings import chinese_number, full_code, parent_codes
from renda.assembly.people.services.common import checked, congress_ref, permit, validate, write
from renda.assembly.people.services.organisations import create_division, create_organisation
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


def set_up_congress(
    name: str, level: str, code: str, place: str, *, actor: Account | None, origin: Origin | None = None
) -> Congress:
    """Put a congress into service: its division and its organ are registered where they are not yet.

    Args:
        name: as it is called in full.
        code: of its division, six or nine digits; ``place`` is the division's name, used where it is new.
    """
    with transaction.atomic():
        permit("people.setup", actor)
        digits = full_code(code)
        division = Division.objects.filter(code=digits).first()
        if division is None:
            above = Division.objects.filter(code__in=parent_codes(digits)).order_by("-code").first()
            division = create_division(digits, place, parent=above)
        if Congress.objects.filter(division=division).exists():
            raise PeopleError(f"{division.name}已经建立了人大，不能重复建立。")
        organ = Organisation.objects.filter(name=name.strip(), division=division).first()
        organ = organ or create_organisation(
            name, Classification.CONGRESS, actor=actor, division=division, origin=origin
        )
        return create_congress(name, level, division, organ, actor=actor, origin=origin)


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
