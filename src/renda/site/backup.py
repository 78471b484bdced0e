"""Backup and restore of a whole installation: databases, files, and a manifest that the record vouches for.

Databases go first and attachments after: attachments are added and never changed, so the later copy holds all
that the databases speak of. The main database goes before the vault for the same reason.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from renda.site.archive import BackupError, Source, read, write

KEYS = ("secret.key", "vault.key")
OTHERS = ("demo.json",)
FOLDERS = ("files", "fonts")
# What must not be there when a backup is restored into a data folder; the rest is made anew by itself.
DATA = (
    *(f"{name}.sqlite3{beside}" for name in ("renda", "vault", "public") for beside in ("", "-wal", "-shm")),
    "files",
)


@dataclass(frozen=True, slots=True)
class Made:
    """A backup as it was written."""

    path: Path
    files: int
    size: int  # bytes
    with_keys: bool


def _copy_sqlite(source: Path, target: Path) -> None:
    """SQLite's online backup: one consistent state, while others go on writing."""
    try:
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)
            # The pages and indexes; column checks need functions that only the application has.
            copy.execute("PRAGMA ignore_check_constraints = ON")
            verdict = copy.execute("PRAGMA quick_check").fetchone()[0]
    except sqlite3.Error as error:
        raise BackupError(f"数据库 {source.name} 拷不出来：{error}。请检查磁盘空间和数据库文件。") from error
    if verdict != "ok":
        raise BackupError(f"数据库 {source.name} 有损坏，备份没有做：{verdict}。请先用上一份好的备份核对。")


def _postgres(program: str, config: dict[str, Any], *arguments: str) -> None:
    if shutil.which(program) is None:
        raise BackupError(
            f"没有 {program}：请装上与服务器版本相同的 PostgreSQL 客户端（postgresql-client）。"
        )
    environment = {
        **os.environ,
        "PGHOST": str(config.get("HOST") or ""),
        "PGPORT": str(config.get("PORT") or ""),
        "PGUSER": str(config.get("USER") or ""),
        "PGPASSWORD": str(config.get("PASSWORD") or ""),
        "PGDATABASE": str(config["NAME"]),
    }
    done = subprocess.run(  # noqa: S603
        [program, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise BackupError(f"{program} 没有成功：{done.stderr.strip()[-500:]}")


def _copy_database(alias: str, config: dict[str, Any], folder: Path) -> Source:
    if config["ENGINE"].endswith("sqlite3"):
        name = f"{Path(config['NAME']).name}"
        _copy_sqlite(Path(config["NAME"]), folder / name)
    else:
        name = f"{alias}.pgdump"
        _postgres("pg_dump", config, "--format=custom", "--no-owner", f"--file={folder / name}")
    return Source(name, folder / name)


def make(target: Path, *, with_keys: bool = False) -> Made:
    """Write a backup of this installation.

    Args:
        target: the file, or a folder in which it gets a name with the time.
        with_keys: also keep the secret and the vault's master keys: who has such a backup can read it all.

    Raises:
        BackupError: it could not be made; nothing is left behind.
    """
    from django.conf import settings
    from django.db import connections

    from renda.kernel import clock

    moment = clock.now()
    if target.is_dir():
        target = target / f"renda-{moment:%Y%m%d-%H%M%S}.tar.gz"
    if not target.parent.is_dir():
        raise BackupError(f"没有目录 {target.parent}，请先建立。")
    if target.exists():
        raise BackupError(f"{target} 已经存在，请换一个文件名。")
    home = Path(settings.HOME)
    head = _record_head()
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as scratch:
        sources = [
            _copy_database(alias, connections[alias].settings_dict, Path(scratch)) for alias in connections
        ]
        for folder in FOLDERS:
            paths = sorted(path for path in (home / folder).rglob("*") if path.is_file())
            sources += [Source(path.relative_to(home).as_posix(), path) for path in paths]
        wanted = OTHERS + (KEYS if with_keys else ())
        sources += [Source(name, home / name) for name in wanted if (home / name).exists()]
        facts = {
            "made_at": moment.isoformat(),
            "version": version("renda"),
            "zone": settings.ZONE,
            "with_keys": with_keys,
            "record_head": head,
        }
        write(target, sources, facts)
    return Made(target, len(sources), target.stat().st_size, with_keys)


def _record_head() -> dict[str, Any] | None:
    """The head of the sealed record, taken before the databases: a restored copy must reach it at least."""
    from django.conf import settings

    if settings.ZONE == "public":
        return None
    from renda.kernel.record import api as record

    return record.head_json()


def unpack(archive: Path, home: Path) -> dict[str, Any]:
    """First half of a restore: unpack and check a backup into an empty data folder.

    Args:
        archive: the backup.
        home: the data folder; made if missing.

    Returns:
        The manifest.

    Raises:
        BackupError: the folder holds data, or the backup is broken; the folder is then as it was.
    """
    if found := [name for name in DATA if (home / name).exists()]:
        raise BackupError(
            f"数据目录 {home} 里已有数据（{'、'.join(found)}），不会覆盖。请用 RENDA_HOME 指定一个空目录。"
        )
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=home) as scratch:
        manifest = read(archive, Path(scratch))
        for path in sorted(Path(scratch).iterdir()):
            path.rename(home / path.name)
    return manifest


def load_dumps(home: Path) -> None:
    """Second half on PostgreSQL: load the dumps into the configured, empty databases and remove them."""
    from django.db import connections

    for alias in connections:
        dump = home / f"{alias}.pgdump"
        if not dump.exists():
            continue
        if connections[alias].vendor != "postgresql":
            raise BackupError(f"备份来自 PostgreSQL，请先用 RENDA_*_URL 指定空的 {alias} 数据库再恢复。")
        if connections[alias].introspection.table_names():
            raise BackupError(f"数据库 {alias} 里已有表，不会覆盖。请新建一个空数据库。")
        _postgres(
            "pg_restore",
            connections[alias].settings_dict,
            "--no-owner",
            "--exit-on-error",
            f"--dbname={connections[alias].settings_dict['NAME']}",
            str(dump),
        )
        dump.unlink()


def verify(head: dict[str, Any] | None) -> None:
    """Run the record's verifier, a program of its own, over what was restored.

    Args:
        head: the record's head that the manifest carries.

    Raises:
        BackupError: with the verifier's words.
    """
    command = [sys.executable, "-m", "renda.site.cli", "record", "verify"]
    with tempfile.TemporaryDirectory(prefix="renda-verify-") as folder:
        if head is not None:
            file = Path(folder) / "head.json"
            file.write_text(json.dumps(head, ensure_ascii=False), "utf-8")
            command += ["--head", str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise BackupError(f"恢复的记录没有通过校验：\n{done.stdout}{done.stderr}")
