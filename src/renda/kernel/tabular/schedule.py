"""Files that nobody decided about are forgotten after a day."""

from datetime import timedelta

from renda.kernel.jobs import api as jobs
from renda.kernel.tabular import store


@jobs.timetable("tabular.expire", every=timedelta(hours=1), label="清除过期的上传表格")
def expire() -> None:
    store.expire()
