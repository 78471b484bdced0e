"""What the desk and the organs do with an opinion: five ways to end it, and what lies between."""

from __future__ import annotations

import datetime as dt

from renda.assembly.intake import entries, indexing, texts
from renda.assembly.intake.errors import IntakeError
from renda.assembly.intake.handoffs import SUGGESTION_DRAFT, SuggestionDraft
from renda.assembly.intake.models import Category, Opinion, Outcome, Reply, ReplyKind, Told
from renda.assembly.intake.processes import RESULT
from renda.assembly.people import api as people
from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.law import api as law
from renda.kernel.record import api as record
from renda.kernel.workflow import api as workflow

Account = identity.Account


def case_of(opinion: Opinion) -> workflow.Case:
    """The case of an opinion; every registered one has one."""
    assert opinion.case is not None
    return opinion.case


def _say(
    opinion: Opinion,
    kind: ReplyKind,
    text: str,
    told_by: str,
    act: workflow.Step,
    organ: people.Organisation | None = None,
) -> Reply:
    """Write down what the sender was told; numbers of others do not belong into it."""
    body = texts.tidy(text)
    if not body:
        raise IntakeError("请写明告知反映人的内容。")
    identity.refuse_secret_marks(body)
    if found := record.looks_private(body):
        raise IntakeError(f"答复里有疑似{found}，请删去；需要提供电话的，写办公电话。")
    return Reply.objects.create(
        opinion=opinion,
        kind=kind,
        text=body,
        told_by=told_by,
        organ=organ,
        happened_at=act.happened_at,
        by=act.actor,
    )


def _end(opinion: Opinion, outcome: Outcome) -> None:
    opinion.outcome = outcome
    opinion.save(update_fields=["outcome", "organ", "raised"])


def classify(opinion: Opinion, category: Category, *, actor: Account, seen: int | None = None) -> None:
    """Put an opinion into a class; proposals learn from it."""
    with workflow.step(case_of(opinion), "classify", actor=actor, seen=seen) as act:
        held: Opinion = act.subject
        before = held.category.name if held.category else ""
        held.category = category
        held.save(update_fields=["category"])
        act.record(entries.Classified(before, category.name))


def answer(
    opinion: Opinion,
    text: str,
    told_by: str,
    *,
    actor: Account,
    seen: int | None = None,
    happened_at: dt.datetime | None = None,
) -> Reply:
    """Answer at once: what was asked is a policy or a procedure."""
    with workflow.step(case_of(opinion), "answer", actor=actor, seen=seen, happened_at=happened_at) as act:
        held: Opinion = act.subject
        reply = _say(held, ReplyKind.ANSWER, text, told_by, act)
        _end(held, Outcome.ANSWERED)
        act.record(entries.Answered(Outcome.ANSWERED.label, Told(told_by).label))
    return reply


def accept(opinion: Opinion, *, actor: Account, seen: int | None = None) -> None:
    """Take it up: the congress handles it itself (信访工作条例 第三十四条: the result is due from here)."""
    with workflow.step(case_of(opinion), "accept", actor=actor, seen=seen) as act:
        act.record(entries.Accepted())


def conclude(
    opinion: Opinion,
    text: str,
    told_by: str,
    *,
    actor: Account,
    seen: int | None = None,
    happened_at: dt.datetime | None = None,
) -> Reply:
    """Answer with the result of one's own handling."""
    with workflow.step(case_of(opinion), "conclude", actor=actor, seen=seen, happened_at=happened_at) as act:
        held: Opinion = act.subject
        reply = _say(held, ReplyKind.ANSWER, text, told_by, act)
        _end(held, Outcome.HANDLED)
        act.record(entries.Answered(Outcome.HANDLED.label, Told(told_by).label))
    return reply


def pass_on(
    opinion: Opinion,
    organ: people.Organisation,
    told_by: str,
    *,
    actor: Account,
    text: str = "",
    seen: int | None = None,
) -> None:
    """Give it to an organ that answers and reports back; the sender is told where it is."""
    if not organ.exists_on(clock.today()):
        raise IntakeError(f"“{organ.name}”已经撤销，请改选承继的机关。")
    with workflow.step(case_of(opinion), "pass_on", actor=actor, seen=seen) as act:
        held: Opinion = act.subject
        told = text or f"您反映的事情已交{organ.name}办理，办理结果会向您反馈。"
        _say(held, ReplyKind.NOTICE, told, told_by, act)
        held.organ = organ
        held.save(update_fields=["organ"])
        indexing.index([held])
        act.record(entries.Passed(organ.name, report=True))


def object_to(opinion: Opinion, reason: str, *, actor: Account, seen: int | None = None) -> None:
    """The organ says that it is not its matter, within the days of 信访工作条例 第二十三条.

    Raises:
        IntakeError: the days are over.
    """
    with workflow.step(case_of(opinion), "object", actor=actor, seen=seen) as act:
        held: Opinion = act.subject
        limit = act.case.deadlines.filter(key="objection").first()
        if limit is not None and limit.due_on is not None and act.day > limit.due_on:
            raise IntakeError(
                f"提出异议的期限到 {limit.due_on.isoformat()} 为止，已经超过；确需改办的，请与受理人员协商。"
            )
        assert held.organ is not None
        name = held.organ.name
        held.organ = None
        held.save(update_fields=["organ"])
        indexing.index([held])
        act.record(entries.Objected(name, texts.lift_numbers(texts.tidy(reason)).text))


def reply(
    opinion: Opinion,
    text: str,
    told_by: str,
    *,
    actor: Account,
    seen: int | None = None,
    happened_at: dt.datetime | None = None,
    for_organ: bool = False,
) -> Reply:
    """The organ answers the sender; ``for_organ``: the desk writes down what the organ answered on paper."""
    key = "reply_for_organ" if for_organ else "reply"
    assert opinion.organ is not None
    behalf = people.organ_ref(opinion.organ) if for_organ else None
    with workflow.step(
        case_of(opinion), key, actor=actor, seen=seen, happened_at=happened_at, on_behalf_of=behalf
    ) as act:
        held: Opinion = act.subject
        made = _say(held, ReplyKind.ANSWER, text, told_by, act, held.organ)
        _end(held, Outcome.PASSED)
        name = held.organ.name if held.organ else ""
        act.record(entries.Answered(Outcome.PASSED.label, Told(told_by).label, name))
    return made


def reply_for_organ(
    opinion: Opinion,
    text: str,
    told_by: str,
    *,
    actor: Account,
    seen: int | None = None,
    happened_at: dt.datetime | None = None,
) -> Reply:
    """代录: the organ has no account and answered on paper or by telephone."""
    return reply(opinion, text, told_by, actor=actor, seen=seen, happened_at=happened_at, for_organ=True)


def transfer(
    opinion: Opinion,
    organ: people.Organisation,
    text: str,
    told_by: str,
    *,
    actor: Account,
    seen: int | None = None,
) -> None:
    """Give it to an organ for good; the sender is told which (信访工作条例 第二十三条)."""
    with workflow.step(case_of(opinion), "transfer", actor=actor, seen=seen) as act:
        held: Opinion = act.subject
        _say(held, ReplyKind.NOTICE, text, told_by, act, organ)
        held.organ = organ
        _end(held, Outcome.PASSED)
        indexing.index([held])
        act.record(entries.Passed(organ.name, report=False))


def raise_suggestion(
    opinion: Opinion,
    deputy: people.Membership,
    text: str,
    told_by: str,
    *,
    actor: Account,
    note: str = "",
    seen: int | None = None,
) -> None:
    """Ask a deputy to make a suggestion of it: an offer that the room of suggestions turns into a draft.

    Raises:
        IntakeError: no room takes suggestions, or the deputy is none of this congress.
    """
    if not workflow.has_receiver(SUGGESTION_DRAFT):
        raise IntakeError("本系统没有启用代表建议，请改用其他办法办理。")
    if deputy.term is None or deputy.term.congress_id != opinion.congress_id or deputy.end is not None:
        raise IntakeError("请选择本级人大的现任代表。")
    with workflow.step(case_of(opinion), "raise_suggestion", actor=actor, seen=seen) as act:
        held: Opinion = act.subject
        voices = held.group.opinions.count() if held.group is not None else 1
        draft = SuggestionDraft(
            held.congress_id, deputy.person_id, held.title, held.text, held.place, voices, note
        )
        made = workflow.offer(SUGGESTION_DRAFT, draft, source=held.ref, actor=actor)
        _say(held, ReplyKind.NOTICE, text, told_by, act)
        held.raised = made.as_json()
        _end(held, Outcome.RAISED)
        act.record(entries.Raised(deputy.person.name, made.title))


def turn_away(
    opinion: Opinion, where: str, text: str, told_by: str, *, actor: Account, seen: int | None = None
) -> None:
    """Outside one's power: the sender is told where to go (信访工作条例 第二十二、三十条)."""
    with workflow.step(case_of(opinion), "turn_away", actor=actor, seen=seen) as act:
        held: Opinion = act.subject
        _say(held, ReplyKind.NOTICE, text, told_by, act)
        _end(held, Outcome.OUTSIDE)
        act.record(entries.Outside(texts.lift_numbers(where.strip()).text))


def extend(opinion: Opinion, reason: str, told_by: str, *, actor: Account, seen: int | None = None) -> None:
    """Take the longer time that 信访工作条例 第三十四条 allows, once, and tell the sender why.

    Raises:
        IntakeError: it was extended before, or is over already.
    """
    with workflow.step(case_of(opinion), "extend", actor=actor, seen=seen) as act:
        held: Opinion = act.subject
        if held.extended:
            raise IntakeError("已经延长过一次，不能再延长。")
        deadline = act.case.deadlines.get(key="result")
        if deadline.started_on is None or deadline.due_on is None or act.day > deadline.due_on:
            raise IntakeError("办理期限已过，不能再延长；请尽快答复并向反映人说明。")
        if deadline.rule != RESULT:
            raise IntakeError("复查没有延长的规定，请在期限内办结。")
        derived = law.derive(
            RESULT,
            {"from": deadline.started_on, "extended": True},
            on=deadline.started_on,
            congress=act.case.scope,
        )
        act.clock("result", derived=derived, on=deadline.started_on)
        held.extended = True
        held.save(update_fields=["extended"])
        why = texts.lift_numbers(texts.tidy(reason)).text
        due = derived.value
        assert isinstance(due, dt.date)
        _say(
            held,
            ReplyKind.NOTICE,
            f"您反映的事情延长办理，至{due.isoformat()}前答复。原因：{why}",
            told_by,
            act,
        )
        act.record(entries.Extended(why, due.isoformat()))


def progress(opinion: Opinion, text: str, *, actor: Account, seen: int | None = None) -> None:
    """A note of what was done; moves nothing."""
    with workflow.step(case_of(opinion), "progress", actor=actor, seen=seen) as act:
        body = texts.lift_numbers(texts.tidy(text)).text
        if not body:
            raise IntakeError("请写明进展。")
        act.record(entries.Progressed(body))
