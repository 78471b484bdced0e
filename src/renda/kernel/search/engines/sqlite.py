"""Postings in a contentless FTS5 table: the texts themselves lie in ``Text``, once.

A contentless table deletes by being told what to delete, so ``drop`` gets the very posting that was put.
Permissions are tokens of the column ``facets`` and part of every MATCH: what one may not see is never found,
counted or ranked.
"""
# ruff: noqa: S608  SQL is put together from constants; everything that was typed is a parameter.

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db import connections

from renda.kernel.search.engines.base import Posting, Wanted
from renda.kernel.search.tokens import Term, kind_token, scope_token, tokens

_TABLE = "search_postings"
MANY = 4000  # hits from which one orders by title and newness: so common a word says nothing about relevance
# number, title, body, facets: the number on paper before the title, the title before the text.
_RANK = f"bm25({_TABLE}, 10.0, 5.0, 1.0, 0.0)"
_ANYWHERE = "{number title body}"
_HEAD = "{number title}"


def _phrase(term: Term) -> str:
    return f'"{" ".join(term.tokens)}"{" *" if term.prefix else ""}'


def _facets(scopes: Collection[str], kind: str | None) -> str:
    allowed = " OR ".join(scope_token(scope) for scope in sorted(scopes))
    only = f" AND {{facets}} : {kind_token(kind)}" if kind else ""
    return f"{{facets}} : ({allowed}){only}"


def _match(wanted: Wanted, columns: str = _ANYWHERE) -> str:
    text = " AND ".join(_phrase(term) for term in wanted.terms)
    return f"({columns} : ({text}) AND {_facets(wanted.scopes, wanted.kind)})"


class Sqlite:
    """FTS5; tokens are cut by us, so its own tokenizer must only keep them whole: ``ascii`` does."""

    def _run(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with connections["default"].cursor() as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetchall() if cursor.description else []

    def _run_many(self, sql: str, rows: list[tuple[Any, ...]]) -> None:
        with connections["default"].cursor() as cursor:
            cursor.executemany(sql, rows)

    def create(self) -> None:
        self._run(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {_TABLE} USING fts5("
            "number, title, body, facets, content='', tokenize='ascii')"
        )

    def clear(self) -> None:
        self._run(f"DROP TABLE IF EXISTS {_TABLE}")
        self.create()

    @staticmethod
    def _row(posting: Posting) -> tuple[Any, ...]:
        facets = [kind_token(posting.kind), *(scope_token(scope) for scope in sorted(posting.scopes))]
        texts = (posting.number, posting.title, posting.body)
        return (posting.entry, *(" ".join(tokens(text)) for text in texts), " ".join(facets))

    def put(self, postings: Sequence[Posting]) -> None:
        self._run_many(
            f"INSERT INTO {_TABLE} (rowid, number, title, body, facets) VALUES (%s, %s, %s, %s, %s)",
            [self._row(posting) for posting in postings],
        )

    def drop(self, postings: Sequence[Posting]) -> None:
        self._run_many(
            f"INSERT INTO {_TABLE} ({_TABLE}, rowid, number, title, body, facets) "
            "VALUES ('delete', %s, %s, %s, %s, %s)",
            [self._row(posting) for posting in postings],
        )

    def counts(self, wanted: Wanted) -> tuple[dict[str, int], bool]:
        rows = self._run(
            f"SELECT e.kind, count(*) FROM {_TABLE} p CROSS JOIN search_entry e ON e.id = p.rowid "
            f"WHERE {_TABLE} MATCH %s GROUP BY e.kind",
            [_match(wanted)],
        )
        return dict(rows), True

    def page(self, wanted: Wanted, total: int, offset: int, limit: int) -> list[int]:
        if total <= MANY:
            return self._ids(_match(wanted), f"{_RANK}, rowid DESC", offset, limit)
        in_head = _match(wanted, _HEAD)
        heads = self._run(f"SELECT count(*) FROM {_TABLE} WHERE {_TABLE} MATCH %s", [in_head])[0][0]
        found = self._ids(in_head, "rowid DESC", offset, limit) if offset < heads else []
        if len(found) < limit:
            others = f"{_match(wanted)} NOT {in_head}"
            found += self._ids(others, "rowid DESC", max(0, offset - heads), limit - len(found))
        return found

    def _ids(self, match: str, order: str, offset: int, limit: int) -> list[int]:
        rows = self._run(
            f"SELECT rowid FROM {_TABLE} WHERE {_TABLE} MATCH %s ORDER BY {order} LIMIT %s OFFSET %s",
            [match, limit, offset],
        )
        return [row[0] for row in rows]

    def holding(self, tokens: Sequence[str], wanted: Wanted, limit: int) -> list[tuple[str, int]]:
        facets = _facets(wanted.scopes, wanted.kind)
        found: list[tuple[str, int]] = []
        for token in tokens:
            match = f'{_ANYWHERE} : "{token}" AND {facets}'
            found += [(token, entry) for entry in self._ids(match, "rowid DESC", 0, limit)]
        return found

    def size(self) -> int:
        return int(self._run(f"SELECT count(*) FROM {_TABLE}_docsize")[0][0])

    def compact(self) -> None:
        self._run(f"INSERT INTO {_TABLE} ({_TABLE}) VALUES ('optimize')")
