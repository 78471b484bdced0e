"""The house's own housekeeping."""

from __future__ import annotations

import datetime as dt

from django.core.management import call_command
from django_tasks_db.models import DBTaskResult

from renda.kernel import clock
from renda.kernel.jobs.registry import timetable

KEEP_RESULTS = dt.timedelta(days=14)


@timetable("jobs.housekeeping", at=dt.time(3, 10), label="清理已完成的任务和过期会话")
def housekeeping() -> None:
    """Delete results of tasks that ended well a fortnight ago, and log-in sessions that have expired."""
    DBTaskResult.objects.successful().filter(finished_at__lt=clock.now() - KEEP_RESULTS).delete()
    call_command("clearsessions")
