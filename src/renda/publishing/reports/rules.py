"""The arithmetic of the work report: which of a year's entries a figure counts. Pure, without a database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from renda.kernel.record.api import Stored

Pick = Callable[[Sequence[Stored]], list[Stored]]


@dataclass(frozen=True, slots=True)
class Counted:
    """What a figure of the report says.

    Args:
        value: the number.
        ids: the entries behind it, in the order of their happening.
        base: of how many; None where the number stands for itself.
    """

    value: int
    ids: tuple[int, ...]
    base: int | None = None


def said(stored: Stored, name: str) -> Any:
    """A field of an entry. Rooms keep their entry classes to themselves; the fields are what is recorded."""
    return getattr(stored.entry, name)


def kind(stored: Stored) -> str:
    return type(stored.entry).KIND


def thing(stored: Stored) -> tuple[str, str]:
    """What the entry is about, whatever it was called on the way."""
    return stored.subject.kind, stored.subject.id


def standing(
    entries: Iterable[Stored],
    begins: frozenset[str],
    ends: frozenset[str] = frozenset(),
    part: Callable[[Stored], str] = lambda stored: "",
) -> list[Stored]:
    """The acts that still held at the year's end: the last one a thing, unless a later act took it back.

    Args:
        entries: in the order of their happening.
        begins: kinds that count (办结).
        ends: kinds that take it back (重新打开).
        part: what is told apart within a thing, as the organ that replied.
    """
    last: dict[tuple[tuple[str, str], str], Stored] = {}
    for stored in entries:
        name = kind(stored)
        if name in begins:
            last[thing(stored), part(stored)] = stored
        elif name in ends:
            last.pop((thing(stored), part(stored)), None)
    return in_order(last.values())


def once_each(entries: Iterable[Stored]) -> list[Stored]:
    """One entry a thing, the last: where acts of several organs are one case."""
    return in_order({thing(stored): stored for stored in entries}.values())


def in_order(entries: Iterable[Stored]) -> list[Stored]:
    return sorted(entries, key=lambda stored: (stored.happened_at, stored.id))
