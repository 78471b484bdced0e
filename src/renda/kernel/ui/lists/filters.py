"""Filters of a list: each lives in the URL, refuses what it does not know, and says in words what it does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.db.models import Count, Q, QuerySet

from renda.kernel.ui import formats

Choices = Sequence[tuple[str, str]] | Callable[[], Iterable[tuple[str, str]]]
Apply = Callable[["QuerySet[Any]", Any], "QuerySet[Any]"]
LONGEST = 200  # characters of one value in a URL that are looked at


@dataclass(slots=True)
class Option:
    """One choice as the page offers it."""

    value: str
    label: str
    url: str = ""
    current: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """What all filters share.

    Args:
        key: its name in the URL.
        label: its name on the page.
    """

    kind: ClassVar[str] = ""

    key: str
    label: str

    @property
    def params(self) -> tuple[str, ...]:
        """Its parameters in the URL."""
        return (self.key,)

    def clean(self, values: dict[str, list[str]]) -> dict[str, list[str]]:
        """What of the URL's values it understands; anything else is left out."""
        raise NotImplementedError

    def apply(self, rows: QuerySet[Any], values: dict[str, list[str]]) -> QuerySet[Any]:
        """The rows that fit."""
        raise NotImplementedError

    def words(self, values: dict[str, list[str]]) -> str:
        """What is chosen, in words; empty when nothing is."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Choice(Filter):
    """One or several of a closed list of values.

    Args:
        field: the ORM field that the value is compared with; with ``apply`` only used for counts.
        choices: (value, label) pairs, or a function giving them.
        multiple: several may be chosen.
        counts: each choice says how many rows it would leave (one grouped query).
        apply_with: instead of comparing ``field``: a function of rows and the chosen values.
    """

    field: str = ""
    choices: Choices = ()
    multiple: bool = False
    counts: bool = False
    apply_with: Apply | None = None
    kind: ClassVar[str] = "choice"

    def offered(self) -> list[tuple[str, str]]:
        """The choices."""
        return [
            (str(value), label)
            for value, label in (self.choices() if callable(self.choices) else self.choices)
        ]

    def clean(self, values: dict[str, list[str]]) -> dict[str, list[str]]:
        known = {value for value, _ in self.offered()}
        chosen = [value for value in dict.fromkeys(values.get(self.key, [])) if value in known]
        if not self.multiple:
            chosen = chosen[-1:]
        return {self.key: chosen} if chosen else {}

    def apply(self, rows: QuerySet[Any], values: dict[str, list[str]]) -> QuerySet[Any]:
        chosen = values.get(self.key)
        if not chosen:
            return rows
        if self.apply_with is not None:
            return self.apply_with(rows, chosen)
        return rows.filter(**{f"{self.field or self.key}__in": chosen})

    def words(self, values: dict[str, list[str]]) -> str:
        labels = dict(self.offered())
        return "、".join(labels[value] for value in values.get(self.key, []))

    def tally(self, rows: QuerySet[Any]) -> dict[str, int]:
        """How many rows each value has, in one query."""
        name = self.field or self.key
        found = rows.order_by().values_list(name).annotate(n=Count("pk"))
        return {str(value): n for value, n in found}


@dataclass(frozen=True, slots=True)
class Flag(Filter):
    """One condition, on or off: 逾期, 我附议的.

    Args:
        condition: what holds when it is on; a function when it depends on today.
        counts: it says how many rows it would leave (all flags of a list together in one query).
    """

    condition: Q | Callable[[], Q] = field(default_factory=Q)
    counts: bool = True
    kind: ClassVar[str] = "flag"

    def q(self) -> Q:
        """The condition."""
        return self.condition() if callable(self.condition) else self.condition

    def clean(self, values: dict[str, list[str]]) -> dict[str, list[str]]:
        return {self.key: ["1"]} if "1" in values.get(self.key, []) else {}

    def apply(self, rows: QuerySet[Any], values: dict[str, list[str]]) -> QuerySet[Any]:
        return rows.filter(self.q()) if values.get(self.key) else rows

    def words(self, values: dict[str, list[str]]) -> str:
        return self.label if values.get(self.key) else ""


@dataclass(frozen=True, slots=True)
class Days(Filter):
    """From one day to another, either may be open; both days count.

    Args:
        field: a date field, or with ``moment`` a datetime field (days of Asia/Shanghai).
    """

    field: str = ""
    moment: bool = False
    kind: ClassVar[str] = "days"

    @property
    def params(self) -> tuple[str, ...]:
        return (f"{self.key}_from", f"{self.key}_to")

    def clean(self, values: dict[str, list[str]]) -> dict[str, list[str]]:
        kept = {}
        for name in self.params:
            day = _day(values.get(name, []))
            if day:
                kept[name] = [day.isoformat()]
        return kept

    def apply(self, rows: QuerySet[Any], values: dict[str, list[str]]) -> QuerySet[Any]:
        name = f"{self.field or self.key}__date" if self.moment else (self.field or self.key)
        since, until = (_day(values.get(param, [])) for param in self.params)
        if since:
            rows = rows.filter(**{f"{name}__gte": since})
        if until:
            rows = rows.filter(**{f"{name}__lte": until})
        return rows

    def words(self, values: dict[str, list[str]]) -> str:
        since, until = (_day(values.get(param, [])) for param in self.params)
        if since and until:
            return f"{formats.day_text(since, weekday=False)}至{formats.day_text(until, weekday=False)}"
        if since:
            return f"{formats.day_text(since, weekday=False)}起"
        return f"{formats.day_text(until, weekday=False)}止" if until else ""


@dataclass(frozen=True, slots=True)
class Words(Filter):
    """Words typed into the list's own field.

    Args:
        fields: ORM fields of which one must contain every word.
        apply_with: instead: a function of rows and the typed text (full-text search of the room).
    """

    fields: tuple[str, ...] = ()
    apply_with: Apply | None = None
    placeholder: str = "在本表中找"
    kind: ClassVar[str] = "words"

    def clean(self, values: dict[str, list[str]]) -> dict[str, list[str]]:
        # PostgreSQL has no NUL in texts.
        text = " ".join("".join(values.get(self.key, [])[-1:]).replace("\x00", " ").split())[:LONGEST]
        return {self.key: [text]} if text else {}

    def apply(self, rows: QuerySet[Any], values: dict[str, list[str]]) -> QuerySet[Any]:
        text = "".join(values.get(self.key, []))
        if not text:
            return rows
        if self.apply_with is not None:
            return self.apply_with(rows, text)
        for word in text.split():
            anywhere = Q()
            for name in self.fields:
                anywhere |= Q(**{f"{name}__icontains": word})
            rows = rows.filter(anywhere)
        return rows

    def words(self, values: dict[str, list[str]]) -> str:
        return "".join(values.get(self.key, []))


def _day(values: list[str]) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(values[-1]) if values else None
    except ValueError:
        return None
    return day if day and 1900 <= day.year <= 2200 else None
