"""A sitting from the plan to the file: what the rule says, who was there when, what it refuses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from renda.assembly.ledger import api as ledger
from renda.assembly.meetings import api as meetings
from renda.assembly.meetings import papers, queries, rules
from renda.assembly.people import api as people
from renda.assembly.votes import api as votes
from renda.assembly.votes.tests.conftest import DAY, Hall, build
from renda.kernel import clock
from renda.kernel.documents import api as documents
from renda.kernel.identity import api as identity
from renda.kernel.record import api as record
from renda.kernel.workflow import api as workflow

pytestmark = pytest.mark.django_db(databases=["default", "vault"])
NINE = dt.datetime(2026, 6, 25, 9, 0, tzinfo=clock.TZ)


@pytest.fixture
def hall(db: None) -> Iterator[Hall]:
    yield from build()


def planned(hall: Hall, profile: str = "standing_committee", **more: object) -> meetings.Sitting:
    term = people.current_term(hall.congress)
    assert term is not None
    given = {"number": 29, "first_day": DAY, "last_day": DAY, "place": "会议厅", **more}
    return meetings.plan(
        meetings.profile(profile),
        hall.organ,
        term=term,
        actor=hall.office[0],
        **given,  # type: ignore[arg-type]
    )


def notified(hall: Hall, **more: object) -> meetings.Sitting:
    sitting, clerk = planned(hall, **more), hall.office[0]
    for title in ("听取报告", "表决决议"):
        meetings.add_item(sitting, title=title, kind="decision", actor=clerk)
    meetings.settle(meetings.sitting(sitting.pk), actor=clerk)
    meetings.notify(meetings.sitting(sitting.pk), actor=clerk)
    return meetings.sitting(sitting.pk)


def come(hall: Hall, sitting: meetings.Sitting, count: int) -> None:
    ids = [one.pk for one in meetings.participants(sitting)][:count]
    meetings.sign(sitting, come=ids, actor=hall.office[0])


def opened(hall: Hall, count: int = 30, **more: object) -> meetings.Sitting:
    sitting = notified(hall, **more)
    come(hall, sitting, count)
    meetings.open_(meetings.sitting(sitting.pk), actor=hall.office[0])
    return meetings.sitting(sitting.pk)


def test_the_name_the_entitled_and_the_days_come_by_themselves(hall: Hall) -> None:
    sitting = planned(hall, first_day=dt.date(2026, 8, 27), last_day=dt.date(2026, 8, 28))
    assert sitting.title == "安澜市第十四届人民代表大会常务委员会第二十九次会议"
    assert len(meetings.participants(sitting)) == 45
    days = {due.day.key: due.on for due in queries.dues(sitting)}
    assert days == {  # the worked example of the law's processes
        "to_committee": dt.date(2026, 8, 7),
        "to_standing_committee": dt.date(2026, 8, 17),
        "to_members": dt.date(2026, 8, 20),
        "notice": dt.date(2026, 8, 21),
        "handover": dt.date(2026, 9, 7),
    }
    assert all(due.derived.article and due.derived.formula for due in queries.dues(sitting))


def test_a_number_is_given_once(hall: Hall) -> None:
    planned(hall)
    with pytest.raises(workflow.WorkflowError, match="已经建立，请核对次数"):
        planned(hall)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"last_day": DAY - dt.timedelta(days=1)}, "最后一天不能早于第一天"),
        ({"mode": "video"}, "请写明视频会议的链接"),
    ],
)
def test_a_wrong_plan_is_refused(hall: Hall, wrong: dict[str, object], said: str) -> None:
    with pytest.raises(workflow.WorkflowError, match=said):
        planned(hall, **wrong)


def test_it_opens_only_with_the_quorum(hall: Hall) -> None:
    sitting = notified(hall)
    come(hall, sitting, 22)
    with pytest.raises(workflow.WorkflowError, match="至少 23 人，还差 1 人"):
        meetings.open_(sitting, actor=hall.office[0])
    come(hall, sitting, 23)
    meetings.open_(meetings.sitting(sitting.pk), actor=hall.office[0])
    assert meetings.sitting(sitting.pk).flow.state == "open"


def test_presence_is_intervals(hall: Hall) -> None:
    with clock.travel(NINE):
        sitting = opened(hall, 24)
        ids = [one.pk for one in meetings.participants(sitting)]
    with clock.travel(NINE + dt.timedelta(minutes=20)):
        meetings.sign(sitting, leave=ids[:2], come=ids[2:4], actor=hall.office[0])  # 2:4 are there already
        assert meetings.quorum(sitting).present == 22
        assert not meetings.quorum(sitting).reached
    with clock.travel(NINE + dt.timedelta(minutes=30)):
        meetings.sign(sitting, come=ids[:1], actor=hall.office[0])
    with clock.travel(NINE + dt.timedelta(minutes=60)):
        meetings.adjourn(meetings.sitting(sitting.pk), actor=hall.office[0])
    ended = meetings.sitting(sitting.pk)
    assert [number for _, number in queries.course(ended)] == [24, 22, 23, 0]
    found = {one.participant.pk: one for one in meetings.attendance(ended)}
    assert (found[ids[0]].minutes, found[ids[1]].minutes, found[ids[2]].minutes) == (50, 20, 60)
    assert [one.word for one in found.values()].count("缺席") == 21


def test_a_deputy_signs_in_with_the_code_of_the_hall(hall: Hall) -> None:
    ahead = notified(hall, number=30, first_day=DAY + dt.timedelta(1), last_day=DAY + dt.timedelta(1))
    with pytest.raises(workflow.WorkflowError, match="还没有到签到的时间"):
        meetings.sign_self(ahead, code=ahead.code, actor=hall.accounts[0])
    sitting = notified(hall)
    wrong = "000000" if sitting.code != "000000" else "111111"
    with pytest.raises(workflow.WorkflowError, match="签到码不对"):
        meetings.sign_self(sitting, code=wrong, actor=hall.accounts[0])
    meetings.sign_self(sitting, code=sitting.code, actor=hall.accounts[0])
    with pytest.raises(workflow.WorkflowError, match="已经签到"):
        meetings.sign_self(sitting, code=sitting.code, actor=hall.accounts[0])
    meetings.leave_self(sitting, actor=hall.accounts[0])
    with pytest.raises(workflow.WorkflowError, match="还没有签到"):
        meetings.leave_self(sitting, actor=hall.accounts[0])
    with pytest.raises(identity.Forbidden):
        meetings.sign_self(sitting, code=sitting.code, actor=hall.office[1])
    for _ in range(5):
        with pytest.raises(workflow.WorkflowError, match="签到码不对"):
            meetings.sign_self(sitting, code=wrong, actor=hall.accounts[7])
    with pytest.raises(workflow.WorkflowError, match="次数太多"):
        meetings.sign_self(sitting, code=sitting.code, actor=hall.accounts[7])
    client, page = Client(), reverse("meetings:hall", args=[sitting.pk])
    for account, shown in ((hall.office[0], True), (hall.accounts[7], False)):
        client.force_login(account)
        assert (sitting.code in client.get(page).content.decode()) is shown


def test_leave_is_asked_and_granted(hall: Hall) -> None:
    sitting = notified(hall)
    with pytest.raises(workflow.WorkflowError, match="请写明请假的事由"):
        meetings.ask_leave(sitting, reason=" ", actor=hall.accounts[44])
    meetings.ask_leave(sitting, reason="住院", actor=hall.accounts[44])
    asked = next(one for one in meetings.participants(sitting) if one.leave == "asked")
    meetings.decide_leave(asked, True, actor=hall.office[0])
    with pytest.raises(workflow.WorkflowError, match="不用再办"):
        meetings.decide_leave(asked, False, actor=hall.office[0])
    come(hall, sitting, 40)
    meetings.open_(meetings.sitting(sitting.pk), actor=hall.office[0])
    meetings.adjourn(meetings.sitting(sitting.pk), actor=hall.office[0])
    words = [one.word for one in meetings.attendance(meetings.sitting(sitting.pk))]
    assert (words.count("到会"), words.count("请假"), words.count("缺席")) == (40, 1, 4)


def test_the_vote_starts_from_who_is_signed_in_and_stays_as_it_was(hall: Hall) -> None:
    sitting = opened(hall, 30)
    first = meetings.items(sitting)[0]
    meetings.call(first, actor=hall.office[0])
    vote = meetings.prepare_vote(first, title="关于批准的决议", method="named", actor=hall.office[0])
    early = notified(hall, number=30)
    ahead = meetings.prepare_vote(
        meetings.items(early)[0], title="提前的表决", method="named", actor=hall.office[0]
    )
    with pytest.raises(workflow.WorkflowError, match="开会以后才能付表决"):
        votes.put(ahead, [person.pk for person in hall.persons], actor=hall.office[0])
    with pytest.raises(workflow.WorkflowError, match="还没有表决完"):
        meetings.cancel(early, reason="改期", actor=hall.office[0])
    client = Client()
    client.force_login(hall.office[0])
    page = client.get(reverse("votes:put", args=[vote.pk])).content.decode()
    assert page.count(" checked") == 30 and "请核对" in page
    votes.put(vote, queries.persons_here(sitting.pk), actor=hall.office[0])
    ids = [one.pk for one in meetings.participants(sitting)]
    meetings.sign(sitting, leave=ids[:5], come=ids[40:], actor=hall.office[0])
    assert votes.vote(vote.pk).present == 30
    with pytest.raises(workflow.WorkflowError, match="还没有表决完"):
        meetings.adjourn(meetings.sitting(sitting.pk), actor=hall.office[0])
    with pytest.raises(workflow.WorkflowError, match="还没有表决完"):
        meetings.call(meetings.items(sitting)[1], actor=hall.office[0])
    assert queries.hall(sitting.pk)["vote"] == "正在表决：关于批准的决议"
    votes.close(votes.vote(vote.pk), actor=hall.office[0])
    meetings.adjourn(meetings.sitting(sitting.pk), actor=hall.office[0])
    ended = meetings.sitting(sitting.pk)
    spoken = documents.html(papers.script(ended))
    assert "法定人数为 23 人" in spoken and "请按表决器" in spoken and "宣布结果：赞成 0 票" in spoken
    client.force_login(hall.accounts[3])
    assert client.get(reverse("meetings:script", args=[sitting.pk])).status_code == 403
    text = documents.html(papers.minutes(ended))
    assert "应到 45 人，到会 35 人" in text and "未按表决器 30 人" in text and "（没有进行）" in text


def test_after_the_notice_an_item_needs_its_reason(hall: Hall) -> None:
    sitting = notified(hall)
    with pytest.raises(workflow.WorkflowError, match="增加议题请写明理由"):
        meetings.add_item(sitting, title="防汛紧急决定", kind="decision", actor=hall.office[0])
    added = meetings.add_item(
        sitting, title="防汛紧急决定", kind="decision", because="汛情", actor=hall.office[0]
    )
    assert added.added_because == "汛情"
    sentences = [line.sentence for line in record.timeline(sitting.ref, limit=20)]
    assert any("通知以后增加，理由：汛情" in one for one in sentences)


def test_a_paper_is_never_replaced_and_says_when_it_is_late(hall: Hall) -> None:
    sitting = planned(hall, first_day=DAY + dt.timedelta(days=8), last_day=DAY + dt.timedelta(days=8))
    item = meetings.add_item(sitting, title="听取报告", kind="report", actor=hall.office[0])
    for text in (b"first", b"second"):
        paper = meetings.add_paper(
            item,
            "专项工作报告",
            SimpleUploadedFile("report.txt", text),
            due_key="to_standing_committee",
            actor=hall.office[0],
        )
    assert len(documents.attachments(paper.ref)) == 2
    sentences = [line.sentence for line in record.timeline(sitting.ref, limit=20)]
    assert any("第 2 稿）" in one and "比期限晚 2 天" in one for one in sentences)
    with pytest.raises(workflow.WorkflowError, match="不能移出"):
        meetings.drop_item(item, actor=hall.office[0])


def test_a_filed_sitting_takes_nothing(hall: Hall) -> None:
    sitting = opened(hall)
    meetings.adjourn(sitting, actor=hall.office[0])
    meetings.seal(meetings.sitting(sitting.pk), actor=hall.office[0])
    with pytest.raises(workflow.WorkflowError, match="不再登记"):
        come(hall, sitting, 45)
    with pytest.raises(workflow.WorkflowError, match="不再收材料"):
        meetings.add_paper(
            meetings.items(sitting)[0], "补的", SimpleUploadedFile("a.txt", b"a"), actor=hall.office[0]
        )


def test_speakers_queue_and_the_rule_gives_the_minutes(hall: Hall) -> None:
    sitting, clerk = opened(hall, 30), hall.office[0]
    first, second = hall.accounts[0], hall.accounts[1]
    with pytest.raises(workflow.WorkflowError, match="没有正在审议的议题"):
        meetings.ask_to_speak(sitting, actor=first)
    item = meetings.items(sitting)[0]
    meetings.call(item, actor=clerk)
    with pytest.raises(workflow.WorkflowError, match="还没有签到"):
        meetings.ask_to_speak(sitting, actor=hall.accounts[44])
    for turn, minutes in ((1, 15), (2, 10)):
        speech = meetings.ask_to_speak(sitting, actor=first)
        with pytest.raises(workflow.WorkflowError, match="已经要求发言"):
            meetings.ask_to_speak(sitting, actor=first)
        meetings.give_floor(speech, actor=clerk)
        [speaking] = [s for s in queries.speakers(item, sitting) if s.speech.pk == speech.pk]
        assert (speaking.which, int(str(speaking.minutes.value))) == (turn, minutes)  # type: ignore[union-attr]
        assert queries.hall(sitting.pk)["speaker"] == speaking.words
        meetings.end_floor(sitting, actor=clerk)
    third = meetings.ask_to_speak(sitting, actor=first)  # no rule sets its minutes, none forbids it
    assert [s.minutes for s in queries.speakers(item, sitting) if s.speech.pk == third.pk] == [None]
    meetings.withdraw_speech(sitting, actor=first)
    waiting = meetings.ask_to_speak(sitting, actor=second)
    assert queries.hall(sitting.pk)["waiting"] == 1
    meetings.withdraw_speech(sitting, actor=second)
    with pytest.raises(workflow.WorkflowError, match="发言或者撤回"):
        meetings.give_floor(waiting, actor=clerk)
    left = meetings.ask_to_speak(sitting, actor=second)
    meetings.call(meetings.items(sitting)[1], actor=clerk)
    with pytest.raises(workflow.WorkflowError):
        meetings.give_floor(left, actor=clerk)
    client = Client()
    client.force_login(second)
    page = reverse("meetings:here", args=[sitting.pk])
    assert client.post(page, {"go": "speak"}).status_code == 302
    assert "已要求发言" in client.get(page).content.decode()
    client.force_login(clerk)
    board = reverse("meetings:conduct", args=[sitting.pk])
    assert "请发言" in client.get(board).content.decode()
    asked = queries.speakers(meetings.items(sitting)[1], sitting)[0].speech
    client.post(board, {"floor": asked.pk})
    assert "发言结束" in client.get(board).content.decode()
    client.post(board, {"go": "end"})
    assert queries.hall(sitting.pk)["speaker"] == ""


def test_where_the_rule_allows_two_speeches_a_third_is_refused(hall: Hall) -> None:
    sitting = planned(hall, "presidium")
    clerk = hall.office[0]
    item = meetings.add_item(sitting, title="听取汇报", kind="report", actor=clerk)
    meetings.settle(meetings.sitting(sitting.pk), actor=clerk)
    meetings.notify(meetings.sitting(sitting.pk), actor=clerk)
    come(hall, sitting, 40)
    meetings.open_(meetings.sitting(sitting.pk), actor=clerk)
    meetings.call(item, actor=clerk)
    for _ in range(2):
        meetings.give_floor(meetings.ask_to_speak(sitting, actor=hall.accounts[0]), actor=clerk)
        meetings.end_floor(sitting, actor=clerk)
    with pytest.raises(workflow.WorkflowError, match="最多发言 2 次，您已经发言 2 次"):
        meetings.ask_to_speak(sitting, actor=hall.accounts[0])


def test_a_deliberation_item_becomes_a_matter_with_its_clock(hall: Hall) -> None:
    organ = people.create_organisation(
        "安澜市财政局", "department", actor=None, division=hall.congress.division
    )
    sitting = opened(hall)
    item, clerk = meetings.items(sitting)[0], hall.office[0]
    given = {"text": "公开到项目", "measure": "网站公开清单", "organ": organ, "answer": "budget"}
    with pytest.raises(workflow.WorkflowError, match="怎样算办到"):
        meetings.deliberate(item, actor=clerk, **{**given, "measure": " "})
    wrong = meetings.deliberate(item, actor=clerk, **{**given, "text": "写错了的"})
    meetings.unsay(wrong, actor=clerk)
    meetings.deliberate(item, actor=clerk, **given)
    meetings.adjourn(meetings.sitting(sitting.pk), actor=clerk)
    with pytest.raises(workflow.WorkflowError, match="还有 1 条审议意见没有交办"):
        meetings.seal(meetings.sitting(sitting.pk), actor=clerk)
    with clock.travel(DAY + dt.timedelta(days=12)):
        meetings.hand_over(meetings.sitting(sitting.pk), actor=clerk)
        with pytest.raises(workflow.WorkflowError, match="没有还没交办"):
            meetings.hand_over(meetings.sitting(sitting.pk), actor=clerk)
    [matter] = ledger.matters_of(sitting.ref)
    assert matter.due_on == dt.date(2026, 9, 7)  # two months for budget and audit, not three
    assert identity.may("ledger.supervise", clerk, matter)
    sentences = [line.sentence for line in record.timeline(sitting.ref, limit=30)]
    assert any("交办审议意见 1 条：安澜市财政局；交办比期限晚 1 天" in one for one in sentences)
    meetings.seal(meetings.sitting(sitting.pk), actor=clerk)
    client = Client()
    for account, link in ((clerk, True), (hall.accounts[3], False)):
        client.force_login(account)
        page = client.get(reverse("meetings:item", args=[sitting.pk, item.pk])).content.decode()
        assert "公开到项目" in page and (matter.flow.url in page) is link


def test_the_list_of_the_entitled_follows_the_body_until_it_opens(hall: Hall) -> None:
    sitting = planned(hall)
    meetings.add_item(sitting, title="听取报告", kind="report", actor=hall.office[0])
    meetings.settle(meetings.sitting(sitting.pk), actor=hall.office[0])
    new = people.create_person("新委员", actor=None)
    people.appoint(new, hall.organ, "member", DAY - dt.timedelta(days=1), actor=None)
    people.appoint(hall.persons[0], hall.organ, "secretary_general", DAY - dt.timedelta(days=1), actor=None)
    meetings.notify(meetings.sitting(sitting.pk), actor=hall.office[0])
    rows = meetings.participants(sitting)
    assert len(rows) == 46 and rows[-1].name == "新委员"  # and nobody twice for his two offices
    vote = hall.prepare()
    votes.put(vote, [one.person_id for one in rows if one.person_id], actor=hall.office[0])
    assert votes.vote(vote.pk).members == 46


def test_a_telephone_number_is_refused_in_words(hall: Hall) -> None:
    sitting = notified(hall)
    with pytest.raises(workflow.WorkflowError, match="像有电话号码"):
        meetings.add_attending(sitting, name="张某", post="电话13812345678", actor=hall.office[0])
    assert not sitting.participants.filter(capacity="attending").exists()


def test_a_mark_of_state_secrecy_is_refused_on_the_page(hall: Hall) -> None:
    sitting = planned(hall)
    client = Client()
    client.force_login(hall.office[0])
    page = client.post(
        reverse("meetings:new_item", args=[sitting.pk]), {"title": "机密★一年 某报告", "kind": "report"}
    )
    assert page.status_code == 422 and not sitting.items.exists()
    item = meetings.add_item(sitting, title="听取报告", kind="report", actor=hall.office[0])
    page = client.post(
        reverse("meetings:item", args=[sitting.pk, item.pk]),
        {"go": "vote", "title": "机密★一年 某决定", "method": "named"},
    )
    assert page.status_code == 422 and not item.votes.exists()


def test_nobody_is_signed_in_before_the_day_or_by_video_in_a_hall(hall: Hall) -> None:
    early = planned(hall, number=30)
    with pytest.raises(workflow.WorkflowError, match="从会议第一天起"):
        come(hall, early, 3)
    sitting = notified(hall)
    ids = [one.pk for one in meetings.participants(sitting)]
    with pytest.raises(workflow.WorkflowError, match="没有视频到会"):
        meetings.sign(sitting, come=ids, actor=hall.office[0], how="video")


def test_who_may_see_which_sitting(hall: Hall) -> None:
    open_one = planned(hall)
    stranger = identity.create_account("stranger", "外人", actor=None)
    identity.grant(stranger, "body_member", "person:999999", actor=None, since=dt.date(2022, 1, 1))
    client = Client()
    for account, status in ((hall.office[0], 200), (hall.accounts[3], 200), (stranger, 403)):
        client.force_login(account)
        assert client.get(reverse("meetings:sitting", args=[open_one.pk])).status_code == status
    assert client.get(reverse("meetings:people", args=[open_one.pk])).status_code == 403
    client.force_login(hall.accounts[3])
    assert client.get(reverse("meetings:conduct", args=[open_one.pk])).status_code == 403


def test_the_page_asks_a_constant_number_of_questions(
    hall: Hall, django_assert_max_num_queries: object
) -> None:
    sitting = opened(hall)
    client = Client()
    client.force_login(hall.office[0])
    client.get(reverse("meetings:sitting", args=[sitting.pk]))
    for name, most in (("sitting", 60), ("people", 40), ("conduct", 40)):
        with django_assert_max_num_queries(most):  # type: ignore[operator]
            assert client.get(reverse(f"meetings:{name}", args=[sitting.pk])).status_code == 200


moments = st.integers(min_value=0, max_value=600)
spans = st.lists(
    st.tuples(moments, st.integers(min_value=0, max_value=600)).map(
        lambda pair: (
            NINE + dt.timedelta(minutes=pair[0]),
            NINE + dt.timedelta(minutes=pair[0] + pair[1]),
        )
    ),
    max_size=12,
)


@given(spans)
def test_the_course_ends_at_nobody_and_never_below(intervals: list[rules.Interval]) -> None:
    found = rules.course(intervals)
    assert all(number >= 0 for _, number in found)
    assert not found or found[-1][1] == 0
    assert [m for m, _ in found] == sorted({m for m, _ in found})
    end = NINE + dt.timedelta(minutes=1200)
    assert rules.minutes(intervals, end) <= sum(
        int(((until or end) - since).total_seconds() // 60) for since, until in intervals
    )
