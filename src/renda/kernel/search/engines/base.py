"""What a place for postings must be able to do."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from renda.kernel.search.tokens import Term


@dataclass(frozen=True)
class Posting:
    """What an entry contributes to the index: plain texts."""

    entry: int
    kind: str
    number: str
    title: str
    body: str
    scopes: Collection[str]


@dataclass(frozen=True)
class Wanted:
    """What is looked for, and who looks: no engine answers without scopes."""

    terms: Sequence[Term]
    scopes: Collection[str]
    kind: str | None = None


class Engine(Protocol):
    def create(self) -> None:
        """Make the place for postings; harmless where it is there."""

    def clear(self) -> None:
        """Forget all postings."""

    def put(self, postings: Sequence[Posting]) -> None:
        """Add postings of entries that have none."""

    def drop(self, postings: Sequence[Posting]) -> None:
        """Take postings away; they must be as they were put."""

    def counts(self, wanted: Wanted) -> tuple[dict[str, int], bool]:
        """Hits by kind, and whether the counts are exact."""

    def page(self, wanted: Wanted, total: int, offset: int, limit: int) -> list[int]:
        """Entries in order of relevance."""

    def holding(self, tokens: Sequence[str], wanted: Wanted, limit: int) -> list[tuple[str, int]]:
        """For each token, up to ``limit`` entries that hold it, newest first: (token, entry)."""

    def size(self) -> int:
        """How many entries have postings."""

    def compact(self) -> None:
        """Remove what was dropped for good."""
