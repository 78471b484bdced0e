"""The door of search: full text over what a person may see, and what is like a text.

A room declares its kind once and indexes inside the transaction that changes the thing::

    search.api.declare("motions.suggestion", "代表建议", url_of, documents=all_of_them)
    search.api.index(
        ref, kind="motions.suggestion", title=…, body=…, number="第101号", scopes={"congress:1", "person:7"}
    )

See ``docs/search.md``.
"""

from __future__ import annotations

from renda.kernel.search.commonness import sample
from renda.kernel.search.health import health
from renda.kernel.search.kinds import (
    Document,
    SearchKind,
    Undeclared,
    declare,
    forget_kind,
    kinds,
)
from renda.kernel.search.likeness import Passage, Similar, similar
from renda.kernel.search.queries import Hit, Hits, KindCount, find, query
from renda.kernel.search.scopes import PUBLIC, more_scopes, scopes_of
from renda.kernel.search.services import index, index_many, rebuild, remove, rewrite

__all__ = [
    "PUBLIC",
    "Document",
    "Hit",
    "Hits",
    "KindCount",
    "Passage",
    "SearchKind",
    "Similar",
    "Undeclared",
    "declare",
    "find",
    "forget_kind",
    "health",
    "index",
    "index_many",
    "kinds",
    "more_scopes",
    "query",
    "rebuild",
    "remove",
    "rewrite",
    "sample",
    "scopes_of",
    "similar",
]
