"""Kinds that no room declares, and short ways to index."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from renda.kernel.refs import Ref
from renda.kernel.search import api
from renda.kernel.search.kinds import _kinds

KIND, OTHER = "t.suggestion", "t.reply"


@pytest.fixture(autouse=True)
def declared() -> Iterator[None]:
    """Two kinds and no other: what rooms declare is put back afterwards."""
    rooms = dict(_kinds)
    _kinds.clear()
    api.declare(KIND, "代表建议", lambda ref: f"/t/{ref.id}/")
    api.declare(OTHER, "答复", lambda ref: f"/r/{ref.id}/")
    yield
    _kinds.clear()
    _kinds.update(rooms)


@pytest.fixture
def put(db: None) -> Callable[..., Ref]:
    """Index a text: ``put(id, body)`` is public and of the first kind."""

    def index(
        id: str,
        body: str,
        *,
        title: str = "标题",
        scopes: set[str] | None = None,
        kind: str = KIND,
        number: str = "",
    ) -> Ref:
        ref = Ref(kind, id)
        given = {api.PUBLIC} if scopes is None else scopes
        api.index(ref, kind=kind, title=title, body=body, scopes=given, number=number)
        return ref

    return index


def found(text: str, *scopes: str, kind: str | None = None) -> set[str]:
    """Ids of all that is found."""
    asked = set(scopes) or {api.PUBLIC}
    hits = api.query(text, scopes=asked, kind=kind, size=1000)
    assert len(hits.items) == hits.total
    return {hit.ref.id for hit in hits.items}
