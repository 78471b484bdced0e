"""Documents of a sitting: the notice, and what happened."""

from __future__ import annotations

from renda.assembly.meetings import queries
from renda.assembly.meetings.models import ItemState, Mode, Sitting
from renda.kernel import clock
from renda.kernel.documents import api as documents


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
        documents.p(f"列席人员：{sitting.declared.attending}。"),
        documents.h1("其他事项"),
        documents.p("因故不能出席的，请在会前向会议工作机构书面请假。会议材料可以在系统里查看。"),
    ]
    if sitting.mode != Mode.HALL:
        body.append(documents.p("本次会议有视频，链接在系统的会议页里。"))
    return documents.Paper(
        title=f"关于召开{sitting.title}的通知",
        body=tuple(body),
        format="plain",
        day=clock.today(),
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
