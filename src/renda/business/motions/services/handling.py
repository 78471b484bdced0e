"""Handle: receive, object, rule, report, give an opinion."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from renda.business.motions import entries, queries
from renda.business.motions.models import Assignment, HandlingRole, Objection
from renda.business.motions.processes import reasons
from renda.business.motions.services import handover
from renda.kernel import clock
from renda.kernel.documents import api as documents
from renda.kernel.identity import api as identity
from renda.kernel.workflow import api as workflow
from renda.kernel.workflow.api import WorkflowError


def receive(
    assignment: Assignment,
    *,
    actor: identity.Account,
    seen: int | None = None,
    happened_at: dt.datetime | None = None,
) -> None:
    """The organ receives it. The reply's clock has run since hand-over; only the joint opinion's restarts."""
    with workflow.step(
        _case(assignment),
        "receive",
        actor=actor,
        seen=seen,
        happened_at=happened_at,
        on_behalf_of=queries.behalf(actor, assignment),
    ) as act:
        held: Assignment = act.subject
        held.received_at = act.happened_at
        held.save(update_fields=["received_at"])
        act.record(entries.Received(organ=held.organ.name))


def object(
    assignment: Assignment,
    *,
    actor: identity.Account,
    reason: str,
    text: str,
    suggested_organ: str = "",
    seen: int | None = None,
    happened_at: dt.datetime | None = None,
) -> Objection:
    """Not our business (代表建议办理办法 第十四条): in writing, with reasons, within the rule's days.

    Raises:
        WorkflowError: the days are over; by then it is the organ's to answer.
    """
    deadline = _case(assignment).deadlines.filter(key="objection").first()
    moment = happened_at or clock.now()
    day = moment.astimezone(clock.TZ).date()
    if deadline is not None and deadline.due_on is not None and day > deadline.due_on:
        raise WorkflowError(
            f"提出退回的期限是 {deadline.due_on.isoformat()}（交办之日起算的工作日，见依据），已经过了。"
            "请继续办理；确有困难的，与交办机构联系。"
        )
    with workflow.step(
        _case(assignment),
        "object",
        actor=actor,
        seen=seen,
        happened_at=happened_at,
        on_behalf_of=queries.behalf(actor, assignment),
    ) as act:
        held: Assignment = act.subject
        made = Objection.objects.create(
            assignment=held,
            reason=reason,
            text=text,
            suggested_organ=suggested_organ,
            made_at=act.happened_at,
        )
        act.record(
            entries.Objected(
                organ=held.organ.name, reason=reasons.label(reasons.OBJECTION_REASONS, reason), text=text
            )
        )
    return made


def _rule(held: Assignment, accepted: bool, text: str, at: dt.datetime) -> None:
    objection = held.objections.get(ruling="")
    objection.ruling = "accepted" if accepted else "refused"
    objection.ruling_text, objection.ruled_at = text, at
    objection.save(update_fields=["ruling", "ruling_text", "ruled_at"])


def refuse_return(
    assignment: Assignment,
    *,
    actor: identity.Account,
    text: str,
    seen: int | None = None,
    happened_at: dt.datetime | None = None,
) -> None:
    """It stays with the organ; the clock of the reply has not stopped meanwhile."""
    with workflow.step(
        _case(assignment), "refuse_return", actor=actor, seen=seen, happened_at=happened_at
    ) as act:
        held: Assignment = act.subject
        _rule(held, False, text, act.happened_at)
        act.record(entries.Ruled(organ=held.organ.name, accepted=False, text=text))


def accept_return(
    assignment: Assignment,
    *,
    actor: identity.Account,
    text: str,
    new_organ: handover.Organ | None = None,
    seen: int | None = None,
    happened_at: dt.datetime | None = None,
) -> Assignment | None:
    """It goes to another organ, whose clocks start with the new hand-over; the old day stays shown.

    Raises:
        WorkflowError: the lead returns and no new organ is named, or the new organ has it already.
    """
    suggestion = assignment.suggestion
    assert suggestion.case is not None
    made: Assignment | None = None
    with transaction.atomic():
        workflow.lock(suggestion.case.pk)
        others = [
            a
            for a in suggestion.assignments.select_related("case")
            if a.pk != assignment.pk and a.case is not None and a.case.state not in {"returned", "cancelled"}
        ]
        if (
            new_organ is None
            and assignment.role != HandlingRole.JOINT
            and not any(a.role != HandlingRole.JOINT for a in others)
        ):
            raise WorkflowError("退回之后没有单位答复代表，请写明改由哪个单位办理。")
        if new_organ is not None and any(a.organ_id == new_organ.pk for a in others):
            raise WorkflowError(f"{new_organ.name}已经在办理这件建议。")
        if new_organ is not None and new_organ.pk == assignment.organ_id:
            raise WorkflowError("改由的单位就是申请退回的单位，请改选。")
        with workflow.step(
            _case(assignment), "accept_return", actor=actor, seen=seen, happened_at=happened_at
        ) as act:
            held: Assignment = act.subject
            _rule(held, True, text, act.happened_at)
            act.record(
                entries.Ruled(
                    organ=held.organ.name,
                    accepted=True,
                    text=text,
                    new_organ=new_organ.name if new_organ else "",
                )
            )
            if new_organ is not None:
                made = _reassign(held, new_organ, act)
    return made


def _reassign(held: Assignment, organ: handover.Organ, act: workflow.Step) -> Assignment:
    suggestion = held.suggestion
    parent = suggestion.case
    assert parent is not None
    problem = handover.Plan(lead=organ).problem(act.day)
    if problem:
        raise WorkflowError(problem)
    made = handover.assign(
        suggestion, organ, HandlingRole(held.role), act=act, through=held.through_government
    )
    if held.role != HandlingRole.JOINT:
        derived = handover.derive_reply(suggestion, act.day)
        with workflow.step(parent, "reassign", because=act) as up:
            up.clock("reply", derived=derived)
            up.record(
                entries.HandedOver(
                    organs=[f"{HandlingRole(held.role).label}{organ.name}"],
                    due_on=derived.day.isoformat(),
                    rule=derived.rule,
                )
            )
    return made


def report_progress(
    assignment: Assignment,
    *,
    actor: identity.Account,
    text: str,
    files: Sequence[Any] = (),
    seen: int | None = None,
    happened_at: dt.datetime | None = None,
) -> None:
    with workflow.step(
        _case(assignment),
        "progress",
        actor=actor,
        seen=seen,
        happened_at=happened_at,
        on_behalf_of=queries.behalf(actor, assignment),
    ) as act:
        held: Assignment = act.subject
        for file in files:
            documents.attach(file, owner=held.suggestion.ref, actor=actor, name=file.name)
        act.record(entries.Progressed(organ=held.organ.name, text=text))


def opine(
    assignment: Assignment,
    *,
    actor: identity.Account,
    text: str,
    seen: int | None = None,
    happened_at: dt.datetime | None = None,
) -> None:
    """A joint organ tells the lead its opinion (代表建议办理办法 第十八条)."""
    with workflow.step(
        _case(assignment),
        "opine",
        actor=actor,
        seen=seen,
        happened_at=happened_at,
        on_behalf_of=queries.behalf(actor, assignment),
    ) as act:
        held: Assignment = act.subject
        held.opinion, held.opined_at = text, act.happened_at
        held.save(update_fields=["opinion", "opined_at"])
        act.record(entries.Opined(organ=held.organ.name, text=text))


def _case(assignment: Assignment) -> workflow.Case:
    assert assignment.case is not None
    return assignment.case
