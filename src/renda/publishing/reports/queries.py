"""Questions: a year's figures of one congress, counted from the record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import QuerySet

from renda.assembly.intake import api as intake
from renda.assembly.ledger import api as ledger
from renda.assembly.people import api as people
from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.record import api as record
from renda.kernel.workflow import api as workflow
from renda.publishing.reports.catalogue import ITEMS, KINDS
from renda.publishing.reports.rules import Counted

# Seconds that a year's count is kept, with the moment it holds for. The record is append-only: as long as
# there are as many entries, they are the same ones; only an import taken back can make the count smaller.
KEPT = 300
# What not everybody may open who reads the report, with the question who may.
VISIBLE: dict[str, Callable[[identity.Account], QuerySet[Any]]] = {
    "ledger.matter": ledger.visible_to,
    "intake.opinion": intake.visible,
}


@dataclass(frozen=True, slots=True)
class Year:
    """A year's figures by their key, as of a moment."""

    year: int
    counted: dict[str, Counted]
    as_of: dt.datetime


@dataclass(frozen=True, slots=True)
class Told:
    """An entry behind a figure, with the page of what it is about."""

    line: record.Line
    url: str

    @property
    def pk(self) -> int:
        return self.line.id


def year_of(congress: people.Congress, year: int) -> Year:
    """All figures of the report for what happened in a calendar year."""
    first = clock.combine(dt.date(year, 1, 1), dt.time())
    after = clock.combine(dt.date(year + 1, 1, 1), dt.time())
    asked = record.entries(KINDS, since=first, until=after)
    key = f"reports:{congress.pk}:{year}:{asked.count()}"
    kept: Year | None = cache.get(key)
    if kept is not None:
        return kept
    stored = list(asked)
    own = _things(congress, {s.subject.kind for s in stored})
    stored = [s for s in stored if (s.subject.kind, s.subject.id) in own]
    found = Year(year, {item.key: item.count(stored) for item in ITEMS}, clock.now())
    cache.set(key, found, KEPT)
    return found


def _things(congress: people.Congress, kinds: set[str]) -> set[tuple[str, str]]:
    """What this congress deals with, as kind and id.

    Entries do not name a congress, the cases of their things do. What an import brought in and took back
    again has no case any more, so its entries, which stay in the record, are not counted.
    """
    found = workflow.Case.objects.filter(scope=f"congress:{congress.pk}", subject_kind__in=kinds)
    return set(found.values_list("subject_kind", "subject_id"))


def told(ids: Collection[int], account: identity.Account) -> list[Told]:
    """Entries with the pages of what they are about: a fixed number of queries, however many entries.

    Args:
        ids: of the entries.
        account: who reads; a matter or an opinion that one may not open is named without a link.
    """
    lines = record.lines(ids)
    cases = workflow.Case.objects.filter(
        subject_kind__in={line.subject.kind for line in lines},
        subject_id__in={line.subject.id for line in lines},
    )
    urls = {(case.subject_kind, case.subject_id): case.url for case in cases}
    for kind, visible_to in VISIBLE.items():
        asked = {line.subject.id for line in lines if line.subject.kind == kind}
        if asked:
            seen = visible_to(account).filter(pk__in=asked).values_list("pk", flat=True)
            for hidden in asked - {str(pk) for pk in seen}:
                urls.pop((kind, hidden), None)
    return [Told(line, urls.get((line.subject.kind, line.subject.id), "")) for line in lines]
