"""The demo's standing committee and its votes: carried, counted by hands, open today, still ahead."""

from __future__ import annotations

import datetime as dt

from renda.assembly.people import api as people
from renda.assembly.votes import api as votes
from renda.demo.driver import Driver

D = dt.timedelta
SIZE = 25


def tell(d: Driver, year: int) -> None:
    """Members among the deputies, then votes of the year."""
    organ = people.create_organisation(
        "安澜市人大常委会",
        "standing_committee",
        actor=None,
        short_name="市人大常委会",
        division=d.city.congress.division,
    )
    members = d.city.seats[:SIZE]
    for number, seat in enumerate(members):
        role = "chair" if number == 0 else "vice_chair" if number < 4 else "member"
        people.appoint(seat.person, organ, role, d.city.begins, actor=None)
    _carried(d, organ, dt.date(year, 6, 26))
    _by_hand(d, organ, dt.date(year, 6, 26))
    _secretly(d, organ, dt.date(year, 6, 26))
    _open(d, organ)


def _prepared(d: Driver, organ: people.Organisation, title: str, method: str = "named") -> votes.Vote:
    return votes.prepare(
        congress=d.city.congress,
        body="standing_committee",
        organ=organ,
        title=title,
        method=method,
        actor=d.city.accounts["meetings"],
    )


def _carried(d: Driver, organ: people.Organisation, day: dt.date) -> None:
    """By keys: two absent, one who does not press, carried."""
    with d.at(day, 16):
        vote = _prepared(d, organ, "关于批准市本级预算调整方案的决议")
        here = d.city.seats[: SIZE - 2]
        votes.put(vote, [seat.person_id for seat in here], actor=d.city.accounts["meetings"])
        for number, seat in enumerate(here[:-1]):
            option = "against" if number == 7 else "abstain" if number in (11, 15) else "for"
            votes.cast(vote, option, actor=d.city.deputy(seat))
        votes.close(votes.vote(vote.pk), actor=d.city.accounts["meetings"])


def _by_hand(d: Driver, organ: people.Organisation, day: dt.date) -> None:
    """By hands: two counts that differ by one, settled by a third person; one takes no part."""
    clerk, second, third = (d.city.accounts[key] for key in ("meetings", "meetings2", "meetings3"))
    with d.at(day, 16, 30):
        vote = _prepared(d, organ, "关于设立环境资源保护监督专题调研组的决定", "hand")
        seats = d.city.seats[:SIZE]
        votes.put(
            vote,
            [seat.person_id for seat in seats],
            excluded={seats[5].person_id: "所在企业是调研对象，申请回避"},
            actor=clerk,
        )
        votes.count(votes.vote(vote.pk), votes_for=20, votes_against=2, abstentions=2, actor=clerk)
        votes.count(votes.vote(vote.pk), votes_for=21, votes_against=2, abstentions=1, actor=second)
        votes.settle(
            votes.vote(vote.pk),
            votes_for=20,
            votes_against=2,
            abstentions=2,
            reason="请组成人员重新举手，两人同时清点，弃权为2票。",
            actor=third,
        )


def _secretly(d: Driver, organ: people.Organisation, day: dt.date) -> None:
    """An appointment by secret ballot: one takes a ballot and keeps it, one takes none."""
    clerk = d.city.accounts["meetings"]
    with d.at(day, 17):
        vote = _prepared(
            d, organ, f"关于任命{d.city.seats[-1].person.name}为安澜市水利局局长的决定", "secret"
        )
        here = d.city.seats[:SIZE]
        votes.put(vote, [seat.person_id for seat in here], actor=clerk)
        tokens = [votes.take(vote, actor=d.city.deputy(seat)) for seat in here[:-1]]
        votes.begin(votes.vote(vote.pk), actor=clerk)
        for number, token in enumerate(tokens[:-1]):
            votes.deposit(
                vote.pk, token, "against" if number in (3, 8) else "abstain" if number == 5 else "for"
            )
        votes.close(votes.vote(vote.pk), actor=clerk)


def _open(d: Driver, organ: people.Organisation) -> None:
    """Open now (no travel: it is this moment), so that a deputy can press; and one that waits to be put."""
    vote = _prepared(d, organ, "关于安澜市城市供水条例（草案）的表决稿")
    here = d.city.seats[: SIZE - 1]
    votes.put(vote, [seat.person_id for seat in here], actor=d.city.accounts["meetings"])
    for seat in here[2:14]:
        votes.cast(vote, "for", actor=d.city.deputy(seat))
    _prepared(d, organ, "关于接受个别代表辞去职务的决定", "hand")
    ahead = _prepared(d, organ, f"关于任命{d.city.seats[-2].person.name}为安澜市教育局局长的决定", "secret")
    votes.put(ahead, [seat.person_id for seat in here], actor=d.city.accounts["meetings"])
    for seat in here[2:14]:
        votes.take(ahead, actor=d.city.deputy(seat))
