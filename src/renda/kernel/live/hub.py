"""The hub of a process: one look a second at what changed, one value a topic, whoever many follow it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog
from django.db import OperationalError, connections

from renda.kernel import clock
from renda.kernel.live import sources, topics

log = structlog.stdlib.get_logger("renda.live")

# Full name → value; None where a room's function failed and what is shown can no longer be trusted.
Values = dict[str, dict[str, Any] | None]

BEAT = 1.0  # seconds between two looks, and between two beats of a stream


class Follower:
    """One stream: the newest value of each topic it has not sent yet."""

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names
        self.pending: Values = {}
        self.beat = asyncio.Event()


class Hub:
    """Looks once a second, computes each changed topic once, and wakes the streams that follow it.

    Lives in the event loop that serves the streams; its database work has one thread and one connection.
    """

    def __init__(self) -> None:
        self._followers: set[Follower] = set()
        self._task: asyncio.Task[None] | None = None
        self._thread: ThreadPoolExecutor | None = None
        self._failing = False
        self.looked_at = clock.now()  # when the database last answered

    @property
    def streams(self) -> int:
        """How many streams are open."""
        return len(self._followers)

    async def follow(self, names: frozenset[str]) -> AsyncGenerator[tuple[Values, str], None]:
        """Once a second: the values that changed, and the moment for which they hold (ISO 8601).

        Args:
            names: full names of topics that the caller may follow.
        """
        follower = Follower(names)
        self._begin()
        self._followers.add(follower)
        try:
            # First register, then compute: a change in between is sent twice rather than never.
            follower.pending.update(await self._values(names))
            while True:
                values, follower.pending = follower.pending, {}
                yield values, self.looked_at.isoformat()
                follower.beat.clear()
                await follower.beat.wait()
        finally:
            self._followers.discard(follower)

    def _begin(self) -> None:
        if self._task is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="renda-live")
            self._task = asyncio.get_running_loop().create_task(self._run(self._thread))

    async def _run(self, thread: ThreadPoolExecutor) -> None:
        source = sources.open_source(thread)
        loop = asyncio.get_running_loop()
        due = loop.time()
        try:
            while self._followers:
                await self._look(source)
                for follower in self._followers:
                    follower.beat.set()
                due = max(due + BEAT, loop.time())
                await asyncio.sleep(due - loop.time())
        finally:
            self._task = None  # before anything is awaited: who comes now begins anew
            thread.submit(connections.close_all)
            thread.shutdown(wait=False)
            await source.close()

    async def _look(self, source: sources.Source) -> None:
        try:
            changed = await source.changed()
            wanted: dict[str, list[Follower]] = defaultdict(list)
            for follower in self._followers:
                for name in follower.names if changed is None else follower.names & changed:
                    wanted[name].append(follower)
            for name, value in (await self._values(frozenset(wanted))).items():
                for follower in wanted[name]:
                    follower.pending[name] = value
            self.looked_at = clock.now()
            self._failing = False
        except Exception:
            # The streams go on beating with the old moment, so that pages say since when they are stale.
            if not self._failing:
                log.exception("live_look_failed")
            self._failing = True

    async def _values(self, names: frozenset[str]) -> Values:
        if not names or self._thread is None:
            return {}
        return await asyncio.get_running_loop().run_in_executor(self._thread, _compute, names)


def _compute(names: frozenset[str]) -> Values:
    values: Values = {}
    for name in sorted(names):
        found = topics.find(name)
        if found is None:
            continue
        topic, key = found
        try:
            values[name] = topic.value(key)
        except OperationalError:
            raise  # the database is away: the whole look failed, not one topic
        except Exception:
            log.exception("live_value_failed", topic=name)
            values[name] = None
    return values


_hubs: dict[int, Hub] = {}


def hub() -> Hub:
    """The hub of the running event loop."""
    loop = id(asyncio.get_running_loop())
    if loop not in _hubs:
        _hubs.clear()  # an earlier loop of this process is gone
        _hubs[loop] = Hub()
    return _hubs[loop]
