"""The house's own housekeeping."""

from __future__ import annotations

import datetime as dt

from django.core.management import call_command
from django.db import connections
from django_tasks_db.models import DBTaskResult

from renda.kernel import clock
from renda.kernel.jobs.registry import timetable

SAMPLED = 1000  # rows of each index that SQLite looks at for its statistics
KEEP_RESULTS = dt.timedelta(days=14)


@timetable("jobs.housekeeping", at=dt.time(3, 10), label="清理已完成的任务和过期会话")
def housekeeping() -> None:
    """Delete results of tasks that ended well a fortnight ago, and log-in sessions that have expired."""
    DBTaskResult.objects.successful().filter(finished_at__lt=clock.now() - KEEP_RESULTS).delete()
    call_command("clearsessions")


@timetable("jobs.statistics", every=dt.timedelta(hours=1), label="更新数据库统计")
def statistics() -> None:
    """Let SQLite know how its tables have grown, or it chooses indexes as if they were empty (0.1 s).

    PostgreSQL does so by itself.
    """
    for connection in connections.all():
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA analysis_limit={SAMPLED}")
                cursor.execute("ANALYZE")
