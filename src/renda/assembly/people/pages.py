"""What rooms add to the pages of an organ or a person: a link with its count (承办的建议 12 件)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from renda.assembly.people.models import Organisation, Person
from renda.kernel.ui.api import Tab

if TYPE_CHECKING:
    from renda.kernel.identity.api import Account

OrganLinks = Callable[[Organisation, "Account"], Iterable[Tab]]
PersonLinks = Callable[[Person, "Account"], Iterable[Tab]]
_organ: list[OrganLinks] = []
_person: list[PersonLinks] = []


def on_organ_page(func: OrganLinks) -> OrganLinks:
    """Register what a room has to say of an organ: ``func(organ, account)`` gives ``ui.api.Tab`` links.

    Called once when the page is drawn: only what the account may see, in a constant number of queries.
    """
    if func not in _organ:
        _organ.append(func)
    return func


def on_person_page(func: PersonLinks) -> PersonLinks:
    """The same for the page of a deputy."""
    if func not in _person:
        _person.append(func)
    return func


def organ_links(organ: Organisation, account: Account) -> list[Tab]:
    """All rooms' links for an organ, in order of registration."""
    return [tab for func in _organ for tab in func(organ, account)]


def person_links(person: Person, account: Account) -> list[Tab]:
    """All rooms' links for a person, in order of registration."""
    return [tab for func in _person for tab in func(person, account)]
