"""The timetable's beat: claim what is due, run it, note how it ended."""

from __future__ import annotations

import datetime as dt
import logging
import traceback

from django.db import transaction

from renda.kernel import clock
from renda.kernel.jobs import registry
from renda.kernel.jobs.leases import Keeper, new_token
from renda.kernel.jobs.models import DatabaseClock, Job

log = logging.getLogger("renda.jobs")

LEASE_SECONDS = 60
LONGEST_RETRY = dt.timedelta(hours=1)


def place_of(error: BaseException) -> str:
    """What went wrong and where, without the message: messages can carry personal data, this text is kept."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"（{frames[-1].filename.rpartition('site-packages/')[2]}:{frames[-1].lineno}）" if frames else ""
    return f"{type(error).__name__}{where}"[-300:]


def sync(now: dt.datetime | None = None) -> None:
    """Bring the table in line with what is registered: new lines, changed rules, lines that are gone."""
    registry.load()
    now = now or clock.now()
    with transaction.atomic():
        rows = {row.name: row for row in Job.objects.all()}
        Job.objects.filter(name__in=rows.keys() - registry.lines.keys()).delete()
        for line in registry.lines.values():
            row = rows.get(line.name)
            if row is None:
                Job.objects.bulk_create(
                    [Job(name=line.name, label=line.label, rule=line.rule, due_at=line.first(now))],
                    ignore_conflicts=True,
                )
            elif row.rule != line.rule:
                Job.objects.filter(name=line.name).update(
                    label=line.label, rule=line.rule, due_at=line.first(now)
                )
            elif row.label != line.label:
                Job.objects.filter(name=line.name).update(label=line.label)


def _claim(name: str, token: str, now: dt.datetime) -> bool:
    with transaction.atomic(durable=True):
        return (
            Job.objects.filter(name=name, due_at__lte=now, claimed_until__lt=DatabaseClock()).update(
                claimed_by=token, claimed_until=DatabaseClock() + LEASE_SECONDS * 1000, started_at=now
            )
            == 1
        )


def _renew(name: str, token: str) -> bool:
    mine = Job.objects.filter(name=name, claimed_by=token)
    return mine.update(claimed_until=DatabaseClock() + LEASE_SECONDS * 1000) == 1


def _finish(line: registry.Line, token: str, now: dt.datetime, error: BaseException | None) -> None:
    with transaction.atomic():
        row = Job.objects.select_for_update().filter(name=line.name, claimed_by=token).first()
        if row is None:  # taken over meanwhile: the other's word counts
            return
        due = line.after(row.due_at, now)
        if error is None:
            row.failures, row.last_error, row.finished_at = 0, "", now
        else:
            row.failures += 1
            row.last_error = place_of(error)
            pause = dt.timedelta(minutes=2 ** min(row.failures - 1, 6))
            due = min(due, now + min(pause, LONGEST_RETRY))
        row.due_at, row.claimed_by, row.claimed_until = due, "", 0
        row.save()


def run_due(now: dt.datetime | None = None) -> list[str]:
    """Run every line of the timetable that is due and not being run by another worker.

    A failure is noted in the table and retried after 1, 2, 4 … minutes, at most an hour.

    Args:
        now: the moment to judge by; default the clock's.

    Returns:
        The names that were run here, failed ones too.
    """
    moment = now or clock.now()
    if registry.lines.keys() - set(Job.objects.values_list("name", flat=True)):
        sync(moment)
    ran = []
    for name in list(
        Job.objects.filter(due_at__lte=moment).order_by("due_at").values_list("name", flat=True)
    ):
        line = registry.lines.get(name)
        token = new_token()
        if line is None or not _claim(name, token, moment):
            continue
        error: Exception | None = None
        with Keeper(lambda name=name, token=token: _renew(name, token), LEASE_SECONDS):  # type: ignore[misc]
            try:
                line.func()
            except Exception as raised:
                error = raised
                log.exception("timetable: %s failed", name)
        _finish(line, token, now or clock.now(), error)
        ran.append(name)
    return ran
