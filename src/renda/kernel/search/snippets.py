"""The passage of a text that shows why it was found, marked, safe to put into a page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice, takewhile

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from renda.kernel.search.tokens import Term, fold

_WINDOW = 90  # characters of a passage
_BEFORE = 24  # of which before the first find
_FINDS = 400  # places looked at; a word that stands oftener shows itself well enough in the first of them
_SENTENCE = re.compile(r"[。！？!?；;\n]")
# Between two characters of which one is Chinese layout may stand.
_JOINT = re.compile(r"(?<=[^\x00-\x7f])(?=.)|(?<=.)(?=[^\x00-\x7f])")


def _same_length(text: str) -> str:
    """Folded, character for character, so that places found in it are places in the text."""
    folded = fold(text)
    if len(folded) == len(text):
        return folded
    return "".join(part if len(part := fold(character)) == 1 else character for character in text)


def _pattern(terms: Sequence[Term]) -> re.Pattern[str] | None:
    """All terms, the longest first; layout may stand inside runs of Chinese, numbers are whole numbers."""
    parts = []
    for term in sorted(terms, key=lambda each: -len(each.text)):
        pieces = [re.escape(piece) for piece in _JOINT.split(term.text)]
        text = r"[ \t\u3000\xa0]*\r?\n?[ \t\u3000\xa0]*".join(pieces)
        first, last = term.text[0], term.text[-1]
        before = r"(?<![^\W_])" if first.isascii() else ""
        before = r"(?<![0-9a-z])" if before else ""
        after = r"(?![0-9a-z])" if last.isascii() and not term.prefix else ""
        parts.append(f"{before}{text}{after}")
    return re.compile("|".join(parts)) if parts else None


def places(text: str, terms: Sequence[Term]) -> list[tuple[int, int]]:
    """Where the terms stand in a text, in order, not overlapping; the first few hundred of them."""
    pattern = _pattern(terms)
    if pattern is None:
        return []
    finds = islice(pattern.finditer(_same_length(text)), _FINDS)
    return [match.span() for match in finds]


def marked(text: str, spans: Sequence[tuple[int, int]]) -> SafeString:
    """The text with spans in ``<mark>``, all of it escaped."""
    pieces = []
    done = 0
    for start, end in spans:
        pieces.append(format_html("{}<mark>{}</mark>", text[done:start], text[start:end]))
        done = end
    pieces.append(conditional_escape(text[done:]))
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def highlight(text: str, terms: Sequence[Term]) -> SafeString:
    """A whole short text (a title), terms marked."""
    return marked(text, places(text, terms))


def snippet(text: str, terms: Sequence[Term]) -> SafeString:
    """The passage with most different terms, terms marked; the beginning where none stands in the text."""
    spans = places(text, terms)
    start = _best_start(text, spans)
    end = min(len(text), start + _WINDOW)
    shown = re.sub(r"\s", " ", text[start:end])
    inside = [(a - start, min(b, end) - start) for a, b in spans if a >= start and a < end]
    return format_html("{}{}{}", "…" if start else "", marked(shown, inside), "…" if end < len(text) else "")


def _best_start(text: str, spans: Sequence[tuple[int, int]]) -> int:
    """Where the passage begins that holds most different words."""
    best, start = 0, 0
    for place, (first, _) in enumerate(spans):
        inside = takewhile(lambda span, first=first: span[0] < first + _WINDOW - _BEFORE, spans[place:])  # type: ignore[misc]
        words = {text[a:b].lower() for a, b in inside}
        if len(words) > best:
            best, start = len(words), first
    begin = max(0, start - _BEFORE)
    # A passage begins with a sentence where one begins close enough before the find.
    breaks = [match.end() for match in _SENTENCE.finditer(text, begin, start)]
    return breaks[-1] if breaks else begin
