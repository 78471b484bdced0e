"""How common tokens are, from a sample of texts: what nearly every text says tells no text from another."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from renda.kernel import clock
from renda.kernel.search.models import Entry, IndexState, Text
from renda.kernel.search.tokens import VERSION, bigrams, plain

_SAMPLE = 3000  # texts looked at
_AT_ONCE_SAMPLE = 400  # texts looked at inside a request, where nothing was sampled yet
_KEPT = 40_000  # tokens whose counts are kept, the most common ones
_LONGEST = 5000  # characters of a text that count
_HANDFUL = 10
_UNSEEN = 30
_GROWN = 1.5  # the sample is out of date when there are so many times more entries


@dataclass(frozen=True)
class Commonness:
    """Counts of texts by token, out of a sample."""

    sampled: int
    counts: dict[str, int]

    def rarer(self, token: str, share: float) -> bool:
        """Whether at most such a part of all texts has the token; a handful of texts proves nothing."""
        return self.counts.get(token, 0) <= max(share * self.sampled, _HANDFUL)

    def weight(self, token: str) -> float:
        """What having the token in common says: the inverse document frequency, in nats, never below 0.

        As if some more texts without the token had been seen: the first texts of a new installation share
        little by chance.
        """
        return max(0.0, math.log((self.sampled + _UNSEEN) / (self.counts.get(token, 0) + 0.5)))


_memory: tuple[datetime | None, Commonness] | None = None


def commonness() -> Commonness:
    """What is known now; a quick small sample where the worker has taken none yet."""
    global _memory
    state = IndexState.objects.filter(pk=1).only("sampled_at").first()
    taken = state.sampled_at if state else None
    if _memory is not None and taken is not None and _memory[0] == taken:
        return _memory[1]
    if taken is None:
        return _count(_AT_ONCE_SAMPLE)
    full = IndexState.objects.get(pk=1)
    known = Commonness(full.sampled, full.common)
    _memory = (taken, known)
    return known


def sample(*, force: bool = False) -> bool:
    """Take the sample anew if there is much more to sample from. Returns whether it did."""
    entries = Entry.objects.count()
    state = IndexState.objects.filter(pk=1).only("entries", "sampled_at").first()
    if not force and state is not None and state.sampled_at is not None:
        # A small index is sampled whole, so that any change tells; a large one when it has grown by half.
        whole = max(entries, state.entries) <= _SAMPLE
        if entries == state.entries or (not whole and entries < state.entries * _GROWN):
            return False
    known = _count(_SAMPLE)
    common = dict(Counter(known.counts).most_common(_KEPT))
    values = {
        "sampled": known.sampled,
        "common": common,
        "entries": entries,
        "sampled_at": clock.now(),
    }
    IndexState.objects.update_or_create(pk=1, defaults=values, create_defaults={"tokens": VERSION, **values})
    return True


def _count(size: int) -> Commonness:
    """Counts over texts taken evenly from the oldest to the newest."""
    bounds = Entry.objects.order_by("pk").values_list("pk", flat=True)
    first, last = bounds.first(), bounds.last()
    if first is None or last is None:
        return Commonness(0, {})
    step = max(1, (last - first + 1) // size)
    ids = range(first, last + 1, step)
    counts: Counter[str] = Counter()
    sampled = 0
    for text in _texts(ids):
        counts.update(set(bigrams(text)))
        sampled += 1
    return Commonness(sampled, counts)


def _texts(ids: range) -> Iterable[str]:
    for start in range(0, len(ids), 500):
        rows = Text.objects.filter(pk__in=list(ids[start : start + 500])).values_list("body", "entry__title")
        for body, title in rows:
            yield plain(f"{title}\n\n{body[:_LONGEST]}")
