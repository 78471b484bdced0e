"""Pure arithmetic of intake: codes, numbers in texts, characters in pairs, and what they say of a class.

No Django, no numbers of the law.
"""

from __future__ import annotations

import math
import re
import secrets
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

# No 0 O 1 I L: read over the telephone and written by hand.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 10
_MOBILE = re.compile(r"(?<![0-9A-Za-z])(?:\+?86[ -]?)?(1[3-9]\d[ -]?\d{4}[ -]?\d{4})(?![0-9A-Za-z])")
_CITIZEN = re.compile(r"(?<![0-9A-Za-z])([1-9]\d{5}(?:18|19|20)\d{9}[0-9Xx]|[1-9]\d{14})(?![0-9A-Za-z])")
_LANDLINE = re.compile(r"(?<![0-9A-Za-z])(0\d{2,3}[ -]\d{7,8})(?![0-9A-Za-z])")
_SPACES = re.compile(r"[ \t　\xa0]+")
_LINES = re.compile(r"\n{2,}")
_HAN = re.compile(r"[㐀-鿿]+|[A-Za-z]+\d*|\d+")


def new_code() -> str:
    """A code for looking an opinion up: 50 bits, so that nobody finds another's by trying."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(CODE_LENGTH))


def read_code(text: str) -> str:
    """A code as somebody typed it: small letters, spaces and dashes do not count.

    >>> read_code(" 7k3m-9q2p xy ")
    '7K3M9Q2PXY'
    """
    folded = unicodedata.normalize("NFKC", text).upper()
    return "".join(c for c in folded if c in _ALPHABET)


def shown_code(code: str) -> str:
    """A code as it is printed, in two halves.

    >>> shown_code("7K3M9Q2PXY")
    '7K3M9-Q2PXY'
    """
    half = len(code) // 2
    return f"{code[:half]}-{code[half:]}"


@dataclass(frozen=True, slots=True)
class Lifted:
    """A text without the numbers that stood in it.

    Args:
        text: with each number replaced by its first and last digits and stars.
        phones, citizens: the numbers, in order, each once.
    """

    text: str
    phones: tuple[str, ...]
    citizens: tuple[str, ...]


def lift_numbers(text: str) -> Lifted:
    """Take telephone and citizen ID numbers out of a text that somebody of the public wrote.

    >>> lift_numbers("请回电13900000001，谢谢").text
    '请回电139****0001，谢谢'
    """
    phones: list[str] = []
    citizens: list[str] = []

    def citizen(found: re.Match[str]) -> str:
        citizens.append(found[1])
        return f"{found[1][:2]}****{found[1][-2:]}"

    def mobile(found: re.Match[str]) -> str:
        digits = re.sub(r"\D", "", found[1])
        phones.append(digits)
        return f"{digits[:3]}****{digits[-4:]}"

    def landline(found: re.Match[str]) -> str:
        digits = re.sub(r"\D", "", found[1])
        phones.append(digits)
        return f"{digits[:4]}****{digits[-2:]}"

    folded = text.translate(_WIDE_DIGITS)
    folded = _CITIZEN.sub(citizen, folded)
    folded = _MOBILE.sub(mobile, folded)
    folded = _LANDLINE.sub(landline, folded)
    return Lifted(folded, tuple(dict.fromkeys(phones)), tuple(dict.fromkeys(citizens)))


_WIDE_DIGITS = {ord("０") + n: str(n) for n in range(10)}


def tidy(text: str) -> str:
    """A text as people paste it: tabs and full-width spaces to one space, blank lines to one break.

    >>> tidy("\\t\\t　您好，\\n\\n\\t\\n  路灯坏了。 \\n")
    '您好，\\n路灯坏了。'
    """
    lines = (
        _SPACES.sub(" ", line).strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    )
    return _LINES.sub("\n", "\n".join(line for line in lines if line))


def title_of(text: str, limit: int = 40) -> str:
    """A title where none was given: the first sentence, cut at the limit.

    >>> title_of("路灯坏了三个月。请修。")
    '路灯坏了三个月'
    """
    whole = tidy(text).replace("\n", " ")
    first = re.split(r"[。！？!?；;]", whole, maxsplit=1)[0].strip() or whole
    return first if len(first) <= limit else first[: limit - 1] + "…"


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


def likeness(one: Mapping[str, int], other: Mapping[str, int], rarity: Mapping[str, float]) -> float:
    """How alike two texts are by the rare pairs they share, from 0 to 1 (weighted cosine)."""
    if not one or not other:
        return 0.0
    shared = sum(rarity.get(g, 1.0) ** 2 for g in one.keys() & other.keys())
    length = math.sqrt(sum(rarity.get(g, 1.0) ** 2 for g in one)) * math.sqrt(
        sum(rarity.get(g, 1.0) ** 2 for g in other)
    )
    return shared / length if length else 0.0


def clusters(pairs: Iterable[tuple[int, int]], members: Sequence[int]) -> list[list[int]]:
    """Groups of members that pairs tie together; single ones are left out, largest first.

    >>> clusters([(1, 2), (2, 3)], [1, 2, 3, 4])
    [[1, 2, 3]]
    """
    root = {m: m for m in members}

    def find(m: int) -> int:
        while root[m] != m:
            root[m] = root[root[m]]
            m = root[m]
        return m

    for a, b in pairs:
        root[find(a)] = find(b)
    found: dict[int, list[int]] = {}
    for m in members:
        found.setdefault(find(m), []).append(m)
    return sorted((sorted(g) for g in found.values() if len(g) > 1), key=lambda g: (-len(g), g))
