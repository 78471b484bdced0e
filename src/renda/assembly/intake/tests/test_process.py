"""An opinion's way: received, decided, answered, rated; five outcomes, their clocks, and who may."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renda.assembly.intake import api as intake
from renda.assembly.intake.models import Opinion, Rating
from renda.assembly.intake.processes import OPINION
from renda.assembly.intake.tests.conftest import Office
from renda.assembly.people import api as people
from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.record import api as record
from renda.kernel.workflow import api as workflow

pytestmark = pytest.mark.django_db(databases=["default", "vault"])
TOLD = "路灯已于3月12日修好，由市城市管理局每月检查一次。"


def deadline(opinion: Opinion, key: str) -> workflow.Deadline:
    assert opinion.case is not None
    return opinion.case.deadlines.get(key=key)


def holders(opinion: Opinion) -> set[str]:
    assert opinion.case is not None
    return set(opinion.case.turns.filter(ended_at__isnull=True).values_list("holder", flat=True))


def fresh(opinion: Opinion) -> Opinion:
    return intake.opinion(opinion.pk)


def test_every_state_can_be_reached_and_left() -> None:
    assert list(OPINION.problems()) == []
    for transition in OPINION.transitions:
        assert identity.get_policy(transition.policy)
        assert transition.entry in record.kinds().values()


def test_an_opinion_by_telephone_waits_on_the_desk_with_its_clock(office: Office) -> None:
    with clock.travel(dt.date(2026, 3, 10)):
        opinion = office.receive()
    assert opinion.title == "青石桥路口的路灯坏了三个月，晚上看不见路"
    assert holders(opinion) == {f"intake_desk@congress:{office.congress.pk}"}
    notice = deadline(opinion, "notice")
    # processes.md 12.15: received 2026-03-10, notice by 03-25.
    assert notice.due_on == dt.date(2026, 3, 25) and notice.rule == "PET-006"
    line = record.timeline(opinion.ref)[0]
    assert "电话" in line.sentence and line.actor_name == "周敏"


def test_who_said_it_stands_in_the_vault_alone(office: Office) -> None:
    opinion = office.receive("楼下夜里施工，请回电13911112222。", name="林 大妈")
    assert opinion.sender_name and identity.vault_mask(opinion.sender_name).startswith("林")
    assert opinion.sender_phone and identity.vault_find("phone", "13900000001") == [opinion.sender_phone]
    assert "13911112222" not in opinion.text and len(opinion.lifted) == 1
    stored = " ".join(str(value) for value in vars(opinion).values())
    assert "13900000001" not in stored and "林" not in stored


def test_a_number_in_the_text_is_the_senders_where_none_is_given(office: Office) -> None:
    opinion = office.receive("请回电13911112222。", phone="")
    assert identity.vault_find("phone", "13911112222") == [opinion.sender_phone]


def test_an_anonymous_opinion_is_taken(office: Office) -> None:
    opinion = office.receive(name="", phone="")
    assert opinion.sender_name is None and opinion.sender_phone is None


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"text": " \n\t "}, "请写下"),
        ({"phone": "12345"}, "11 位"),
        ({"happened_at": clock.combine(dt.date(2062, 1, 1))}, "将来"),
        ({"text": "长" * 5001}, "最多 5000 字"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(
    office: Office, fields: dict[str, object], message: str
) -> None:
    with pytest.raises(intake.IntakeError, match=message):
        office.receive(**fields)  # type: ignore[arg-type]
    assert Opinion.objects.count() == 0


def test_marks_of_secrecy_are_refused(office: Office) -> None:
    with pytest.raises(identity.SecretMarks):
        office.receive("机密★1年\n某文件内容")


def test_the_same_message_comes_in_once(office: Office) -> None:
    said = intake.Said("路灯坏了", source_key="queue:7")
    origin = record.Origin.job("portal.queue")
    first = intake.receive(said, office.congress, actor=None, origin=origin)
    again = intake.receive(said, office.congress, actor=None, origin=origin)
    assert first.pk == again.pk and Opinion.objects.count() == 1


def test_outcome_answered(office: Office) -> None:
    opinion = office.receive()
    intake.answer(opinion, TOLD, "phone", actor=office.desk)
    now = fresh(opinion)
    assert now.outcome == "answered" and now.case and now.case.state == "answered" and now.case.closed_at
    assert deadline(opinion, "notice").status == "stopped" and holders(opinion) == set()


def test_outcome_handled_and_its_clock_with_one_extension(office: Office) -> None:
    with clock.travel(dt.date(2026, 3, 10)):
        opinion = office.receive()
    with clock.travel(dt.date(2026, 3, 20)):
        intake.accept(opinion, actor=office.desk)
    # processes.md 12.15: accepted 03-20, result by 05-19; extended at most to 06-18.
    assert deadline(opinion, "result").due_on == dt.date(2026, 5, 19)
    with clock.travel(dt.date(2026, 5, 1)):
        intake.extend(opinion, "需要现场勘察", "phone", actor=office.desk)
        with pytest.raises(intake.IntakeError, match="不能再延长"):
            intake.extend(fresh(opinion), "还要", "phone", actor=office.desk)
    extended = deadline(opinion, "result")
    assert extended.due_on == dt.date(2026, 6, 18) and extended.started_on == dt.date(2026, 3, 20)
    with clock.travel(dt.date(2026, 6, 19)):
        intake.conclude(opinion, TOLD, "letter", actor=office.desk)
    assert fresh(opinion).outcome == "handled"
    assert deadline(opinion, "result").light(dt.date(2026, 6, 30)).key == "late"


def test_an_extension_after_the_day_is_refused(office: Office) -> None:
    with clock.travel(dt.date(2026, 3, 20)):
        opinion = office.receive()
        intake.accept(opinion, actor=office.desk)
    with clock.travel(dt.date(2026, 5, 20)), pytest.raises(intake.IntakeError, match="已过"):
        intake.extend(opinion, "忘了", "phone", actor=office.desk)


def test_outcome_passed_and_answered_by_the_organ(office: Office) -> None:
    opinion = office.receive()
    intake.pass_on(opinion, office.urban, "phone", actor=office.desk)
    opinion = fresh(opinion)
    assert holders(opinion) == {f"handling_organ@org:{office.urban.pk}"}
    assert opinion.replies.get().kind == "notice"
    assert intake.visible(office.organ).get() == opinion
    intake.reply(opinion, TOLD, "phone", actor=office.organ)
    assert fresh(opinion).outcome == "passed"
    with pytest.raises(workflow.WorkflowError):
        intake.reply(fresh(opinion), TOLD, "phone", actor=office.organ)


def test_an_organ_objects_in_time_or_not_at_all(office: Office) -> None:
    # processes.md 12.15: received Thursday 2026-04-02, objection until 04-10 (04-04 to 04-06 are holidays).
    with clock.travel(dt.date(2026, 4, 2)):
        opinion = office.receive()
        intake.pass_on(opinion, office.urban, "phone", actor=office.desk)
    assert deadline(opinion, "objection").due_on == dt.date(2026, 4, 10)
    with clock.travel(dt.date(2026, 4, 11)), pytest.raises(intake.IntakeError, match="2026-04-10"):
        intake.object_to(fresh(opinion), "属于水务局", actor=office.organ)
    with clock.travel(dt.date(2026, 4, 10)):
        intake.object_to(fresh(opinion), "属于水务局", actor=office.organ)
    back = fresh(opinion)
    assert back.organ is None and back.case and back.case.state == "registered"
    assert not intake.visible(office.organ).exists()
    assert deadline(opinion, "result").status == "cancelled"


def test_an_organ_without_an_account_is_answered_for_by_the_desk(office: Office) -> None:
    opinion = office.receive()
    intake.pass_on(opinion, office.water, "phone", actor=office.desk)
    intake.reply_for_organ(fresh(opinion), TOLD, "letter", actor=office.desk)
    line = next(x for x in record.timeline(opinion.ref) if x.kind == "intake.answered")
    assert line.on_behalf_of is not None and line.on_behalf_of.title == office.water.name


def test_outcome_raised_makes_an_offer(office: Office, drafts: list[intake.SuggestionDraft]) -> None:
    one, two = office.receive(), office.receive("青石桥路口晚上没有路灯，老人摔倒了。")
    intake.group([one, two], "青石桥路口路灯", actor=office.desk)
    intake.raise_suggestion(fresh(one), office.deputy, "已转请丁一鸣代表研究。", "phone", actor=office.desk)
    draft = drafts[0]
    assert (draft.deputy_id, draft.voices, draft.congress_id) == (
        office.deputy.person_id,
        2,
        office.congress.pk,
    )
    now = fresh(one)
    assert now.outcome == "raised" and now.raised and now.raised["kind"] == "motions.suggestion"
    assert fresh(two).outcome == ""  # each keeps its own case


def test_raising_needs_a_room_that_takes_it(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workflow, "has_receiver", lambda kind: False)
    opinion = office.receive()
    with pytest.raises(intake.IntakeError, match="没有启用"):
        intake.raise_suggestion(opinion, office.deputy, "已转。", "phone", actor=office.desk)


def test_an_offer_that_fails_leaves_the_opinion_where_it_was(
    office: Office, drafts: list[intake.SuggestionDraft], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> object:
        raise intake.IntakeError("接不住")

    monkeypatch.setattr(workflow, "offer", fails)
    opinion = office.receive()
    with pytest.raises(intake.IntakeError, match="接不住"):
        intake.raise_suggestion(opinion, office.deputy, "已转。", "phone", actor=office.desk)
    now = fresh(opinion)
    assert now.outcome == "" and now.case and now.case.state == "registered" and not now.replies.exists()


def test_outcome_outside_and_outcome_transferred(office: Office) -> None:
    one, two = office.receive(), office.receive()
    intake.turn_away(one, "安澜市中级人民法院", "诉讼事项请向法院提出。", "phone", actor=office.desk)
    intake.transfer(two, office.water, "已转市水务局。", "phone", actor=office.desk)
    assert (fresh(one).outcome, fresh(two).outcome) == ("outside", "passed")
    assert intake.public_status(fresh(one)).state == "已告知办理途径"


def test_an_answer_with_somebodys_number_is_refused(office: Office) -> None:
    opinion = office.receive()
    with pytest.raises(intake.IntakeError, match="手机号码"):
        intake.answer(opinion, "请联系13911112222。", "phone", actor=office.desk)
    with pytest.raises(intake.IntakeError, match="写明"):
        intake.answer(opinion, "  ", "phone", actor=office.desk)


def test_two_persons_on_one_case(office: Office) -> None:
    opinion = office.receive()
    assert opinion.case is not None
    seen = opinion.case.step
    intake.accept(opinion, actor=office.desk, seen=seen)
    with pytest.raises(workflow.Stale):
        intake.answer(fresh(opinion), TOLD, "phone", actor=office.desk, seen=seen)


def test_only_the_right_people(office: Office) -> None:
    opinion = office.receive()
    stranger = identity.create_account("stranger", "路人", actor=None)
    with pytest.raises(identity.Forbidden):
        intake.accept(opinion, actor=stranger)
    with pytest.raises(identity.Forbidden):
        intake.accept(opinion, actor=office.organ)
    intake.pass_on(opinion, office.water, "phone", actor=office.desk)
    with pytest.raises(identity.Forbidden):
        intake.reply(fresh(opinion), TOLD, "phone", actor=office.organ)  # another organ's
    assert opinion.sender_phone is not None
    assert not identity.may_reveal(opinion.sender_phone, office.organ)
    assert identity.may_reveal(opinion.sender_phone, office.desk)


def test_rating_is_empty_until_given_and_dissatisfied_says_why(office: Office) -> None:
    opinion = office.receive()
    with pytest.raises(workflow.WorkflowError):
        intake.rate(opinion, "satisfied", "satisfied", actor=office.desk)
    intake.answer(opinion, TOLD, "phone", actor=office.desk)
    opinion = fresh(opinion)
    assert Rating.objects.count() == 0 and intake.public_status(opinion).may_rate
    with pytest.raises(intake.IntakeError, match="理由"):
        intake.rate(opinion, "satisfied", "dissatisfied", actor=None)
    with pytest.raises(intake.IntakeError, match="分别选择"):
        intake.rate(opinion, "", "satisfied", actor=None)
    intake.rate(opinion, "satisfied", "dissatisfied", "还是不亮", actor=None)
    with pytest.raises(intake.IntakeError, match="已经评价"):
        intake.rate(fresh(opinion), "satisfied", "satisfied", actor=None)
    shown = intake.public_status(fresh(opinion))
    assert shown.rating == "不满意" and not shown.may_rate


def test_a_review_is_asked_in_time_and_has_its_own_clock(office: Office) -> None:
    with clock.travel(dt.date(2026, 3, 10)):
        opinion = office.receive()
        intake.answer(opinion, TOLD, "phone", actor=office.desk)
    with clock.travel(dt.date(2026, 4, 10)), pytest.raises(intake.IntakeError, match="2026-04-09"):
        intake.reopen(fresh(opinion), "没有修好", actor=None)
    with clock.travel(dt.date(2026, 4, 9)):
        intake.reopen(fresh(opinion), "没有修好", actor=None)
    result = deadline(opinion, "result")
    assert result.rule == "PET-015" and fresh(opinion).outcome == ""
    with clock.travel(dt.date(2026, 4, 10)), pytest.raises(intake.IntakeError, match="复查没有延长"):
        intake.extend(fresh(opinion), "再等等", "phone", actor=office.desk)


def test_repeated_ones_are_tied_but_never_merged_away(office: Office) -> None:
    opinions = [office.receive() for _ in range(3)]
    made = intake.group(opinions[:2], actor=office.desk)
    intake.group([opinions[2]], actor=office.desk, into=made)
    assert made.opinions.count() == 3
    assert intake.answer_all(made, TOLD, "phone", actor=office.desk) == 3
    for opinion in opinions:
        now = fresh(opinion)
        assert now.replies.count() == 1 and now.outcome == "answered" and now.group == made
    intake.ungroup(fresh(opinions[0]), actor=office.desk)
    assert made.opinions.count() == 2
    with pytest.raises(intake.IntakeError, match="两件以上"):
        intake.group([opinions[0]], actor=office.desk)


def test_a_merged_organs_opinions_go_along(office: Office) -> None:
    opinion, closed = office.receive(), office.receive()
    intake.pass_on(closed, office.urban, "phone", actor=office.desk)
    intake.reply(fresh(closed), TOLD, "phone", actor=office.organ)
    intake.pass_on(opinion, office.urban, "phone", actor=office.desk)
    people.merge_organisations([office.urban], office.water, clock.today(), actor=None, reason="机构改革")
    assert holders(opinion) == {f"handling_organ@org:{office.water.pk}"}
    assert fresh(opinion).organ == office.water and fresh(closed).organ == office.urban
    intake.reply(fresh(opinion), TOLD, "phone", actor=office.organ)
    assert fresh(opinion).outcome == "passed"


def test_the_public_looks_up_by_code_and_sees_no_clerk(office: Office) -> None:
    opinion = office.receive()
    intake.answer(opinion, TOLD, "phone", actor=office.desk)
    found = intake.find(f" {intake.shown_code(opinion.code).lower()} ")
    assert found == opinion
    status = intake.public_status(fresh(opinion))
    assert status.replies[0].text == TOLD and "周敏" not in str(status) and "林" not in str(status)
    assert intake.find("AAAAA-BBBBB") is None and intake.find("x") is None


def test_figures_have_their_base(office: Office) -> None:
    one, two = office.receive(), office.receive()
    intake.answer(one, TOLD, "phone", actor=office.desk)
    intake.rate(fresh(one), "satisfied", "fairly", actor=None)
    today = clock.today()
    found = intake.figures(office.congress.pk, today, today)
    assert (found.received, found.open, found.answered, found.rated) == (2, 1, 1, 1)
    assert found.outcomes["answered"] == 1 and found.results == {
        "satisfied": 0,
        "fairly": 1,
        "dissatisfied": 0,
    }
    assert two.outcome == "" and found.late == 0


def test_classes_and_organs_are_proposed_from_what_was_decided(office: Office) -> None:
    lamps, _ = intake.add_category("城乡建设", actor=None)
    pipes, _ = intake.add_category("水务", actor=None)
    assert intake.propose_class("路灯不亮") == []
    for n in range(4):
        one = office.receive(f"第{n}街的路灯坏了，晚上没有照明。")
        intake.classify(one, lamps, actor=office.desk)
        intake.pass_on(fresh(one), office.urban, "phone", actor=office.desk)
        two = office.receive(f"第{n}街的自来水管漏水，停水两天。")
        intake.classify(two, pipes, actor=office.desk)
        intake.pass_on(fresh(two), office.water, "phone", actor=office.desk)
    intake.learn()
    best = intake.propose_class("小区门口路灯不亮，没有照明")[0]
    assert best.id == lamps.pk and "路灯" in best.why and "已办 4 件" in best.why
    assert intake.propose_organ("家里停水了，水管漏水")[0].id == office.water.pk
    people.merge_organisations([office.water], office.urban, clock.today(), actor=None, reason="")
    assert intake.propose_organ("家里停水了，水管漏水")[0].id == office.urban.pk


def test_similar_ones_are_found_with_their_passages(office: Office) -> None:
    first = office.receive("丽景小区旁边的混凝土搅拌站夜里施工，噪音和粉尘很大。")
    for n in range(30):  # so many others that what two share is rare
        office.receive(f"第{n}中学门口早上堵车，请交警疏导。")
    found = intake.similar("搅拌站紧挨丽景小区，粉尘污染严重。", account=office.desk)
    assert [hit.ref.id for hit in found][:1] == [str(first.pk)]
    assert "搅拌站" in "".join(found[0].phrases)
    assert intake.similar("搅拌站紧挨丽景小区", account=office.organ) == []


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
def test_any_text_becomes_a_title_and_a_text_without_numbers(text: str) -> None:
    from renda.assembly.intake.services.receiving import Said, clean

    try:
        kept = clean(Said(text))
    except (intake.IntakeError, identity.SecretMarks):
        return
    assert kept.title and kept.text and record.looks_private(kept.title) is None
