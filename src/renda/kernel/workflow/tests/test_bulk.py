"""Past lives by the thousand: cases, deadlines and entries at once, and nobody is told."""

import datetime as dt
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from renda.kernel import clock
from renda.kernel.record import api as record
from renda.kernel.refs import Ref
from renda.kernel.workflow import api as workflow
from renda.kernel.workflow.tests import samples

FILE = record.Origin.file("历年建议.xlsx", "0" * 64)


def past(number, state="done"):
    opened = dt.datetime(2020, 3, 1, 9, tzinfo=clock.TZ) + dt.timedelta(hours=number)
    return workflow.Past(
        subject=Ref("tests.paper", str(number), f"旧建议{number}"),
        state=state,
        opened_at=opened,
        moved_at=opened + dt.timedelta(days=60),
        entries=[
            (samples.Handed(), opened),
            (samples.Stepped(text="答复"), opened + dt.timedelta(days=60)),
        ],
        origin=record.Origin.file(FILE.name, FILE.sha256, number + 1),
        deadlines=[workflow.PastDeadline("reply", opened.date(), opened.date() + dt.timedelta(days=90), None)]
        if state == "handed"
        else [],
    )


def test_past_lives_stand_where_they_ended(paper, office, organ):
    cases = workflow.start_many(samples.KEY, "congress:1", [past(1), past(2, "handed")], actor=office)
    assert [c.state for c in cases] == ["done", "handed"]
    assert cases[0].closed_at is not None and cases[1].closed_at is None
    assert samples.deadline(cases[1]).light(dt.date(2020, 7, 1)).key == "overdue"
    lines = record.timeline(cases[0].subject, limit=5)
    assert [line.sentence for line in lines] == ["办理：答复", "交办"]
    assert lines[0].origin.row == 2 and lines[0].both_times
    assert not workflow.turns([samples.ORGAN]).exists()
    workflow.settle(cases[1])
    assert [t.deadline.key for t in workflow.turns([samples.ORGAN])] == ["reply"]
    samples.act(cases[1], "finish", organ)
    assert not workflow.Event.objects.filter(name="tests.paper.started").exists()


def test_a_state_that_does_not_exist_brings_in_nothing(paper, office):
    with pytest.raises(LookupError, match="没有状态 lost"):
        workflow.start_many(samples.KEY, "congress:1", [past(1), past(2, "lost")], actor=office)
    assert not workflow.Case.objects.exists()
    assert record.count(kind="tests.*") == 0


def test_one_bad_entry_brings_in_nothing(paper, office):
    bad = past(2)
    future = (samples.Stepped(), clock.now() + dt.timedelta(days=2))
    bad = workflow.Past(bad.subject, bad.state, bad.opened_at, bad.moved_at, [future], bad.origin)
    with pytest.raises(record.BadMoment):
        workflow.start_many(samples.KEY, "congress:1", [past(1), bad], actor=office)
    assert not workflow.Case.objects.exists() and record.count(kind="tests.*") == 0


def test_statements_go_by_the_hundred_not_by_the_row(paper, office):
    with CaptureQueriesContext(connection) as seen:
        workflow.start_many(samples.KEY, "congress:1", [past(n) for n in range(300)], actor=office)
    assert len(seen) < 20


@pytest.mark.alone
@pytest.mark.slow
def test_ten_thousand_with_their_entries_in_less_than_twenty_seconds(paper, office):
    rows = [past(n, "handed" if n % 10 == 0 else "done") for n in range(10_000)]
    began = time.perf_counter()
    workflow.start_many(samples.KEY, "congress:1", rows, actor=office)
    took = time.perf_counter() - began
    assert took < 20, took
    assert record.count(kind="tests.*") == 20_000
