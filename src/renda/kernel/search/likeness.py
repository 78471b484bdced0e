"""What is like a text, and why: things that share its rare words, with the passages that say so.

First by the index: the words of the text that few other texts have, and the entries that have most of them.
Then, of those few, the texts are compared: the cosine of their words weighed by rarity, repetition and title.
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
_FORMULA = 0.2  # of all texts: a word that more of them have is not marked as a reason
_COMPARED = 60  # entries whose texts are compared
_LEAST = 0.08  # likeness below which two texts only happen to share words
_SHORT, _MOST_OF_SHORT = 25, 0.3  # a text of so few words is like one that has so much of what they say
_PASSAGES = 2
_SHORTEST, _LONGEST_SENTENCE = 6, 160
_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]?")
_PHRASES = 6
_QUOTED = 6000  # characters of a text in which reasons are looked for
_LATIN = re.compile(r"[0-9a-z]{3,}")


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
    rare = [token for token in weights if known.rarer(token, _TOO_COMMON)]
    asked = sorted(rare, key=lambda token: -weights[token])[:_ASKED]
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
    """Candidates that are like the text, most alike first, each with its likeness and the words in common."""
    mine = _length(weights)
    whole = sum(weight * known.weight(token) for token, weight in weights.items())
    found = []
    for entry in candidates:
        if not set(entry.scopes) & set(scopes):
            continue
        body = entry.text.body if entry.text.plain is None else entry.text.plain
        theirs = _weights(f"{entry.head}\n\n{body[:_LONGEST]}", entry.head, known)
        shared = theirs.keys() & weights.keys()
        score = sum(weights[token] * theirs[token] for token in shared) / (mine * _length(theirs) or 1)
        # A long text says much more than a title does: of a short one, most must stand in the other.
        part = sum(weights[token] * known.weight(token) for token in shared) / (whole or 1)
        if score >= _LEAST or (len(weights) <= _SHORT and part >= _MOST_OF_SHORT):
            found.append((score, entry, shared))
    return sorted(found, key=lambda each: (-each[0], -each[1].pk))


def _length(weights: Mapping[str, float]) -> float:
    return math.sqrt(sum(weight * weight for weight in weights.values()))


def _explain(entry: Entry, score: float, shared: Collection[str], mine: str, known: Commonness) -> Similar:
    ref = Ref(entry.ref_kind, entry.ref_id, entry.title)
    declared = kind_of(entry.kind)
    theirs = f"{entry.title}\n{entry.text.body}"
    return Similar(
        ref=ref,
        kind=entry.kind,
        label=declared.label,
        title=entry.title,
        number=entry.number,
        url=declared.url(ref),
        extra=entry.extra,
        score=round(min(1.0, score), 3),
        phrases=_phrases(mine, theirs, shared, known),
        passages=_passages(mine[:_QUOTED], theirs[:_QUOTED], shared, known),
    )


def _spans(text: str, other: str, shared: Collection[str], known: Commonness) -> list[tuple[int, int]]:
    """Passages of a text that stand in the other one word for word, and say something."""
    low, within = text.lower(), other.lower()
    spans: list[tuple[int, int]] = []
    place = 0
    while place < len(low) - 1:
        pair = low[place : place + 2]
        if pair not in shared or pair not in within:
            place += 1
            continue
        end = place + 2
        while end < len(low) and low[end].isalnum() and low[place : end + 1] in within:
            end += 1
        spans.append((place, end))
        place = end
    spans += [match.span() for match in _LATIN.finditer(low) if match[0] in shared]
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if (not kept or start >= kept[-1][1]) and _says(low[start:end], known) > 0:
            kept.append((start, end))
    return kept


def _says(phrase: str, known: Commonness) -> float:
    """How much a shared phrase says: nothing, where each of its words is a formula."""
    return sum(known.weight(token) for token in bigrams(phrase) if known.rarer(token, _FORMULA))


def _phrases(mine: str, theirs: str, shared: Collection[str], known: Commonness) -> tuple[str, ...]:
    """The most telling phrases that both texts have."""
    spans = _spans(mine[:_QUOTED], theirs[:_QUOTED], shared, known)
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
        mine_marked = marked(sentence, _spans(sentence, other, both, known))
        passages.append(Passage(mine_marked, marked(other, _spans(other, sentence, both, known))))
        if len(passages) == _PASSAGES:
            break
    return tuple(passages)
