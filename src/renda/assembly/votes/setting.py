"""Where a vote is held: the sitting says so, and who is there; votes know no sittings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from renda.kernel.identity.api import Account


@dataclass(frozen=True, slots=True)
class Setting:
    """The sitting around a vote.

    Args:
        present: persons who are signed in there now.
        may_open: whether an account may follow the link.
    """

    title: str
    url: str
    present: frozenset[int]
    may_open: Callable[[Account], bool]


Finder = Callable[[int], Setting | None]
_finders: list[Finder] = []


def on_setting(finder: Finder) -> Finder:
    """Register who knows the sitting of a vote: ``finder(vote_id)``."""
    if finder not in _finders:
        _finders.append(finder)
    return finder


def setting_of(vote_id: int) -> Setting | None:
    """The sitting in which a vote is held, if one is."""
    return next((found for finder in _finders if (found := finder(vote_id)) is not None), None)
