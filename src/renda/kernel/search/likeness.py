"""What is like a text, and why: things that share its rare words, with the passages that say so.

First by the index: the words of the text that few other texts have, and the entries that have most of them.
Then, of those few, the texts are compared: what part of the rare words of the one stands in the other.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from renda.kernel.refs import Ref
from renda.kernel.search.commonness import Commonness, commonness
from renda.kernel.search.engines import Wanted, engine
from renda.kernel.search.kinds import kind_of, kinds
from renda.kernel.search.models import Entry
from renda.kernel.search.snippets import marked
from renda.kernel.search.tokens import bigrams, plain

_LONGEST = 20_000  # characters of the text that count
_ASKED = 40  # words that are looked up
_PER_WORD = 500  # newest entries taken of each
_TOO_COMMON = 0.04  # of all texts: a word that more of them have is not looked up
_COMPARED = 60  # entries whose texts are compared
_LEAST = 0.12  # likeness below which two texts only happen to share words
_PASSAGES = 2
_SHORTEST, _LONGEST_SENTENCE = 6, 160
_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]?")
_PHRASES = 6


@dataclass(frozen=True)
class Passage:
    """A sentence of each text, what both say in ``<mark>``: safe HTML."""

    mine: SafeString
    theirs: SafeString


@dataclass(frozen=True)
class Similar:
    """A thing whose text is like the one given.

    Args:
        ref, kind, label, title, number, url, extra: the thing.
        score: 0 to 1.
        phrases: what both say and few others do.
        passages: the sentences that are most alike.
    """

    ref: Ref
    kind: str
    label: str
    title: str
    number: str
    url: str
    extra: Mapping[str, Any]
    score: float
    phrases: tuple[str, ...]
    passages: tuple[Passage, ...]


def similar(
    text: str,
    *,
    scopes: Collection[str],
    kind: str | None = None,
    limit: int = 8,
    title: str = "",
    exclude: Ref | None = None,
) -> list[Similar]:
    """Things whose texts are like a text, most alike first.

    Args:
        text: the text, however short; a title alone is enough.
        scopes: what the asker may see.
        kind: only things of this kind.
        limit: at most so many.
        title: its title, which weighs more than its text.
        exclude: the thing itself, while it is being written.
    """
    mine = plain(f"{title}\n\n{text}")[:_LONGEST]
    if not scopes:
        return []
    known = commonness()
    weights = _weights(mine, plain(title), known)
    candidates = _candidates(weights, known, Wanted((), scopes, kind), exclude)
    if not candidates:
        return []
    compared = _compare(weights, candidates, known, scopes)
    return [
        _explain(entry, score, shared, f"{title}\n{text}", known) for score, entry, shared in compared[:limit]
    ]


def _weights(mine: str, title: str, known: Commonness) -> dict[str, float]:
    """What each word of the text says: rare ones much, repeated ones and those of the title more."""
    times = Counter(bigrams(mine))
    in_title = set(bigrams(title))
    return {
        token: known.weight(token) * (1 + math.log(count)) * (1.5 if token in in_title else 1.0)
        for token, count in times.items()
    }


def _candidates(
    weights: Mapping[str, float], known: Commonness, wanted: Wanted, exclude: Ref | None
) -> list[Entry]:
    rare = [token for token in weights if known.share(token) <= _TOO_COMMON]
    asked = sorted(rare or weights, key=lambda token: -weights[token])[:_ASKED]
    score: Counter[int] = Counter()
    for token, entry_id in engine().holding(asked, wanted, _PER_WORD):
        score[entry_id] += weights[token]  # type: ignore[assignment]
    best = [entry_id for entry_id, _ in score.most_common(_COMPARED + 1)]
    declared = {each.kind for each in kinds()}
    return [
        entry
        for entry in Entry.objects.select_related("text").filter(pk__in=best)
        if entry.kind in declared
        and not (exclude and (entry.ref_kind, entry.ref_id) == (exclude.kind, exclude.id))
    ]


def _compare(
    weights: Mapping[str, float], candidates: Sequence[Entry], known: Commonness, scopes: Collection[str]
) -> list[tuple[float, Entry, set[str]]]:
    mine = sum(known.weight(token) for token in weights)
    found = []
    for entry in candidates:
        if not set(entry.scopes) & set(scopes):
            continue
        body = entry.text.body if entry.text.plain is None else entry.text.plain
        theirs = set(bigrams(f"{entry.head}\n\n{body[:_LONGEST]}"))
        shared = theirs & weights.keys()
        common = sum(known.weight(token) for token in shared)
        whole = sum(known.weight(token) for token in theirs)
        if not common:
            continue
        of_mine, of_theirs = common / mine, common / whole
        score = 0.65 * max(of_mine, of_theirs) + 0.35 * min(of_mine, of_theirs)
        if score >= _LEAST:
            found.append((score, entry, shared))
    return sorted(found, key=lambda each: (-each[0], -each[1].pk))


def _explain(entry: Entry, score: float, shared: Collection[str], mine: str, known: Commonness) -> Similar:
    ref = Ref(entry.ref_kind, entry.ref_id, entry.title)
    declared = kind_of(entry.kind)
    return Similar(
        ref=ref,
        kind=entry.kind,
        label=declared.label,
        title=entry.title,
        number=entry.number,
        url=declared.url(ref),
        extra=entry.extra,
        score=round(min(1.0, score), 3),
        phrases=_phrases(mine, shared, known),
        passages=_passages(mine, f"{entry.title}\n{entry.text.body}", shared, known),
    )


def _spans(text: str, shared: Collection[str], known: Commonness) -> list[tuple[int, int]]:
    """Runs of a text that are made of shared words and say something."""
    low = text.lower()
    spans: list[tuple[int, int]] = []
    start = -1
    for place in range(len(low) - 1):
        if low[place : place + 2] in shared:
            if start < 0:
                start = place
        elif start >= 0:
            spans.append((start, place + 1))
            start = -1
    if start >= 0:
        spans.append((start, len(low)))
    spans += [m.span() for m in re.finditer(r"[0-9a-z]{3,}", low) if m[0] in shared]
    merged: list[tuple[int, int]] = []
    for span in sorted(spans):
        if merged and span[0] < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(span[1], merged[-1][1]))
        else:
            merged.append(span)
    return [span for span in merged if _says(low[span[0] : span[1]], known) > 0]


def _says(phrase: str, known: Commonness) -> float:
    """How much a shared phrase says: nothing, where each of its words is in every fifth text."""
    return sum(known.weight(token) for token in bigrams(phrase) if known.share(token) < 0.2)


def _phrases(mine: str, shared: Collection[str], known: Commonness) -> tuple[str, ...]:
    """The most telling phrases that both texts have words of."""
    spans = _spans(mine, shared, known)
    found = {" ".join(mine[start:end].split()) for start, end in spans if end - start <= 24}
    ranked = sorted((phrase for phrase in found if len(phrase) > 1), key=lambda each: -_says(each, known))
    kept: list[str] = []
    for phrase in ranked:
        if not any(phrase in other or other in phrase for other in kept):
            kept.append(phrase)
        if len(kept) == _PHRASES:
            break
    return tuple(kept)


def _sentences(text: str) -> list[str]:
    found = []
    for match in _SENTENCE.finditer(text):
        sentence = match[0].strip("\u3000 \t\r\xa0")
        if len(sentence) >= _SHORTEST:
            found.append(sentence[:_LONGEST_SENTENCE])
    return found


def _passages(mine: str, theirs: str, shared: Collection[str], known: Commonness) -> tuple[Passage, ...]:
    """The pairs of sentences that have most in common, each sentence once."""
    scored = []
    others = [(sentence, set(bigrams(plain(sentence))) & set(shared)) for sentence in _sentences(theirs)]
    for sentence in _sentences(mine):
        words = set(bigrams(plain(sentence))) & set(shared)
        for other, other_words in others:
            both = words & other_words
            if both:
                common = sum(known.weight(word) for word in both)
                scored.append((common, sentence, other, both))
    scored.sort(key=lambda each: -each[0])
    passages: list[Passage] = []
    used: set[str] = set()
    for _, sentence, other, both in scored:
        if sentence in used or other in used:
            continue
        used |= {sentence, other}
        passages.append(
            Passage(
                marked(sentence, _spans(sentence, both, known)), marked(other, _spans(other, both, known))
            )
        )
        if len(passages) == _PASSAGES:
            break
    return tuple(passages)
