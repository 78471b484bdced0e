"""What an installation needs before it can serve: databases migrated, static files collected."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

STAMP = ".fingerprint"


def missing_migrations() -> list[str]:
    """Migrations that the code has and a database of this installation has not, as ``database: app.name``."""
    missing = []
    for alias in connections:
        executor = MigrationExecutor(connections[alias])
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        missing += [f"{alias}: {migration.app_label}.{migration.name}" for migration, _ in plan]
    return missing


def migrate() -> None:
    """Bring every database to the code's state."""
    for alias in connections:
        call_command("migrate", database=alias, interactive=False, verbosity=0)


def _fingerprint() -> str:
    """A digest of all static sources by path, size and time: whether they must be collected again."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = Path(storage.path(path)).stat()
            digest.update(f"{path}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def collect_static() -> None:
    """Collect, name by content and compress the static files, if any changed since the last time.

    In development (RENDA_DEBUG=1) they are served from their sources.
    """
    if settings.DEBUG:
        return
    root = Path(settings.STATIC_ROOT)
    now = _fingerprint()
    stamp = root / STAMP
    if stamp.exists() and stamp.read_text("ascii") == now:
        return
    # Files are named by content and old names stay, so pages already open keep working after an upgrade.
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["*.map"])
    stamp.write_text(now, "ascii")
