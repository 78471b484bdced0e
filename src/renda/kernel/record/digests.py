"""The record's digests: SHA-256 with a domain before each, over a canonical text. ``docs/record.md`` is the
specification; the verifier implements it a second time, on purpose, and a test compares the two.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from renda.kernel.record.codec import stamp

FIRST = "0" * 64
"""The digest before the first seal."""

_BODY = b"renda.record.body.1\x00"
_LEAF = b"renda.record.leaf.1\x00"
_NODE = b"renda.record.node.1\x00"
_SEAL = b"renda.record.seal.1\x00"


def canonical(value: Any) -> bytes:
    """JSON with sorted keys, no blanks, no escapes beyond JSON's own, UTF-8."""
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def body(
    *,
    kind: str,
    subject: tuple[str, str, str],
    actor: tuple[int | None, str],
    on_behalf_of: dict[str, Any] | None,
    happened_at: datetime,
    recorded_at: datetime,
    origin: dict[str, Any],
    payload: dict[str, Any],
) -> dict[str, Any]:
    """The object that is hashed and exported: everything an entry says, except its number."""
    return {
        "kind": kind,
        "subject": {"kind": subject[0], "id": subject[1], "title": subject[2]},
        "actor": {"id": actor[0], "name": actor[1]},
        "on_behalf_of": on_behalf_of,
        "happened_at": stamp(happened_at),
        "recorded_at": stamp(recorded_at),
        "origin": origin,
        "payload": payload,
    }


def leaf(number: int, content: dict[str, Any]) -> bytes:
    """The leaf of an entry: its number and the digest of its body."""
    inner = sha256(_BODY + canonical(content)).digest()
    return sha256(_LEAF + str(number).encode() + b"\x00" + inner).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The Merkle root: pairs are joined level by level, a last one without a partner goes up as it is."""
    level = list(leaves)
    while len(level) > 1:
        joined = [sha256(_NODE + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
        level = joined + level[len(level) & ~1 :]
    return level[0]


def seal(
    *, number: int, count: int, first_id: int, last_id: int, root: str, previous: str, sealed_at: datetime
) -> str:
    """The digest of a seal, hexadecimal; it covers the seal before, and so everything before."""
    content = {
        "number": number,
        "count": count,
        "first_id": first_id,
        "last_id": last_id,
        "root": root,
        "previous": previous,
        "sealed_at": stamp(sealed_at),
    }
    return sha256(_SEAL + canonical(content)).hexdigest()
