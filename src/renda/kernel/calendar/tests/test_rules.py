from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renda.kernel.calendar import builtin, rules
from renda.kernel.calendar.rules import Day, YearTable
from renda.kernel.clock import TZ

KNOWN = st.dates(dt.date(2005, 1, 10), dt.date(2026, 12, 1))
ANY = st.dates(dt.date(1950, 1, 1), dt.date(2090, 1, 1))


def lookup(day: dt.date) -> Day:
    return builtin.table(day.year).day(day)


def d(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-02-28", 3, "2026-05-28"),  # the corresponding day, not the month's end
        ("2025-11-30", 3, "2026-02-28"),  # no 30 February: the month's last day
        ("2023-11-30", 3, "2024-02-29"),
        ("2025-08-31", 6, "2026-02-28"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-01-15", -1, "2025-12-15"),
        ("2026-01-31", 12, "2027-01-31"),
    ],
)
def test_months(start: str, months: int, end: str) -> None:
    assert rules.months(d(start), months) == d(end)


def test_years_of_a_leap_day() -> None:
    assert rules.years(d("2024-02-29"), 1) == d("2025-02-28")
    assert rules.years(d("2024-02-29"), 4) == d("2028-02-29")


def test_working_days_over_made_up_days_and_feasts() -> None:
    # Thursday 2 April: 3, then 7 to 10 April after the feast of 4 to 6 April.
    assert rules.working_days(lookup, d("2026-04-02"), 5).day == d("2026-04-10")
    # Saturday 28 February 2026 is worked after the spring festival.
    assert rules.working_days(lookup, d("2026-02-27"), 1).day == d("2026-02-28")
    assert rules.working_days(lookup, d("2026-03-01"), -1).day == d("2026-02-28")
    assert rules.working_days(lookup, d("2026-04-05"), 0).day == d("2026-04-05")


def test_roll_passes_rest_days_and_names_them() -> None:
    reached = rules.roll_forward(lookup, d("2026-10-01"))
    assert (reached.day, reached.passed) == (d("2026-10-08"), ("国庆节",))
    assert rules.roll_forward(lookup, d("2026-05-10")).passed == ("双休日",)
    # A made-up working Saturday is no rest day.
    assert rules.roll_forward(lookup, d("2026-02-14")).day == d("2026-02-14")


def test_hours_need_a_zone_and_pass_midnight() -> None:
    moment = dt.datetime(2026, 3, 5, 20, 0, tzinfo=TZ)
    assert rules.hours(moment, 24) == dt.datetime(2026, 3, 6, 20, 0, tzinfo=TZ)
    with pytest.raises(ValueError, match="时区"):
        rules.hours(dt.datetime(2026, 3, 5, 20, 0), 1)  # noqa: DTZ001


def test_provisional_only_where_an_unknown_year_matters() -> None:
    assert not rules.working_days(lookup, d("2026-12-20"), 5).provisional
    assert rules.working_days(lookup, d("2026-12-28"), 10).provisional
    assert rules.roll_forward(lookup, d("2027-02-06")).provisional
    assert not rules.roll_forward(lookup, d("2026-10-01")).provisional


def test_a_correction_settles_one_day_of_a_provisional_year() -> None:
    day = d("2027-03-01")
    table = YearTable(2027, "x", {day: Day(day, False, name="停工")}, True, frozenset({day}))
    assert table.day(day) == Day(day, False, False, "停工")
    assert table.day(d("2027-03-02")).provisional


@given(ANY, st.integers(0, 600))
def test_months_clamp_and_never_overshoot_a_month(start: dt.date, count: int) -> None:
    end = rules.months(start, count)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == count
    assert end.day <= start.day
    if end.day < start.day:
        assert (end + dt.timedelta(days=1)).day == 1


@given(ANY, ANY, st.integers(0, 60))
def test_months_are_monotone(one: dt.date, other: dt.date, count: int) -> None:
    early, late = sorted((one, other))
    assert rules.months(early, count) <= rules.months(late, count)
    assert rules.months(early, count) <= rules.months(early, count + 1)


@given(KNOWN, st.integers(1, 25))
def test_working_days_land_on_work_and_count_right(start: dt.date, count: int) -> None:
    reached = rules.working_days(lookup, start, count)
    days = [start + dt.timedelta(days=offset) for offset in range(1, (reached.day - start).days + 1)]
    assert sum(lookup(day).working for day in days) == count
    assert lookup(reached.day).working
    assert reached.seen == (days[0], reached.day)


@given(KNOWN, st.integers(1, 25))
def test_working_days_back_and_forth(start: dt.date, count: int) -> None:
    there = rules.working_days(lookup, start, count).day
    back = rules.working_days(lookup, there, -count).day
    assert back <= start or lookup(start).working is False
    assert rules.working_days(lookup, back, count).day <= there


@given(KNOWN, st.integers(-25, 25))
def test_what_lies_between_is_the_inverse_of_counting(start: dt.date, count: int) -> None:
    end = rules.working_days(lookup, start, count).day
    assert rules.working_days_between(lookup, start, end) == count


def test_working_days_between() -> None:
    assert rules.working_days_between(lookup, d("2026-04-02"), d("2026-04-10")) == 5
    assert rules.working_days_between(lookup, d("2026-04-10"), d("2026-04-02")) == -5
    assert rules.working_days_between(lookup, d("2026-04-03"), d("2026-04-06")) == 0
    assert rules.working_days_between(lookup, d("2026-04-03"), d("2026-04-03")) == 0


@given(KNOWN)
def test_roll_is_never_earlier_lands_on_work_and_is_idempotent(day: dt.date) -> None:
    rolled = rules.roll_forward(lookup, day).day
    assert rolled >= day
    assert lookup(rolled).working
    assert rules.roll_forward(lookup, rolled).day == rolled


@given(KNOWN, KNOWN)
def test_roll_is_monotone(one: dt.date, other: dt.date) -> None:
    early, late = sorted((one, other))
    assert rules.roll_forward(lookup, early).day <= rules.roll_forward(lookup, late).day
