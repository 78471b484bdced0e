"""Where a vote is held: the sitting says so, and who is there; votes know no sittings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from renda.kernel.identity.api import Account


@dataclass(frozen=True, slots=True)
class Setting:
    """The sitting around a vote.

    Args:
        present: persons who are signed in there now.
        may_open: whether an account may follow the link.
        private: only whoever may see the sitting sees its votes.
        refusal: why a vote cannot be put there now; empty when it can.
    """

    title: str
    url: str
    present: frozenset[int]
    may_open: Callable[[Account], bool]
    private: bool = False
    refusal: str = ""


Finder = Callable[[int], Setting | None]
_finders: list[Finder] = []


def on_setting(finder: Finder) -> Finder:
    """Register who knows the sitting of a vote: ``finder(vote_id)``."""
    if finder not in _finders:
        _finders.append(finder)
    return finder


Hidden = Callable[[Account], Any]
_hidden: list[Hidden] = []


def on_hidden(func: Hidden) -> Hidden:
    """Register which votes an account does not see in lists: ``func(account)`` gives their ids."""
    if func not in _hidden:
        _hidden.append(func)
    return func


def hidden_from(account: Account) -> Q:
    """The votes of sittings that an account may not see."""
    found = Q(pk__in=[])
    for func in _hidden:
        found |= Q(pk__in=func(account))
    return found


def setting_of(vote_id: int) -> Setting | None:
    """The sitting in which a vote is held, if one is."""
    return next((found for finder in _finders if (found := finder(vote_id)) is not None), None)
