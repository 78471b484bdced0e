"""Verbs: index, remove, rebuild, in the caller's transaction: what is rolled back was never searchable."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from django.db import transaction

from renda.kernel.refs import Ref
from renda.kernel.search.engines import Posting, engine
from renda.kernel.search.kinds import Document, kind_of, kinds
from renda.kernel.search.models import Entry, IndexState, Text
from renda.kernel.search.privacy import cover
from renda.kernel.search.scopes import seen_by
from renda.kernel.search.tokens import LONGEST, VERSION, plain

_AT_ONCE = 200
_TITLE = 500
_NUMBER = 100


def index(
    ref: Ref,
    *,
    kind: str,
    title: str,
    body: str,
    scopes: Collection[str],
    extra: Mapping[str, Any] | None = None,
    number: str = "",
) -> None:
    """Make a thing searchable, or bring what is known of it up to date.

    Args:
        ref: the thing.
        kind: a declared kind.
        title: shown and searched first.
        body: all the text that should find it; the first 300,000 characters count.
        scopes: who may see it: "public", "congress:1", "org:12", "person:7", or a holder "role@scope". Nobody
            sees a thing without scopes.
        extra: shown beside a hit (JSON).
        number: the number it bears on paper.

    Raises:
        Undeclared: the kind was not declared.
    """
    index_many(kind, [Document(ref, title, body, frozenset(scopes), extra or {}, number)])


def index_many(kind: str, documents: Iterable[Document]) -> int:
    """Make many things of a kind searchable; constant queries per 200. Returns how many had changed.

    Raises:
        Undeclared: the kind was not declared.
    """
    kind_of(kind)
    iterator = iter(documents)
    changed = 0
    while chunk := list(islice(iterator, _AT_ONCE)):
        with transaction.atomic():
            changed += _index_chunk(kind, list({(d.ref.kind, d.ref.id): d for d in chunk}.values()))
    return changed


def _index_chunk(kind: str, documents: Sequence[Document]) -> int:
    known = {(entry.ref_kind, entry.ref_id): entry for entry in _entries(d.ref for d in documents)}
    fresh: list[Entry] = []
    stale: list[Entry] = []
    coming: list[tuple[Entry, dict[str, Any], str]] = []
    for document in documents:
        ref = document.ref
        values = _values(kind, document)
        body = cover(document.body[:LONGEST])
        digest = hashlib.blake2s(
            json.dumps([values, body], ensure_ascii=False, sort_keys=True, default=str).encode(),
            digest_size=16,
        ).hexdigest()
        entry = known.get((ref.kind, ref.id))
        if entry is not None and entry.digest == digest:
            continue
        if entry is None:
            entry = Entry(ref_kind=ref.kind, ref_id=ref.id)
            fresh.append(entry)
        else:
            stale.append(entry)
        coming.append((entry, {**values, "digest": digest}, body))
    if not coming:
        return 0
    if stale:
        engine().drop(_postings(stale))
    for entry, values, _ in coming:
        for name, value in values.items():
            setattr(entry, name, value)
    Entry.objects.bulk_create(fresh)
    if stale:
        Entry.objects.bulk_update(stale, ["kind", "title", "number", "head", "scopes", "extra", "digest"])
    texts = []
    for entry, _, body in coming:
        searched = plain(body)
        texts.append(Text(entry_id=entry.pk, body=body, plain=None if searched == body else searched))
    Text.objects.bulk_create(
        texts, update_conflicts=True, unique_fields=["entry"], update_fields=["body", "plain"]
    )
    engine().put([_posting(entry, text) for (entry, _, _), text in zip(coming, texts, strict=True)])
    return len(coming)


def _values(kind: str, document: Document) -> dict[str, Any]:
    title = cover(document.title)[:_TITLE]
    number = cover(document.number)[:_NUMBER]
    return {
        "kind": kind,
        "title": title,
        "number": number,
        "head": plain(f"{number}\n\n{title}"),
        "scopes": sorted(seen_by(document.scopes)),
        "extra": dict(document.extra),
    }


def _entries(refs: Iterable[Ref]) -> list[Entry]:
    """The entries of things, locked to the end of the transaction."""
    by_kind: dict[str, list[str]] = {}
    for ref in refs:
        by_kind.setdefault(ref.kind, []).append(ref.id)
    found: list[Entry] = []
    for ref_kind, ids in by_kind.items():
        found += Entry.objects.select_for_update().filter(ref_kind=ref_kind, ref_id__in=ids)
    return found


def _postings(entries: Sequence[Entry]) -> list[Posting]:
    """What entries contributed, from what is stored of them."""
    texts = Text.objects.in_bulk([entry.pk for entry in entries])
    return [_posting(entry, texts[entry.pk]) for entry in entries if entry.pk in texts]


def _posting(entry: Entry, text: Text) -> Posting:
    searched = text.body if text.plain is None else text.plain
    return Posting(entry.pk, entry.kind, plain(entry.number), plain(entry.title), searched, entry.scopes)


def remove(ref: Ref) -> None:
    """Make a thing unfindable. Harmless where it was never indexed."""
    with transaction.atomic():
        entries = _entries([ref])
        if entries:
            engine().drop(_postings(entries))
            Entry.objects.filter(pk__in=[entry.pk for entry in entries]).delete()


def forget(ref: Ref) -> None:
    """Remove a thing and everything that was left of it in the index's files (vault: derived copies)."""
    remove(ref)
    engine().compact()


def rebuild(kind: str | None = None) -> int:
    """Bring all things of a kind (or of all) again from their rooms; what is no more is removed.

    Returns:
        How many entries had changed or gone.

    Raises:
        Undeclared: no such kind.
    """
    changed = 0
    for declared in [kind_of(kind)] if kind else kinds():
        if declared.documents is None:
            continue
        with transaction.atomic():
            present: set[tuple[str, str]] = set()

            def noting(documents: Iterable[Document], present: set[tuple[str, str]]) -> Iterable[Document]:
                for document in documents:
                    present.add((document.ref.kind, document.ref.id))
                    yield document

            changed += index_many(declared.kind, noting(declared.documents(), present))
            known = Entry.objects.filter(kind=declared.kind).values_list("ref_kind", "ref_id")
            for ref_kind, ref_id in set(known) - present:
                remove(Ref(ref_kind, ref_id))
                changed += 1
    engine().compact()
    return changed


def rewrite() -> int:
    """Make all postings anew from the stored texts: the tokens have changed, or postings were damaged."""
    with transaction.atomic():
        engine().clear()
        count = 0
        rows = Text.objects.select_related("entry").order_by("pk").iterator(chunk_size=_AT_ONCE)
        while chunk := list(islice(rows, _AT_ONCE)):
            for text in chunk:
                text.plain = None if (searched := plain(text.body)) == text.body else searched
            Text.objects.bulk_update(chunk, ["plain"])
            engine().put([_posting(text.entry, text) for text in chunk])
            count += len(chunk)
        IndexState.objects.update_or_create(pk=1, defaults={"tokens": VERSION})
    return count


def ensure() -> None:
    """After migrations and flushes: the place for postings is there, and fits the texts and the tokens."""
    engine().create()
    state = IndexState.objects.filter(pk=1).first()
    if (state is not None and state.tokens != VERSION) or engine().size() != Entry.objects.count():
        rewrite()
    elif state is None:
        IndexState.objects.create(pk=1, tokens=VERSION)
