"""The worker: loops, tasks enqueued in a transaction, tasks of dead workers, a clean end."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connections, transaction
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from renda.kernel import clock
from renda.kernel.jobs import api as jobs
from renda.kernel.jobs import registry, worker
from renda.kernel.jobs.models import DatabaseClock, Job, Worker
from renda.kernel.jobs.schedule import housekeeping

pytestmark = pytest.mark.django_db(transaction=True)

done: list[str] = []


@task()
def note(text: str) -> None:
    """The task of these tests."""
    done.append(text)


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(registry, "lines", {})
    monkeypatch.setattr(registry, "loops", {})
    monkeypatch.setattr(registry, "load", lambda: None)
    done.clear()
    yield


@contextmanager
def working() -> Iterator[threading.Event]:
    """A worker in a thread of its own, stopped after."""
    stop = threading.Event()
    thread = threading.Thread(target=jobs.run_worker, args=(stop,))
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join(30)
        assert not thread.is_alive()
        connections.close_all()


def until(what: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until it is so."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "没有等到"
        time.sleep(0.05)


def test_runs_loops_timetable_and_tasks_and_ends() -> None:
    beats: list[str] = []
    jobs.loop("tests.loop")(lambda: beats.append("loop"))
    jobs.timetable("tests.line", every=dt.timedelta(hours=1))(lambda: beats.append("line"))
    with working():
        until(lambda: {"loop", "line"} <= set(beats))
        (state,) = jobs.workers()
        assert state.age < 30
        with transaction.atomic():
            note.enqueue("kept")
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            note.enqueue("rolled back")
            raise ZeroDivisionError
        until(lambda: done == ["kept"])
        until(lambda: jobs.task_counts() == jobs.TaskCounts(ready=0, running=0, failed=0))
    assert not Worker.objects.exists()
    assert beats.count("line") == 1


def test_a_failing_loop_does_not_stop_the_others() -> None:
    beats: list[str] = []

    def fail() -> None:
        beats.append("fail")
        raise RuntimeError

    jobs.loop("tests.fails")(fail)
    jobs.loop("tests.works")(lambda: beats.append("works"))
    with working():
        until(lambda: beats.count("works") >= 3 and beats.count("fail") >= 2)


def test_one_worker_has_the_loop_and_another_takes_over() -> None:
    running: list[int] = []
    jobs.loop("tests.loop")(lambda: running.append(threading.get_ident()))
    with working() as first:
        until(lambda: len(running) >= 1)
        with working():
            before = len(running)
            until(lambda: len(running) >= before + 3)
            assert len(set(running)) == 1
            first.set()
            until(lambda: len(set(running)) == 2)


def test_tasks_of_a_dead_worker_are_given_back_three_times() -> None:
    note.enqueue("again")
    task_row = DBTaskResult.objects.get()
    Worker.objects.create(
        id="live:1:a", host="h", pid=1, version="0", started_at=clock.now(), seen=DatabaseClock()
    )
    task_row.claim("live:1:a/0")
    assert worker.requeue_lost() == 0  # it is being worked on
    Worker.objects.update(seen=DatabaseClock() - 31_000)
    assert worker.requeue_lost() == 1
    assert DBTaskResult.objects.get().status == TaskResultStatus.READY
    for _ in range(2):
        task_row.refresh_from_db()
        task_row.claim("dead:2:b/0")
        assert worker.requeue_lost() == 1
    task_row.refresh_from_db()
    assert task_row.status == TaskResultStatus.FAILED
    assert jobs.task_counts().failed == 1


def test_housekeeping_forgets_only_old_successes() -> None:
    for text in ("old", "new", "failed"):
        note.enqueue(text)
    old, new, failed = DBTaskResult.objects.order_by("enqueued_at")
    for row in (old, new):
        row.set_successful(None)
    failed.set_failed(RuntimeError())
    month_ago = clock.now() - dt.timedelta(days=30)
    DBTaskResult.objects.filter(id__in=(old.id, failed.id)).update(finished_at=month_ago)
    housekeeping()
    assert set(DBTaskResult.objects.values_list("id", flat=True)) == {new.id, failed.id}


def test_state_names_what_is_late_and_what_failed() -> None:
    def fail() -> None:
        raise ValueError

    jobs.timetable("tests.line", every=dt.timedelta(hours=1), label="测试")(fail)
    jobs.run_due()
    (state,) = jobs.timetable_state()
    assert (state.label, state.failures, state.finished_at) == ("测试", 1, None)
    assert "ValueError" in state.error
    assert Job.objects.get().claimed_by == ""
