"""The engine: who may, from where, once; turns; one query for a desk; versions; notices."""

import dataclasses
import datetime as dt

import pytest
from django.db import transaction

from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.notify import api as notify
from renda.kernel.record import api as record
from renda.kernel.refs import Ref
from renda.kernel.workflow import api as workflow
from renda.kernel.workflow.tests import samples
from renda.kernel.workflow.tests.samples import OFFICE, ORGAN, act

day = samples.day


def holders(case):
    return set(case.turns.filter(ended_at__isnull=True).values_list("holder", flat=True))


def test_a_step_moves_the_case_the_turn_the_clock_the_record_and_the_outbox(case, office):
    assert holders(case) == {OFFICE}
    act(case, "hand", office)
    assert (case.state, case.step) == ("handed", 1)
    assert holders(case) == {ORGAN}
    assert [line.sentence for line in record.timeline(case.subject, limit=5)] == ["办理：hand", "交办"]
    event = workflow.Event.objects.get(name="tests.paper.hand")
    assert (event.payload["from"], event.payload["to"]) == ("drafted", "handed")


def test_a_turn_that_stays_keeps_its_since(case, office, organ):
    act(case, "hand", office)
    since = case.turns.get(holder=ORGAN).since
    with clock.travel(day("2026-03-10")):
        act(case, "note", organ)
    assert case.turns.get(holder=ORGAN).since == since
    assert case.turns.get(holder=ORGAN).ended_at is None


def test_who_may_not_changes_nothing(case, office, organ):
    with pytest.raises(identity.Forbidden):
        act(case, "hand", organ)
    case.refresh_from_db()
    assert (case.state, case.step) == ("drafted", 0)
    assert not workflow.Event.objects.filter(name="tests.paper.hand").exists()


def test_a_step_starts_only_where_it_is_declared(case, office, organ):
    with pytest.raises(workflow.WorkflowError, match="现在是“待交办”，不能“finish”"):
        act(case, "finish", organ)


def test_a_page_drawn_before_somebody_acted_is_stale(case, office, organ):
    act(case, "hand", office)
    with pytest.raises(workflow.Stale, match="已由别人办到“办理中”"):
        act(case, "return", organ, seen=0)
    act(case, "return", organ, seen=1)


def test_an_error_of_the_service_undoes_everything(case, office):
    with pytest.raises(RuntimeError), workflow.step(case, "hand", actor=office) as step:
        step.record(samples.Stepped())
        raise RuntimeError("the disk is full")
    case.refresh_from_db()
    assert case.state == "drafted" and holders(case) == {OFFICE}
    assert record.count(subject=case.subject) == 1


def test_a_step_says_exactly_once_what_happened(case, office):
    with pytest.raises(workflow.WorkflowError, match="没有写记录"), workflow.step(case, "hand", actor=office):
        pass
    with pytest.raises(TypeError, match="应写"), workflow.step(case, "hand", actor=office) as step:
        step.record(samples.Handed())
    with (
        pytest.raises(workflow.WorkflowError, match="只写一条"),
        workflow.step(case, "hand", actor=office) as step,
    ):
        step.record(samples.Stepped())
        step.record(samples.Stepped())
    case.refresh_from_db()
    assert case.step == 0


def test_nobody_acts_without_saying_which_job_it_was(case, office):
    with pytest.raises(workflow.WorkflowError, match="没有经办人"):
        act(case, "hand", None)
    act(case, "hand", None, origin=record.Origin.job("tests.nightly"))
    assert case.state == "handed"


def test_a_hidden_step_is_never_offered_and_follows_only_from_another(case, office, organ):
    act(case, "hand", office)
    assert [t.key for t in workflow.available(case, office)] == ["pause"]
    assert [t.key for t in workflow.available(case, organ)] == ["return", "note", "finish"]
    act(case, "finish", organ)
    assert workflow.available(case, office) == []
    other = samples.start(office, "2", "另一件")
    with workflow.step(other, "hand", actor=office) as step:
        with workflow.step(case, "reopen", because=step) as again:
            again.record(samples.Stepped(text="重开"))
        step.record(samples.Stepped())
    assert (case.state, case.closed_at) == ("handed", None)
    with (
        pytest.raises(TypeError, match="可由人办理"),
        workflow.step(other, "note", actor=organ) as step,
        workflow.step(case, "pause", because=step),
    ):
        pass


def test_what_happened_last_week_is_dated_last_week_and_started_its_clock_then(case, office):
    signed = clock.combine(day("2026-02-24"), dt.time(10))
    act(case, "hand", office, happened_at=signed)
    assert samples.deadline(case).started_on == day("2026-02-24")
    line = record.timeline(case.subject, limit=5)[-1]  # before it was handed in
    assert line.happened_at == signed and line.both_times


def test_any_desk_is_one_query(case, office, organ, django_assert_num_queries):
    for number in range(2, 30):
        other = samples.start(office, str(number), f"第{number}件")
        act(other, "hand", office, clock={"due_on": day("2026-05-01") + dt.timedelta(days=number % 7)})
    wanted, passed_on = identity.holders(organ), identity.holders(office)
    with django_assert_num_queries(1):
        desk = [
            (t.case.subject_title, t.case.state_label, t.deadline.due_on, t.light_key, t.case.url)
            for t in workflow.turns(wanted)
        ]
    assert len(desk) == 28 and [row[2] for row in desk] == sorted(row[2] for row in desk)
    assert workflow.waiting(wanted) == 28
    with django_assert_num_queries(1):
        assert len(list(workflow.awaited(passed_on))) == 28
    yesterday = clock.now() - dt.timedelta(days=1)
    with django_assert_num_queries(1):
        assert len(list(workflow.moved(passed_on, yesterday))) == 28


def test_a_state_without_anybody_is_refused_with_what_to_do(office):
    made = samples.process().without(resolve=lambda case, name: [])
    with samples.registered(made), pytest.raises(workflow.WorkflowError, match="却没有人负责"):
        samples.start(office)
    assert not workflow.Case.objects.exists()


def test_turns_move_to_a_successor_and_never_double(case, office):
    assert workflow.succeed(OFFICE, ORGAN) == 1
    assert holders(case) == {ORGAN}
    assert [t.holder for t in workflow.history(case)] == [OFFICE, ORGAN]
    assert workflow.succeed(OFFICE, ORGAN) == 0


def test_a_case_stays_in_its_version_until_a_written_step_moves_it(case, office):
    act(case, "hand", office)
    with clock.travel(day("2026-03-03")):
        act(case, "return", None, origin=record.Origin.job("tests"))
        newer = samples.process(version=2, returned="back")
        workflow.register(newer)
        case.refresh_from_db()
        assert case.declared.version == 1 and case.state_label == "已退回"
        entry = samples.Stepped(text="改按第二版办理")
        with pytest.raises(workflow.WorkflowError, match="没有“returned”"):
            workflow.move_version(case, 2, {}, actor=office, entry=entry)
        workflow.move_version(case, 2, {"returned": "back"}, actor=office, entry=entry)
        assert (case.version, case.state) == (2, "back")
        assert record.timeline(case.subject, limit=1)[0].sentence == "办理：改按第二版办理"
        act(case, "hand", office)
        assert case.state == "handed"


def test_a_new_title_is_shown_and_the_record_keeps_the_old(case):
    workflow.retitle(case.subject, "关于整治路灯的建议")
    case.refresh_from_db()
    assert case.subject_title == "关于整治路灯的建议"
    assert record.timeline(case.subject, limit=1)[0].subject.title == "关于路灯的建议"
    assert [c.pk for c in workflow.cases_about(case.subject)] == [case.pk]


def test_a_child_case_may_begin_with_its_parents_entry_only(case, office):
    with transaction.atomic():
        child = workflow.start(
            samples.KEY,
            Ref("tests.part", "1", "一部分"),
            scope="congress:1",
            entry=None,
            actor=office,
            parent=case,
        )
    assert child.parent == case
    with pytest.raises(TypeError), transaction.atomic():
        workflow.start(samples.KEY, Ref("tests.part", "2", "无头"), scope="x", entry=None, actor=office)


# — who is told —


def told(account):
    return [message.title for message in notify.inbox(account).items]


def test_the_next_hand_is_told_and_the_own_hand_is_not(case, office, organ):
    assert told(office) == []  # he opened it himself
    act(case, "hand", office)
    assert told(organ) == ["轮到您办理：关于路灯的建议"]
    [message] = notify.inbox(organ).items
    assert message.url == case.url and "办理中" in message.body
    with clock.travel(day("2026-03-03")):
        act(case, "return", organ)
    assert told(office) == ["轮到您办理：关于路灯的建议"]


def test_nobody_is_told_of_what_is_done_quietly_or_comes_from_a_file(case, office, organ):
    with workflow.quietly():
        act(case, "hand", office)
    other = samples.start(office, "2", "旧的")
    act(other, "hand", None, origin=record.Origin.file("旧表.xlsx", "0" * 64, 2))
    assert told(organ) == []


def test_a_failed_step_tells_nobody(case, office, organ):
    with pytest.raises(RuntimeError), transaction.atomic():
        act(case, "hand", office)
        raise RuntimeError
    assert told(organ) == []


def test_a_very_long_title_is_cut_in_the_message(office, organ, paper):
    case = samples.start(office, title="很长的题目" * 50)
    act(case, "hand", office)
    assert told(organ)[0].endswith("…") and len(told(organ)[0]) <= 200


# — hand-over between rooms —


@dataclasses.dataclass(frozen=True)
class Draft:
    text: str


def test_an_offer_reaches_its_receiver_and_answers_what_it_became(office):
    def take(draft, source, actor):
        return Ref("tests.taken", source.id, draft.text)

    assert not workflow.has_receiver("tests.offer")
    with pytest.raises(workflow.NoReceiver):
        workflow.offer("tests.offer", Draft("路灯"), source=Ref("a", "7", ""), actor=office)
    workflow.receive("tests.offer", Draft)(take)
    made = workflow.offer("tests.offer", Draft("路灯"), source=Ref("a", "7", ""), actor=office)
    assert made == Ref("tests.taken", "7", "路灯")
    with pytest.raises(TypeError, match="应交 Draft"):
        workflow.offer("tests.offer", "路灯", source=Ref("a", "7", ""), actor=office)
    with pytest.raises(RuntimeError, match="已有接收方"):
        workflow.receive("tests.offer", Draft)(lambda draft, source, actor: source)
