"""What happens to a deadline: start, pause, resume, stop, restart. Nothing here is recomputed by reading."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from renda.kernel.calendar import api as calendar
from renda.kernel.law import api as law

if TYPE_CHECKING:
    from renda.kernel.workflow.models import Case, Deadline, Light
    from renda.kernel.workflow.process import DeadlineSpec

WORKING_DAY = "working_day"


class ClockError(Exception):
    """A verb that does not fit the deadline's state (resuming what never paused)."""


def start(
    deadline: Deadline,
    spec: DeadlineSpec,
    *,
    on: dt.date,
    rule: str | None = None,
    due_on: dt.date | None = None,
    derived: law.Derived | None = None,
    congress: str | None = None,
) -> None:
    """Begin to run, by a rule of the law kernel or to a day that a person fixed.

    Args:
        on: the day of the act that starts the clock; by 民法典 第二百零一条 it does not count itself.
        rule: one of the rules that the declaration allows.
        due_on: the day, where the declaration leaves it to a person (a promise).
        derived: a value the room computed by one of the named computations; it explains itself.
    """
    if derived is None and due_on is None:
        chosen = rule or spec.rule
        if chosen is None or not spec.allows(chosen):
            raise ClockError(f"时限“{spec.label}”没有可用的规则")
        derived = law.derive(chosen, {"from": on}, on=on, congress=congress)
    deadline.status = "running"
    deadline.started_on = on
    deadline.paused_on = None
    deadline.stopped_on = None
    if derived is not None:
        deadline.due_on = due_day(derived)
        deadline.unit = derived.unit
        deadline.rule = derived.rule
        deadline.rule_version = derived.version
        deadline.provisional = derived.provisional
        deadline.lights = derived.lights
        deadline.derived = derived.as_json()
    else:
        deadline.due_on = due_on
        deadline.unit = "day"
        deadline.rule = deadline.rule_version = ""
        deadline.provisional = False
        deadline.lights = True
        deadline.derived = {}
    deadline.calendar_version = calendar.version()
    assert deadline.due_on is not None
    deadline.warn_on = deadline.due_on - dt.timedelta(days=spec.warn_days)


def pause(deadline: Deadline, *, on: dt.date) -> None:
    """Stand still; the days until ``resume`` do not count."""
    if deadline.status != "running":
        raise ClockError(f"“{deadline.label}”不在计时，不能暂停")
    deadline.status = "paused"
    deadline.paused_on = on


def resume(deadline: Deadline, *, on: dt.date) -> None:
    """Go on: what was left when it paused is left now, in the unit of the rule."""
    if deadline.status != "paused" or deadline.paused_on is None or deadline.due_on is None:
        raise ClockError(f"“{deadline.label}”没有暂停，不能恢复")
    due = shifted(
        deadline.due_on, deadline.paused_on, on, unit=deadline.unit, roll=deadline.derived.get("roll", "")
    )
    deadline.derived = {
        **deadline.derived,
        "paused": [
            *deadline.derived.get("paused", []),
            {
                "from": deadline.paused_on.isoformat(),
                "to": on.isoformat(),
                "due_before": deadline.due_on.isoformat(),
            },
        ],
    }
    move(deadline, due.day)
    deadline.provisional = deadline.provisional or due.provisional
    deadline.paused_on = None
    deadline.status = "running"
    deadline.calendar_version = calendar.version()


def shifted(due: dt.date, paused: dt.date, resumed: dt.date, *, unit: str, roll: str) -> calendar.Reached:
    """The due day after a pause: as much is left on ``resumed`` as was left on ``paused``.

    Args:
        unit: of the rule; working days are counted, anything else is shifted by natural days.
        roll: ``next`` where a last day on a rest day moves on (民法典 第二百零三条).
    """
    look = calendar.lookup()
    if unit == WORKING_DAY:
        left = calendar.working_days_between(paused, due)
        return calendar.reach_working_days(look, resumed, left)
    day = resumed + (due - paused)
    return calendar.reach_rolled(look, day) if roll == "next" else calendar.Reached(day)


def move(deadline: Deadline, due: dt.date) -> None:
    """Set another due day; the days of warning before it stay as many."""
    warned = (deadline.due_on - deadline.warn_on) if deadline.due_on and deadline.warn_on else dt.timedelta()
    deadline.due_on = due
    deadline.warn_on = due - warned


def due_day(derived: law.Derived) -> dt.date:
    """The day that a computed value gives.

    Raises:
        ClockError: it is not a day (a number, a moment).
    """
    value = derived.value
    if isinstance(value, dt.datetime) or not isinstance(value, dt.date):
        raise ClockError(f"规则 {derived.rule} 算出的不是日期")
    return value


def stop(deadline: Deadline, *, on: dt.date) -> None:
    """Done on that day, in time or late. Stopping what has stopped changes nothing."""
    if deadline.status in {"stopped", "cancelled", "not_started"}:
        return
    deadline.status = "stopped"
    deadline.stopped_on = on


def cancel(deadline: Deadline) -> None:
    """No longer waited for (merged, withdrawn, handed to another organ); neither in time nor late."""
    if deadline.status != "stopped":
        deadline.status = "cancelled"


def light(deadline: Deadline, today: dt.date) -> Light:
    """The light of a deadline on a day; ``models.light_expression`` is its twin in SQL (a test compares)."""
    from renda.kernel.workflow.models import Light

    if deadline.status in {"not_started", "cancelled"} or deadline.due_on is None:
        return Light("none", "未起算" if deadline.status == "not_started" else "不再计时")
    if not deadline.lights:
        return Light("none", "参考期限")
    if deadline.status == "paused":
        return Light("paused", "暂停计时")
    if deadline.status == "stopped" and deadline.stopped_on is not None:
        over = (deadline.stopped_on - deadline.due_on).days
        return Light("late", f"迟 {over} 天办结", over) if over > 0 else Light("in_time", "按期办结")
    over = (today - deadline.due_on).days
    if over > 0:
        return Light("overdue", f"逾期 {over} 天", over)
    key = "near" if deadline.warn_on is not None and today >= deadline.warn_on else "running"
    if over == 0:
        return Light("near", "今天到期", 0)
    if deadline.unit == WORKING_DAY:
        left = calendar.working_days_between(today, deadline.due_on)
        return Light(key, f"还有 {left} 个工作日", left)  # type: ignore[arg-type]
    return Light(key, f"还有 {-over} 天", -over)  # type: ignore[arg-type]


def of(case: Case, spec: DeadlineSpec) -> Deadline:
    """The case's deadline of that key; made, not started, where there is none yet."""
    found, _ = case.deadlines.get_or_create(key=spec.key, defaults={"label": spec.label})
    return found
