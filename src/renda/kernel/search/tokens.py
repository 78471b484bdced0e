"""Characters into tokens, the same way for what is indexed and for what is asked.

Chinese is indexed as overlapping pairs of characters (bigrams): word segmentation loses most names of organs,
and trigrams find no word of two characters. A run of Chinese characters ABC gives AB BC C: with the last one
by itself, each character begins exactly one token, so that a single one is found by prefix. Latin words and
numbers are tokens as they are. Pure functions; a change of them needs ``VERSION`` raised.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass

VERSION = 2
BREAK = "¦"  # no letter, so that no question can ask for it
LONGEST = 300_000  # characters of a text that are indexed
_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
# Spaces and a single line break beside a Chinese character are layout: cells and pages wrap in mid-word, and
# people write 第 101 号 as well as 第101号.
_GAP = "[ \\t\\u3000\\xa0]*(?:\\r?\\n)?[ \\t\\u3000\\xa0]*"
_LAYOUT = re.compile(f"(?<=[{_HAN}]){_GAP}(?=[^\\W_])|(?<=[^\\W_]){_GAP}(?=[{_HAN}])")
_RUNS = re.compile(f"([{_HAN}]+)|((?:(?![{_HAN}])[^\\W_])+)")
_WORDS = re.compile(r"[^\W_]+")
_MOST_TERMS = 12
_LONGEST_TERM = 64


class _Folding(dict[int, str]):
    """Letters and digits in their ordinary, small form (NFKC); all else stays as it is."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if unicodedata.category(character)[0] in "LN":
            character = unicodedata.normalize("NFKC", character).lower()
        self[code] = character
        return character


_folding = _Folding()


def fold(text: str) -> str:
    """Full-width and capital letters, circled digits and the like in their ordinary form; NUL is a space."""
    return text.replace("\0", " ").translate(_folding)


def plain(text: str) -> str:
    """A text as it is searched: folded, without the layout inside runs of Chinese."""
    return _LAYOUT.sub("", fold(text))


def tokens(text: str) -> list[str]:
    """The tokens of a plain text, in order.

    Between Chinese and a number or word that do not touch (第，101) stands a break, so that they are not
    found as if they did; two runs of Chinese need none: no pair of characters spans them.
    """
    found: list[str] = []
    end, was_word = 0, False
    for run in _RUNS.finditer(text):
        han, word = run.groups()
        if found and run.start() > end and was_word is not bool(word):
            found.append(BREAK)
        if han:
            found += [han[place : place + 2] for place in range(len(han) - 1)]
            found.append(han[-1])
        else:
            found.append(word)
        end, was_word = run.end(), bool(word)
    return found


def bigrams(text: str) -> list[str]:
    """Tokens that carry meaning, for comparing texts: pairs of characters and words, no single characters."""
    return [token for token in tokens(text) if len(token) > 1]


@dataclass(frozen=True)
class Term:
    """One thing asked for: a run of letters, digits and characters as typed.

    Args:
        text: plain; a text matches if it contains it (numbers whole, Latin words from their beginning).
        tokens: to be found next to each other, in order.
        prefix: the last token may be the beginning of a longer one.
    """

    text: str
    tokens: tuple[str, ...]
    prefix: bool


def terms(asked: str) -> list[Term]:
    """What somebody asked for: spaces and marks separate terms, all of which must be found."""
    found: dict[str, Term] = {}
    for chunk in _WORDS.findall(fold(asked)):
        chunk = chunk[:_LONGEST_TERM]
        if chunk not in found:
            found[chunk] = _term(chunk)
        if len(found) >= _MOST_TERMS:
            break
    return list(found.values())


def _term(chunk: str) -> Term:
    parts: list[str] = []
    runs = _RUNS.findall(chunk)
    for place, (han, word) in enumerate(runs):
        last = place == len(runs) - 1
        if word:
            parts.append(word)
        else:
            parts += [han[at : at + 2] for at in range(len(han) - 1)]
            if not last or len(han) == 1:
                parts.append(han[-1])
    han, word = runs[-1]
    prefix = len(han) == 1 or bool(word and not word.isdecimal())
    return Term(chunk, tuple(parts), prefix)


def scope_token(scope: str) -> str:
    """A scope as one token: scopes are names, and must match whole or not at all."""
    return f"s{hashlib.blake2s(scope.encode(), digest_size=8).hexdigest()}"


def kind_token(kind: str) -> str:
    return f"k{hashlib.blake2s(kind.encode(), digest_size=8).hexdigest()}"
