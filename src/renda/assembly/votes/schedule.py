"""Timetable of votes."""

from __future__ import annotations

import datetime as dt

from renda.assembly.votes import services
from renda.kernel.jobs import api as jobs


@jobs.timetable("votes.tidy", every=dt.timedelta(hours=1), label="无记名表决：销毁作废的选票，清理文件")
def tidy() -> None:
    """What a kill kept from being done after a vote ended."""
    services.tidy()
