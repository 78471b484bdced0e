"""An installation on PostgreSQL: init, serve, take-over between two workers, backup and restore."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import psycopg
import pytest
from psycopg import sql
from tests.product import renda, serving

from renda.site.tests.test_backup import SEED

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


class Databases:
    """Sets of three databases on the server of the tests, dropped after."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._made: list[str] = []

    def new(self, name: str) -> dict[str, str]:
        """The environment that names three new, empty databases."""
        environment = {}
        with closing(psycopg.connect(f"{self._server}/postgres", autocommit=True)) as connection:
            for role in ("database", "vault", "public"):
                database = f"{name}_{role}_{os.getpid()}"
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
                self._made.append(database)
                environment[f"RENDA_{role.upper()}_URL"] = f"{self._server}/{database}"
        return environment

    def drop(self) -> None:
        with closing(psycopg.connect(f"{self._server}/postgres", autocommit=True)) as connection:
            for database in self._made:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database)))


@pytest.fixture
def databases() -> Iterator[Databases]:
    made = Databases(os.environ["RENDA_TEST_POSTGRES"])
    yield made
    made.drop()


def rows(environment: dict[str, str]) -> dict[str, Any]:
    """How many rows each table has, and the record's entries themselves."""
    found: dict[str, Any] = {}
    for role, url in environment.items():
        with closing(psycopg.connect(url)) as connection:
            tables = connection.execute(
                "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1"
            ).fetchall()
            for (table,) in tables:
                query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
                found[f"{role}.{table}"] = connection.execute(query).fetchone()
    return found


def test_serves_and_another_worker_takes_over(tmp_path: Path, databases: Databases) -> None:
    urls = databases.new("serve")
    home = tmp_path / "home"
    renda(home, "init", **urls)
    with serving(home, **urls) as first, serving(home, "--only", "worker", **urls) as second:
        with urlopen(f"{first.url}health/", timeout=20) as response:
            assert response.status == 200
        lives = "from renda.kernel.jobs import api as j; print('alive', sum(w.age < 30 for w in j.workers()))"
        deadline = time.monotonic() + 20
        while "alive 2" not in renda(home, "manage", "shell", "-c", lives, **urls).stdout:
            assert time.monotonic() < deadline
        # The first worker dies in the middle of everything; the record is still sealed.
        os.kill(first.children()["worker"], signal.SIGKILL)
        renda(home, "account", "create", "zhangsan", "张三", **urls)
        sealed = (
            "from renda.kernel.record import api as r; h = r.head(); print('sealed', h.entries if h else 0)"
        )
        deadline = time.monotonic() + 40
        while "sealed 0" in renda(home, "manage", "shell", "-c", sealed, **urls).stdout:
            assert time.monotonic() < deadline
        assert second.process.poll() is None


def test_backup_and_restore_by_dumps(tmp_path: Path, databases: Databases) -> None:
    old, new = databases.new("old"), databases.new("new")
    home = tmp_path / "home"
    renda(home, "init", **old)
    renda(home, "manage", "shell", "-c", SEED, **old)
    made = json.loads(renda(home, "backup", str(tmp_path / "b.tar.gz"), "--json", **old).stdout)
    assert made["files"] == 3
    # Not into databases that hold something, and not where no database is named.
    refused = renda(tmp_path / "again", "restore", made["path"], check=False, **old)
    assert refused.returncode == 1
    assert "已有表" in refused.stderr
    refused = renda(tmp_path / "sqlite", "restore", made["path"], check=False)
    assert refused.returncode == 1
    assert "PostgreSQL" in refused.stderr
    told = json.loads(renda(tmp_path / "new", "restore", made["path"], "--json", **new).stdout)
    assert told["record_head"]["entries"] > 0
    before, after = rows(old), rows(new)
    assert before == {key: after[key] for key in before}
    check = json.loads(renda(tmp_path / "new", "check", "--json", check=False, **new).stdout)
    bad = {finding["area"] for finding in check["findings"] if finding["state"] == "bad"}
    assert bad == {"后台", "保险库"}  # nobody serves, and the keys were not put back
