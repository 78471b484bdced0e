"""Attachments as others see them, and who may read them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import IO, Any
from uuid import UUID

from django.urls import reverse

from renda.kernel.documents import store
from renda.kernel.documents.entries import readable_size
from renda.kernel.documents.kinds import BY_TYPE
from renda.kernel.documents.models import AttachmentRow
from renda.kernel.identity.api import Account
from renda.kernel.refs import Ref

Reader = Callable[[Account, str], bool]
_readers: dict[str, Reader] = {}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file put to something.

    Args:
        id: its number, part of its address.
        owner: what it belongs to.
        name: file name, safe to show.
        sha256, size: digest and bytes of the content.
        content_type: MIME type by content.
        label: the kind in words.
        uploaded_by: who put it there; empty where an import did.
    """

    id: UUID
    owner: Ref
    name: str
    sha256: str
    size: int
    content_type: str
    label: str
    inline: bool
    uploaded_by: str
    uploaded_at: dt.datetime

    @property
    def url(self) -> str:
        """The address that shows or downloads it, to those who may."""
        return reverse("documents:file", args=[self.id])

    @property
    def readable_size(self) -> str:
        return readable_size(self.size)


def readers(kind: str, may_read: Reader) -> None:
    """Registers who may read the attachments of a kind of owner; without, nobody may.

    Args:
        kind: the kind of the owner's ``Ref``.
        may_read: called with the account and the owner's id.
    """
    _readers[kind] = may_read


def may_read(account: Any, attachment: Attachment) -> bool:
    """Whether an account may read an attachment; no for owners nobody registered."""
    reader = _readers.get(attachment.owner.kind)
    return isinstance(account, Account) and reader is not None and reader(account, attachment.owner.id)


def attachments(owner: Ref) -> list[Attachment]:
    """The attachments of one owner, oldest first, without removed ones."""
    return attachments_of(owner.kind, [owner.id])[owner.id]


def attachments_of(kind: str, ids: Iterable[str]) -> dict[str, list[Attachment]]:
    """The attachments of many owners in one query."""
    found: dict[str, list[Attachment]] = defaultdict(list)
    rows = AttachmentRow.objects.filter(owner_kind=kind, owner_id__in=list(ids), removed_at=None)
    for row in rows.select_related("uploaded_by"):
        found[row.owner_id].append(as_attachment(row))
    return found


def get_attachment(id: UUID | str) -> Attachment | None:
    """One attachment, or None where there is none or it was removed."""
    row = AttachmentRow.objects.filter(pk=id, removed_at=None).select_related("uploaded_by").first()
    return None if row is None else as_attachment(row)


def open_attachment(id: UUID | str) -> IO[bytes]:
    """The content of an attachment, removed ones included (the record still points to them).

    Raises:
        AttachmentRow.DoesNotExist: no such attachment.
        ContentMissing: the content is not in the store.
    """
    return store.open_content(AttachmentRow.objects.values_list("sha256", flat=True).get(pk=id))


def as_attachment(row: AttachmentRow) -> Attachment:
    kind = BY_TYPE.get(row.content_type)
    return Attachment(
        id=row.pk,
        owner=Ref(row.owner_kind, row.owner_id, row.owner_title),
        name=row.name,
        sha256=row.sha256,
        size=row.size,
        content_type=row.content_type,
        label=kind.label if kind else "文件",
        inline=bool(kind and kind.inline),
        uploaded_by=row.uploaded_by.display_name if row.uploaded_by else "",
        uploaded_at=row.uploaded_at,
    )
