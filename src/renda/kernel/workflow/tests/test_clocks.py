"""Deadlines: by rules, paused, resumed, restarted; the light in Python and in SQL is one."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renda.kernel import clock
from renda.kernel.calendar import api as calendar
from renda.kernel.workflow import api as workflow
from renda.kernel.workflow.clocks import ClockError
from renda.kernel.workflow.models import Deadline
from renda.kernel.workflow.tests import samples
from renda.kernel.workflow.tests.samples import act, deadline

day = samples.day


@pytest.mark.parametrize(
    ("rule", "due", "text"),
    [
        (samples.MONTHS, "2026-06-02", "还有 92 天"),
        (samples.DAYS, "2026-03-17", "今天起"),
        (samples.WORKING, "2026-03-16", "还有 10 个工作日"),
    ],
)
def test_a_step_starts_the_clock_by_its_rule(case, office, rule, due, text):
    act(case, "hand", office, clock={"rule": rule})
    found = deadline(case)
    assert found.due_on == day(due)
    assert found.rule == rule and found.rule_version and found.calendar_version == calendar.version()
    assert found.derived["inputs"] == {"from": "2026-03-02"}
    if rule != samples.DAYS:
        assert found.light().text == text
    assert [t.deadline for t in case.turns.filter(ended_at__isnull=True)] == [found]


@pytest.mark.parametrize(
    ("rule", "paused", "resumed", "due"),
    [
        # 10 working days from Monday 2 March, paused after 2: 8 are left from the 20th (Friday).
        (samples.WORKING, "2026-03-04", "2026-03-20", "2026-04-01"),
        # 15 days, paused on the 5th: 12 are left.
        (samples.DAYS, "2026-03-05", "2026-03-25", "2026-04-07"),  # 6 April is a rest day (清明): it moves on
        # 3 months to 2 June, paused on 1 April with 62 days left.
        (samples.MONTHS, "2026-04-01", "2026-05-06", "2026-07-07"),
    ],
)
def test_what_was_left_when_it_paused_is_left_when_it_goes_on(case, office, rule, paused, resumed, due):
    act(case, "hand", office, clock={"rule": rule})
    before = deadline(case).due_on
    with clock.travel(day(paused)):
        act(case, "pause", office)
        assert deadline(case).light().key == "paused"
    with clock.travel(day(resumed)):
        act(case, "resume", office)
    found = deadline(case)
    assert found.status == "running"
    assert found.due_on == day(due)
    assert found.derived["paused"] == [{"from": paused, "to": resumed, "due_before": before.isoformat()}]
    if rule == samples.WORKING:
        left = calendar.working_days_between(day(paused), before)
        assert calendar.working_days_between(day(resumed), found.due_on) == left


def test_handing_over_again_starts_anew_and_coming_back_stops_waiting(case, office, organ):
    act(case, "hand", office)
    act(case, "return", organ)
    assert deadline(case).light() == workflow.Light("none", "不再计时")
    with clock.travel(day("2026-04-01")):
        act(case, "hand", office)
        assert deadline(case).due_on == day("2026-07-01")


def test_a_clock_stopped_in_time_stays_in_time(case, office, organ):
    act(case, "hand", office)
    with clock.travel(day("2026-06-02")):
        assert deadline(case).light().text == "今天到期"
        act(case, "finish", organ)
    with clock.travel(day("2030-01-01")):
        assert deadline(case).light().key == "in_time"


def test_a_clock_stopped_late_says_by_how_much(case, office, organ):
    act(case, "hand", office)
    with clock.travel(day("2026-06-05")):
        assert deadline(case).light() == workflow.Light("overdue", "逾期 3 天", 3)
        assert [d.case for d in workflow.overdue(samples.KEY)] == [case]
        act(case, "finish", organ)
        assert deadline(case).light() == workflow.Light("late", "迟 3 天办结", 3)
        assert not workflow.overdue(samples.KEY)


def test_a_rule_that_only_reminds_lights_nothing(office, organ):
    with samples.registered(samples.process(rule=samples.REMINDS)), clock.travel(day("2026-03-02")):
        case = samples.start(office)
        act(case, "hand", office)
        found = deadline(case)
        assert (found.due_on, found.lights) == (day("2026-03-09"), False)
        with clock.travel(day("2026-05-01")):
            assert found.light().key == "none"
            assert [t.light_key for t in workflow.turns([samples.ORGAN])] == ["none"]
            assert not workflow.overdue(samples.KEY)
            act(case, "finish", organ)  # and it blocks nothing


def test_a_service_fixes_the_day_only_where_the_step_declares_the_clock(case, office, organ):
    act(case, "hand", office, clock={"due_on": day("2026-05-01")})
    assert deadline(case).due_on == day("2026-05-01") and deadline(case).rule == ""
    with pytest.raises(workflow.WorkflowError, match="没有声明时限：reply"):
        act(case, "note", organ, clock={"due_on": day("2026-05-02")})
    assert deadline(case).due_on == day("2026-05-01")


def test_a_rule_that_is_not_declared_starts_nothing(case, office):
    with pytest.raises(ClockError, match="没有可用的规则"):
        act(case, "hand", office, clock={"rule": "MOT-022"})
    case.refresh_from_db()
    assert case.state == "drafted" and not case.deadlines.exists()


days = st.dates(dt.date(2025, 12, 1), dt.date(2026, 12, 31))


@pytest.mark.django_db
@settings(max_examples=150, deadline=None)
@given(
    status=st.sampled_from(["not_started", "running", "paused", "stopped", "cancelled"]),
    due=days, warn=st.integers(0, 40), stopped=days, today=days, unit=st.sampled_from(["day", "working_day"]),
    lights=st.booleans(),
)  # fmt: skip
def test_the_light_in_sql_is_the_light_in_python(status, due, warn, stopped, today, unit, lights):
    from django.db import transaction

    with transaction.atomic():
        case = workflow.Case.objects.create(
            process="tests.paper", version=1, state="handed", subject_kind="tests", subject_id="1",
            subject_title="灯", scope="congress:1",
        )  # fmt: skip
        made = Deadline.objects.create(
            case=case, key="reply", label="答复", status=status, started_on=due, due_on=due,
            warn_on=due - dt.timedelta(days=warn), stopped_on=stopped if status == "stopped" else None,
            paused_on=due if status == "paused" else None, unit=unit, lights=lights,
        )  # fmt: skip
        found = Deadline.objects.with_light(today).get(pk=made.pk)
        light = made.light(today)
        assert found.light_key == light.key or (
            # a due day is near whatever the declaration calls near; SQL goes by warn_on, which is never later
            light.key == "near" and today == due and found.light_key in {"near"}
        )
        assert light.days >= 0
        transaction.set_rollback(True)


@pytest.mark.django_db
@settings(max_examples=100, deadline=None)
@given(start=days, length=st.integers(1, 60), after=st.integers(0, 40), pause=st.integers(0, 60))
def test_pausing_and_resuming_on_the_same_day_changes_nothing(start, length, after, pause):
    from renda.kernel.workflow import clocks

    for unit, due in (
        ("day", start + dt.timedelta(days=length)),
        ("working_day", calendar.add_working_days(start, length)),
    ):
        paused = min(start + dt.timedelta(days=after), due)
        assert clocks.shifted(due, paused, paused, unit=unit, roll="no").day == due
        resumed = paused + dt.timedelta(days=pause)
        moved = clocks.shifted(due, paused, resumed, unit=unit, roll="no").day
        assert moved >= resumed
        if unit == "day":
            assert moved - resumed == due - paused
        else:
            left = calendar.working_days_between(paused, due)
            assert calendar.working_days_between(resumed, moved) == left
