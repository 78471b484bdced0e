"""The store of contents: each file once, under the SHA-256 of its bytes.

By default a folder (``HOME/files``): a content is written to a temporary file beside its place, flushed to
the disk and renamed, so that a name is either absent or whole, whatever happens to the machine. With S3 the
same contents are objects of a bucket (Django's default storage, by settings).
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, storages

from renda.kernel.documents.errors import ContentMissing, Refused

BLOCK = 1024**2
FULL = "服务器磁盘空间不足，文件没有保存：请稍后再试，并通知管理员清理磁盘。"


@dataclass(frozen=True, slots=True)
class Incoming:
    """A content on its way in: on the disk under a temporary name, not yet in the store."""

    path: Path
    sha256: str
    size: int


def storage() -> Storage:
    """Where contents lie: the default storage of the settings, a folder or a bucket."""
    return storages["default"]


def key(sha256: str) -> str:
    """The name of a content: spread over 256 folders."""
    return f"{sha256[:2]}/{sha256}"


@contextmanager
def receive(chunks: Iterable[bytes], limit: int, name: str) -> Iterator[Incoming]:
    """Writes what comes in to a temporary file, hashing it on the way; removes it at the end unless kept.

    Args:
        chunks: the bytes in pieces; never held together in memory.
        limit: how many bytes are taken.
        name: for messages.

    Raises:
        Refused: more bytes than the limit, or no room on the disk; nothing is left behind.
    """
    folder = _incoming_folder()
    handle, temporary = tempfile.mkstemp(prefix="in-", dir=folder)
    path = Path(temporary)
    digest, size = hashlib.sha256(), 0
    try:
        try:
            with os.fdopen(handle, "wb") as out:
                for chunk in chunks:
                    size += len(chunk)
                    if size > limit:
                        raise Refused(too_large(name, limit), 413)
                    digest.update(chunk)
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise Refused(FULL, 507) from error
            raise
        yield Incoming(path, digest.hexdigest(), size)
    finally:
        path.unlink(missing_ok=True)


def keep(incoming: Incoming) -> None:
    """Puts a content into the store, where it is not there already.

    Raises:
        Refused: no room on the disk; nothing half-written is left.
    """
    place = storage()
    name = key(incoming.sha256)
    if place.exists(name) and place.size(name) == incoming.size:
        return
    try:
        if isinstance(place, FileSystemStorage):
            _rename(incoming.path, Path(place.path(name)))
        else:
            with incoming.path.open("rb") as stream:
                place.save(name, File(stream))
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Refused(FULL, 507) from error
        raise


def open_content(sha256: str) -> IO[bytes]:
    """The bytes of a content.

    Raises:
        ContentMissing: the store hasn't got it.
    """
    try:
        opened: Any = storage().open(key(sha256), "rb")
    except FileNotFoundError as error:
        raise ContentMissing(
            "附件的内容不在存储中：请管理员从备份恢复（renda check 可查出所有缺失）。"
        ) from error
    return opened  # type: ignore[no-any-return]


def exists(sha256: str) -> bool:
    return storage().exists(key(sha256))


def delete(sha256: str) -> None:
    storage().delete(key(sha256))


def contents() -> Iterator[str]:
    """The hashes of all contents in the store."""
    place = storage()
    try:
        folders, _ = place.listdir("")
    except FileNotFoundError:
        return
    for folder in sorted(folders):
        if len(folder) == 2:
            _, names = place.listdir(folder)
            yield from sorted(name for name in names if len(name) == 64)


def stale_incoming(older_than_seconds: float, now: float) -> list[Path]:
    """Temporary files that a killed process left."""
    return [
        path for path in _incoming_folder().glob("in-*") if now - path.stat().st_mtime > older_than_seconds
    ]


def digest_of(sha256: str) -> str:
    """The hash of the bytes that lie under a name now: differs where the disk has damaged them."""
    digest = hashlib.sha256()
    with open_content(sha256) as stream:
        while block := stream.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


@contextmanager
def as_path(sha256: str, suffix: str) -> Iterator[Path]:
    """A content as a file on this machine, for programs that need one.

    Args:
        sha256: the content.
        suffix: extension with its dot; programs go by it.
    """
    with tempfile.TemporaryDirectory(prefix="renda-doc-") as folder:
        path = Path(folder) / f"content{suffix}"
        with open_content(sha256) as stream, path.open("wb") as out:
            shutil.copyfileobj(stream, out, BLOCK)
        yield path


def too_large(name: str, limit: int) -> str:
    return f"“{name}”超过 {limit // 1024**2} MB，没有上传：请压缩图片或拆成几个文件；视频请剪短后再传。"


def _incoming_folder() -> Path:
    """On the store's own disk where it is a folder (a rename never crosses disks), else the machine's."""
    place = storage()
    folder = (
        Path(place.path("incoming")) if isinstance(place, FileSystemStorage) else Path(tempfile.gettempdir())
    )
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _rename(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    source.chmod(0o640)
    source.replace(target)
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
