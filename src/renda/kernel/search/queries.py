"""The question: what of all that somebody may see holds these words."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString

from renda.kernel.refs import Ref
from renda.kernel.search.engines import Wanted, engine
from renda.kernel.search.kinds import kind_of, kinds
from renda.kernel.search.models import Entry
from renda.kernel.search.snippets import highlight, snippet
from renda.kernel.search.tokens import Term, terms

SIZE = 20
_LAST_PAGE = 500
_LONGEST_QUESTION = 400


@dataclass(frozen=True)
class Hit:
    """One thing that was found: title and passage are safe HTML with the words in ``<mark>``."""

    ref: Ref
    kind: str
    label: str
    title: SafeString
    snippet: SafeString
    number: str
    url: str
    extra: Mapping[str, Any]


@dataclass(frozen=True)
class KindCount:
    kind: str
    label: str
    count: int


@dataclass(frozen=True)
class Hits:
    """A page of what was found.

    Args:
        total: hits of the chosen kind (of all kinds, where none was chosen).
        exact: False where the total is a little too high (PostgreSQL, very common words).
        kinds: hits by kind, for the chips; not narrowed by the chosen kind.
        items: of this page.
        page, pages: from 1.
        terms: what was looked for.
    """

    total: int = 0
    exact: bool = True
    kinds: Sequence[KindCount] = ()
    items: Sequence[Hit] = ()
    page: int = 1
    pages: int = 0
    terms: Sequence[str] = field(default_factory=list)


def query(
    text: str, *, scopes: Collection[str], kind: str | None = None, page: int = 1, size: int = SIZE
) -> Hits:
    """Find things that hold all the words.

    Args:
        text: as typed: words of any length, numbers on paper (第101号); spaces and marks separate.
        scopes: what the asker may see (``scopes_of``); without any, nothing is found.
        kind: only things of this kind.
        page: from 1.
        size: hits a page.
    """
    asked = terms(text[:_LONGEST_QUESTION])
    shown = [term.text for term in asked]
    if not asked or not scopes:
        return Hits(terms=shown)
    everywhere = Wanted(asked, scopes)
    counts, exact = engine().counts(everywhere)
    labels = {declared.kind: declared.label for declared in kinds()}
    by_kind = [KindCount(key, labels[key], counts[key]) for key in labels if counts.get(key)]
    total = counts.get(kind, 0) if kind else sum(count.count for count in by_kind)
    pages = min(_LAST_PAGE, -(-total // size))
    page = max(1, min(page, pages))
    items: list[Hit] = []
    if total:
        wanted = Wanted(asked, scopes, kind) if kind else everywhere
        items = _hits(engine().page(wanted, total, (page - 1) * size, size), asked, scopes)
    return Hits(total, exact, by_kind, items, page, pages, shown)


def find(text: str, *, scopes: Collection[str], kind: str, most: int) -> list[str]:
    """Ids of the things of a kind that hold all the words, the best first, for a list that has its own rows.

    Args:
        text, scopes: as in ``query``. most: no more than these.
    """
    asked = terms(text[:_LONGEST_QUESTION])
    if not asked or not scopes:
        return []
    wanted = Wanted(asked, scopes, kind)
    total = engine().counts(wanted)[0].get(kind, 0)
    places = engine().page(wanted, total, 0, most) if total else []
    rows = Entry.objects.filter(pk__in=places, kind=kind).only("pk", "ref_id", "scopes").in_bulk()
    seen = (rows[pk] for pk in places if pk in rows)
    return [row.ref_id for row in seen if set(row.scopes) & set(scopes)]


def _hits(ids: Sequence[int], asked: Sequence[Term], scopes: Collection[str]) -> list[Hit]:
    entries = Entry.objects.select_related("text").in_bulk(ids)
    declared = {each.kind for each in kinds()}
    found = []
    for entry_id in ids:
        entry = entries.get(entry_id)
        # The index has answered within the scopes; that what is shown is within them is checked once more.
        if entry is None or entry.kind not in declared or not set(entry.scopes) & set(scopes):
            continue
        found.append(_hit(entry, asked))
    return found


def _hit(entry: Entry, asked: Sequence[Term]) -> Hit:
    ref = Ref(entry.ref_kind, entry.ref_id, entry.title)
    declared = kind_of(entry.kind)
    return Hit(
        ref=ref,
        kind=entry.kind,
        label=declared.label,
        title=highlight(entry.title, asked),
        snippet=snippet(entry.text.body, asked),
        number=entry.number,
        url=declared.url(ref),
        extra=entry.extra,
    )
