"""Whether the installation can work: for load balancers and monitors. Says nothing about anybody."""

from __future__ import annotations

import asyncio
import dataclasses
import shutil

from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponseBase
from health_check.base import HealthCheck
from health_check.exceptions import ServiceUnavailable
from health_check.views import HealthCheckView

ENOUGH_FREE = 512 * 1024 * 1024  # bytes; below it a database may not be able to write its journal


@dataclasses.dataclass
class Databases(HealthCheck):  # type: ignore[misc]
    """Every database answers."""

    def run(self) -> None:
        for alias in connections:
            try:
                with connections[alias].cursor() as cursor:
                    cursor.execute("SELECT 1")
            except Exception as error:
                raise ServiceUnavailable(f"数据库 {alias} 不应答") from error
            finally:
                connections[alias].close()


@dataclasses.dataclass
class Disk(HealthCheck):  # type: ignore[misc]
    """The data folder's disk has room."""

    def run(self) -> None:
        free = shutil.disk_usage(settings.HOME).free
        if free < ENOUGH_FREE:
            raise ServiceUnavailable(f"磁盘只剩 {free // (1024 * 1024)} 兆")


@dataclasses.dataclass
class Workers(HealthCheck):  # type: ignore[misc]
    """A worker has reported in during the last half minute."""

    def run(self) -> None:
        from renda.kernel.jobs import api as jobs

        try:
            if not any(worker.age < 30 for worker in jobs.workers()):
                raise ServiceUnavailable("没有后台进程在工作")
        finally:
            connections["default"].close()


class Health(HealthCheckView):  # type: ignore[misc]
    """``/health/``: 200 if all is well, else 500; always JSON, one line a check."""

    checks = [
        "health_check.checks.Cache",
        "renda.site.health.Databases",
        "renda.site.health.Disk",
        *([] if settings.ZONE == "public" else ["renda.site.health.Workers"]),
    ]

    async def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        self.results = await asyncio.gather(*(check.get_result() for check in self.get_checks()))
        well = not any(result.error for result in self.results)
        response: HttpResponseBase = self.render_to_response_json(200 if well else 500)
        # Asked every few seconds: what is wrong is logged by the check itself, and no mail is sent each time.
        response._has_been_logged = True  # type: ignore[attr-defined]
        return response
