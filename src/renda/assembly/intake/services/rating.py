"""The sender rates, with the code or by telephone; whoever is not satisfied may ask for a review."""

from __future__ import annotations

import datetime as dt

from renda.assembly.intake import entries, texts
from renda.assembly.intake.errors import IntakeError
from renda.assembly.intake.models import Opinion, Rating, Reply, ReplyKind, Satisfaction
from renda.assembly.intake.processes import REVIEW, REVIEW_ASKED
from renda.assembly.intake.services.handling import case_of
from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.law import api as law
from renda.kernel.record import api as record
from renda.kernel.workflow import api as workflow


def last_answer(opinion: Opinion) -> Reply | None:
    """The newest answer: the one that is rated."""
    return opinion.replies.filter(kind=ReplyKind.ANSWER).order_by("-happened_at", "-pk").first()


def rate(
    opinion: Opinion,
    attitude: str,
    result: str,
    comment: str = "",
    *,
    actor: identity.Account | None,
    origin: record.Origin | None = None,
    seen: int | None = None,
    happened_at: dt.datetime | None = None,
) -> Rating:
    """Rate the newest answer; attitude and result apart, nothing pre-filled.

    Args:
        actor: the clerk who rang the sender up (代录); None where the sender did it with the code.

    Raises:
        IntakeError: not answered yet, rated already, dissatisfied without a reason.
    """
    source = origin or (record.Origin.page() if actor else record.Origin.job("intake.rate"))
    if attitude not in Satisfaction.values or result not in Satisfaction.values:
        raise IntakeError("请分别选择对态度和结果的评价。")
    remark = texts.lift_numbers(texts.tidy(comment)).text
    if result == Satisfaction.DISSATISFIED and not remark:
        raise IntakeError("对结果不满意的，请写明理由。")
    with workflow.step(
        case_of(opinion), "rate", actor=actor, origin=source, seen=seen, happened_at=happened_at
    ) as act:
        reply = last_answer(act.subject)
        if reply is None:
            raise IntakeError("还没有答复，不能评价。")
        if Rating.objects.filter(reply=reply).exists():
            raise IntakeError("这次答复已经评价过了。")
        rating = Rating.objects.create(
            reply=reply,
            attitude=attitude,
            result=result,
            comment=remark,
            happened_at=act.happened_at,
            by=actor,
        )
        act.record(
            entries.Rated(
                Satisfaction(attitude).label, Satisfaction(result).label, on_behalf=actor is not None
            )
        )
    return rating


def reopen(
    opinion: Opinion,
    reason: str,
    *,
    actor: identity.Account | None,
    origin: record.Origin | None = None,
    seen: int | None = None,
) -> None:
    """The sender asks for a review; asking and reviewing have the days of 信访工作条例 第三十五条.

    Raises:
        IntakeError: the days are over.
    """
    source = origin or (record.Origin.page() if actor else record.Origin.job("intake.reopen"))
    with workflow.step(case_of(opinion), "reopen", actor=actor, origin=source, seen=seen) as act:
        held: Opinion = act.subject
        reply = last_answer(held)
        assert reply is not None  # the state says that it was answered
        answered = reply.happened_at.astimezone(clock.TZ).date()
        until = law.derive(REVIEW_ASKED, {"from": answered}, on=answered, congress=act.case.scope).value
        assert isinstance(until, dt.date)
        if act.day > until:
            raise IntakeError(f"请求复查的期限到 {until.isoformat()} 为止，已经超过；有新的情况请重新反映。")
        act.clock("result", rule=REVIEW)
        held.outcome, held.extended = "", False
        held.save(update_fields=["outcome", "extended"])
        act.record(entries.Reopened(texts.lift_numbers(texts.tidy(reason)).text))
