"""Prometheus: how the web process and the work behind it are doing, for this machine's own collector."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

_requests = Counter("renda_requests", "请求数", ["method", "route", "status"])
_seconds = Histogram(
    "renda_request_seconds",
    "服务器用时",
    ["route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.15, 0.3, 0.6, 1, 2, 5, 10),
)


def observe(method: str, route: str, status: int, seconds: float) -> None:
    """Count one answered request; ``route`` is the URL's pattern, so that no id or name becomes a label."""
    _requests.labels(method, route, status).inc()
    _seconds.labels(route).observe(seconds)


class _Work(Collector):
    """Read from the database at each scrape: workers, tasks and the timetable."""

    def describe(self) -> list[GaugeMetricFamily]:
        return []  # or the registry would ask the database while the process starts

    def collect(self) -> Iterator[GaugeMetricFamily]:
        from renda.kernel.jobs import api as jobs

        alive = [worker for worker in jobs.workers() if worker.age < 30]
        yield GaugeMetricFamily("renda_workers", "报到中的后台进程", value=len(alive))
        counts = jobs.task_counts()
        tasks = GaugeMetricFamily("renda_tasks", "任务数", labels=["state"])
        tasks.add_metric(["ready"], counts.ready)
        tasks.add_metric(["running"], counts.running)
        tasks.add_metric(["failed"], counts.failed)
        yield tasks
        failing = GaugeMetricFamily("renda_job_failures", "定时任务连续失败次数", labels=["job"])
        for line in jobs.timetable_state():
            failing.add_metric([line.name], line.failures)
        yield failing


if settings.ZONE != "public":
    REGISTRY.register(_Work())


def _on_this_machine(request: HttpRequest) -> bool:
    """Whether the request was made on this machine, not by a proxy on it for somebody else."""
    forwarded = "HTTP_X_FORWARDED_FOR" in request.META or "HTTP_FORWARDED" in request.META
    return not forwarded and request.META.get("REMOTE_ADDR", "") in {"127.0.0.1", "::1"}


@require_safe
def view(request: HttpRequest) -> HttpResponse:
    """The figures as Prometheus reads them; 404 for any but this machine."""
    if not _on_this_machine(request):
        return HttpResponseNotFound()
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)
