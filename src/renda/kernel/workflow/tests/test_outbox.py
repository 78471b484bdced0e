"""The outbox: at least once, in order per subject, one effect each, whatever is killed in between."""

import datetime as dt

import pytest
from django.db import transaction

from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.refs import Ref
from renda.kernel.workflow import api as workflow
from renda.kernel.workflow import events

pytestmark = pytest.mark.django_db
MOMENT = dt.datetime(2026, 3, 2, 9, tzinfo=clock.TZ)


class Killed(BaseException):
    """The worker died: nothing of the running transaction is left."""


@pytest.fixture
def outbox(monkeypatch):
    """A registry of subscribers of this test's own."""
    monkeypatch.setattr(events, "_subscribers", {})
    with clock.travel(MOMENT):
        yield


def emit(name="tests.happened", subject="1", **payload):
    with transaction.atomic():
        return workflow.emit(name, Ref("tests.thing", subject), payload)


def listener(seen, name, event="tests.happened"):
    """A subscriber with an effect in the database: an account a call, so that what is undone is seen."""

    def handle(one):
        seen.append((name, one.subject_id, one.payload.get("n")))
        identity.create_account(f"{name}-{one.pk}", name, actor=None)

    handle.__qualname__ = name
    workflow.subscribe(event)(handle)
    return handle


def effects(name):
    return identity.Account.objects.filter(username__startswith=f"{name}-").count()


def test_an_event_is_part_of_the_act(outbox):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        workflow.emit("tests.happened", Ref("tests.thing", "1"))
        raise ZeroDivisionError
    assert not workflow.Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_event_without_an_act_is_refused(outbox):
    with pytest.raises(RuntimeError, match="事务里"):
        workflow.emit("tests.happened", Ref("tests.thing", "1"))


def test_each_subscriber_gets_it_once(outbox):
    seen = []
    listener(seen, "first")
    listener(seen, "second")
    emit(n=1)
    assert workflow.deliver() == 3  # two subscribers and the event
    assert workflow.deliver() == 0
    assert [name for name, *_ in seen] == ["first", "second"]


def test_what_nobody_listens_to_is_done(outbox):
    emit()
    workflow.deliver()
    assert workflow.Event.objects.get().delivered_at is not None


@pytest.mark.parametrize("dies_in", [0, 1, 2])
@pytest.mark.parametrize("after_its_effect", [False, True])
def test_a_worker_killed_between_any_two_leaves_no_half_and_no_double(outbox, dies_in, after_its_effect):
    names = ["a", "b", "c"]
    alive = {"now": False}

    def subscriber(name, number):
        def handle(one):
            dying = number == dies_in and not alive["now"]
            if dying and not after_its_effect:
                raise Killed
            identity.create_account(f"{name}-{one.pk}", name, actor=None)
            if dying:
                raise Killed

        handle.__qualname__ = name
        workflow.subscribe("tests.happened")(handle)

    for number, name in enumerate(names):
        subscriber(name, number)
    emit()
    with pytest.raises(Killed):
        workflow.deliver()
    assert [effects(name) for name in names] == [1 if n < dies_in else 0 for n in range(3)]
    alive["now"] = True
    workflow.deliver()
    assert [effects(name) for name in names] == [1, 1, 1]
    workflow.deliver()
    assert [effects(name) for name in names] == [1, 1, 1]


def test_killed_after_the_last_subscriber_it_is_completed_without_running_again(outbox, monkeypatch):
    seen = []

    def only(one):
        seen.append(one.pk)

    workflow.subscribe("tests.happened")(only)
    event = emit()
    with monkeypatch.context() as dying:
        dying.setattr(events.clock, "now", _dies_on_the_second_call())
        with pytest.raises(Killed):
            workflow.deliver()
    event.refresh_from_db()
    assert seen == [event.pk] and event.delivered_at is None
    workflow.deliver()
    event.refresh_from_db()
    assert seen == [event.pk] and event.delivered_at is not None


def _dies_on_the_second_call():
    calls = []

    def now():
        calls.append(1)
        if len(calls) > 1:
            raise Killed
        return MOMENT

    return now


def test_a_failing_subscriber_is_tried_again_later_and_holds_back_only_itself(outbox):
    seen, broken = [], {"now": True}

    def fragile(one):
        if broken["now"]:
            raise ValueError("the other side is down")
        seen.append(("fragile", one.subject_id, one.payload["n"]))

    workflow.subscribe("tests.happened")(fragile)
    listener(seen, "robust")
    emit(subject="1", n=1)
    emit(subject="1", n=2)
    emit(subject="2", n=3)
    workflow.deliver()
    assert seen == [("robust", "1", 1), ("robust", "1", 2), ("robust", "2", 3)]
    event = workflow.Event.objects.order_by("pk").first()
    assert event.attempts == 1 and "the other side is down" in event.last_error
    assert workflow.Event.objects.get(payload={"n": 2}).attempts == 0  # waits for the first
    assert workflow.deliver() == 0
    broken["now"] = False
    with clock.travel(MOMENT + dt.timedelta(seconds=3)):
        while workflow.deliver():
            pass
    # In order for each subject; robust ran once for each.
    again = [entry for entry in seen if entry[0] == "fragile"]
    assert [n for _, subject, n in again if subject == "1"] == [1, 2]
    assert sorted(n for *_, n in again) == [1, 2, 3]
    assert sum(name == "robust" for name, *_ in seen) == 3
    assert not workflow.Event.objects.filter(delivered_at__isnull=True).exists()


def test_many_failures_do_not_starve_the_rest(outbox):
    seen = []

    def fails(one):
        raise ValueError

    workflow.subscribe("tests.broken")(fails)
    listener(seen, "robust")
    for number in range(30):
        emit("tests.broken", subject=str(number))
    emit(subject="99", n=1)
    workflow.deliver(limit=20)
    assert seen == []
    workflow.deliver(limit=20)
    assert seen == [("robust", "99", 1)]


def test_waits_grow_and_the_backlog_is_seen(outbox):
    def fails(one):
        raise ValueError

    workflow.subscribe("tests.happened")(fails)
    emit()
    moment, waits = MOMENT, []
    for _ in range(6):
        with clock.travel(moment):
            workflow.deliver()
            waits.append(round((workflow.Event.objects.get().next_try_at - moment).total_seconds()))
        moment = workflow.Event.objects.get().next_try_at
    assert waits == [2, 10, 60, 300, 1800, 1800]
    with clock.travel(MOMENT + dt.timedelta(seconds=61)):
        assert workflow.backlog() == 1


def test_what_another_worker_did_meanwhile_is_not_done_again(outbox):
    seen = []
    listener(seen, "only")
    event = emit()
    [name] = workflow.subscribers("tests.happened")
    # This worker had read the event before another one's transaction came through.
    events.Delivery.objects.create(event=event, subscriber=name)
    assert events._call(event, name) is None
    assert seen == [] and effects("only") == 0
