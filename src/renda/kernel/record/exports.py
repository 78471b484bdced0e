"""The record as a file that the verifier reads without Renda: one JSON object a line, from one snapshot."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.db import connection, transaction

from renda.kernel.record import digests
from renda.kernel.record.codec import stamp
from renda.kernel.record.models import EntryRow, Pending, Seal, SealLink
from renda.kernel.record.sealer import head

FORMAT = "renda.record.export.1"
HEAD_FORMAT = "renda.record.head.1"
_CHUNK = 2000


@contextmanager
def _snapshot() -> Iterator[None]:
    """One state of the database for several queries, without holding up writers."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        # atomic() would BEGIN IMMEDIATE and lock writers out for as long as the export takes.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("COMMIT")
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


def head_json() -> dict[str, Any] | None:
    """The end of the chain as a small object to be kept outside; None before the first seal."""
    last = head()
    if last is None:
        return None
    return {
        "format": HEAD_FORMAT,
        "number": last.number,
        "digest": last.digest,
        "entries": last.entries,
        "last_id": last.last_id,
        "sealed_at": stamp(last.sealed_at),
    }


def export(path: Path) -> dict[str, Any] | None:
    """Write the whole record to a file.

    Args:
        path: the file, replaced only when everything is written.

    Returns:
        The head that fits the file, or None where nothing is sealed yet.
    """
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8") as file, _snapshot():
        last = head_json()
        _write_all(file)
    part.replace(path)
    return last


def _write_all(file: IO[str]) -> None:
    def put(line: dict[str, Any]) -> None:
        file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")

    put({"format": FORMAT})
    seals = entries = 0
    for seal in Seal.objects.order_by("number").iterator(chunk_size=_CHUNK):
        seals += 1
        fields = ("number", "count", "first_id", "last_id", "root", "previous", "digest")
        put({"seal": {name: getattr(seal, name) for name in fields} | {"sealed_at": stamp(seal.sealed_at)}})
    for link in (
        SealLink.objects.order_by("pk")
        .values_list("pk", "seal_id", "position", "leaf")
        .iterator(chunk_size=_CHUNK)
    ):
        put({"link": dict(zip(("entry", "seal", "position", "leaf"), link, strict=True))})
    for number in Pending.objects.order_by("pk").values_list("pk", flat=True):
        put({"pending": number})
    for row in EntryRow.objects.order_by("pk").iterator(chunk_size=_CHUNK):
        entries += 1
        put({"entry": {"id": row.id} | content(row)})
    put({"end": {"seals": seals, "entries": entries}})


def content(row: EntryRow) -> dict[str, Any]:
    """A row as the object that is hashed."""
    return digests.body(
        kind=row.kind,
        subject=(row.subject_kind, row.subject_id, row.subject_title),
        actor=(row.actor_id, row.actor_name),
        on_behalf_of=row.on_behalf_of,
        happened_at=row.happened_at,
        recorded_at=row.recorded_at,
        origin=row.origin,
        payload=row.payload,
    )
