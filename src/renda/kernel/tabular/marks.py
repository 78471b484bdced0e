"""How rows are recognised again: keyed digests of key and content, never the texts themselves."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings

from renda.kernel.refs import Ref
from renda.kernel.tabular.models import RowMark
from renda.kernel.tabular.schema import Row

_AT_ONCE = 500  # keys per query: SQLite binds a limited number of values


@dataclass(frozen=True)
class Known:
    """A row beside what an earlier import made of its key.

    Args:
        row: with ``known`` filled in.
        key_hash, content_hash: as they will be stored.
        mark: the earlier mark, if any.
        same: the content came in before.
    """

    row: Row
    key_hash: str
    content_hash: str
    mark: RowMark | None
    same: bool


def _secrets() -> list[bytes]:
    """The present key first; former ones still recognise what they marked."""
    return [str(key).encode() for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def _digest(secret: bytes, kind: str, purpose: str, value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, default=str, separators=(",", ":"))
    return hmac.new(secret, f"tabular\0{kind}\0{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()


def compare(kind: str, rows: Sequence[Row]) -> Iterator[Known]:
    """Each row with what is known of its key, in order, a constant number of queries per 500 rows."""
    secrets = _secrets()
    for start in range(0, len(rows), _AT_ONCE):
        chunk = rows[start : start + _AT_ONCE]
        hashes = [[_digest(secret, kind, "key", row.key) for secret in secrets] for row in chunk]
        wanted = [each for row_hashes in hashes for each in row_hashes]
        marks = {
            mark.key_hash: mark for mark in RowMark.objects.filter(kind=kind, key_hash__in=wanted).iterator()
        }
        for row, row_hashes in zip(chunk, hashes, strict=True):
            content = _digest(secrets[0], kind, "content", row.values)
            for secret, key_hash in zip(secrets, row_hashes, strict=True):
                if mark := marks.get(key_hash):
                    same = mark.content_hash == (
                        content if secret is secrets[0] else _digest(secret, kind, "content", row.values)
                    )
                    known = replace(row, known=Ref.from_json(mark.ref))
                    yield Known(known, key_hash, content, mark, same)
                    break
            else:
                yield Known(row, row_hashes[0], content, None, False)
