"""Where a process learns what changed: the table of changes, PostgreSQL's notifications, or Redis.

``settings.LIVE_SOURCE`` (``RENDA_LIVE``) chooses; by default a table, read once a second.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

from django.conf import settings
from django.db import close_old_connections, connection, transaction

from renda.kernel.live.models import Change

CHANNEL = "renda_live"
# A transaction may get its number early and commit late. So many numbers back a change is still found.
WINDOW = 2000
KEPT = 2 * WINDOW


class Source(Protocol):
    """Says which topics were touched since it was last asked."""

    async def changed(self) -> set[str] | None:
        """Full names of the topics touched since the last call; None when any may have been (it only now
        began to listen). Raises while its server is away."""
        ...

    async def close(self) -> None:
        """Give back what it holds."""
        ...


class TableSource:
    """Reads the table of changes.

    Args:
        thread: the one thread, with the one database connection, that a process uses for live pages.
    """

    def __init__(self, thread: ThreadPoolExecutor) -> None:
        self._thread = thread
        self._seen: set[int] | None = None

    async def changed(self) -> set[str] | None:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._read)

    def _read(self) -> set[str] | None:
        close_old_connections()
        newest = Change.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        rows = dict(Change.objects.filter(pk__gt=newest - WINDOW).values_list("pk", "topic"))
        known, self._seen = self._seen, set(rows)
        return None if known is None else {rows[pk] for pk in rows.keys() - known}

    async def close(self) -> None:
        return None


class PostgresSource:
    """Listens to PostgreSQL's notifications, on a connection of its own outside Django."""

    def __init__(self) -> None:
        self._connection: Any = None

    async def changed(self) -> set[str] | None:
        if self._connection is None:
            self._connection = await self._connect()
            return None
        found = set()
        try:
            async for notice in self._connection.notifies(timeout=0.01):
                found.add(notice.payload)
        except Exception:
            await self.close()
            raise
        return found

    async def _connect(self) -> Any:
        import psycopg

        parameters = {**connection.get_connection_params()}
        for ours in ("cursor_factory", "context", "prepare_threshold", "server_side_binding"):
            parameters.pop(ours, None)
        made = await psycopg.AsyncConnection.connect(**parameters, autocommit=True)
        await made.execute(f"LISTEN {CHANNEL}")
        return made

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close()
            self._connection = None


class RedisSource:
    """Listens to a channel of Redis."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._listener: Any = None

    async def changed(self) -> set[str] | None:
        if self._listener is None:
            import redis.asyncio

            listener = redis.asyncio.Redis.from_url(self._url).pubsub(ignore_subscribe_messages=True)
            await listener.subscribe(CHANNEL)
            self._listener = listener
            return None
        found = set()
        try:
            while (message := await self._listener.get_message(timeout=0.01)) is not None:
                found.add(message["data"].decode())
        except Exception:
            await self.close()
            raise
        return found

    async def close(self) -> None:
        if self._listener is not None:
            await self._listener.aclose()
            self._listener = None


def open_source(thread: ThreadPoolExecutor) -> Source:
    """The source that the settings name."""
    if settings.LIVE_SOURCE == "postgres":
        return PostgresSource()
    if settings.LIVE_SOURCE == "redis":
        return RedisSource(settings.LIVE_REDIS_URL)
    return TableSource(thread)


def announce(topic: str) -> None:
    """Tell every process, when and only when the present transaction commits."""
    if settings.LIVE_SOURCE == "postgres":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, topic])
    elif settings.LIVE_SOURCE == "redis":
        transaction.on_commit(lambda: _publish(topic), robust=True)
    else:
        Change.objects.create(topic=topic)


def _publish(topic: str) -> None:
    import redis

    with redis.Redis.from_url(settings.LIVE_REDIS_URL) as client:
        client.publish(CHANNEL, topic)


def prune() -> int:
    """Remove changes that no process can still need; returns how many."""
    newest = Change.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    removed, _ = Change.objects.filter(pk__lte=newest - KEPT).delete()
    return removed
