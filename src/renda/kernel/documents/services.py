"""Verbs of attachments: attach, remove, sweep."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from renda.kernel import clock
from renda.kernel.documents import store
from renda.kernel.documents.entries import Attached, Removed
from renda.kernel.documents.errors import Refused, TextUnreadable
from renda.kernel.documents.extraction import text_of
from renda.kernel.documents.files import Attachment, as_attachment
from renda.kernel.documents.kinds import BY_TYPE, Kind, detect
from renda.kernel.documents.models import AttachmentRow, Orphan
from renda.kernel.documents.names import extension_of, safe_name, with_extension
from renda.kernel.documents.screening import screen
from renda.kernel.identity.api import Account, SecretMarks, refuse_secret_marks
from renda.kernel.record import api as record
from renda.kernel.refs import Ref

GRACE = dt.timedelta(hours=24)
MARKED_WITHIN = 20_000  # characters at the beginning that are searched for marks of secrecy


def max_bytes() -> int:
    """How large an attachment may be, in bytes."""
    return int(settings.RENDA_ATTACHMENT_BYTES)


def attach(
    source: UploadedFile[Any] | Path | IO[bytes] | bytes,
    *,
    owner: Ref,
    actor: Account | None,
    name: str = "",
    origin: record.Origin | None = None,
) -> Attachment:
    """Takes a file in: checked, stored under its hash, then entered in table and record.

    Args:
        source: an upload, a file on disk, an open binary file, or bytes.
        owner: what it belongs to.
        actor: who puts it there; None only with the origin of an import or job.
        name: file name; the upload's or the path's where empty.
        origin: where it came from; a page where omitted.

    Raises:
        Refused: too large, not a kind that is taken, macros, bombs, damaged, marks of secrecy, no room on
        the disk.
            Nothing is stored then.
    """
    given = safe_name(name or _name_of(source))
    with store.receive(_chunks(source), max_bytes(), given) as incoming:
        kind = detect(incoming.path, given)
        screen(incoming.path, kind)
        _refuse_secrets(incoming.path, kind)
        with transaction.atomic():
            # The mark of a sweep goes first: a sweep that is deleting this content has then finished.
            Orphan.objects.filter(sha256=incoming.sha256).delete()
            store.keep(incoming)
            row = AttachmentRow.objects.create(
                owner_kind=owner.kind,
                owner_id=owner.id,
                owner_title=owner.title[:500],
                name=given
                if extension_of(given) in kind.extensions
                else with_extension(given, kind.extensions[0]),
                sha256=incoming.sha256,
                size=incoming.size,
                content_type=kind.content_type,
                uploaded_by=actor,
            )
            record.write(
                Attached(str(row.pk), kind.label, row.size, row.sha256),
                subject=owner,
                actor=actor,
                origin=origin,
            )
    return as_attachment(row)


def remove(id: UUID | str, *, actor: Account, reason: str) -> None:
    """Takes a file away from its owner. The row keeps date, person and reason, the store keeps the content.

    Raises:
        Refused: no reason, or removed before.
    """
    reason = reason.strip()
    if not reason:
        raise Refused("请写明移除附件的原因。")
    with transaction.atomic():
        row = AttachmentRow.objects.select_for_update().filter(pk=id, removed_at=None).first()
        if row is None:
            raise Refused("附件不存在，或已经移除。")
        row.removed_at, row.removed_by, row.removal_reason = clock.now(), actor, reason[:200]
        row.save(update_fields=["removed_at", "removed_by", "removal_reason"])
        kind = BY_TYPE.get(row.content_type)
        record.write(
            Removed(str(row.pk), kind.label if kind else "文件", row.removal_reason),
            subject=Ref(row.owner_kind, row.owner_id, row.owner_title),
            actor=actor,
        )


def sweep(now: dt.datetime | None = None) -> int:
    """Deletes contents that belong to nothing: left by transactions that were rolled back.

    A content is only marked at first; it is deleted a day later if it still has no row. ``attach`` clears
    the mark in the transaction that makes the row, and stores anew what is gone: nothing that a row points
    to is deleted.

    Returns:
        How many contents were deleted.
    """
    now = now or clock.now()
    for path in store.stale_incoming(GRACE.total_seconds(), now.timestamp()):
        path.unlink(missing_ok=True)
    marked = set(Orphan.objects.values_list("sha256", flat=True))
    for batch in _batches(store.contents(), 500):
        owned = set(AttachmentRow.objects.filter(sha256__in=batch).values_list("sha256", flat=True))
        fresh = [Orphan(sha256=sha, seen_at=now) for sha in batch if sha not in owned and sha not in marked]
        Orphan.objects.bulk_create(fresh, ignore_conflicts=True)
    deleted = 0
    for sha256 in list(Orphan.objects.filter(seen_at__lte=now - GRACE).values_list("sha256", flat=True)):
        with transaction.atomic():
            if Orphan.objects.select_for_update().filter(sha256=sha256).first() is None:
                continue
            if not AttachmentRow.objects.filter(sha256=sha256).exists():
                store.delete(sha256)
                deleted += 1
            Orphan.objects.filter(sha256=sha256).delete()
    return deleted


def check_contents(*, thorough: bool = False) -> list[str]:
    """What is wrong with the store, in Chinese, one line each; empty where all is well.

    Contents are named by their hash: the lines may be sent to whoever helps, and a file's name may name a
    person.

    Args:
        thorough: whether each content is read and its hash computed again.
    """
    problems = []
    hashes = AttachmentRow.objects.order_by("sha256").values_list("sha256", flat=True).distinct()
    for sha256 in hashes.iterator():
        if not store.exists(sha256):
            problems.append(f"附件内容 {sha256[:16]} 缺失：请从备份恢复。")
        elif thorough and store.digest_of(sha256) != sha256:
            problems.append(f"附件内容 {sha256[:16]} 已损坏：请从备份恢复。")
    return problems


def _refuse_secrets(path: Path, kind: Kind) -> None:
    """The beginning of a readable document is searched for marks of secrecy (秘密★)."""
    if kind.family not in ("pdf", "word", "sheet", "text"):
        return
    try:
        text = text_of(path, kind, characters=MARKED_WITHIN, seconds=10, convert=False)
    except TextUnreadable:
        return
    try:
        refuse_secret_marks(text)
    except SecretMarks as error:
        raise Refused(str(error)) from error


def _name_of(source: UploadedFile[Any] | Path | IO[bytes] | bytes) -> str:
    if isinstance(source, bytes):
        return ""
    return Path(str(getattr(source, "name", "") or "")).name


def _chunks(source: UploadedFile[Any] | Path | IO[bytes] | bytes) -> Iterator[bytes]:
    if isinstance(source, bytes):
        yield source
    elif isinstance(source, UploadedFile):
        yield from source.chunks()
    elif isinstance(source, Path):
        with source.open("rb") as stream:
            yield from iter(lambda: stream.read(store.BLOCK), b"")
    else:
        yield from iter(lambda: source.read(store.BLOCK), b"")


def _batches(values: Iterable[str], size: int) -> Iterator[list[str]]:
    batch: list[str] = []
    for value in values:
        batch.append(value)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
