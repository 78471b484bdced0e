"""Tables of background work: the timetable, leases, and the workers that are alive.

Expiries are milliseconds by the *database's* clock: it is the one clock that all workers of an installation
share, it cannot be travelled, and a machine with a wrong clock cannot steal a lease.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models.expressions import Func


class DatabaseClock(Func):
    """Milliseconds since 1970-01-01 UTC as the database sees them, at the moment the statement runs."""

    output_field: ClassVar[models.Field[Any, Any]] = models.BigIntegerField()
    arity = 0

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)", []

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        # clock_timestamp, not now(): the latter stands still inside a transaction.
        return "(EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::bigint", []


class Job(models.Model):
    """A line of the timetable. ``due_at`` moves on only when a run ends, so a killed run is taken over."""

    name = models.CharField("名称", max_length=100, primary_key=True)
    label = models.CharField("说明", max_length=200, blank=True)
    rule = models.CharField("时间", max_length=40)
    due_at = models.DateTimeField("下次")
    claimed_by = models.CharField("执行者", max_length=64, blank=True, default="")
    claimed_until = models.BigIntegerField("租约到", default=0)
    started_at = models.DateTimeField("最近开始", null=True)
    finished_at = models.DateTimeField("最近完成", null=True)
    failures = models.PositiveIntegerField("连续失败", default=0)
    last_error = models.CharField("最近错误", max_length=300, blank=True, default="")

    class Meta:
        verbose_name = "定时任务"
        indexes = [models.Index(fields=["due_at"], name="jobs_job_due")]

    def __str__(self) -> str:
        return self.label or self.name


class Lease(models.Model):
    """Who alone may do something, until when."""

    name = models.CharField("名称", max_length=150, primary_key=True)
    holder = models.CharField("持有者", max_length=64, blank=True, default="")
    until = models.BigIntegerField("租约到", default=0)

    class Meta:
        verbose_name = "租约"

    def __str__(self) -> str:
        return self.name


class Worker(models.Model):
    """A worker process that reported in; ``seen`` is refreshed every few seconds."""

    id = models.CharField("编号", max_length=64, primary_key=True)
    host = models.CharField("主机", max_length=100)
    pid = models.PositiveIntegerField("进程号")
    version = models.CharField("版本", max_length=40)
    started_at = models.DateTimeField("启动时间")
    seen = models.BigIntegerField("最近心跳")

    class Meta:
        verbose_name = "后台进程"

    def __str__(self) -> str:
        return f"{self.host}:{self.pid}"
