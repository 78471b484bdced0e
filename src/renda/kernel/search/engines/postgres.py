"""Postings as a tsvector without positions beside the entry, with a GIN index.

Bigrams alone find a superset of what contains a longer term, so longer terms are looked up once more in the
plain text: exact at any length, where positions of a tsvector end at 16,383. Tokens of scopes and of the kind
carry a mark that no token of a text can have.
"""
# ruff: noqa: S608  SQL is put together from constants; everything that was typed is a parameter.

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db import connections

from renda.kernel.search.engines.base import Posting, Wanted
from renda.kernel.search.tokens import Term, kind_token, scope_token, tokens

_ROW = 256  # bytes from which a row's tsvector moves out of line, so that heads stay small
# Hits from which texts are neither looked through to count exactly nor weighed: unpacking takes its time.
MANY = 1500
_MARGIN = 200  # candidates of a page beyond what it shows
_AVERAGE = 800.0  # characters of an ordinary text, for weighing long ones down


_PLAIN = "coalesce(t.plain, t.body)"


def _literal(lexemes: Collection[str]) -> str:
    return " ".join(f"'{lexeme}'" for lexeme in sorted(lexemes))


def _of_term(term: Term) -> str:
    parts = [f"'{token}'" for token in term.tokens]
    if term.prefix:
        parts[-1] += ":*"
    return " & ".join(parts)


def _facets(scopes: Collection[str], kind: str | None) -> str:
    allowed = " | ".join(f"'#{scope_token(scope)}'" for scope in sorted(scopes))
    return f"({allowed})" + (f" & '#{kind_token(kind)}'" if kind else "")


def _query(wanted: Wanted) -> str:
    return " & ".join([*map(_of_term, wanted.terms), _facets(wanted.scopes, wanted.kind)])


class Postgres:
    """GIN over bigrams."""

    def _run(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with connections["default"].cursor() as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetchall() if cursor.description else []

    def create(self) -> None:
        self._run("ALTER TABLE search_entry ADD COLUMN IF NOT EXISTS postings tsvector")
        self._run(f"ALTER TABLE search_entry SET (toast_tuple_target = {_ROW})")
        self._run("ALTER TABLE search_entry ALTER COLUMN head SET STORAGE MAIN")
        self._run("CREATE INDEX IF NOT EXISTS search_entry_postings ON search_entry USING gin (postings)")

    def clear(self) -> None:
        self._run("UPDATE search_entry SET postings = NULL")

    def put(self, postings: Sequence[Posting]) -> None:
        rows = []
        for posting in postings:
            lexemes = {*tokens(posting.number), *tokens(posting.title), *tokens(posting.body)}
            lexemes.add(f"#{kind_token(posting.kind)}")
            lexemes.update(f"#{scope_token(scope)}" for scope in posting.scopes)
            rows.append((_literal(lexemes), posting.entry))
        with connections["default"].cursor() as cursor:
            cursor.executemany("UPDATE search_entry SET postings = %s::tsvector WHERE id = %s", rows)

    def drop(self, postings: Sequence[Posting]) -> None:
        self._run(
            "UPDATE search_entry SET postings = NULL WHERE id = ANY(%s)",
            [[posting.entry for posting in postings]],
        )

    @staticmethod
    def _again(wanted: Wanted) -> tuple[str, list[Any]]:
        """The condition that a longer term really stands in the head or the text, over entry e and text t."""
        conditions = ["true"]
        parameters: list[Any] = []
        for term in wanted.terms:
            if len(term.tokens) == 1:
                continue
            # A number at an end is a whole number: 第101 is not in 第1012号.
            begins = "(?<![0-9a-z])" if term.text[0].isascii() else ""
            ends = "(?![0-9a-z])" if term.text[-1].isascii() and not term.prefix else ""
            if begins or ends:
                conditions.append(f"({_PLAIN} ~ %s OR e.head ~ %s)")
            else:
                conditions.append(f"(strpos({_PLAIN}, %s) > 0 OR strpos(e.head, %s) > 0)")
            parameters += [f"{begins}{term.text}{ends}"] * 2
        return " AND ".join(conditions), parameters

    def counts(self, wanted: Wanted) -> tuple[dict[str, int], bool]:
        query = _query(wanted)
        rough = dict(
            self._run(
                "SELECT kind, count(*) FROM search_entry WHERE postings @@ %s::tsquery GROUP BY kind", [query]
            )
        )
        condition, parameters = self._again(wanted)
        if not parameters:
            return rough, True
        if sum(rough.values()) > MANY:
            return rough, False
        rows = self._run(
            "SELECT e.kind, count(*) FROM search_entry e JOIN search_text t ON t.entry_id = e.id "
            f"WHERE e.postings @@ %s::tsquery AND {condition} GROUP BY e.kind",
            [query, *parameters],
        )
        return dict(rows), True

    def page(self, wanted: Wanted, total: int, offset: int, limit: int) -> list[int]:
        condition, again = self._again(wanted)
        in_head = " AND ".join("strpos(c.head, %s) > 0" for _ in wanted.terms)
        heads = [term.text for term in wanted.terms]
        if total > MANY:
            # The newest ones in whose heads it stands, then the newest others: no text is weighed.
            sql = (
                "SELECT c.id FROM (SELECT id, head FROM search_entry WHERE postings @@ %s::tsquery) c "
                f"ORDER BY ({in_head}) DESC, c.id DESC LIMIT %s"
            )
            # A page of candidates may lose some to the second look, so more are fetched than are shown.
            rows = self._run(
                f"SELECT e.id FROM ({sql}) c JOIN search_entry e ON e.id = c.id "
                "JOIN search_text t ON t.entry_id = e.id "
                f"WHERE {condition} ORDER BY ({in_head.replace('c.head', 'e.head')}) DESC, e.id DESC "
                "LIMIT %s OFFSET %s",
                [_query(wanted), *heads, _MARGIN + 2 * (offset + limit), *again, *heads, limit, offset],
            )
            return [row[0] for row in rows]
        score, weights = self._score(wanted)
        rows = self._run(
            "SELECT e.id FROM search_entry e JOIN search_text t ON t.entry_id = e.id "
            f"WHERE e.postings @@ %s::tsquery AND {condition} "
            f"ORDER BY {score} DESC, e.id DESC LIMIT %s OFFSET %s",
            [_query(wanted), *again, *weights, limit, offset],
        )
        return [row[0] for row in rows]

    @staticmethod
    def _score(wanted: Wanted) -> tuple[str, list[Any]]:
        """As BM25 weighs: number before title before text, each further occurrence counting less."""
        times = f"(length({_PLAIN}) - length(replace({_PLAIN}, %s, '')))::float / length(%s)"
        heavy = f"1.2 * (0.25 + 0.75 * length(t.body) / {_AVERAGE})"
        of_term = (
            "10.0 * (strpos(lower(e.number), %s) > 0)::int + 5.0 * (strpos(e.head, %s) > 0)::int"
            f" + {times} / ({times} + {heavy})"
        )
        parameters = [term.text for term in wanted.terms for _ in range(of_term.count("%s"))]
        return " + ".join([of_term] * len(wanted.terms)), parameters

    def holding(self, tokens: Sequence[str], wanted: Wanted, limit: int) -> list[tuple[str, int]]:
        facets = _facets(wanted.scopes, wanted.kind)
        found: list[tuple[str, int]] = []
        for token in tokens:
            rows = self._run(
                # OFFSET 0 keeps the planner from walking the table backwards in hope of an early end.
                "SELECT id FROM (SELECT id FROM search_entry WHERE postings @@ %s::tsquery OFFSET 0) e "
                "ORDER BY id DESC LIMIT %s",
                [f"'{token}' & {facets}", limit],
            )
            found += [(token, row[0]) for row in rows]
        return found

    def size(self) -> int:
        return int(self._run("SELECT count(*) FROM search_entry WHERE postings IS NOT NULL")[0][0])

    def compact(self) -> None:
        """Rows that were replaced are removed by autovacuum."""
