"""The room's timetable."""

from __future__ import annotations

import datetime as dt

from renda.business.motions.services import rating, review
from renda.kernel.jobs import api as jobs


@jobs.timetable("motions.remind_raters", at=dt.time(8, 20), label="提醒代表评价，期满记为未表态")
def remind_raters() -> None:
    rating.remind_and_close()


@jobs.timetable("motions.end_refusals", at=dt.time(0, 30), label="不予受理异议期满")
def end_refusals() -> None:
    review.end_refusals()
