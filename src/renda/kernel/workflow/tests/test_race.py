"""Two people on one case at once, on PostgreSQL: without the lock both act, with it one of them."""

import threading

import pytest
from django.db import connections, transaction

from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.record import api as record
from renda.kernel.workflow import api as workflow
from renda.kernel.workflow import services
from renda.kernel.workflow.tests import samples
from renda.kernel.workflow.tests.conftest import DAY, account

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(*works):
    """Run each in a thread and connection of its own; what they raised."""
    errors = []

    def run(work):
        try:
            with clock.travel(DAY):
                work()
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return errors


@pytest.fixture
def handed(paper):
    office, organ = (
        account("office", "高峻", "government_office"),
        account("organ", "韩志远", "chairpersons"),
    )
    with clock.travel(DAY):
        case = samples.start(office)
        samples.act(case, "hand", office)
    return case, office, organ


def done(case):
    return record.count(kind="tests.paper_step", subject=case.subject) - 1  # handing over was one


def test_without_the_lock_both_act_on_one_picture(handed, monkeypatch):
    case, _, organ = handed
    both_have_read = threading.Barrier(2, timeout=20)

    def unlocked(pk):
        found = workflow.Case.objects.get(pk=pk)
        both_have_read.wait()
        return found

    monkeypatch.setattr(services, "lock", unlocked)

    def finish():
        samples.act(case_of(case), "finish", identity.Account.objects.get(pk=organ.pk))

    def send_back():
        samples.act(case_of(case), "return", identity.Account.objects.get(pk=organ.pk))

    errors = at_once(finish, send_back)
    assert errors == []
    assert done(case) == 2  # finished and returned: the record tells of both, the case can only be one


def test_with_the_lock_one_acts_and_the_other_is_told(handed):
    case, _, organ = handed
    start = threading.Barrier(2, timeout=20)

    def attempt(key, **how):
        def run():
            who = identity.Account.objects.get(pk=organ.pk)
            mine = case_of(case)
            start.wait()
            samples.act(mine, key, who, **how)

        return run

    errors = at_once(attempt("finish", seen=1), attempt("return", seen=1))
    assert [type(error) for error in errors] == [workflow.Stale]
    assert done(case) == 1
    case.refresh_from_db()
    assert case.step == 2
    open_turns = case.turns.filter(ended_at__isnull=True)
    assert {t.holder for t in open_turns} == (set() if case.state == "done" else {samples.OFFICE})


def test_the_same_click_twice_is_one_act(handed):
    case, office, _ = handed
    start = threading.Barrier(2, timeout=20)

    def click():
        who = identity.Account.objects.get(pk=office.pk)
        mine = case_of(case)
        start.wait()
        samples.act(mine, "pause", who, seen=1)

    errors = at_once(click, click)
    assert len(errors) == 1 and isinstance(errors[0], workflow.WorkflowError)
    assert samples.deadline(case).status == "paused"


def test_two_workers_deliver_each_event_once(handed, monkeypatch):
    from renda.kernel.workflow import events

    monkeypatch.setattr(events, "_subscribers", {})
    seen, start = [], threading.Barrier(2, timeout=20)

    def note(event):
        seen.append(event.pk)

    workflow.subscribe("tests.race")(note)
    with transaction.atomic():
        for number in range(20):
            workflow.emit("tests.race", samples.Ref("tests.thing", str(number)))

    def work():
        start.wait()
        while workflow.deliver():
            pass

    assert at_once(work, work) == []
    assert not workflow.Event.objects.filter(name="tests.race", delivered_at__isnull=True).exists()
    # The note and the effect are one transaction: what was noted twice was rolled back once.
    assert events.Delivery.objects.filter(event__name="tests.race").count() == 20
    assert set(seen) == set(workflow.Event.objects.filter(name="tests.race").values_list("pk", flat=True))


def case_of(case):
    return workflow.Case.objects.get(pk=case.pk)
