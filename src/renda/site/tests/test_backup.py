"""Backup and restore: everything comes back, nothing is overwritten, what is broken is refused."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.product import environment, renda

from renda.site import archive
from renda.site.archive import BackupError, Source

SEED = """
from django.db import transaction
from renda.kernel.identity import api as identity
account = identity.create_account("wang", "王某", None, actor=None)
identity.set_phone(account, "13900001234", actor=None)
from renda.kernel.record import api as record
while record.seal():
    pass
"""


@pytest.fixture
def full_home(empty_home: Path) -> Path:
    """An installation with an account, a vault item, a sealed record and an attachment."""
    renda(empty_home, "manage", "shell", "-c", SEED)
    file = empty_home / "files" / "ab" / "cd"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"attachment" * 1000)
    return empty_home


def contents(home: Path) -> dict[str, Any]:
    """Every row of every table, and every attachment."""
    found: dict[str, Any] = {}
    for database in ("renda", "vault", "public"):
        with closing(sqlite3.connect(home / f"{database}.sqlite3")) as connection:
            tables = connection.execute("SELECT name FROM sqlite_master WHERE type='table' ORDER BY name")
            for (table,) in tables.fetchall():
                found[f"{database}.{table}"] = connection.execute(f'SELECT * FROM "{table}"').fetchall()
    for path in sorted((home / "files").rglob("*")):
        if path.is_file():
            found[path.relative_to(home).as_posix()] = path.read_bytes()
    return found


def test_everything_comes_back_and_the_record_verifies(full_home: Path, tmp_path: Path) -> None:
    target = tmp_path / "backups"
    target.mkdir()
    made = json.loads(renda(full_home, "backup", str(target), "--json").stdout)
    before = contents(full_home)
    assert any(before[table] for table in before if table.startswith("vault.identity"))
    new = tmp_path / "new"
    told = json.loads(renda(new, "restore", made["path"], "--json").stdout)
    assert told["record_head"]["entries"] > 0
    after = contents(new)
    assert after == before
    assert not (new / "vault.key").exists()
    # The drill's second half: with the keys put back, the vault opens.
    (new / "vault.key").write_bytes((full_home / "vault.key").read_bytes())
    (new / "vault.key").chmod(0o600)
    found = "from renda.kernel.identity import api as i; print(len(i.vault_find('phone', '13900001234')))"
    assert renda(new, "manage", "shell", "-c", found).stdout.strip().endswith("1")


def test_keys_go_along_only_when_asked(full_home: Path, tmp_path: Path) -> None:
    renda(full_home, "backup", str(tmp_path / "without.tar.gz"))
    renda(full_home, "backup", str(tmp_path / "with.tar.gz"), "--with-keys")
    names = {}
    for name in ("with", "without"):
        with tarfile.open(tmp_path / f"{name}.tar.gz") as tar:
            names[name] = set(tar.getnames())
    assert names["with"] - names["without"] == {"secret.key", "vault.key"}
    assert (tmp_path / "with.tar.gz").stat().st_mode & 0o077 == 0


def test_a_home_with_data_is_not_overwritten(full_home: Path, tmp_path: Path) -> None:
    renda(full_home, "backup", str(tmp_path / "b.tar.gz"))
    before = contents(full_home)
    done = renda(full_home, "restore", str(tmp_path / "b.tar.gz"), check=False)
    assert done.returncode == 1
    assert "已有数据" in done.stderr
    assert contents(full_home) == before


@pytest.mark.slow
def test_a_backup_whose_record_was_cut_is_refused(full_home: Path, tmp_path: Path) -> None:
    """A later state's manifest over an earlier state's databases: the hashes fit, the record is short."""
    renda(full_home, "backup", str(tmp_path / "early.tar.gz"))
    more = SEED.replace('"wang"', '"li"').replace("13900001234", "13900005678")
    renda(full_home, "manage", "shell", "-c", more)
    renda(full_home, "backup", str(tmp_path / "late.tar.gz"))
    (tmp_path / "early").mkdir()
    archive.read(tmp_path / "early.tar.gz", tmp_path / "early")
    (tmp_path / "late").mkdir()
    facts = archive.read(tmp_path / "late.tar.gz", tmp_path / "late")
    del facts["files"], facts["format"]
    files = [path for path in (tmp_path / "early").rglob("*") if path.is_file()]
    sources = [Source(path.relative_to(tmp_path / "early").as_posix(), path) for path in files]
    archive.write(tmp_path / "forged.tar.gz", sources, facts)
    done = renda(tmp_path / "new", "restore", str(tmp_path / "forged.tar.gz"), check=False)
    assert done.returncode == 1
    assert "截断" in done.stderr


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """An archive of two files."""
    for name in ("a", "b"):
        (tmp_path / name).write_text(name * 100)
    archive.write(tmp_path / "small.tar.gz", [Source(n, tmp_path / n) for n in ("a", "b")], {"zone": "all"})
    return tmp_path / "small.tar.gz"


def _rewritten(small: Path, change: Any) -> Path:
    """The archive again, each member passed through ``change(name, bytes) → [(name, bytes)]``."""
    out = small.with_name("changed.tar.gz")
    with tarfile.open(small) as tar, tarfile.open(out, "w:gz") as new:
        for member in tar.getmembers():
            handle = tar.extractfile(member)
            assert handle is not None
            for name, data in change(member.name, handle.read()):
                info = tarfile.TarInfo(name)
                info.size = len(data)
                new.addfile(info, io.BytesIO(data))
    return out


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda n, d: [(n, d.replace(b"bbb", b"bxb"))] if n == "b" else [(n, d)], "与清单不符"),
        (lambda n, d: [] if n == "b" else [(n, d)], "缺 1 个文件"),
        (lambda n, d: [(n, d), ("c", b"")] if n == "b" else [(n, d)], "清单以外"),
        (lambda n, d: [("../b" if n == "b" else n, d)], "清单以外"),
        (lambda n, d: [] if n == "manifest.json" else [(n, d)], "没有清单"),
        (lambda n, d: [(n, d.replace(b'"format": 1', b'"format": 2'))], "更新的版本"),
    ],
    ids=["changed", "missing", "added", "escaping", "no manifest", "newer"],
)
def test_a_changed_archive_is_refused(small: Path, tmp_path: Path, change: Any, says: str) -> None:
    (tmp_path / "into").mkdir()
    with pytest.raises(BackupError, match=says):
        archive.read(_rewritten(small, change), tmp_path / "into")
    assert not (tmp_path / "b2").exists()


@pytest.mark.parametrize("cut", [100, 300])
def test_a_file_that_did_not_arrive_whole_is_refused(small: Path, tmp_path: Path, cut: int) -> None:
    small.write_bytes(small.read_bytes()[:-cut])
    (tmp_path / "into").mkdir()
    with pytest.raises(BackupError, match="没有传完整"):
        archive.read(small, tmp_path / "into")


def test_something_else_is_no_backup(tmp_path: Path) -> None:
    other = tmp_path / "other.tar.gz"
    other.write_bytes(gzip.compress(b"something else"))
    with pytest.raises(BackupError):
        archive.read(other, tmp_path)


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    target = tmp_path / "missing" / "b.tar.gz"
    with pytest.raises(BackupError, match="写不下去"):
        archive.write(target, [Source("a", tmp_path / "a")], {})
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_full_disk_is_said_and_nothing_is_left(full_home: Path, tmp_path: Path) -> None:
    """A limit on the size of files stands in for a full disk."""
    command = [sys.executable, "-m", "renda.site.cli", "backup", str(tmp_path)]
    done = subprocess.run(
        ["bash", "-c", 'ulimit -f 200; exec "$@"', "-", *command],
        env=environment(full_home),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "磁盘空间" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["home"]
