"""The timetable of live."""

from datetime import timedelta

from renda.kernel.jobs import api as jobs
from renda.kernel.live import sources


@jobs.timetable("live.prune", every=timedelta(hours=1), label="清理页面变动通知")
def prune() -> None:
    """Remove old changes."""
    sources.prune()
