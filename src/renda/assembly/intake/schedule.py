"""Timetable of intake."""

from __future__ import annotations

import datetime as dt

from renda.assembly.intake import learning
from renda.kernel.jobs import api as jobs


@jobs.timetable("intake.learn", at=dt.time(3, 20), label="从已办意见中学习分类")
def learn() -> None:
    """At night: what clerks decided until yesterday is proposed from today on."""
    learning.learn()
