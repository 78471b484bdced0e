"""Documents of a sitting: the notice, and what happened."""

from __future__ import annotations

from renda.assembly.meetings import queries
from renda.assembly.meetings.models import ItemState, Mode, Sitting
from renda.kernel import clock
from renda.kernel.documents import api as documents

# What the chair says before each way of voting.
HOW = {
    "named": "请按表决器：赞成、反对、弃权。没有按的，记为未按表决器。",
    "secret": "请领取选票。开始投票以后再按，按下就不能改。",
    "hand": "赞成的请举手……反对的请举手……弃权的请举手……请两位工作人员分别计票。",
}


def _days(sitting: Sitting) -> str:
    first = documents.chinese_day(sitting.first_day)
    if sitting.first_day == sitting.last_day:
        return first
    return f"{first}至{documents.chinese_day(sitting.last_day)}"


def notice(sitting: Sitting) -> documents.Paper:
    """会议通知, made from the agenda as it stands."""
    body: list[documents.Block] = [
        documents.p(f"{sitting.title}定于{_days(sitting)}在{sitting.place}召开。现将有关事项通知如下："),
        documents.h1("会议议程"),
    ]
    for number, item in enumerate(queries.items(sitting), start=1):
        who = f"（{item.presenter}）" if item.presenter else ""
        body.append(documents.p(f"{number}. {item.title}{who}"))
    body += [
        documents.h1("参加会议的人员"),
        documents.p(
            f"{'全体组成人员' if sitting.declared.roles else '全体代表'}。列席人员：{_attending(sitting)}。"
        ),
        documents.h1("其他事项"),
        documents.p("因故不能出席的，请在会前向会议工作机构书面请假。会议材料可以在系统里查看。"),
    ]
    if sitting.mode != Mode.HALL:
        body.append(documents.p("本次会议有视频，链接在系统的会议页里。"))
    return documents.Paper(
        title=f"关于召开{sitting.title}的通知",
        body=tuple(body),
        format="plain",
        day=(sitting.notified_at or clock.now()).astimezone(clock.TZ).date(),
    )


def _attending(sitting: Sitting) -> str:
    """Those who were named; before that, who usually sits in."""
    named = [f"{one.name}（{one.post}）" for one in sitting.participants.filter(capacity="attending")]
    return "、".join(named) or sitting.declared.attending


def script(sitting: Sitting) -> documents.Paper:
    """主持词: what the chair says, made from agenda and votes; blanks are for what only the day can tell."""
    opened = sitting.opened_at
    counted = queries.quorum_at(sitting, opened) if opened else queries.quorum(sitting)
    items = queries.items(sitting)
    present = str(counted.present) if opened else "____"
    body: list[documents.Block] = [
        documents.p("各位组成人员、各位同志：" if sitting.declared.roles else "各位代表："),
        documents.p(
            f"{sitting.title}现在开会。本次会议应到 {counted.entitled} 人，实到 {present} 人"
            + (f"，法定人数为 {counted.needed} 人" if counted.needed else "")
            + "。"
        ),
        documents.p(f"本次会议的议程草案共 {len(items)} 项，由{sitting.declared.agenda_by}提出。"),
    ]
    for number, item in enumerate(items, start=1):
        body.append(documents.h1(item.title))
        who = f"请{item.presenter}作汇报（说明）。" if item.presenter else ""
        body.append(documents.p(f"现在进行第 {number} 项议程。{who}"))
        for one in item.votes.all():
            if one.vote.flow.state == "voided":
                continue
            body.append(documents.p(f"下面表决：{one.vote.title}。{HOW[one.vote.method]}"))
            words = one.vote.verdict.get("words")
            body.append(documents.p(f"宣布结果：{words}。" if words else "宣布结果：（按大屏宣读）"))
    body.append(documents.p("本次会议的各项议程已经进行完毕。现在闭会。"))
    return documents.Paper(
        title=f"{sitting.title}\n主持词", body=tuple(body), format="plain", day=sitting.first_day
    )


def minutes(sitting: Sitting) -> documents.Paper:
    """会议情况: attendance, agenda and votes as the record has them.

    Raises:
        ValueError: it has not been held.
    """
    if sitting.opened_at is None or sitting.adjourned_at is None:
        raise ValueError("会议还没有闭会")
    rows = queries.attendance(sitting)
    came = [one for one in rows if one.word == "到会"]
    body: list[documents.Block] = [
        documents.h1("出席情况"),
        documents.p(
            f"应到 {len(rows)} 人，到会 {len(came)} 人。"
            f"{sitting.opened_at.astimezone(clock.TZ):%H:%M}开会，{_when(sitting)}闭会，在{sitting.place}。"
        ),
    ]
    for word in ("请假", "缺席"):
        names = [one.participant.name for one in rows if one.word == word]
        if names:
            body.append(documents.p(f"{word} {len(names)} 人：{'、'.join(names)}。"))
    sitting_in = [p for p in queries.participants(sitting) if p.capacity == "attending" and p.presences.all()]
    if sitting_in:
        body.append(documents.p(f"列席：{'、'.join(f'{p.name}（{p.post}）' for p in sitting_in)}。"))
    body.append(documents.h1("议程"))
    for number, item in enumerate(queries.items(sitting), start=1):
        late = f"；通知以后增加，理由：{item.added_because}" if item.added_because else ""
        done = "（没有进行）" if item.state == ItemState.PUT_OFF else ""
        body.append(documents.p(f"{number}. {item.title}{done}{late}"))
        for one in item.votes.all():
            words = one.vote.verdict.get("words") or one.vote.flow.state_label
            body.append(documents.p(f"表决：{one.vote.title}。{words}。"))
    return documents.Paper(
        title=f"{sitting.title}\n会议情况",
        body=tuple(body),
        format="plain",
        subtitle=_days(sitting),
        day=sitting.adjourned_at.astimezone(clock.TZ).date(),
    )


def _when(sitting: Sitting) -> str:
    assert sitting.opened_at is not None and sitting.adjourned_at is not None  # asked by the caller
    end, begin = (m.astimezone(clock.TZ) for m in (sitting.adjourned_at, sitting.opened_at))
    return f"{end:%H:%M}" if end.date() == begin.date() else f"{documents.chinese_day(end.date())}{end:%H:%M}"
