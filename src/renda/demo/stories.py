"""The storylines, so that every page has something true to show and every light has a reason."""

from __future__ import annotations

import datetime as dt

from renda.assembly.ledger import api as ledger
from renda.assembly.people import api as people
from renda.business.motions import api as motions
from renda.demo.driver import PLACES, Driver

D = dt.timedelta


def tell(d: Driver, year: int) -> None:
    """Ten stories and the ordinary life between them: about sixty cases."""
    session = dt.date(year, 1, 20)
    _kept(d, session)
    _broken(d, session)
    _dissatisfied(d, session)
    _assessed(d, session)
    _silent(d)
    _overdue(d)
    _near(d)
    _to_sign(d)
    _objected(d)
    _extended(d)
    _key(d, session)
    _motion(d, session)
    _refused(d)
    _merged(d)
    _drafts(d)
    _ordinary(d, session)


def _kept(d: Driver, session: dt.date) -> None:
    """All promises kept and proven, look-backs running."""
    seat = d.city.seats[0]
    d.stories["kept"] = d.whole(
        "crossing",
        PLACES[0],
        seat,
        session,
        "kept",
        reply_class="A",
        due=60,
        keep_after=130,
        cosigners=d.city.seats[9:12],
    )


def _broken(d: Driver, session: dt.date) -> None:
    """A promise whose day passed with nothing built: found broken, the case reopened."""
    seat = d.city.seats[1]
    suggestion = d.whole("heating", PLACES[1], seat, session + D(days=1), "rated", reply_class="B", due=100)
    matter = ledger.matters_of(suggestion.ref).first()
    assert matter is not None
    with d.at(matter.due_on + D(days=12), 10):
        ledger.declare_broken(
            matter,
            actor=d.city.accounts["office"],
            reason="现场查看，四个小区均未接入；责任单位没有提交证明。",
        )
    d.deliver()
    d.stories["broken"] = motions.get(suggestion.pk)


def _dissatisfied(d: Driver, session: dt.date) -> None:
    """Not satisfied with the result, with a reason; the second answer has a timetable."""
    seat = d.city.seats[2]
    suggestion = d.whole(
        "river",
        PLACES[2],
        seat,
        session,
        "rated",
        result="dissatisfied",
        attitude="basically",
        reason="只说将加装监控，没有点位和时间，河段交界处仍无人管。",
    )
    again = session + D(days=75 + 6 + 24)
    suggestion = d.reply(suggestion, "river", again, due=90)
    d.stories["rehandled"] = d.rate(suggestion, again + D(days=5), "satisfied")


def _assessed(d: Driver, session: dt.date) -> None:
    """Twice dissatisfied: assessed by the organ, other organs and experts."""
    seat = d.city.seats[3]
    suggestion = d.whole(
        "noise",
        PLACES[3],
        seat,
        session + D(days=2),
        "rated",
        result="dissatisfied",
        reason="夜间施工照旧，投诉没有回音。",
    )
    again = session + D(days=2 + 75 + 6 + 26)
    suggestion = d.reply(suggestion, "noise", again)
    d.stories["assessing"] = d.rate(
        suggestion, again + D(days=4), "dissatisfied", "satisfied", "仍然没有公开许可信息。"
    )


def _silent(d: Driver) -> None:
    """Answered, and the deputies have not said anything: not counted as satisfied."""
    start = d.today - D(days=95)
    d.stories["silent"] = d.whole("school", PLACES[4], d.city.seats[4], start, "replied", reply_after=80)
    d.stories["to_rate"] = d.whole(
        "library", PLACES[0], d.city.seats[0], d.today - D(days=60), "replied", reply_after=55
    )


def _overdue(d: Driver) -> None:
    """No answer within three months."""
    d.stories["overdue"] = d.whole("market", PLACES[5], d.city.seats[5], d.today - D(days=110), "handled")
    start = d.today - D(days=130)
    suggestion = d.whole("jobs", PLACES[6], d.city.seats[6], start, "handed")
    lead = motions.assignments(suggestion)[0]
    with d.at(start + D(days=100), 9):
        motions.press(
            lead, actor=d.city.accounts["government"], channel="phone", text="答复期限已过，请尽快答复代表。"
        )
    with d.at(start + D(days=104), 9):
        motions.press(lead, actor=d.lead_account(suggestion), channel="page", text="盼复。")


def _near(d: Driver) -> None:
    """The day comes near."""
    d.stories["near"] = d.whole("parking", PLACES[7], d.city.seats[7], d.today - D(days=88), "handled")
    d.whole("clinic", PLACES[8], d.city.seats[8], d.today - D(days=85), "handled")


def _to_sign(d: Driver) -> None:
    """An answer written and countersigned, on the desk of the organ's head."""
    suggestion = d.whole("parking", PLACES[3], d.city.seats[39], d.today - D(days=72), "handled")
    d.stories["to_sign"] = d.reply(suggestion, "parking", d.today - D(days=1), sign=False)


def _objected(d: Driver) -> None:
    """Not our business: one waits for the ruling, one went to another organ with a new clock."""
    start = d.today - D(days=14)
    suggestion = d.whole("charging", PLACES[0], d.city.seats[9], start, "handed")
    lead = motions.assignments(suggestion)[0]
    with d.at(start + D(days=9), 10):
        motions.object(
            lead,
            actor=d.city.of_organ(lead.organ),
            reason="other_lead",
            text="充电设施建设由住建部门牵头，本局只负责消防检查。",
            suggested_organ="安澜市住房和城乡建设局",
        )
    d.stories["objected"] = motions.get(suggestion.pk)
    start = d.today - D(days=50)
    suggestion = d.whole(
        "road",
        PLACES[4],
        d.city.seats[10],
        start,
        "handed",
    )
    lead = motions.assignments(suggestion)[0]
    with d.at(start + D(days=8), 9):
        motions.object(
            lead,
            actor=d.city.of_organ(lead.organ),
            reason="powers",
            text="该路段为村内道路，属农业农村部门职责。",
        )
    with d.at(start + D(days=12), 9):
        lead = motions.assignments(suggestion)[0]
        motions.accept_return(
            lead,
            actor=d.city.accounts["government"],
            text="经核实属村内道路。",
            new_organ=d.organ("安澜市农业农村局"),
        )


def _extended(d: Driver) -> None:
    """More time asked before the due day, told to the deputy, and granted within six months in all."""
    start = d.today - D(days=100)
    suggestion = d.whole("lift", PLACES[2], d.city.seats[11], start, "handled")
    lead = motions.assignments(suggestion)[0]
    with d.at(start + D(days=80), 9):
        request = motions.ask_extension(
            lead,
            actor=d.city.of_organ(lead.organ),
            until=start + D(days=5 + 150),
            reason="审批流程调整须报市政府常务会议研究，会期在下月。",
            told="已电话向代表说明，代表表示理解。",
        )
    with d.at(start + D(days=83), 9):
        motions.grant_extension(request, actor=d.city.accounts["office"], until=start + D(days=5 + 140))
    d.stories["extended"] = motions.get(suggestion.pk)
    start = d.today - D(days=80)
    suggestion = d.whole("heritage", PLACES[7], d.city.seats[12], start, "handled")
    lead = motions.assignments(suggestion)[0]
    with d.at(d.today - D(days=3), 9):
        motions.ask_extension(
            lead,
            actor=d.city.of_organ(lead.organ),
            until=d.today + D(days=60),
            reason="濒危院落鉴定须由省级机构完成。",
            told="已当面向代表说明。",
        )


def _key(d: Driver, session: dt.date) -> None:
    """A key suggestion, led by a vice-chair, visited, appraised; and one that waits for the decision."""
    suggestion = d.whole(
        "elder", PLACES[1], d.city.seats[13], session, "handed", cosigners=d.city.seats[14:17]
    )
    office, chair, committee = (d.city.accounts[k] for k in ("office", "chair", "committee"))
    leader = motions.person_of(chair)
    assert leader is not None
    with d.at(session + D(days=30), 9):
        key = motions.nominate_key(suggestion, actor=office, reason="涉及面广，群众关注度高。")
    with d.at(session + D(days=40), 9):
        motions.choose_key(
            key,
            actor=chair,
            chosen_on=session + D(days=40),
            leader=leader,
            committee=d.city.committees["城乡建设环境保护委员会"],
        )
    with d.at(session + D(days=45), 9):
        motions.plan_key(
            key, actor=committee, text="四月现场调研布点，六月听取汇报，九月现场督办，年底测评。"
        )
    with d.at(session + D(days=90), 16):
        motions.visit_key(
            key,
            actor=committee,
            how="visit",
            held_on=session + D(days=90),
            text="查看了三处拟设助餐点，要求先解决燃气接入。",
        )
    d.handle(motions.get(suggestion.pk), "elder", session + D(days=8))
    suggestion = d.reply(motions.get(suggestion.pk), "elder", session + D(days=84), due=90)
    suggestion = d.rate(suggestion, session + D(days=92))
    d.keep(suggestion, session + D(days=200))
    with d.at(session + D(days=215), 16):
        motions.appraise_key(key, actor=committee, sheets="95\n92 布点合理\n88\n90\n85 晚餐供应不足\n93\n91")
    d.stories["key"] = motions.get(suggestion.pk)
    _chosen_lately(d, leader)
    waiting = d.whole("water", PLACES[5], d.city.seats[17], d.today - D(days=30), "handed")
    with d.at(d.today - D(days=5), 9):
        motions.nominate_key(waiting, actor=office, reason="山区饮水安全，连续三年有代表提出。")


def _chosen_lately(d: Driver, leader: people.Person) -> None:
    """A second key suggestion: the committee still has to say how it will be followed."""
    suggestion = d.whole("lift", PLACES[6], d.city.seats[40], d.today - D(days=45), "handed")
    with d.at(d.today - D(days=20), 9):
        key = motions.nominate_key(
            suggestion, actor=d.city.accounts["office"], reason="多年反复提出，涉及部门多。"
        )
    with d.at(d.today - D(days=8), 9):
        motions.choose_key(
            key,
            actor=d.city.accounts["chair"],
            chosen_on=d.today - D(days=8),
            leader=leader,
            committee=d.city.committees["城乡建设环境保护委员会"],
        )


def _motion(d: Driver, session: dt.date) -> None:
    """A motion by ten deputies in session, handled like a suggestion and closed."""
    seat = d.city.seats[18]
    draft = d.draft("bus", PLACES[0], seat, session + D(days=1), title="关于推进安澜市公交优先发展的议案")
    motions.make_motion(draft, actor=d.lead_account(draft))
    d.cosign(motions.get(draft.pk), d.city.seats[19:29], session + D(days=1))
    suggestion = d.submit(motions.get(draft.pk), session + D(days=2))
    suggestion = d.register(suggestion, "bus", session + D(days=3))
    suggestion = d.hand_over(suggestion, "bus", session + D(days=10))
    d.handle(suggestion, "bus", session + D(days=12))
    suggestion = d.reply(motions.get(suggestion.pk), "bus", session + D(days=80), reply_class="A", due=80)
    suggestion = d.rate(suggestion, session + D(days=88))
    d.keep(suggestion, session + D(days=150))
    d.stories["motion"] = motions.get(suggestion.pk)


def _refused(d: Driver) -> None:
    """Returned to complete; not accepted, and the deputy may object."""
    office = d.city.accounts["office"]
    start = d.today - D(days=6)
    suggestion = d.whole("court", PLACES[3], d.city.seats[29], start, "submitted")
    with d.at(start + D(days=2), 9):
        motions.refuse(
            suggestion,
            actor=office,
            reason="case",
            text="所述纠纷正在审理，请按诉讼程序反映；关于立案便利的意见可以另行提出。",
        )
    d.stories["refused"] = motions.get(suggestion.pk)
    suggestion = d.whole("school", PLACES[8], d.city.seats[0], start + D(days=1), "submitted")
    with d.at(start + D(days=3), 9):
        motions.send_back(
            suggestion, actor=office, reason="vague", text="请写明希望先解决哪些学校，便于确定承办单位。"
        )
    d.stories["returned"] = motions.get(suggestion.pk)


def _merged(d: Driver) -> None:
    """Two deputies ask for the same: handled together, answered each."""
    start = d.today - D(days=40)
    main = d.whole("parking", PLACES[0], d.city.seats[30], start, "handed")
    other = d.whole("parking", PLACES[1], d.city.seats[31], start + D(days=3), "registered")
    with d.at(start + D(days=6), 9):
        motions.merge(other, actor=d.city.accounts["office"], into=main)
    d.stories["merged"] = motions.get(other.pk)


def _drafts(d: Driver) -> None:
    """What waits at the very beginning: a draft, invitations, to review, to number, to hand over."""
    seat = d.city.seats[0]
    d.stories["draft"] = d.draft("market", PLACES[0], seat, d.today - D(days=1))
    other = d.draft("jobs", PLACES[0], d.city.seats[32], d.today - D(days=2))
    with d.at(d.today - D(days=1), 10):
        motions.invite(other, actor=d.lead_account(other), people=[seat.person, d.city.seats[1].person])
    d.stories["invited"] = motions.get(other.pk)
    for number, theme in enumerate(("noise", "library", "clinic")):
        d.whole(theme, PLACES[number + 4], d.city.seats[33 + number], d.today - D(days=2), "submitted")
    for number, theme in enumerate(("lift", "charging")):
        d.whole(theme, PLACES[number + 2], d.city.seats[36 + number], d.today - D(days=5), "registered")
    d.whole("court", PLACES[1], d.city.seats[38], d.today - D(days=9), "handed")


def _ordinary(d: Driver, session: dt.date) -> None:
    """The rest of a year's work."""
    themes = list(d.themes)
    for number in range(24):
        theme = themes[(number * 5) % len(themes)]
        seat = d.city.seats[(number * 7 + 3) % len(d.city.seats)]
        place = PLACES[(number * 2 + 1) % len(PLACES)]
        grade = ("satisfied", "satisfied", "basically")[number % 3]
        d.whole(
            theme,
            place,
            seat,
            session + D(days=number % 4),
            "kept" if number % 3 else "rated",
            reply_class="AABCD"[number % 5],
            due=90 + 10 * (number % 4),
            reply_after=60 + number % 25,
            result=grade,
            keep_after=170 + number % 20,
        )


def fill_term(d: Driver, year: int) -> None:
    """The four years before: about 350 suggestions each, every one of them closed or followed."""
    themes = list(d.themes)
    for back in range(4, 0, -1):
        opened = dt.date(year - back, 1, 19)
        for number in range(350):
            d.whole(
                themes[(number * 5 + back) % len(themes)],
                PLACES[(number + back) % len(PLACES)],
                d.city.seats[(number * 11 + back) % len(d.city.seats)],
                opened + D(days=number % 4),
                "kept" if number % 5 else "rated",
                reply_class="AABBCD"[number % 6],
                reply_after=60 + number % 28,
                result=("satisfied", "satisfied", "satisfied", "basically")[number % 4],
                keep_after=170 + number % 60,
            )
