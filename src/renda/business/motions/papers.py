"""Documents of the room: a reply as an official letter (GB/T 9704 信函格式), the same blocks as a page."""

from __future__ import annotations

from collections.abc import Sequence

from renda.business.motions.models import Promise, Reply
from renda.kernel.documents import api as documents
from renda.kernel.documents.api import Block, Paper
from renda.kernel.ui import api as ui

OPENING = "您提出的“{title}”（{number}）收悉。现答复如下："


def reply_paper(
    reply: Reply, promises: Sequence[Promise], signers: Sequence[str], joint: Sequence[str]
) -> Paper:
    """The letter of a reply.

    Args:
        reply: with suggestion, organ and class loaded.
        promises: what it promises, in the order of their days, with the organs loaded.
        signers: names of the lead and the co-signers: the letter goes to each.
        joint: names of the organs that helped and countersigned.
    """
    suggestion = reply.suggestion
    organ = reply.assignment.organ.name
    kind = suggestion.get_kind_display()
    body: list[Block] = [
        documents.p(text)
        for text in _paragraphs(reply.opening)
        or [OPENING.format(title=suggestion.title, number=suggestion.number_text)]
    ]
    for heading, text in (("已经办理的情况", reply.done), ("下一步打算", reply.planned)):
        if text.strip():
            body.append(documents.h1(heading))
            body += [documents.p(t) for t in _paragraphs(text)]
    if promises:
        body.append(
            documents.table(
                ("序号", "事项", "责任单位", "完成期限", "怎样算完成"),
                [
                    (
                        str(n),
                        p.text + (f"（前提：{p.condition}）" if p.condition else ""),
                        p.organ.short_name or p.organ.name,
                        ui.day_text(p.due_on, weekday=False),
                        p.measure,
                    )
                    for n, p in enumerate(promises, start=1)
                ],
                widths=(1, 4, 2.4, 2.6, 3.4),
                caption="承诺办理事项",
            )
        )
    if reply.cannot.strip():
        body.append(documents.h1("难以办理的事项和原因"))
        body += [documents.p(t) for t in _paragraphs(reply.cannot)]
    body.append(documents.p("感谢您对我们工作的关心和支持。对以上答复有意见的，请及时反馈。"))
    return Paper(
        title=f"关于{suggestion.congress.name}{kind}{suggestion.number_text}的答复",
        body=tuple(body),
        format="letter",
        issuing_organ=organ,
        number=reply.number,
        signer=reply.signer,
        to=tuple(f"{name}代表" for name in signers),
        day=reply.issued_on,
        marks=(f"{reply.reply_class.code} 类",) if reply.reply_class else (),
        notes=f"联系人：{reply.contact}" if reply.contact else "",
        copies_to=tuple(joint),
    )


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def file_name(reply: Reply) -> str:
    """The name under which the letter is saved: number on paper and what it answers."""
    suggestion = reply.suggestion
    return f"{reply.number or '答复'} 关于{suggestion.number_text}{suggestion.get_kind_display()}的答复"
