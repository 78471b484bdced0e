"""The worker keeps the sample of common words fresh."""

from datetime import timedelta

from renda.kernel.jobs import api as jobs
from renda.kernel.search import commonness


@jobs.timetable("search.sample", every=timedelta(hours=1), label="统计常见字词")
def sample() -> None:
    commonness.sample()
