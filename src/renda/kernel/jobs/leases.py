"""Leases: one table row says who alone may do something; it expires by itself when its holder dies."""

from __future__ import annotations

import logging
import os
import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connections, transaction
from django.db.models import Q

from renda.kernel.jobs.models import DatabaseClock, Lease

log = logging.getLogger("renda.jobs")


def new_token() -> str:
    """A name no other process or thread has: host, process, random part (at most 64 characters)."""
    return f"{socket.gethostname()[:30]}:{os.getpid()}:{uuid.uuid4().hex[:16]}"


class Keeper:
    """Renews something in a thread of its own while a block runs.

    Args:
        renew: returns False when what it renews has been lost.
        seconds: how long one renewal lasts; it is renewed after each third of that.
    """

    def __init__(self, renew: Callable[[], bool], seconds: int) -> None:
        self._renew = renew
        self._pause = seconds / 3
        self._done = threading.Event()
        self._lost = threading.Event()
        self._thread = threading.Thread(target=self._run, name="renda-keeper", daemon=True)

    @property
    def lost(self) -> bool:
        """True once a renewal found that somebody else has taken over."""
        return self._lost.is_set()

    def __enter__(self) -> Keeper:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._done.set()

    def _run(self) -> None:
        try:
            while not self._done.wait(self._pause):
                try:
                    if not self._renew():
                        self._lost.set()
                        return
                except DatabaseError:
                    # A busy or restarting database: what we hold lives on until its expiry; try again.
                    log.warning("lease not renewed, trying again", exc_info=True)
                    connections.close_all()
        finally:
            connections.close_all()


class Held:
    """What ``lease`` yields: true if we hold it. ``lost`` turns true if another has taken it meanwhile."""

    def __init__(self, name: str, token: str, seconds: int, held: bool) -> None:
        self.name = name
        self._token = token
        self._seconds = seconds
        self._held = held
        self._keeper: Keeper | None = None

    def __bool__(self) -> bool:
        return self._held and not self.lost

    @property
    def lost(self) -> bool:
        return self._keeper is not None and self._keeper.lost

    def renew(self) -> bool:
        """Prolong by the lease's seconds; False if it is no longer ours."""
        return self._held and _extend(self.name, self._token, self._seconds)


def _extend(name: str, token: str, seconds: int) -> bool:
    with transaction.atomic(durable=True):
        mine = Lease.objects.filter(name=name, holder=token)
        return mine.update(until=DatabaseClock() + seconds * 1000) == 1


def _take(name: str, token: str, seconds: int) -> bool:
    # One conditional UPDATE decides: PostgreSQL re-reads the row after waiting for its lock, SQLite has one
    # writer. Durable: inside somebody's transaction others would wait for it instead of hearing "no".
    with transaction.atomic(durable=True):
        free = Lease.objects.filter(name=name).filter(Q(until__lt=DatabaseClock()))
        return free.update(holder=token, until=DatabaseClock() + seconds * 1000) == 1


@contextmanager
def lease(name: str, seconds: int) -> Iterator[Held]:
    """Try to be the only one who does ``name``; never waits.

    Args:
        name: what is done, up to 150 characters.
        seconds: how long the lease outlives a holder that dies. While the block runs it is renewed.

    Yields:
        True if we hold it, else False; check it before working.

    Raises:
        RuntimeError: if called inside ``transaction.atomic()``.
    """
    token = new_token()
    taken = _take(name, token, seconds)
    if not taken and not Lease.objects.filter(name=name).exists():
        with transaction.atomic(durable=True):
            Lease.objects.bulk_create([Lease(name=name)], ignore_conflicts=True)
        taken = _take(name, token, seconds)
    held = Held(name, token, seconds, taken)
    if not taken:
        yield held
        return
    try:
        with Keeper(held.renew, seconds) as keeper:
            held._keeper = keeper
            yield held
    finally:
        Lease.objects.filter(name=name, holder=token).update(holder="", until=0)
