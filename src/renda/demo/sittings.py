"""The demo's standing committee: a sitting that is filed, one that is open today, one still ahead."""

from __future__ import annotations

import datetime as dt

from renda.assembly.ledger import api as ledger
from renda.assembly.meetings import api as meetings
from renda.assembly.people import api as people
from renda.assembly.votes import api as votes
from renda.demo.driver import Driver, evidence_file

D = dt.timedelta
SIZE = 25
PLACE = "人大常委会会议厅"
BUDGET = "关于批准市本级预算调整方案的决议"
GROUP = "关于设立环境资源保护监督专题调研组的决定"
WATER = "关于安澜市城市供水条例（草案）的表决稿"


def tell(d: Driver, year: int) -> None:
    """Members among the deputies, then the sittings of the year."""
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
    _filed(d, organ, dt.date(year, 6, 26))
    _today(d, organ)
    _ahead(d, organ)


def _planned(d: Driver, organ: people.Organisation, number: int, day: dt.date) -> meetings.Sitting:
    return meetings.plan(
        meetings.profile("standing_committee"),
        organ,
        term=d.city.term,
        number=number,
        first_day=day,
        last_day=day,
        place=PLACE,
        actor=d.city.accounts["meetings"],
    )


def _settled(d: Driver, sitting: meetings.Sitting, items: list[tuple[str, str, str]]) -> None:
    clerk = d.city.accounts["meetings"]
    for title, kind, presenter in items:
        meetings.add_item(sitting, title=title, kind=kind, presenter=presenter, actor=clerk)
    meetings.settle(meetings.sitting(sitting.pk), actor=clerk)


def _opened(d: Driver, sitting: meetings.Sitting) -> None:
    """Notified already: sign in all but one, and open."""
    clerk, away = d.city.accounts["meetings"], d.city.seats[SIZE - 1].person_id
    here = [one.pk for one in meetings.participants(sitting) if one.person_id != away]
    meetings.sign(sitting, come=here, actor=clerk)
    meetings.open_(meetings.sitting(sitting.pk), actor=clerk)


def _filed(d: Driver, organ: people.Organisation, day: dt.date) -> None:
    """The sitting of June: three votes, one member on leave, filed."""
    clerk = d.city.accounts["meetings"]
    with d.at(day - D(days=24), 10):
        sitting = _planned(d, organ, 28, day)
        _settled(
            d,
            sitting,
            [
                ("市人民政府关于市本级预算调整方案（草案）的议案", "decision", "市财政局局长"),
                ("关于设立专题调研组的议案", "decision", "环境资源工作委员会"),
                ("人事任免", "appointment", "市人民政府"),
            ],
        )
    with d.at(day - D(days=9), 10):
        meetings.notify(meetings.sitting(sitting.pk), actor=clerk)
    with d.at(day - D(days=2), 10):
        meetings.ask_leave(sitting, reason="因公出差", actor=d.city.deputy(d.city.seats[SIZE - 1]))
        last = next(one for one in meetings.participants(sitting) if one.leave == "asked")
        meetings.decide_leave(last, True, actor=clerk)
    with d.at(day, 9):
        _opened(d, sitting)
    agenda = meetings.items(sitting)
    with d.at(day, 9, 5):
        meetings.call(agenda[0], actor=clerk)
    _carried(d, agenda[0], day)
    with d.at(day, 10, 10):
        meetings.call(agenda[1], actor=clerk)
    _by_hand(d, agenda[1], day)
    with d.at(day, 11):
        meetings.call(agenda[2], actor=clerk)
    _secretly(d, agenda[2], day)
    with d.at(day, 11, 40):
        meetings.adjourn(meetings.sitting(sitting.pk), actor=clerk)
    _followed(d, sitting, agenda[0], day)


def _followed(d: Driver, sitting: meetings.Sitting, item: meetings.AgendaItem, day: dt.date) -> None:
    """A deliberation item that was handed over, answered in writing and closed."""
    clerk, organ = d.city.accounts["meetings"], d.organ("安澜市城市管理局")
    with d.at(day, 12):
        meetings.deliberate(
            item,
            text="预算调整后新增的垃圾转运经费要公开到项目",
            measure="九月底前在部门网站公开项目清单和金额",
            organ=organ,
            answer="budget",
            raised_by="第一小组",
            actor=clerk,
        )
    with d.at(day + D(days=5), 10):
        meetings.hand_over(meetings.sitting(sitting.pk), actor=clerk)
        meetings.seal(meetings.sitting(sitting.pk), actor=clerk)
    [matter] = ledger.matters_of(sitting.ref)
    with d.at(day + D(days=50), 9):
        ledger.submit_evidence(
            matter,
            actor=d.city.of_organ(organ),
            text="已印发并公开项目清单。",
            happened_on=day + D(days=48),
            files=[evidence_file(matter)],
        )
    with d.at(day + D(days=55), 10):
        ledger.close(ledger.matter(matter.pk), actor=clerk, text="核对了公开的清单，与预算一致。")


def _carried(d: Driver, item: meetings.AgendaItem, day: dt.date) -> None:
    """By keys: two absent, one who does not press, carried."""
    clerk = d.city.accounts["meetings"]
    with d.at(day, 10):
        vote = meetings.prepare_vote(item, title=BUDGET, method="named", actor=clerk)
        here = d.city.seats[: SIZE - 2]
        votes.put(vote, [seat.person_id for seat in here], actor=clerk)
        for number, seat in enumerate(here[:-1]):
            option = "against" if number == 7 else "abstain" if number in (11, 15) else "for"
            votes.cast(vote, option, actor=d.city.deputy(seat))
        votes.close(votes.vote(vote.pk), actor=clerk)


def _by_hand(d: Driver, item: meetings.AgendaItem, day: dt.date) -> None:
    """By hands: two counts that differ by one, settled by a third person; one takes no part."""
    clerk, second, third = (d.city.accounts[key] for key in ("meetings", "meetings2", "meetings3"))
    with d.at(day, 10, 40):
        vote = meetings.prepare_vote(item, title=GROUP, method="hand", actor=clerk)
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


def _secretly(d: Driver, item: meetings.AgendaItem, day: dt.date) -> None:
    """An appointment by secret ballot: one takes a ballot and keeps it, one takes none."""
    clerk = d.city.accounts["meetings"]
    with d.at(day, 11, 20):
        title = f"关于任命{d.city.seats[-1].person.name}为安澜市水利局局长的决定"
        vote = meetings.prepare_vote(item, title=title, method="secret", actor=clerk)
        here = d.city.seats[: SIZE - 1]
        votes.put(vote, [seat.person_id for seat in here], actor=clerk)
        tokens = [votes.take(vote, actor=d.city.deputy(seat)) for seat in here[:-1]]
        votes.begin(votes.vote(vote.pk), actor=clerk)
        for number, token in enumerate(tokens[:-1]):
            option = "against" if number in (3, 8) else "abstain" if number == 5 else "for"
            votes.deposit(vote.pk, token, option)
        votes.close(votes.vote(vote.pk), actor=clerk)


def _today(d: Driver, organ: people.Organisation) -> None:
    """Open now (no travel for what happens now): a deputy can press, another vote hands ballots out."""
    clerk = d.city.accounts["meetings"]
    with d.at(d.today - D(days=30), 10):
        sitting = _planned(d, organ, 29, d.today)
        _settled(
            d,
            sitting,
            [
                ("审议《安澜市城市供水条例（草案）》", "regulation", "法制工作委员会"),
                ("人事任免", "appointment", "市人民政府"),
                ("接受个别代表辞去职务的请求", "decision", "代表资格审查委员会"),
                ("听取市人民政府关于代表建议办理情况的报告", "report", "市政府督查室"),
            ],
        )
    with d.at(d.today - D(days=8), 10):
        meetings.notify(meetings.sitting(sitting.pk), actor=clerk)
    _opened(d, sitting)
    agenda = meetings.items(sitting)
    meetings.call(agenda[0], actor=clerk)
    here = d.city.seats[: SIZE - 1]
    vote = meetings.prepare_vote(agenda[0], title=WATER, method="named", actor=clerk)
    votes.put(vote, [seat.person_id for seat in here], actor=clerk)
    for seat in here[2:14]:
        votes.cast(vote, "for", actor=d.city.deputy(seat))
    title = f"关于任命{d.city.seats[-2].person.name}为安澜市教育局局长的决定"
    ahead = meetings.prepare_vote(agenda[1], title=title, method="secret", actor=clerk)
    votes.put(ahead, [seat.person_id for seat in here], actor=clerk)
    for seat in here[2:14]:
        votes.take(ahead, actor=d.city.deputy(seat))
    meetings.prepare_vote(agenda[2], title="关于接受个别代表辞去职务的决定", method="hand", actor=clerk)


def _ahead(d: Driver, organ: people.Organisation) -> None:
    """Still ahead: the agenda is a draft."""
    sitting = _planned(d, organ, 30, d.today + D(days=40))
    meetings.add_item(
        sitting,
        title="听取和审议市人民政府关于老旧小区改造情况的专项工作报告",
        kind="report",
        presenter="市住房和城乡建设局",
        actor=d.city.accounts["meetings"],
    )
