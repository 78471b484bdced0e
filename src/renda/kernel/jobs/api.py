"""Background work: the timetable, loops, leases and the worker that serves them.

A room registers in its ``schedule.py``::

    @jobs.api.timetable("notify.digest", at=time(8, 30), label="每日摘要")
    def digest() -> None: ...

    @jobs.api.loop("record.sealer")
    def seal() -> None: ...

Everything runs at least once: a killed run is taken over by another worker, so work must be safe to repeat.
Work that follows from a transaction is a task (``django_tasks.task``) enqueued inside it.
"""

from __future__ import annotations

from renda.kernel.jobs.beat import run_due, sync
from renda.kernel.jobs.leases import Held, lease
from renda.kernel.jobs.queries import (
    JobState,
    TaskCounts,
    WorkerState,
    task_counts,
    timetable_state,
    workers,
)
from renda.kernel.jobs.registry import loop, timetable
from renda.kernel.jobs.worker import run_worker

__all__ = [
    "Held",
    "JobState",
    "TaskCounts",
    "WorkerState",
    "lease",
    "loop",
    "run_due",
    "run_worker",
    "sync",
    "task_counts",
    "timetable",
    "timetable_state",
    "workers",
]
