"""The timetable: times, claims, take-over, failures."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator

import pytest
from django.db import connections

from renda.kernel import clock
from renda.kernel.jobs import api as jobs
from renda.kernel.jobs import beat, registry
from renda.kernel.jobs.models import Job

MORNING = clock.combine(dt.date(2026, 3, 5), dt.time(8, 0))


@pytest.fixture(autouse=True)
def own_timetable(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Only what a test registers; the rooms' own lines stay out."""
    monkeypatch.setattr(registry, "lines", {})
    monkeypatch.setattr(registry, "loops", {})
    monkeypatch.setattr(registry, "load", lambda: None)
    yield


def counted(name: str, **when: object) -> list[dt.datetime]:
    """A line that notes when it ran."""
    ran: list[dt.datetime] = []

    def work() -> None:
        ran.append(clock.now())

    jobs.timetable(name, **when)(work)  # type: ignore[arg-type]
    return ran


def test_a_line_needs_one_time() -> None:
    for when in ({}, {"every": dt.timedelta(minutes=1), "at": dt.time(8)}, {"every": dt.timedelta(0)}):
        with pytest.raises(ValueError, match="every"):
            counted("x", **when)


def test_a_name_is_taken_once() -> None:
    counted("x", at=dt.time(8))
    with pytest.raises(ValueError, match="重名"):
        jobs.timetable("x", at=dt.time(9))(test_a_name_is_taken_once)


@pytest.mark.parametrize(
    ("hours_down", "due_after"),
    [(0, "2026-03-05T09:00"), (2.5, "2026-03-05T11:00"), (3, "2026-03-05T12:00")],
)
def test_missed_intervals_are_one_run(hours_down: float, due_after: str) -> None:
    line = registry.Line("x", lambda: None, dt.timedelta(hours=1), None, "")
    now = MORNING + dt.timedelta(hours=hours_down)
    assert line.after(MORNING, now).isoformat().startswith(due_after)


def test_times_of_day_are_local_and_next() -> None:
    line = registry.Line("x", lambda: None, None, dt.time(8, 30), "")
    assert line.first(MORNING) == MORNING + dt.timedelta(minutes=30)
    assert line.first(MORNING + dt.timedelta(minutes=30)) == MORNING + dt.timedelta(days=1, minutes=30)
    late = dt.datetime(2026, 3, 5, 17, 0, tzinfo=dt.UTC)  # 1:00 the next day in Shanghai
    assert line.first(late).isoformat() == "2026-03-06T08:30:00+08:00"


@pytest.mark.django_db
def test_runs_when_due_and_not_before() -> None:
    ran = counted("digest", at=dt.time(8, 30))
    assert jobs.run_due(MORNING) == []
    assert jobs.run_due(MORNING + dt.timedelta(minutes=30)) == ["digest"]
    assert jobs.run_due(MORNING + dt.timedelta(minutes=31)) == []
    assert jobs.run_due(MORNING + dt.timedelta(days=1, minutes=31)) == ["digest"]
    assert len(ran) == 2


@pytest.mark.django_db
def test_a_changed_time_moves_the_next_run() -> None:
    counted("digest", at=dt.time(8, 30))
    jobs.run_due(MORNING)
    registry.lines.clear()
    ran = counted("digest", at=dt.time(7, 0))
    jobs.sync(MORNING)
    assert jobs.run_due(MORNING + dt.timedelta(hours=1)) == []
    assert jobs.run_due(MORNING + dt.timedelta(hours=23)) == ["digest"]
    assert len(ran) == 1
    registry.lines.clear()
    jobs.sync(MORNING)
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_a_failure_is_noted_without_its_message_and_retried_later_each_time() -> None:
    def fail() -> None:
        raise RuntimeError("王某 13900001234")

    jobs.timetable("x", every=dt.timedelta(days=1))(fail)
    assert jobs.run_due(MORNING) == ["x"]
    row = Job.objects.get()
    assert row.failures == 1
    assert row.last_error.startswith("RuntimeError（")
    assert "test_timetable.py" in row.last_error
    assert "13900001234" not in row.last_error
    now = MORNING
    for failures, minutes in enumerate((1, 2, 4, 8, 16, 32, 60, 60), start=2):
        assert jobs.run_due(now + dt.timedelta(minutes=minutes, seconds=-1)) == []
        now += dt.timedelta(minutes=minutes)
        assert jobs.run_due(now) == ["x"]
        assert Job.objects.get().failures == failures


@pytest.mark.django_db
def test_a_success_clears_the_failure() -> None:
    broken = True

    def sometimes() -> None:
        if broken:
            raise RuntimeError

    jobs.timetable("x", every=dt.timedelta(hours=1))(sometimes)
    jobs.run_due(MORNING)
    broken = False
    assert jobs.run_due(MORNING + dt.timedelta(minutes=1)) == ["x"]
    row = Job.objects.get()
    assert (row.failures, row.last_error) == (0, "")
    assert row.due_at == MORNING + dt.timedelta(hours=1, minutes=1)


@pytest.mark.django_db
def test_a_killed_run_is_taken_over_after_its_lease() -> None:
    ran = counted("x", every=dt.timedelta(hours=1))
    jobs.sync(MORNING)
    assert beat._claim("x", "dead:1:aaaa", MORNING)
    assert jobs.run_due(MORNING) == []  # somebody else holds it
    Job.objects.update(claimed_until=1)  # its lease has run out
    assert jobs.run_due(MORNING) == ["x"]
    assert len(ran) == 1


@pytest.mark.django_db
def test_who_was_taken_over_does_not_overwrite() -> None:
    counted("x", every=dt.timedelta(hours=1))
    jobs.sync(MORNING)
    beat._claim("x", "slow:1:aaaa", MORNING)
    Job.objects.update(claimed_until=1)
    beat._claim("x", "quick:2:bbbb", MORNING)
    beat._finish(registry.lines["x"], "slow:1:aaaa", MORNING, RuntimeError())
    row = Job.objects.get()
    assert (row.claimed_by, row.failures, row.due_at) == ("quick:2:bbbb", 0, MORNING)


def together(count: int, work: Callable[[int], None]) -> None:
    """Run ``work(n)`` in threads that start at the same moment; errors surface."""
    gate = threading.Barrier(count)
    errors: list[BaseException] = []

    def run(n: int) -> None:
        try:
            gate.wait(10)
            work(n)
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not errors, errors


@pytest.mark.django_db(transaction=True)
def test_many_workers_one_run() -> None:
    ran = counted("x", every=dt.timedelta(hours=1))
    jobs.sync(MORNING)
    for day in range(5):
        together(4, lambda n, day=day: jobs.run_due(MORNING + dt.timedelta(days=day)))  # type: ignore[misc]
        assert len(ran) == day + 1


@pytest.mark.django_db(transaction=True)
def test_many_workers_share_the_work() -> None:
    runs = [counted(f"x{n}", every=dt.timedelta(hours=1)) for n in range(12)]
    together(4, lambda n: jobs.run_due(MORNING))
    assert [len(ran) for ran in runs] == [1] * 12
