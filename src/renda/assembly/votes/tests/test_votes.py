"""Votes by keys and by hands: the law's worked examples, frozen lists, refusals with their reason."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from renda.assembly.people import api as people
from renda.assembly.votes import api as votes
from renda.assembly.votes.models import Ballot, CountSheet, Elector, Vote
from renda.assembly.votes.tests.conftest import DAY, SIZE, Hall
from renda.kernel.identity import api as identity
from renda.kernel.record import api as record
from renda.kernel.workflow import api as workflow

pytestmark = pytest.mark.django_db


def closed(hall: Hall, vote: Vote) -> Vote:
    votes.close(vote, actor=hall.office[0])
    return votes.vote(vote.pk)


def test_twenty_two_of_forty_five_do_not_carry_it(hall: Hall) -> None:
    """processes.md §12.8: 45 members, 30 present: 22 for, 2 against, 6 abstain: not carried, needs 23."""
    vote = hall.put(present=30)
    hall.press(vote, 22, 2, 6)
    vote = closed(hall, vote)
    assert (vote.votes_for, vote.votes_against, vote.abstentions, vote.not_pressed) == (22, 2, 6, 0)
    assert vote.verdict["carried"] == "no"
    assert vote.verdict["words"].endswith("全体 45 人，须 23 票赞成，还差 1 票，没有通过")
    assert "VOT-002" in vote.verdict["rule"] and "第51条" in "".join(vote.verdict["article"])


def test_one_more_carries_it_and_not_pressed_is_no_abstention(hall: Hall) -> None:
    vote = hall.put(present=30)
    hall.press(vote, 23, 0, 1)
    assert "赞成" not in dict(votes.roll(vote))  # nobody sees how somebody pressed while it is open
    vote = closed(hall, vote)
    assert vote.verdict["carried"] == "yes"
    assert (vote.abstentions, vote.not_pressed) == (1, 6)
    groups = dict(votes.roll(vote))
    assert len(groups["赞成"]) == 23 and groups["弃权"] == ["委员24"] and len(groups["未按表决器"]) == 6
    line = record.timeline(vote.ref, limit=1)[0]
    assert line.sentence == vote.verdict["words"]


def test_without_a_quorum_nothing_is_put_to_the_vote(hall: Hall) -> None:
    vote = hall.prepare()
    with pytest.raises(
        workflow.WorkflowError, match=r"至少 23 人出席，现在能参加表决的 22 人，还差 1 人。依据"
    ):
        votes.put(vote, [p.pk for p in hall.persons[:22]], actor=hall.office[0])
    assert not Elector.objects.exists()
    assert votes.vote(vote.pk).flow.state == "prepared"


def test_an_exclusion_has_its_reason_and_counts_among_all(hall: Hall) -> None:
    vote = hall.prepare()
    here, first = [p.pk for p in hall.persons[:24]], hall.persons[0]
    with pytest.raises(workflow.WorkflowError, match="逐人写明原因"):
        votes.put(vote, here, excluded={first.pk: " "}, actor=hall.office[0])
    votes.put(vote, here, excluded={first.pk: "本人为拟任命人选，回避"}, actor=hall.office[0])
    vote = votes.vote(vote.pk)
    assert (vote.members, vote.present) == (45, 23)
    assert dict(votes.roll(vote))["不参加这次表决"] == ["委员01（本人为拟任命人选，回避）"]
    with pytest.raises(identity.Forbidden, match="您不参加这次表决：本人为拟任命人选，回避"):
        votes.cast(vote, "for", actor=hall.accounts[0])
    with pytest.raises(identity.Forbidden, match="付表决时您没有到会"):
        votes.cast(vote, "for", actor=hall.accounts[40])
    with pytest.raises(identity.Forbidden, match="由人大代表、常委会、主席团组成人员办理"):
        votes.cast(vote, "for", actor=hall.office[1])
    with pytest.raises(IntegrityError), transaction.atomic():
        Elector.objects.filter(reason__gt="").update(reason="")


def test_a_stranger_is_not_put_on_the_list(hall: Hall) -> None:
    stranger = people.create_person("路人", actor=None)
    vote = hall.prepare()
    with pytest.raises(workflow.WorkflowError, match="名单里有 1 人不是"):
        votes.put(vote, [*(p.pk for p in hall.persons), stranger.pk], actor=hall.office[0])


def test_later_changes_of_the_body_do_not_touch_the_frozen_list(hall: Hall) -> None:
    vote = hall.put(present=45)
    membership = people.members(hall.organ).filter(person=hall.persons[0]).get()
    people.end_membership(membership, DAY, "resigned", actor=None)
    votes.cast(vote, "for", actor=hall.accounts[0])
    hall.press(vote, 23)
    vote = closed(hall, vote)
    assert vote.members == 45 and vote.verdict["inputs"]["members"] in (45, "45")


def test_the_last_press_counts_and_a_repeated_one_is_one(hall: Hall) -> None:
    vote = hall.put()
    for option in ("for", "for", "against"):
        votes.cast(vote, option, actor=hall.accounts[0])
    assert Ballot.objects.get().option == "against"
    vote = closed(hall, vote)
    assert (vote.votes_for, vote.votes_against, vote.not_pressed) == (0, 1, SIZE - 1)
    with pytest.raises(workflow.WorkflowError, match="现在是“表决结束”，没有计入"):
        votes.cast(vote, "for", actor=hall.accounts[1])
    with pytest.raises(workflow.WorkflowError, match="赞成、反对、弃权中选一项"):
        votes.cast(vote, "maybe", actor=hall.accounts[1])


def test_two_equal_counts_end_a_vote_by_hands(hall: Hall) -> None:
    vote = hall.put("hand", present=30)
    votes.count(vote, votes_for=24, votes_against=1, abstentions=2, actor=hall.office[0])
    vote = votes.vote(vote.pk)
    assert vote.closed_at is None
    assert record.timeline(vote.ref, limit=1)[0].sentence == "录入第 1 份计票"
    with pytest.raises(identity.Forbidden, match="另一位同志独立录入"):
        votes.count(vote, votes_for=24, votes_against=1, abstentions=2, actor=hall.office[0])
    votes.count(vote, votes_for=24, votes_against=1, abstentions=2, actor=hall.office[1])
    vote = votes.vote(vote.pk)
    assert vote.flow.state == "closed" and vote.not_pressed == 3
    assert "未表示 3 人" in vote.verdict["words"]


def test_counts_that_differ_are_settled_by_a_third(hall: Hall) -> None:
    vote = hall.put("hand", present=30)
    votes.count(vote, votes_for=24, votes_against=1, abstentions=2, actor=hall.office[0])
    votes.count(vote, votes_for=23, votes_against=1, abstentions=2, actor=hall.office[1])
    vote = votes.vote(vote.pk)
    assert vote.flow.state == "disputed" and vote.closed_at is None
    numbers = {"votes_for": 24, "votes_against": 1, "abstentions": 2}
    with pytest.raises(identity.Forbidden, match="第三位同志核定"):
        votes.settle(vote, **numbers, reason="重新清点", actor=hall.office[0])
    votes.settle(vote, **numbers, reason="重新举手清点，第二份漏数一人", actor=hall.office[2])
    vote = votes.vote(vote.pk)
    assert vote.votes_for == 24
    assert "核定：重新举手清点" in record.timeline(vote.ref, limit=1)[0].sentence


def test_more_hands_than_people_are_refused_with_the_difference(hall: Hall) -> None:
    vote = hall.put("hand", present=30)
    with pytest.raises(workflow.WorkflowError, match="比到会的 30 人多 2 票"):
        votes.count(vote, votes_for=30, votes_against=1, abstentions=1, actor=hall.office[0])
    assert not CountSheet.objects.exists()


def test_each_method_has_its_own_end(hall: Hall) -> None:
    keys, hands = hall.put("named"), hall.put("hand")
    with pytest.raises(workflow.WorkflowError, match="两份独立的计票"):
        votes.close(hands, actor=hall.office[0])
    with pytest.raises(workflow.WorkflowError, match="不用录入计票"):
        votes.count(keys, votes_for=1, votes_against=0, abstentions=0, actor=hall.office[0])
    with pytest.raises(workflow.WorkflowError, match="举手表决"):
        votes.cast(hands, "for", actor=hall.accounts[0])


def test_who_votes_does_not_count(hall: Hall) -> None:
    identity.grant(hall.accounts[0], "meetings_office", f"congress:{hall.congress.pk}", actor=None)
    vote = hall.put("hand")
    with pytest.raises(identity.Forbidden, match="不能同时计票"):
        votes.count(vote, votes_for=1, votes_against=0, abstentions=0, actor=hall.accounts[0])


def test_a_voided_vote_takes_nothing_any_more(hall: Hall) -> None:
    vote = hall.put()
    votes.cast(vote, "for", actor=hall.accounts[0])
    votes.void(vote, reason="表决器故障", actor=hall.office[0])
    with pytest.raises(workflow.WorkflowError, match="已作废"):
        votes.cast(vote, "for", actor=hall.accounts[1])
    assert Ballot.objects.count() == 1
    assert votes.vote(vote.pk).verdict == {}


def test_the_congress_itself_needs_all_its_deputies(hall: Hall) -> None:
    """processes.md §12.9: the base is all deputies, the quorum two thirds."""
    term = people.current_term(hall.congress)
    assert term is not None
    for person in hall.persons:
        people.seat_deputy(person, term, actor=None)
    vote = votes.prepare(
        congress=hall.congress,
        body="congress",
        organ=None,
        title="决议",
        method="named",
        actor=hall.office[0],
    )
    with pytest.raises(workflow.WorkflowError, match="至少 30 人出席"):
        votes.put(vote, [p.pk for p in hall.persons[:29]], actor=hall.office[0])
    votes.put(vote, [p.pk for p in hall.persons[:30]], actor=hall.office[0])
    hall.press(vote, 23)
    vote = closed(hall, vote)
    assert vote.verdict["carried"] == "yes" and "VOT-001" in vote.verdict["rule"]


def test_another_congress_does_not_conduct_it(hall: Hall) -> None:
    other = identity.create_account("other", "旁人", actor=None)
    identity.grant(other, "meetings_office", "congress:999", actor=None)
    with pytest.raises(identity.Forbidden, match="本级人大"):
        votes.put(hall.prepare(), [p.pk for p in hall.persons], actor=other)


def test_the_books_balance_in_the_database_too(hall: Hall) -> None:
    vote = hall.put()
    vote = closed(hall, vote)
    with pytest.raises(IntegrityError), transaction.atomic():
        Vote.objects.filter(pk=vote.pk).update(votes_for=1)
