"""Where a sent file waits: encrypted in HOME/imports, its key in the database, both gone after a day."""

from __future__ import annotations

import hashlib
import os
from datetime import timedelta
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from renda.kernel import clock
from renda.kernel.refs import Ref
from renda.kernel.tabular.models import Upload
from renda.kernel.tabular.schema import TabularError

KEPT = timedelta(hours=24)
_NONCE = 12


def folder() -> Path:
    path = Path(settings.HOME) / "imports"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def _path(upload: Upload) -> Path:
    return folder() / f"{upload.pk}.bin"


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def put(upload: Upload, content: bytes) -> None:
    """Write the content; the name appears only when all of it is on disk."""
    nonce = os.urandom(_NONCE)
    sealed = nonce + AESGCM(bytes(upload.key)).encrypt(nonce, content, upload.pk.bytes)
    path = _path(upload)
    partial = path.with_suffix(".part")
    partial.write_bytes(sealed)
    partial.replace(path)


def get(upload: Upload) -> bytes:
    """The content as it was sent.

    Raises:
        TabularError: it has expired or was tampered with.
    """
    try:
        sealed = _path(upload).read_bytes()
        return AESGCM(bytes(upload.key)).decrypt(sealed[:_NONCE], sealed[_NONCE:], upload.pk.bytes)
    except (OSError, InvalidTag, ValueError) as error:
        raise TabularError("上传的文件已过保留期，请重新上传。") from error


def drop(upload: Upload) -> None:
    _path(upload).unlink(missing_ok=True)


def expire() -> int:
    """Forget files whose day is over, and files that no row knows. Returns how many rows went."""
    stale = list(Upload.objects.filter(expires_at__lt=clock.now()))
    for upload in stale:
        drop(upload)
        upload.delete()
    known = {f"{pk}" for pk in Upload.objects.values_list("pk", flat=True)}
    limit = clock.now().timestamp() - KEPT.total_seconds()
    for path in folder().iterdir():
        if path.stem not in known and path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)
    return len(stale)


def forget(_subject: Ref) -> None:
    """Drop every waiting file: whom it speaks of is not known without reading it, and its sender has it."""
    for upload in Upload.objects.exclude(state=Upload.State.APPLYING):
        drop(upload)
        upload.delete()
