"""A suggestion's whole life, by the services, each act in the right hands."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from renda.assembly.intake import api as intake
from renda.assembly.ledger import api as ledger
from renda.business.motions.models import Rating, Suggestion
from renda.business.motions.services import cosigning, drafting, handling, handover, rating, review
from renda.business.motions.tests.conftest import World, deliver_all, fresh, sentences
from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.workflow import api as workflow

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def test_from_draft_to_kept_promise(world: World) -> None:
    suggestion = world.replied(days=30)
    assert suggestion.case.state == "replied"
    assert suggestion.number_text == "第1号"
    assert workflow.turns(identity.holders(world.deputy)).get().case == suggestion.case
    reply = rating.queries.current_replies(suggestion)[0]
    assert reply.number == "安城管函〔2026〕1号"

    rating.rate(suggestion, reply, actor=world.deputy, attitude="satisfied", result="basically")
    suggestion = fresh(suggestion)
    assert suggestion.case.state == "following"

    matter = ledger.matters_of(suggestion.ref).get()
    with clock.travel(dt.date(2026, 3, 20)):
        ledger.submit_evidence(matter, actor=world.urban_clerk, text="新标线启用", happened_on=clock.today())
        ledger.answer(matter, actor=world.deputy, agrees="yes")
        with pytest.raises(identity.Forbidden):
            ledger.close(matter, actor=world.urban_clerk, text="已完成")
        ledger.close(matter, actor=world.office, text="到现场看过")
    deliver_all()
    suggestion = fresh(suggestion)
    assert suggestion.case.state == "closed"
    assert ledger.kept_rate().percent == "100.0%"
    assert sentences(suggestion)[-1] == "办结：承诺 1 项，兑现 1 项"


def test_the_clock_starts_at_hand_over_and_says_why(world: World) -> None:
    suggestion = world.handed()
    deadline = world.lead_of(suggestion).case.deadlines.get(key="reply")
    assert deadline.due_on == dt.date(2026, 5, 28)  # 代表法 51, processes.md §12.11
    assert deadline.rule == "MOT-021"
    assert "2026" in deadline.derived["formula"]


def test_silence_is_not_satisfaction(world: World) -> None:
    suggestion = world.replied()
    for days, expected in ((4, 3), (11, 10), (25, 24)):
        with clock.travel(dt.date(2026, 2, 28) + dt.timedelta(days=days)):
            assert rating.remind_and_close() == (1, 0)
            assert f"第{expected}天" in sentences(suggestion)[-1]
            assert (
                rating.remind_and_close() == (0, 1) if expected == 24 else rating.remind_and_close() == (0, 0)
            )
    suggestion = fresh(suggestion)
    assert suggestion.case.state == "following"
    assert Rating.objects.count() == 0
    assert "未表态：丁一鸣" in " ".join(sentences(suggestion))


def test_dissatisfied_opens_rehandling_then_assessment(world: World) -> None:
    suggestion = world.replied()
    reply = rating.queries.current_replies(suggestion)[0]
    with pytest.raises(workflow.WorkflowError, match="理由"):
        rating.rate(suggestion, reply, actor=world.deputy, attitude="satisfied", result="dissatisfied")
    rating.rate(
        suggestion,
        reply,
        actor=world.deputy,
        attitude="satisfied",
        result="dissatisfied",
        reason="没有时间表",
    )
    suggestion = fresh(suggestion)
    assert suggestion.case.state == "rehandling"
    assignment = world.lead_of(suggestion)
    assert assignment.case.state == "rehandling"
    assert assignment.case.deadlines.get(key="rehandle").due_on == dt.date(2026, 3, 30)
    world.answer(assignment)
    suggestion = fresh(suggestion)
    second = rating.queries.current_replies(suggestion)[0]
    assert second.round == 2
    rating.rate(
        suggestion,
        second,
        actor=world.deputy,
        attitude="basically",
        result="dissatisfied",
        reason="仍无时间表",
    )
    suggestion = fresh(suggestion)
    assert suggestion.case.state == "assessing"
    rating.assess(
        suggestion,
        actor=world.office,
        held_on=clock.today(),
        participants="市城管局、市交通局、专家 3 名",
        conclusion="enough",
        text="已尽力",
    )
    assert fresh(suggestion).case.state == "following"


def test_a_broken_promise_reopens_the_case(world: World) -> None:
    suggestion = world.replied(days=5)
    reply = rating.queries.current_replies(suggestion)[0]
    rating.rate(suggestion, reply, actor=world.deputy, attitude="satisfied", result="satisfied")
    matter = ledger.matters_of(suggestion.ref).get()
    with pytest.raises(workflow.WorkflowError, match="期限还没有到"):
        ledger.declare_broken(matter, actor=world.office, reason="没有动工")
    with clock.travel(dt.date(2026, 3, 10)):
        ledger.declare_broken(matter, actor=world.office, reason="没有动工")
        deliver_all()
        suggestion = fresh(suggestion)
        assert suggestion.case.state == "rehandling"
        assert ledger.kept_rate().percent == "0.0%"


def test_objection_ruling_and_new_clock(world: World) -> None:
    suggestion = world.handed()
    assignment = world.lead_of(suggestion)
    with clock.travel(dt.date(2026, 3, 6)):
        handling.object(assignment, actor=world.urban_clerk, reason="powers", text="属交通部门职责")
        with pytest.raises(workflow.WorkflowError, match="改由哪个单位"):
            handling.accept_return(assignment, actor=world.office, text="同意")
        made = handling.accept_return(
            assignment, actor=world.office, text="同意", new_organ=world.organs["transport"]
        )
        assert made.case.deadlines.get(key="reply").due_on == dt.date(2026, 6, 8)  # 6 June is a Saturday
        assert made.handed_over_on == dt.date(2026, 3, 6)
    late = world.handed(lead="traffic")
    with clock.travel(dt.date(2026, 3, 20)), pytest.raises(workflow.WorkflowError, match="期限"):
        handling.object(world.lead_of(late), actor=world.traffic_clerk, reason="powers", text="不属于")


def test_a_sheet_signature_is_told_and_can_be_objected_to(world: World) -> None:
    suggestion = world.draft()
    with pytest.raises(workflow.WorkflowError, match="必须附"):
        cosigning.enter_from_sheet(
            suggestion, actor=world.office, person=world.seats[1].person, signed_on=clock.today(), sheet=None
        )
    cosigning.enter_from_sheet(
        suggestion,
        actor=world.office,
        person=world.seats[1].person,
        signed_on=clock.today(),
        sheet=SimpleUploadedFile("签字.png", PNG, "image/png"),
    )
    deliver_all()
    assert rating.queries.signer_ids(suggestion) == [world.seats[0].person_id, world.seats[1].person_id]
    cosigning.object_to_sheet(suggestion, actor=world.second, text="不是我签的")
    assert rating.queries.signer_ids(suggestion) == [world.seats[0].person_id]


def test_nobody_acts_for_somebody_else(world: World) -> None:
    suggestion = world.draft()
    for account in (world.secretary, world.second, world.office):
        with pytest.raises(identity.Forbidden):
            drafting.submit(suggestion, actor=account)
    suggestion = world.replied()
    reply = rating.queries.current_replies(suggestion)[0]
    for account in (world.urban_clerk, world.urban_head, world.office, world.second):
        with pytest.raises((identity.Forbidden, workflow.WorkflowError)):
            rating.rate(suggestion, reply, actor=account, attitude="satisfied", result="satisfied")
    assert not Rating.objects.exists()


def test_hand_over_can_be_taken_back_until_notices_go_out(world: World) -> None:
    suggestion = world.handed("traffic")
    handover.undo(suggestion, actor=world.office, reason="填错单位")
    suggestion = fresh(suggestion)
    assert suggestion.case.state == "registered"
    handover.hand_over(suggestion, actor=world.office, lead=world.organs["transport"])
    handover.send_notices([fresh(suggestion)], actor=world.office)
    with pytest.raises(workflow.WorkflowError, match="已经发出"):
        handover.undo(fresh(suggestion), actor=world.office, reason="再改")


def test_merged_ones_are_answered_each(world: World) -> None:
    main = world.handed()
    other = world.registered(title="关于城南路口信号灯配时的建议")
    review.merge(other, actor=world.office, into=main)
    assert fresh(other).case.state == "merged"
    assignment = world.lead_of(main)
    handling.receive(assignment, actor=world.urban_clerk)
    world.answer(assignment)
    assert fresh(main).case.state == fresh(other).case.state == "replied"
    reply = rating.queries.current_replies(fresh(other))[0]
    rating.rate(fresh(other), reply, actor=world.deputy, attitude="satisfied", result="satisfied")
    assert fresh(other).case.state in {"following", "closed", "replied"}


def test_two_clerks_on_one_picture(world: World) -> None:
    suggestion = world.submitted()
    seen = suggestion.case.step
    review.register(suggestion, actor=world.office, category=world.category, seen=seen)
    with pytest.raises(workflow.WorkflowError):
        review.send_back(suggestion, actor=world.office, reason="vague", text="请写具体", seen=seen)


def test_a_reason_that_is_not_in_the_list_is_refused_with_the_list(world: World) -> None:
    suggestion = world.submitted()
    with pytest.raises(workflow.WorkflowError, match="“other”不在可选的项里，请选：一件多事"):
        review.send_back(suggestion, actor=world.office, reason="other", text="请改。")
    assert fresh(suggestion).case.state == "submitted"


def test_an_opinion_of_the_public_becomes_the_deputys_draft(world: World) -> None:
    desk = world.account("desk", "受理员", ("intake_desk", f"congress:{world.congress.pk}"))
    said = intake.Said(text="路口早晚都堵，孩子过街危险。", place="城南路口")
    opinion = intake.receive(said, world.congress, actor=desk)
    intake.raise_suggestion(opinion, world.seats[0], "已转请丁一鸣代表研究。", "page", actor=desk)
    suggestion = Suggestion.objects.get()
    assert suggestion.case is not None and suggestion.case.state == "draft"
    assert "路口早晚都堵" in suggestion.matter and "城南路口" in suggestion.analysis
    assert workflow.turns(identity.holders(world.deputy)).get().case == suggestion.case
    with pytest.raises(identity.Forbidden):
        drafting.start_draft(world.seats[0], actor=desk)
