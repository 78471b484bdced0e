"""The paper of a closed vote: the result, its arithmetic and basis, the frozen list."""

from __future__ import annotations

from renda.assembly.votes import queries
from renda.assembly.votes.models import Method, Vote
from renda.kernel import clock
from renda.kernel.documents import api as documents


def paper(vote: Vote) -> documents.Paper:
    """表决情况: made from the vote alone, so that it says the same as the page.

    Raises:
        ValueError: the vote is not closed.
    """
    if vote.closed_at is None or vote.opened_at is None:
        raise ValueError("表决还没有结束")
    day = vote.closed_at.astimezone(clock.TZ).date()
    body: list[documents.Block] = [documents.h1("表决事项"), documents.p(vote.title)]
    body += [documents.p(f"{number}. {line}") for number, line in enumerate(vote.items, start=1)]
    body += [
        documents.h1("结果"),
        documents.p(f"{vote.verdict['words']}。"),
        documents.table(
            ("全体", "到会并参加表决", "赞成", "反对", "弃权", _rest(vote)),
            [tuple(str(n) for n in _numbers(vote))],
            widths=(14, 22, 16, 16, 16, 16),
            aligns=("center",) * 6,
        ),
        *_books(vote),
        documents.p(f"依据：{'；'.join(dict.fromkeys(vote.verdict['article']))}。"),
        documents.h1("付表决时的名单"),
    ]
    for label, names in queries.roll(vote):
        body.append(documents.p(f"{label} {len(names)} 人：{'、'.join(names) or '无'}。"))
    sheets = list(vote.sheets.select_related("by").order_by("pk"))
    if sheets:
        body.append(documents.h1("计票"))
        body.append(
            documents.table(
                ("计票人", "赞成", "反对", "弃权", "说明"),
                [
                    (
                        sheet.by.display_name,
                        *(str(n) for n in sheet.numbers),
                        f"核定：{sheet.reason}" if sheet.settles else "独立计票",
                    )
                    for sheet in sheets
                ],
                widths=(18, 12, 12, 12, 46),
                aligns=("left", "center", "center", "center", "left"),
            )
        )
    return documents.Paper(
        title=f"{vote.body_name}\n表决情况",
        body=tuple(body),
        format="plain",
        subtitle=f"{documents.chinese_day(day)}，{vote.get_method_display()}",
        day=day,
    )


def _books(vote: Vote) -> list[documents.Block]:
    """Ballots given and returned, where there were any, and how secret they were."""
    if vote.issued is None or vote.returned is None or vote.present is None:
        return []
    return [
        documents.p(
            f"发出选票 {vote.issued} 张，收回 {vote.returned} 张；"
            f"到会没有领票的 {vote.present - vote.issued} 人，"
            f"领了没有投的 {vote.issued - vote.returned} 人。选票在结束时打乱重写，查不出谁投了什么。"
        )
    ]


def _rest(vote: Vote) -> str:
    return "未表示" if vote.method == Method.HAND else "未按表决器"


def _numbers(vote: Vote) -> tuple[int | None, ...]:
    return (
        vote.members,
        vote.present,
        vote.votes_for,
        vote.votes_against,
        vote.abstentions,
        vote.not_pressed,
    )
