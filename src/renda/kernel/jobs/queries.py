"""Questions about background work, for the operator's check and the health page."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import F
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from renda.kernel.jobs.models import DatabaseClock, Job, Worker


@dataclass(frozen=True, slots=True)
class WorkerState:
    """A worker process: host, process id, version and the seconds since it last reported in."""

    host: str
    pid: int
    version: str
    age: float


@dataclass(frozen=True, slots=True)
class JobState:
    """A line of the timetable as it stands; ``error``: kind and place of the last failure, or empty."""

    name: str
    label: str
    rule: str
    due_at: dt.datetime
    finished_at: dt.datetime | None
    failures: int
    error: str


@dataclass(frozen=True, slots=True)
class TaskCounts:
    """How many tasks wait, run and have failed."""

    ready: int
    running: int
    failed: int


def workers() -> list[WorkerState]:
    """Workers that reported in during the last hour, the liveliest first."""
    rows = Worker.objects.annotate(age=DatabaseClock() - F("seen")).order_by("age")
    return [WorkerState(row.host, row.pid, row.version, row.age / 1000) for row in rows]


def timetable_state() -> list[JobState]:
    """Every line of the timetable, by name."""
    return [
        JobState(row.name, row.label, row.rule, row.due_at, row.finished_at, row.failures, row.last_error)
        for row in Job.objects.order_by("name")
    ]


def task_counts() -> TaskCounts:
    """Tasks enqueued in the database, by state."""
    tasks = DBTaskResult.objects
    return TaskCounts(
        ready=tasks.filter(status=TaskResultStatus.READY).count(),
        running=tasks.filter(status=TaskResultStatus.RUNNING).count(),
        failed=tasks.filter(status=TaskResultStatus.FAILED).count(),
    )
