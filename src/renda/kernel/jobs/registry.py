"""What the worker has to do: timetable and loops, as rooms register them in ``schedule.py``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.module_loading import autodiscover_modules

from renda.kernel import clock

Work = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the timetable: ``every`` so often, or ``at`` a time of each day in Asia/Shanghai."""

    name: str
    func: Work
    every: dt.timedelta | None
    at: dt.time | None
    label: str

    @property
    def rule(self) -> str:
        """The time as text, kept in the table: a changed rule recomputes the next run."""
        if self.every is not None:
            return f"每 {self.every.total_seconds():g} 秒"
        assert self.at is not None
        return f"每天 {self.at:%H:%M}"

    def first(self, now: dt.datetime) -> dt.datetime:
        """When a line that never ran is due: intervals at once, times of day at the next such time."""
        return now if self.every is not None else self.after(now, now)

    def after(self, due: dt.datetime, now: dt.datetime) -> dt.datetime:
        """The first time later than ``now`` on the line's grid; runs missed meanwhile are one run."""
        if self.every is not None:
            missed = max(0, (now - due) // self.every)
            return due + self.every * (missed + 1)
        assert self.at is not None
        today = clock.combine(now.astimezone(clock.TZ).date(), self.at)
        return today if today > now else clock.combine(today.date() + dt.timedelta(days=1), self.at)


lines: dict[str, Line] = {}
loops: dict[str, Work] = {}


def timetable(
    name: str, every: dt.timedelta | None = None, at: dt.time | None = None, label: str = ""
) -> Callable[[Work], Work]:
    """Register a function to be run by one worker at its times; used in a room's ``schedule.py``.

    A run that is killed is run again, so the function must be safe to repeat.

    Args:
        name: unique, ``"<room>.<what>"``.
        every: interval; first run at once.
        at: time of day in Asia/Shanghai, every day (whether it is a working day is for the function to ask).
        label: Chinese, shown to the operator.

    Raises:
        ValueError: both or none of ``every`` and ``at``, an interval that is not positive, or a taken name.
    """
    if (every is None) == (at is None):
        raise ValueError(f"{name}：every 与 at 必须且只能给一个")
    if every is not None and every <= dt.timedelta(0):
        raise ValueError(f"{name}：every 必须大于零")

    def register(func: Work) -> Work:
        known = lines.get(name)
        if known is not None and known.func.__qualname__ != func.__qualname__:
            raise ValueError(f"定时任务重名：{name}")
        lines[name] = Line(name, func, every, at, label or name)
        return func

    return register


def loop(name: str) -> Callable[[Work], Work]:
    """Register a function that one worker calls each second (the sealer, the outbox).

    Exactly one worker at a time runs a loop; another takes over within seconds when that one dies.

    Raises:
        ValueError: if the name is taken by another function.
    """

    def register(func: Work) -> Work:
        known = loops.get(name)
        if known is not None and known.__qualname__ != func.__qualname__:
            raise ValueError(f"循环任务重名：{name}")
        loops[name] = func
        return func

    return register


def load() -> None:
    """Import every installed app's ``schedule`` module."""
    autodiscover_modules("schedule")
