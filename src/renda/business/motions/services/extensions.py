"""More time: asked before the due day with reason, told to the deputy, limited by law."""

from __future__ import annotations

import dataclasses
import datetime as dt

from django.db import transaction

from renda.business.motions import entries, queries
from renda.business.motions.models import Assignment, Extension
from renda.business.motions.services.handover import HARD
from renda.kernel.identity import api as identity
from renda.kernel.law import api as law
from renda.kernel.workflow import api as workflow
from renda.kernel.workflow.api import WorkflowError


def limit(assignment: Assignment) -> law.Derived:
    """The last day that 代表法 第五十一条 allows: six months from hand-over in all, not three and six."""
    day = assignment.handed_over_on
    return law.derive(HARD, {"from": day}, on=day, congress=f"congress:{assignment.suggestion.congress_id}")


def _check_day(assignment: Assignment, until: dt.date) -> law.Derived:
    assert assignment.case is not None
    reply = assignment.case.deadlines.get(key="reply")
    longest = limit(assignment)
    if reply.due_on is not None and until <= reply.due_on:
        raise WorkflowError(f"现在的答复期限是 {reply.due_on.isoformat()}，延期应当晚于这一天。")
    if until > longest.day:
        raise WorkflowError(
            f"最长只能延至 {longest.day.isoformat()}：{longest.law}{longest.article}，"
            "自交办之日起合计六个月。"
        )
    return longest


def ask(
    assignment: Assignment,
    *,
    actor: identity.Account,
    until: dt.date,
    reason: str,
    told: str,
    seen: int | None = None,
    happened_at: dt.datetime | None = None,
) -> Extension:
    """Ask for more time, before the due day and having told the deputy why.

    Raises:
        WorkflowError: the due day is over, a request is open, or the day is beyond the law's limit.
    """
    assert assignment.case is not None
    _check_day(assignment, until)
    with workflow.step(
        assignment.case,
        "ask_extension",
        actor=actor,
        seen=seen,
        happened_at=happened_at,
        on_behalf_of=queries.behalf(actor, assignment),
    ) as act:
        held: Assignment = act.subject
        reply = held.case.deadlines.get(key="reply")  # type: ignore[union-attr]
        if reply.due_on is not None and act.day > reply.due_on:
            raise WorkflowError("答复期限已过，不能再申请延期；请尽快答复，并向代表说明。")
        if held.extensions.filter(decided_at__isnull=True).exists():
            raise WorkflowError("已有一份延期申请在等待决定。")
        made = Extension.objects.create(
            assignment=held, reason=reason, asked_until=until, told_deputy=told, asked_at=act.happened_at
        )
        made.case = workflow.start(
            "motions.extension",
            made.ref,
            scope=f"congress:{held.suggestion.congress_id}",
            entry=None,
            actor=actor,
            parent=held.case,
            happened_at=act.happened_at,
            open_turns=False,
            about=held.suggestion.ref,
        )
        made.save(update_fields=["case"])
        workflow.settle(made.case, act.happened_at)
        act.record(
            entries.ExtensionAsked(organ=held.organ.name, until=until.isoformat(), reason=reason, told=told)
        )
    return made


def grant(
    extension: Extension,
    *,
    actor: identity.Account,
    until: dt.date,
    text: str = "",
    seen: int | None = None,
    happened_at: dt.datetime | None = None,
) -> None:
    """Grant it, to the day asked or another; never beyond six months in all."""
    assert extension.case is not None
    assignment = extension.assignment
    parent = assignment.suggestion.case
    assert parent is not None and assignment.case is not None
    with transaction.atomic():
        workflow.lock(parent.pk)
        workflow.lock(assignment.case.pk)
        longest = _check_day(assignment, until)
        with workflow.step(extension.case, "grant", actor=actor, seen=seen, happened_at=happened_at) as act:
            held: Extension = act.subject
            held.granted_until, held.decided_at, held.answer = until, act.happened_at, text
            held.save(update_fields=["granted_until", "decided_at", "answer"])
            act.record(
                entries.ExtensionDecided(
                    organ=assignment.organ.name, granted=True, until=until.isoformat(), text=text
                )
            )
            before = assignment.case.deadlines.get(key="reply").due_on
            words = entries.DueMoved(before=before.isoformat() if before else "", after=until.isoformat())
            # The granted day explains itself by the rule that limits it.
            derived = dataclasses.replace(
                longest,
                value=until,
                formula=f"经批准延至{until.isoformat()}；最长为{longest.formula}",
            )
            with workflow.step(assignment.case, "extend", because=act) as child:
                child.clock("reply", derived=derived, on=assignment.handed_over_on)
                child.record(words)
            if parent.state == "handling":
                shown = parent.deadlines.get(key="reply").due_on
                if shown is None or until > shown:
                    with workflow.step(parent, "move_due", because=act) as up:
                        up.clock("reply", derived=derived, on=assignment.handed_over_on)
                        up.record(words)


def refuse(
    extension: Extension,
    *,
    actor: identity.Account,
    text: str,
    seen: int | None = None,
    happened_at: dt.datetime | None = None,
) -> None:
    assert extension.case is not None
    with workflow.step(extension.case, "refuse", actor=actor, seen=seen, happened_at=happened_at) as act:
        held: Extension = act.subject
        held.decided_at, held.answer = act.happened_at, text
        held.save(update_fields=["decided_at", "answer"])
        act.record(
            entries.ExtensionDecided(organ=held.assignment.organ.name, granted=False, until="", text=text)
        )
