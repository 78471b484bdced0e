"""What the characters of a text say of its class: counting, guessing, reasons. Pure."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

_HAN = re.compile(r"[㐀-鿿]+|[A-Za-z]+\d*|\d+")


def grams(text: str) -> Counter[str]:
    """Pairs of neighbouring characters of a text, and words in Latin letters or digits as they are."""
    counted: Counter[str] = Counter()
    for run in _HAN.findall(unicodedata.normalize("NFKC", text)):
        if run[0].isascii():
            counted[run.lower()[:8]] += 1
        else:
            counted.update(run[i : i + 2] for i in range(len(run) - 1))
    return counted


@dataclass
class Lessons:
    """What was learnt of labels from opinions that people classified.

    Args:
        opinions: how many opinions ended with each label.
        totals: how many pairs of characters these had, weighed.
        counts: label → pair → how often, weighed.
        size: how many different pairs there are.
    """

    opinions: dict[str, int] = field(default_factory=dict)
    totals: dict[str, int] = field(default_factory=dict)
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    size: int = 0


@dataclass(frozen=True, slots=True)
class Guess:
    """A proposed label.

    Args:
        label: the label.
        share: how sure, from 0 to 1, among the labels there are.
        words: the pieces of the text that speak for it most.
    """

    label: str
    share: float
    words: tuple[str, ...]


# Tried by cross-validation on real messages (benchmarks/classes.py): a title says more than its length.
_TITLE_WEIGHT = 6
_MOST = 2  # how often a pair of the text counts at most
_SMOOTH = 0.5
_SHARPNESS = 9.0  # makes the share shown about as often right as it says


def weigh(title: str, text: str) -> Counter[str]:
    """The pairs of an opinion, those of its title counted more."""
    found = Counter({gram: min(n, _MOST) for gram, n in grams(text).items()})
    for gram in grams(title):
        found[gram] += _TITLE_WEIGHT
    return found


def learn(samples: Iterable[tuple[str, str, str]]) -> Lessons:
    """Count what opinions of each label are made of.

    Args:
        samples: title, text, label.
    """
    lessons = Lessons()
    seen: set[str] = set()
    for title, text, label in samples:
        found = weigh(title, text)
        seen |= found.keys()
        lessons.opinions[label] = lessons.opinions.get(label, 0) + 1
        lessons.totals[label] = lessons.totals.get(label, 0) + sum(found.values())
        lessons.counts.setdefault(label, Counter()).update(found)
    lessons.size = len(seen)
    return lessons


def guess(lessons: Lessons, title: str, text: str, limit: int = 3) -> list[Guess]:
    """The labels that a text most likely has: complement naive Bayes over pairs of characters.

    A label is the likelier the less usual the text's pairs are among all *other* labels (Rennie et al. 2003):
    small classes are not drowned by large ones. The pairs that are more usual here than elsewhere are the
    reason shown.
    """
    labels = sorted(lessons.opinions)
    if len(labels) < 2:
        return [Guess(label, 1.0, ()) for label in labels]
    found = weigh(title, text)
    counts = {label: lessons.counts.get(label, Counter()) for label in labels}
    everywhere = {gram: sum(counts[label][gram] for label in labels) for gram in found}
    known = {gram: n for gram, n in found.items() if everywhere[gram]}
    whole, spread = sum(lessons.totals.values()), _SMOOTH * lessons.size
    scores: dict[str, float] = {}
    speaks: dict[str, dict[str, float]] = {}
    for label in labels:
        here, rest = lessons.totals[label] + spread, whole - lessons.totals[label] + spread
        elsewhere = {g: math.log((everywhere[g] - counts[label][g] + _SMOOTH) / rest) for g in known}
        scores[label] = -sum(elsewhere[g] * n for g, n in known.items())
        speaks[label] = {
            g: n * (math.log((counts[label][g] + _SMOOTH) / here) - elsewhere[g])
            for g, n in known.items()
            if counts[label][g]
        }
    shares = _shares(scores, sum(known.values()))
    ranked = sorted(labels, key=lambda label: (-shares[label], label))[:limit]
    return [Guess(label, shares[label], reasons(speaks[label], f"{title}\n{text}")) for label in ranked]


def _shares(scores: Mapping[str, float], weight: int) -> dict[str, float]:
    """Scores as shares of one; per unit of weight, since long texts are not surer than short ones."""
    top = max(scores.values())
    raised = {
        label: math.exp(_SHARPNESS * (score - top) / math.sqrt(max(1, weight)) / 10)
        for label, score in scores.items()
    }
    whole = sum(raised.values())
    return {label: value / whole for label, value in raised.items()}


def reasons(weights: Mapping[str, float], text: str, limit: int = 4) -> tuple[str, ...]:
    """The strongest pieces as they stand in the text: neighbouring pairs are joined to words.

    >>> reasons({"公交": 2.0, "交车": 1.5, "路灯": 1.0, "的人": -1.0}, "公交车站的路灯")
    ('公交车', '路灯')
    """
    strong = {gram for gram, weight in weights.items() if weight > 0}
    strong = set(sorted(strong, key=lambda g: (-weights[g], g))[: limit * 4])
    pieces: dict[str, float] = {}
    for run in _HAN.findall(unicodedata.normalize("NFKC", text)):
        if run[0].isascii():
            word = run.lower()[:8]
            if word in strong:
                pieces[run] = max(pieces.get(run, 0), weights[word])
            continue
        start = None
        for i in range(len(run)):
            here = run[i : i + 2] in strong
            if here and start is None:
                start = i
            if not here and start is not None:
                word = run[start : i + 1]
                weight = sum(weights[run[k : k + 2]] for k in range(start, i))
                pieces[word] = max(pieces.get(word, 0), weight)
                start = None
    ranked = sorted(pieces, key=lambda word: (-pieces[word], word))
    return tuple(ranked[:limit])
