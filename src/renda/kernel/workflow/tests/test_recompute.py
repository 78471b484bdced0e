"""A year's arrangement comes in: open dates that it changes are recomputed by one recorded act."""

import datetime as dt

import pytest

from renda.kernel import clock
from renda.kernel.calendar import api as calendar
from renda.kernel.law import api as law
from renda.kernel.record import api as record
from renda.kernel.workflow import api as workflow
from renda.kernel.workflow.tests import samples
from renda.kernel.workflow.tests.samples import act, deadline

day = samples.day
# Spring Festival 2027 is on 6 February; here 5–11 February are rest days and the 13th is worked.
ROWS = [
    (dt.date(2027, 1, 1), False, "元旦"),
    *((dt.date(2027, 2, n), False, "春节") for n in range(5, 12)),
    (dt.date(2027, 2, 13), True, "春节"),
]


def handed(office, ident, on, rule):
    with clock.travel(on):
        case = samples.start(office, ident, f"第{ident}件")
        act(case, "hand", office, clock={"rule": rule})
    return case


@pytest.fixture
def cases(paper, office, organ):
    """Open ones over the feast, one paused, one paused before, one closed, one far from it, one by hand."""
    made = {
        "working": handed(office, "1", day("2027-02-01"), samples.WORKING),
        "months": handed(office, "2", day("2026-11-06"), samples.MONTHS),
        "paused": handed(office, "3", day("2027-02-01"), samples.WORKING),
        "resumed": handed(office, "4", day("2027-01-18"), samples.WORKING),
        "closed": handed(office, "5", day("2027-02-01"), samples.WORKING),
        "early": handed(office, "6", day("2026-03-02"), samples.MONTHS),
    }
    with clock.travel(day("2027-02-02")):
        act(made["paused"], "pause", office)
        act(made["closed"], "finish", organ)
    with clock.travel(day("2027-01-20")):
        act(made["resumed"], "pause", office)
    with clock.travel(day("2027-01-29")):
        act(made["resumed"], "resume", office)
        hand = samples.start(office, "7", "第7件")
        act(hand, "hand", office, clock={"due_on": day("2027-02-08")})
    return made | {"hand": hand}


def test_an_import_recomputes_and_lists_each_changed_date_in_one_entry(cases, office):
    before = {key: deadline(case) for key, case in cases.items()}
    assert before["working"].provisional and before["months"].provisional
    old = calendar.version()
    with clock.travel(day("2027-02-03")):
        change = calendar.import_year(2027, ROWS, actor=office, source="国办发明电〔2026〕7号")
    after = {key: deadline(case) for key, case in cases.items()}
    moved = {key for key in cases if before[key].due_on != after[key].due_on}
    assert moved >= {"working", "paused", "resumed"} and not moved & {"closed", "early", "hand"}
    for key in ("working", "months", "resumed"):
        assert not after[key].provisional, key
        assert after[key].calendar_version == calendar.version() != old
    assert after["working"].due_on == calendar.add_working_days(day("2027-02-01"), 10)
    # 2 were used before the pause from 20 to 29 January: 8 working days are left from the 29th.
    assert after["resumed"].due_on == calendar.add_working_days(day("2027-01-29"), 8)
    assert after["resumed"].derived["paused"][0]["from"] == "2027-01-20"
    assert after["resumed"].warn_on == after["resumed"].due_on - dt.timedelta(days=15)
    [entry] = list(record.entries(kind="workflow.calendar_applied"))
    told = {row["title"]: (row["before"], row["after"]) for row in entry.entry.changed}
    assert told == {
        cases[key].subject_title: (before[key].due_on.isoformat(), after[key].due_on.isoformat())
        for key in moved
    }
    assert entry.actor_id == office.pk
    assert len(change.reports[0]) >= len(moved)
    # What was paused goes on with what was left by the calendar in force.
    with clock.travel(day("2027-02-15")):
        act(cases["paused"], "resume", office)
    assert deadline(cases["paused"]).due_on == calendar.add_working_days(day("2027-02-15"), 9)


def test_the_same_arrangement_again_moves_nothing(cases, office):
    with clock.travel(day("2027-02-03")):
        calendar.import_year(2027, ROWS, actor=office)
        assert workflow.changes(2027) == []
        calendar.import_year(2027, ROWS, actor=office)
    first, second = list(record.entries(kind="workflow.calendar_applied"))
    assert first.entry.changed and second.entry.changed == []
    assert "没有期限因此变动" in second.entry.sentence()


def test_an_import_that_fails_moves_nothing(cases, office):
    before = {key: deadline(case).due_on for key, case in cases.items()}
    with pytest.raises(calendar.CalendarError):
        calendar.import_year(2027, [(dt.date(2026, 1, 1), False, "元旦")], actor=office)
    assert {key: deadline(case).due_on for key, case in cases.items()} == before
    assert record.count(kind="workflow.calendar_applied") == 0


def test_reading_never_recomputes(cases, office):
    with clock.travel(day("2028-01-01")):
        found = deadline(cases["working"])
        due = found.due_on
        found.light()
        list(workflow.turns([samples.ORGAN]))
        assert deadline(cases["working"]).due_on == due


def test_a_congresses_own_number_is_recorded_and_open_dates_keep_theirs(cases, office):
    due = deadline(cases["months"]).due_on
    law.set_local("congress:1", samples.MONTHS, 2, "本级办法第八条", actor=office, from_day=day("2026-01-01"))
    assert deadline(cases["months"]).due_on == due
    [stored] = list(record.entries(kind="law.setting_made"))
    assert stored.subject.id == samples.MONTHS
    assert "定为2个月（上位规定3个月）" in stored.entry.sentence()
    with clock.travel(day("2027-03-01")):
        case = samples.start(office, "9", "新的")
        act(case, "hand", office)
    assert deadline(case).due_on == calendar.roll_forward(day("2027-05-01"))
