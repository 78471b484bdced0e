"""The worker process: loops, timetable and tasks, in threads of their own: none waits for another."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version

from django.db import connections, transaction
from django_tasks.base import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker as TaskWorker
from django_tasks_db.models import DBTaskResult

from renda.kernel import clock
from renda.kernel.jobs import beat, registry
from renda.kernel.jobs.leases import lease, new_token
from renda.kernel.jobs.models import DatabaseClock, Worker

log = logging.getLogger("renda.jobs")

BEAT_SECONDS = 5
ALIVE_SECONDS = 30
LOOP_LEASE_SECONDS = 15
# Two of each: one long run (a big import, a rebuilt index) must not keep the others waiting.
TIMETABLE_THREADS = 2
TASK_THREADS = 2
MOST_ATTEMPTS = 3


def _guarded(name: str, body: Callable[[], None], stop: threading.Event) -> None:
    """Run ``body`` again and again until ``stop``; after an error wait 1, 2, 4 … 30 s and go on."""
    pause = 1
    while not stop.is_set():
        try:
            body()
            pause = 1
        except Exception:
            log.exception("worker: %s failed, again in %d s", name, pause)
            connections.close_all()
            stop.wait(pause)
            pause = min(pause * 2, 30)
    connections.close_all()


def _loop_body(name: str, stop: threading.Event) -> None:
    with lease(f"loop:{name}", LOOP_LEASE_SECONDS) as held:
        while held and not stop.is_set():
            registry.loops[name]()
            _refresh_connections()
            stop.wait(1)
    stop.wait(1)


def _timetable_body(stop: threading.Event) -> None:
    beat.run_due()
    _refresh_connections()
    stop.wait(1)


def _refresh_connections() -> None:
    for connection in connections.all(initialized_only=True):
        connection.close_if_unusable_or_obsolete()


class _TaskRunner(TaskWorker):
    """The library's worker, run in a thread: it ends by our event instead of by a signal."""

    def __init__(self, worker_id: str, stop: threading.Event) -> None:
        self._stop = stop
        super().__init__(
            queue_names=["*"],
            excluded_queue_names=[],
            interval=0.5,
            batch=False,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=worker_id,
        )

    @property
    def running(self) -> bool:
        return not self._stop.is_set()

    @running.setter
    def running(self, value: bool) -> None:
        """The event alone decides."""


def requeue_lost() -> int:
    """Give tasks back whose worker died while running them; after three tries a task is marked failed.

    Returns:
        How many were given back or given up.
    """
    with transaction.atomic():
        alive = set(
            Worker.objects.filter(seen__gte=DatabaseClock() - ALIVE_SECONDS * 1000).values_list(
                "id", flat=True
            )
        )
        moved = 0
        running = DBTaskResult.objects.select_for_update(skip_locked=True).filter(
            status=TaskResultStatus.RUNNING
        )
        for task in running:
            if task.worker_ids and task.worker_ids[-1].rpartition("/")[0] in alive:
                continue
            if len(task.worker_ids) < MOST_ATTEMPTS:
                task.status = TaskResultStatus.READY
                task.save(update_fields=["status"])
                log.warning("task %s given back: its worker is gone", task.id)
            else:
                task.set_failed(RuntimeError(f"执行它的后台进程已 {MOST_ATTEMPTS} 次中途退出"))
                log.error("task %s given up: its worker died %d times", task.id, MOST_ATTEMPTS)
            moved += 1
        return moved


@contextmanager
def _presence(worker_id: str) -> Iterator[None]:
    Worker.objects.create(
        id=worker_id,
        host=socket.gethostname()[:100],
        pid=os.getpid(),
        version=version("renda"),
        started_at=clock.now(),
        seen=DatabaseClock(),
    )
    try:
        yield
    finally:
        Worker.objects.filter(id=worker_id).delete()


def _beat(worker_id: str) -> None:
    Worker.objects.filter(id=worker_id).update(seen=DatabaseClock())
    # Rows of workers that were killed: kept for an hour, so that the operator's check can name them.
    Worker.objects.filter(seen__lt=DatabaseClock() - 3600 * 1000).delete()
    requeue_lost()


def run_worker(stop: threading.Event, grace: float = 8.0) -> None:
    """Do background work until ``stop``: loops, timetable, and the tasks enqueued in transactions.

    Args:
        stop: set it to end; what runs is finished first, for ``grace`` seconds. What is not finished then is
            taken up again by the next worker.
        grace: seconds.
    """
    beat.sync()
    worker_id = new_token()
    bodies: dict[str, Callable[[], None]] = {
        **{f"loop {name}": (lambda name=name: _loop_body(name, stop)) for name in registry.loops},  # type: ignore[misc]
        **{f"timetable {n}": (lambda: _timetable_body(stop)) for n in range(TIMETABLE_THREADS)},
        **{
            f"tasks {n}": (lambda n=n: _TaskRunner(f"{worker_id}/{n}", stop).run())  # type: ignore[misc]
            for n in range(TASK_THREADS)
        },
    }
    threads = [
        threading.Thread(target=_guarded, args=(name, body, stop), name=name, daemon=True)
        for name, body in bodies.items()
    ]
    with _presence(worker_id):
        for thread in threads:
            thread.start()

        def beat_body() -> None:
            _beat(worker_id)
            stop.wait(BEAT_SECONDS)

        _guarded("beat", beat_body, stop)
        deadline = time.monotonic() + grace
        for thread in threads:
            thread.join(timeout=max(0.0, deadline - time.monotonic()))
    connections.close_all()
