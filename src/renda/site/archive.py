"""The backup file: a tar with a manifest of hashes in front. Standard library alone, without Django."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

MANIFEST = "manifest.json"
FORMAT = 1
_PIECE = 1024 * 1024


class BackupError(Exception):
    """A backup cannot be made, read or restored; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file to go into the archive under a name with forward slashes."""

    name: str
    path: Path


def digest_of(path: Path) -> str:
    """SHA-256 of a file as 64 hex digits."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def write(target: Path, sources: list[Source], facts: dict[str, Any]) -> dict[str, Any]:
    """Write an archive; the file appears under its name only when it is whole.

    Args:
        target: the archive, ``….tar.gz``; readable by its owner alone.
        sources: files to keep.
        facts: what the manifest says beside the files.

    Returns:
        The manifest.

    Raises:
        BackupError: a file changed while it was read, or the disk is full.
    """
    files = [
        {"name": source.name, "size": source.path.stat().st_size, "sha256": digest_of(source.path)}
        for source in sources
    ]
    manifest = {"format": FORMAT, **facts, "files": files}
    part = target.with_name(f".{target.name}.part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with (
            os.fdopen(descriptor, "wb") as raw,
            tarfile.open(fileobj=raw, mode="w:gz", compresslevel=3) as tar,
        ):
            text = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
            head = tarfile.TarInfo(MANIFEST)
            head.size = len(text)
            tar.addfile(head, io.BytesIO(text))
            for source, entry in zip(sources, files, strict=True):
                member = tarfile.TarInfo(source.name)
                member.size = int(str(entry["size"]))
                member.mode = 0o600
                with source.path.open("rb") as handle:
                    tar.addfile(member, handle)
        with part.open("rb") as handle:
            os.fsync(handle.fileno())
        part.rename(target)
    except OSError as error:
        raise BackupError(f"备份写不下去：{error.strerror or error}。请检查磁盘空间和目录权限。") from error
    finally:
        part.unlink(missing_ok=True)
    return manifest


def _members(tar: tarfile.TarFile) -> Iterator[tuple[str, IO[bytes]]]:
    for member in tar:
        handle = tar.extractfile(member) if member.isreg() else None
        if handle is None:
            raise BackupError(f"备份里有不该有的内容：{member.name}。这不是本系统写的备份，或者已被改动。")
        yield member.name, handle


def read(archive: Path, into: Path) -> dict[str, Any]:
    """Unpack an archive into a folder, checking each file against the manifest.

    Args:
        archive: the file.
        into: an existing, empty folder.

    Returns:
        The manifest.

    Raises:
        BackupError: broken, incomplete, changed, or not a backup.
    """
    try:
        with tarfile.open(archive, mode="r:gz") as tar:
            members = _members(tar)
            name, handle = next(members, ("", io.BytesIO()))
            if name != MANIFEST:
                raise BackupError("这个文件不是本系统的备份（没有清单）。")
            manifest: dict[str, Any] = json.loads(handle.read())
            if manifest.get("format") != FORMAT:
                raise BackupError("这份备份由更新的版本写成，请先升级程序再恢复。")
            expected = {entry["name"]: entry for entry in manifest["files"]}
            for name, handle in members:
                _unpack(into, name, handle, expected.pop(name, None))
    except (tarfile.TarError, EOFError, ValueError, KeyError, OSError) as error:
        raise BackupError(f"备份文件读不出来，可能没有传完整或已损坏：{error}") from error
    if expected:
        raise BackupError(f"备份不完整，缺 {len(expected)} 个文件，例如 {next(iter(expected))}。")
    return manifest


def _unpack(into: Path, name: str, handle: IO[bytes], expected: dict[str, Any] | None) -> None:
    pure = PurePosixPath(name)
    if expected is None or pure.is_absolute() or ".." in pure.parts:
        raise BackupError(f"备份里有清单以外的文件：{name}。")
    target = into / pure
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        while piece := handle.read(_PIECE):
            digest.update(piece)
            out.write(piece)
    if digest.hexdigest() != expected["sha256"]:
        raise BackupError(f"备份里的 {name} 与清单不符：文件已损坏或被改动。")
