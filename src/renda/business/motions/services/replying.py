"""Reply: draft with promises, countersign, sign with a number, withdraw by a recorded act."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from renda.assembly.ledger import api as ledger
from renda.assembly.people import api as people
from renda.business.motions import entries, queries
from renda.business.motions.models import (
    Assignment,
    Countersign,
    HandlingRole,
    LetterMark,
    Promise,
    Reply,
    ReplyClass,
    Suggestion,
)
from renda.business.motions.queries.people import active_assignments
from renda.business.motions.services import following
from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.numbering import api as numbering
from renda.kernel.workflow import api as workflow
from renda.kernel.workflow.api import WorkflowError

TEXTS = ("opening", "done", "planned", "cannot", "contact")


@dataclass(frozen=True, slots=True)
class PromiseDraft:
    """One promise as a person confirmed it.

    Args:
        text: what will be done; organ: by whom; due_on: until when; measure: how one sees that it is done;
        evidence_kind: what proves it; proposed: whether the system had proposed it from the letter.
    """

    text: str
    organ: people.Organisation
    due_on: dt.date
    measure: str
    evidence_kind: str
    condition: str = ""
    proposed: bool = False


def open_draft(assignment: Assignment, *, actor: identity.Account) -> Reply:
    """The draft of the present round; made empty where there is none, with nothing pre-filled."""
    identity.check("motions.handle", actor, assignment)
    with transaction.atomic():
        case = workflow.lock(assignment.case_id)  # type: ignore[arg-type]
        if case.state not in {"accepted", "rehandling"}:
            raise WorkflowError(f"现在是“{case.state_label}”，不能起草答复。")
        round_ = assignment.suggestion.round if case.state == "rehandling" else 1
        found = assignment.replies.filter(round=round_, state="draft").first()
        return found or Reply.objects.create(
            assignment=assignment,
            suggestion=assignment.suggestion,
            round=round_,
            drafted_by=actor,
            saved_at=clock.now(),
        )


def save_draft(
    reply: Reply,
    *,
    actor: identity.Account,
    texts: dict[str, str],
    reply_class: ReplyClass | None = None,
    promises: Sequence[PromiseDraft] | None = None,
    happened_at: dt.datetime | None = None,
) -> Reply:
    """Keep what was typed. A countersigned text loses its signatures when it changes."""
    with transaction.atomic():
        workflow.lock(reply.assignment.case_id)  # type: ignore[arg-type]
        held = Reply.objects.select_related("assignment", "suggestion").get(pk=reply.pk)
        identity.check("motions.handle", actor, held.assignment)
        if held.state != "draft":
            raise WorkflowError("答复已经送审或者发出，不能修改；需要修改的请负责人退回。")
        if reply_class is not None and reply_class.term_id != held.suggestion.term_id:
            raise WorkflowError("请从本届的答复分类中选择。")
        before = held.text
        for key in TEXTS:
            if key in texts:
                setattr(held, key, texts[key])
        identity.refuse_secret_marks(held.text)
        if reply_class is not None:
            held.reply_class = reply_class
        held.saved_at = happened_at or clock.now()
        held.save()
        if promises is not None:
            _set_promises(held, promises)
        if held.text != before:
            held.countersigns.all().delete()
    return held


def _set_promises(held: Reply, promises: Sequence[PromiseDraft]) -> None:
    for number, draft in enumerate(promises, start=1):
        if not draft.text.strip() or not draft.measure.strip():
            raise WorkflowError(f"第 {number} 项承诺要写明做什么、怎样算完成。")
        if draft.evidence_kind not in ledger.EvidenceKind.values:
            raise WorkflowError(f"第 {number} 项承诺请选择以何为证。")
    held.promises.all().delete()
    Promise.objects.bulk_create(
        [
            Promise(
                reply=held,
                text=d.text.strip()[:300],
                organ=d.organ,
                due_on=d.due_on,
                condition=d.condition[:300],
                measure=d.measure.strip()[:300],
                evidence_kind=d.evidence_kind,
                proposed=d.proposed,
            )
            for d in promises
        ]
    )


def ask_countersigns(
    reply: Reply, *, actor: identity.Account, happened_at: dt.datetime | None = None
) -> list[Countersign]:
    """Send the draft to the joint organs; each countersigns on its own desk.

    Raises:
        WorkflowError: a joint organ has not given its opinion yet.
    """
    assignment = reply.assignment
    identity.check("motions.handle", actor, assignment)
    parent = assignment.suggestion.case
    assert parent is not None
    made = []
    with transaction.atomic():
        workflow.lock(parent.pk)
        held = Reply.objects.select_for_update().get(pk=reply.pk)
        if held.state != "draft":
            raise WorkflowError("答复已经送审或者发出。")
        asked = set(held.countersigns.exclude(agrees=False).values_list("assignment_id", flat=True))
        for joint in active_assignments(assignment.suggestion).filter(role=HandlingRole.JOINT):
            assert joint.case is not None
            if joint.pk in asked:
                continue
            if joint.case.state != "opined":
                raise WorkflowError(
                    f"{joint.organ.name}是“{joint.case.state_label}”，还不能会签；请先催它提出会办意见。"
                )
            with workflow.step(
                assignment.case,  # type: ignore[arg-type]
                "draft_reply",
                actor=actor,
                happened_at=happened_at,
            ) as act:
                act.record(entries.ReplyDrafted(organ=assignment.organ.name, promises=held.promises.count()))
                with workflow.step(joint.case, "ask_countersign", because=act) as child:
                    child.record(entries.CountersignAsked(organ=joint.organ.name))
            row, _ = Countersign.objects.update_or_create(
                reply=held,
                assignment=joint,
                defaults={"agrees": None, "text": "", "asked_at": clock.now(), "answered_at": None},
            )
            made.append(row)
    return made


def countersign(
    assignment: Assignment,
    *,
    actor: identity.Account,
    agrees: str,
    text: str = "",
    seen: int | None = None,
    happened_at: dt.datetime | None = None,
) -> None:
    """A joint organ agrees, or says what has to be written otherwise."""
    assert assignment.case is not None
    yes = agrees == "yes"
    if not yes and not text.strip():
        raise WorkflowError("不同意的，请写明哪一处、应当怎样写。")
    with workflow.step(
        assignment.case,
        "countersign",
        actor=actor,
        seen=seen,
        happened_at=happened_at,
        on_behalf_of=queries.behalf(actor, assignment),
    ) as act:
        held: Assignment = act.subject
        row = (
            Countersign.objects.filter(assignment=held, answered_at__isnull=True, reply__state="draft")
            .order_by("-pk")
            .first()
        )
        if row is not None:
            row.agrees, row.text, row.answered_at = yes, text, act.happened_at
            row.save(update_fields=["agrees", "text", "answered_at"])
        act.record(entries.Countersigned(organ=held.organ.name, agrees=yes, text=text))


def problems(reply: Reply) -> list[str]:
    """What keeps a draft from the head's desk: facts and the law's steps, each with what to do."""
    found = []
    if reply.reply_class_id is None:
        found.append("还没有选答复分类。")
    if not any(getattr(reply, k).strip() for k in ("done", "planned", "cannot")):
        found.append("还没有写已经做了什么、打算做什么或者做不到的原因。")
    if reply.planned.strip() and not reply.promises.exists():
        found.append("写了打算做什么，却没有一项承诺：每项要有责任单位、期限和怎样算完成。")
    unfinished = [str(n) for n, row in enumerate(reply.rows, start=1) if not row.get("complete")]
    if unfinished:
        found.append(
            f"承诺表第 {'、'.join(unfinished)} 行没有填完：补齐责任单位、期限、怎样算完成、以何为证，或删去。"
        )
    if reply.promises.exists() and not reply.planned.strip():
        found.append("列了承诺，正文“打算做什么”却是空的。")
    if not reply.assignment.contacts.filter(side="organ").exists():
        found.append("代表法第五十一条：答复前应当与代表联系沟通，充分听取意见。请先登记与代表的沟通。")
    if reply.assignment.role == HandlingRole.LEAD:
        joints = active_assignments(reply.suggestion).filter(role=HandlingRole.JOINT)
        agreed = set(reply.countersigns.filter(agrees=True).values_list("assignment_id", flat=True))
        missing = [j.organ.shown_name for j in joints if j.pk not in agreed]
        if missing:
            found.append(f"会办单位还没有同意会签：{'、'.join(missing)}。")
    return found


def send_to_head(
    reply: Reply,
    *,
    actor: identity.Account,
    seen: int | None = None,
    happened_at: dt.datetime | None = None,
) -> None:
    """To the head's desk; complete, with its promises, the deputy heard, the joint organs agreed."""
    case = reply.assignment.case
    assert case is not None
    key = "send_to_head_again" if case.state == "rehandling" else "send_to_head"
    with workflow.step(
        case,
        key,
        actor=actor,
        seen=seen,
        happened_at=happened_at,
        on_behalf_of=queries.behalf(actor, reply.assignment),
    ) as act:
        held = Reply.objects.select_for_update().get(pk=reply.pk)
        found = problems(held)
        if found:
            raise WorkflowError("".join(found))
        held.state = "signing"
        held.save(update_fields=["state"])
        act.record(entries.ReplyDrafted(organ=held.assignment.organ.name, promises=held.promises.count()))


def return_draft(
    assignment: Assignment,
    *,
    actor: identity.Account,
    text: str,
    seen: int | None = None,
    happened_at: dt.datetime | None = None,
) -> None:
    """The head sends it back to be written better."""
    case = assignment.case
    assert case is not None
    key = "return_reply_again" if case.state == "resigning" else "return_reply"
    with workflow.step(
        case,
        key,
        actor=actor,
        seen=seen,
        happened_at=happened_at,
        on_behalf_of=queries.behalf(actor, assignment),
    ) as act:
        assignment.replies.filter(state="signing").update(state="draft")
        act.record(entries.ReplyReturned(organ=assignment.organ.name, text=text))


def issue(
    assignment: Assignment,
    *,
    actor: identity.Account,
    signer: str,
    number: str = "",
    seen: int | None = None,
    happened_at: dt.datetime | None = None,
) -> Reply:
    """Sign and send: the letter gets its number, promises become matters, the last organ ends the handling.

    Args:
        signer: the organ's principal head (代表建议办理办法 第二十一条).
        number: the number already given on paper; by the organ's own series otherwise.
    """
    suggestion = assignment.suggestion
    parent = suggestion.case
    assert parent is not None and assignment.case is not None
    with transaction.atomic():
        workflow.lock(parent.pk)
        with workflow.step(
            assignment.case,
            "issue_reply",
            actor=actor,
            seen=seen,
            happened_at=happened_at,
            on_behalf_of=queries.behalf(actor, assignment),
        ) as act:
            held = Reply.objects.select_for_update().get(assignment=assignment, state="signing")
            found = problems(held)
            if found:
                raise WorkflowError("".join(found))
            if act.on_behalf_of is not None and not number.strip():
                raise WorkflowError("代没有账号的单位登记纸面答复，请填写信上的文号。")
            held.number = number.strip() or _number(assignment, act.day.year, held, actor)
            held.signer = signer
            held.state, held.issued_on, held.issued_at = "issued", act.day, act.happened_at
            held.save()
            following.open_promises(held, act)
            clock_key = "rehandle" if held.round > 1 else "reply"
            deadline = assignment.case.deadlines.get(key=clock_key)
            assert held.reply_class is not None
            act.record(
                entries.Replied(
                    organ=assignment.organ.name,
                    number=held.number,
                    signer=signer,
                    reply_class=held.reply_class.code,
                    promises=held.promises.count(),
                    in_time=deadline.due_on is None or act.day <= deadline.due_on,
                    round=held.round,
                )
            )
        _when_all_replied(parent, act)
    return held


def _number(assignment: Assignment, year: int, reply: Reply, actor: identity.Account) -> str:
    mark = LetterMark.objects.filter(organ=assignment.organ).first()
    if mark is None:
        raise WorkflowError(
            f"{assignment.organ.name}还没有登记答复代字，请填写纸面上的文号，或者请代表联络工作机构登记代字。"
        )
    series = numbering.Series(organ_key=f"org:{assignment.organ_id}", mark=mark.mark, year=year)
    return numbering.issue_next(series, subject=reply.ref, actor=actor).text


def _when_all_replied(parent: workflow.Case, act: workflow.Step) -> None:
    """If that was the last organ's answer, the deputies are asked; those merged into it as well."""
    suggestion = Suggestion.objects.select_related("case").get(case=parent)
    owing = active_assignments(suggestion).exclude(role=HandlingRole.JOINT)
    if owing.exclude(case__state="replied").exists():
        return
    words = [str(r) for r in queries.current_replies(suggestion)]
    for row in [suggestion, *suggestion.merged.select_related("case").order_by("pk")]:
        assert row.case is not None
        if row.case.state not in {"handling", "rehandling", "merged"}:
            continue
        with workflow.step(row.case, "all_replied", because=act) as up:
            up.record(entries.AllReplied(replies=words))


def withdraw(
    assignment: Assignment,
    *,
    actor: identity.Account,
    reason: str,
    seen: int | None = None,
    happened_at: dt.datetime | None = None,
) -> None:
    """Take a wrong letter back: it stays on the timeline, promises leave the ledger, the clock goes on."""
    suggestion = assignment.suggestion
    parent = suggestion.case
    assert parent is not None and assignment.case is not None
    with transaction.atomic():
        workflow.lock(parent.pk)
        parent.refresh_from_db()
        if parent.state not in {"handling", "replied", "following"}:
            raise WorkflowError(f"这件建议现在是“{parent.state_label}”，答复不能撤回。")
        with workflow.step(
            assignment.case, "withdraw_reply", actor=actor, seen=seen, happened_at=happened_at
        ) as act:
            held = assignment.replies.filter(state="issued").order_by("-round").first()
            if held is None:
                raise WorkflowError("没有已经发出的答复。")
            if held.ratings.exists():
                raise WorkflowError("代表已经评价了这份答复，不能撤回；需要更正的，请另行致函代表。")
            held.state, held.withdrawn_at, held.withdrawn_why = "withdrawn", act.happened_at, reason[:300]
            held.save(update_fields=["state", "withdrawn_at", "withdrawn_why"])
            following.drop_promises(held, act)
            act.record(entries.ReplyWithdrawn(organ=assignment.organ.name, number=held.number, reason=reason))
        deadline = assignment.case.deadlines.get(key="reply")
        if deadline.status == "stopped":  # it was not answered after all: the same clock, not a new one
            deadline.status, deadline.stopped_on = "running", None
            deadline.save(update_fields=["status", "stopped_on"])
        if parent.state in {"replied", "following"}:
            with workflow.step(parent, "reply_withdrawn", because=act) as up:
                up.record(entries.Reopened(why=f"{assignment.organ.name}撤回答复"))
