"""Congresses, terms, sessions: what is in force on a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from renda.assembly.people.models import Congress, CongressSession, Delegation, DeputyGroup, Term
from renda.assembly.people.readings import chinese_number
from renda.kernel import clock
from renda.kernel.identity import api as identity

if TYPE_CHECKING:
    from renda.kernel.identity.api import Account


@dataclass(frozen=True, slots=True)
class SessionState:
    """Whether the congress sits on a day (会议期间) or not (闭会期间).

    Args:
        day: the day asked about.
        in_session: True from the opening to the closing day, the preparatory meeting included.
        session: the session that is on, else the last one that was (None before the first).
        upcoming: the next session that is known, where the congress does not sit.
        term: the term of the day; None where the day lies in no term.
    """

    day: dt.date
    in_session: bool
    session: CongressSession | None
    upcoming: CongressSession | None
    term: Term | None

    @property
    def label(self) -> str:
        """会议期间 or 闭会期间."""
        return "会议期间" if self.in_session else "闭会期间"

    @property
    def title(self) -> str:
        """第十四届第三次会议期间 or 第十四届第三次会议闭会期间, as in the heading of a return."""
        if self.session is None:
            return self.label
        session = (
            f"第{chinese_number(self.session.term.number)}届第{chinese_number(self.session.number)}次会议"
        )
        return f"{session}{'期间' if self.in_session else '闭会期间'}"


def congress(id: int) -> Congress:
    """One congress with its division and organ.

    Raises:
        Congress.DoesNotExist: there is none with this id.
    """
    return Congress.objects.select_related("division", "organisation").get(pk=id)


def congresses() -> QuerySet[Congress]:
    """All congresses of the installation, by division code."""
    return Congress.objects.select_related("division", "organisation")


def current_term(congress: Congress, day: dt.date | None = None) -> Term | None:
    """The term that covers a day (default: today). Where two meet on one day the later one."""
    on = day or clock.today()
    return (
        Term.objects.filter(Q(ends__isnull=True) | Q(ends__gte=on), congress=congress, begins__lte=on)
        .select_related("congress")
        .order_by("-begins")
        .first()
    )


def term(id: int) -> Term:
    """One term with its congress.

    Raises:
        Term.DoesNotExist: there is none with this id.
    """
    return Term.objects.select_related("congress").get(pk=id)


def terms(congress: Congress) -> QuerySet[Term]:
    """The terms of a congress, newest first, with their sessions."""
    return Term.objects.filter(congress=congress).prefetch_related("sessions")


def session_on(congress: Congress, day: dt.date | None = None) -> SessionState:
    """Whether the congress sits on a day (default: today), from the sessions' dates.

    The preparatory meeting belongs to the session. A session without a closing day goes on until one is set.
    """
    on = day or clock.today()
    sessions = list(
        CongressSession.objects.filter(term__congress=congress)
        .select_related("term", "term__congress")
        .order_by("opens")
    )
    current = last = upcoming = None
    for session in sessions:
        begins = session.preparatory or session.opens
        if begins > on:
            upcoming = upcoming or session
        else:
            last = session
            current = session if session.closes is None or on <= session.closes else None
    return SessionState(
        day=on,
        in_session=current is not None,
        session=current or last,
        upcoming=None if current else upcoming,
        term=current_term(congress, on),
    )


def delegations(term: Term) -> QuerySet[Delegation]:
    """The delegations of a term in their order."""
    return Delegation.objects.filter(term=term).order_by("order", "id")


def delegation(id: int) -> Delegation:
    """One delegation.

    Raises:
        Delegation.DoesNotExist: there is none with this id.
    """
    return Delegation.objects.select_related("term", "term__congress").get(pk=id)


def deputy_groups(term: Term) -> QuerySet[DeputyGroup]:
    """The deputy groups of a term with their members in stroke order."""
    return (
        DeputyGroup.objects.filter(term=term)
        .select_related("delegation", "term")
        .prefetch_related("members__membership__person")
    )


def congress_for(account: Account) -> Congress | None:
    """The congress whose work an account does: by its roles, its seat, else the first of the installation."""
    found = {c.pk: c for c in congresses()}
    for holder in sorted(identity.holders(account)):
        scope = holder.partition("@")[2]
        for congress in found.values():
            if identity.within(scope, f"congress:{congress.pk}"):
                return congress
    return next(iter(found.values()), None)
