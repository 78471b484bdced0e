"""Write, hand in a sheet, submit, withdraw."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from renda.assembly.people import api as people
from renda.business.motions import entries, rules
from renda.business.motions.models import Consent, How, Kind, Suggestion
from renda.business.motions.models.suggestions import Via
from renda.kernel import clock
from renda.kernel.documents import api as documents
from renda.kernel.identity import api as identity
from renda.kernel.law import api as law
from renda.kernel.record import api as record
from renda.kernel.refs import Ref
from renda.kernel.workflow import api as workflow
from renda.kernel.workflow.api import WorkflowError

PARTS = {
    "title": "标题",
    "matter": "案由",
    "analysis": "情况分析",
    "proposal": "具体建议",
    "how": "怎样形成的",
    "consent": "公开意愿",
    "proposed_organ": "希望的承办单位",
}


class Overtaken(WorkflowError):
    """The draft was saved from another window since this one was opened."""


REQUIRED = ("title", "matter", "analysis", "proposal", "how", "consent")


def start_draft(
    seat: people.Membership,
    *,
    actor: identity.Account,
    kind: str = Kind.SUGGESTION,
    via: str = Via.PAGE,
    source: Ref | None = None,
    texts: Mapping[str, str] | None = None,
    happened_at: dt.datetime | None = None,
) -> Suggestion:
    """Begin a draft for a deputy, by the deputy or the secretary.

    Args:
        seat: the deputy's membership in the congress.
        source: what it came from (an opinion of the public).
        texts: parts that are already there (from a Word file, an offer).

    Raises:
        identity.Forbidden: somebody else's seat.
    """
    if source is None:  # with a source the room that offers has checked its own policy
        identity.check("motions.draft", actor, None)
        own = f"person:{seat.person_id}"
        if not (identity.has(actor, "deputy", own) or identity.has(actor, "secretary", own)):
            raise identity.Forbidden("只能替自己、或者由秘书替所服务的代表起草。")
    assert seat.term is not None
    moment = happened_at or clock.now()
    texts = {k: v for k, v in (texts or {}).items() if k in PARTS}
    identity.refuse_secret_marks("\n".join(texts.values()))
    with transaction.atomic():
        suggestion = Suggestion.objects.create(
            congress=seat.term.congress,
            term=seat.term,
            kind=kind,
            lead=seat.person,
            delegation=seat.delegation,
            drafted_by=actor,
            via=via,
            source=source.as_json() if source else {},
            created_at=moment,
            saved_at=moment,
            **{"title": "", **texts},
        )
        suggestion.case = workflow.start(
            "motions.suggestion",
            Ref("motions.suggestion", str(suggestion.pk), suggestion.title or "（未命名的草稿）"),
            scope=f"congress:{suggestion.congress_id}",
            entry=entries.Drafted(via=Via(via).label),
            actor=actor,
            happened_at=moment,
            open_turns=False,
        )
        suggestion.save(update_fields=["case"])
        workflow.settle(suggestion.case, moment)
    return suggestion


def save_draft(
    suggestion: Suggestion,
    texts: Mapping[str, str],
    *,
    actor: identity.Account,
    seen: dt.datetime | None = None,
    happened_at: dt.datetime | None = None,
) -> list[str]:
    """Autosave: keep what was typed, of the parts that changed. Writes one entry for a run of small saves.

    Args:
        seen: ``saved_at`` of the draft as the window shows it; None overwrites whatever is there.

    Returns:
        labels of the parts that changed.

    Raises:
        Overtaken: another window, or the secretary, saved something in between.
    """
    with transaction.atomic():
        case = workflow.lock(suggestion.case_id)  # type: ignore[arg-type]
        held = Suggestion.objects.get(pk=suggestion.pk)
        if case.state == "transcribing":
            identity.check("motions.transcribe", actor, held)
        elif case.state in {"draft", "returned", "confirming"}:
            identity.check("motions.edit", actor, held)
        else:
            raise WorkflowError(
                f"现在是“{case.state_label}”，文稿不能再改。需要修改的，请联系代表联络工作机构退回补正。"
            )
        changed = [k for k in PARTS if k in texts and getattr(held, k) != texts[k]]
        if not changed:
            return []
        if seen is not None and seen != held.saved_at:
            at = held.saved_at.astimezone(clock.TZ)
            raise Overtaken(
                f"{at.month}月{at.day}日 {at:%H:%M} 已从另一个窗口（或由秘书）保存过别的内容，"
                "这里的没有覆盖它。请先看那一份，再决定以哪一份为准。"
            )
        identity.refuse_secret_marks("\n".join(texts[k] for k in changed))
        for key in changed:
            setattr(held, key, texts[key][:100] if key == "title" else texts[key])
        if held.how and held.how not in How.values:
            raise WorkflowError("请从列表中选择建议是怎样形成的。")
        if held.consent and held.consent not in Consent.values:
            raise WorkflowError("请从列表中选择公开意愿。")
        moment = happened_at or clock.now()
        first_since = clock.now() - dt.timedelta(minutes=30)
        held.saved_at = moment
        held.save(update_fields=[*changed, "saved_at"])
        if "title" in changed:
            workflow.retitle(held.ref, held.title)
        # A deputy writes for half an hour with a save every few seconds: that is one line of the timeline.
        if not record.entries(kind=entries.Edited.KIND, subject=held.ref, since=first_since).count():
            record.write(
                entries.Edited(parts=[PARTS[k] for k in changed]),
                subject=held.ref,
                actor=actor,
                happened_at=moment,
            )
        for name in (*changed, "saved_at"):
            setattr(suggestion, name, getattr(held, name))
    return [PARTS[k] for k in changed]


def make_motion(suggestion: Suggestion, *, actor: identity.Account) -> None:
    """Put it forward as a motion (议案) instead, or back as a suggestion, while it is a draft."""
    with transaction.atomic():
        case = workflow.lock(suggestion.case_id)  # type: ignore[arg-type]
        held = Suggestion.objects.get(pk=suggestion.pk)
        identity.check("motions.edit", actor, held)
        if case.state not in {"draft", "returned"} or held.serial is not None:
            raise WorkflowError("已经提交或者编号，不能再改为议案。")
        held.kind = Kind.SUGGESTION if held.kind == Kind.MOTION else Kind.MOTION
        held.save(update_fields=["kind"])
        record.write(entries.Edited(parts=[f"改作{held.get_kind_display()}"]), subject=held.ref, actor=actor)
        suggestion.kind = held.kind


def hand_in_sheet(
    suggestion: Suggestion, *, actor: identity.Account, files: Sequence[Any], seen: int | None = None
) -> None:
    """Photos of a handwritten sheet go to the office for typing; the deputy confirms what was typed."""
    if not files:
        raise WorkflowError("请先拍照或者选择手写件的照片。")
    with workflow.step(_case(suggestion), "hand_in_sheet", actor=actor, seen=seen) as act:
        held: Suggestion = act.subject
        for file in files:
            documents.attach(file, owner=held.ref, actor=actor, name=file.name)
        held.via = Via.SHEET
        held.save(update_fields=["via"])
        if not held.title:
            workflow.retitle(held.ref, f"{held.lead.name}代表的手写件")
        act.record(entries.SheetHandedIn(pages=len(files)))


def transcribe(suggestion: Suggestion, *, actor: identity.Account, seen: int | None = None) -> None:
    """The office has typed the sheet; the deputy is asked to confirm."""
    with workflow.step(_case(suggestion), "transcribe", actor=actor, seen=seen) as act:
        held: Suggestion = act.subject
        if not held.title or not held.proposal:
            raise WorkflowError("请至少录入标题和具体建议，再请代表核对。")
        act.record(entries.Transcribed(title=held.title))


def reject_transcript(
    suggestion: Suggestion, *, actor: identity.Account, reason: str, seen: int | None = None
) -> None:
    with workflow.step(_case(suggestion), "reject_transcript", actor=actor, seen=seen) as act:
        act.record(entries.TranscriptRejected(reason=reason))


def missing_parts(suggestion: Suggestion) -> list[str]:
    """Labels of what is still empty before it can be submitted."""
    return [PARTS[k] for k in REQUIRED if not str(getattr(suggestion, k)).strip()]


def submit(
    suggestion: Suggestion,
    *,
    actor: identity.Account,
    seen: int | None = None,
    happened_at: dt.datetime | None = None,
) -> None:
    """Submit, in session through the delegation, between sessions to the office (代表法 第二十四、三十六条).

    Raises:
        WorkflowError: something is empty; a motion lacks signers (地方组织法 第二十二条).
    """
    moment = happened_at or clock.now()
    day = moment.astimezone(clock.TZ).date()
    session = people.session_on(suggestion.congress, day)
    through = session.in_session and suggestion.delegation_id is not None
    with workflow.step(
        _case(suggestion),
        "submit_in_session" if through else "submit",
        actor=actor,
        seen=seen,
        happened_at=happened_at,
    ) as act:
        held: Suggestion = act.subject
        missing = missing_parts(held)
        if missing:
            raise WorkflowError(f"还没有填写：{'、'.join(missing)}。填好后再提交。")
        cosigners = held.cosignatures.filter(state="signed").count()
        if held.kind == Kind.MOTION:
            _check_motion(held, cosigners, day, session.in_session)
        held.cosignatures.filter(state="invited").update(state="declined")
        held.session = session.session if session.in_session else None
        held.submitted_at = moment
        held.save(update_fields=["session", "submitted_at"])
        act.record(
            entries.Submitted(
                deputy=entries.person(held.lead_id, held.lead.name),
                title=held.title,
                when=session.label,
                cosigners=cosigners,
                consent=Consent(held.consent).label,
            )
        )


def _check_motion(held: Suggestion, cosigners: int, day: dt.date, in_session: bool) -> None:
    if not in_session:
        raise WorkflowError("代表议案应当在会议期间提出；闭会期间请作为代表建议提出。")
    needed = law.compute(
        "joint_proposal",
        {"level": held.congress.level, "kind": "motion", "members": people.count_seats(held.term)},
        on=day,
    )
    if cosigners + 1 < needed["needed"]:
        raise WorkflowError(
            f"代表议案需要 {needed['needed']} 名以上代表联名（{needed['article']}），"
            f"现在有 {cosigners + 1} 名。可以继续邀请附议，或者改为代表建议提出。"
        )


def withdraw(
    suggestion: Suggestion, *, actor: identity.Account, reason: str, seen: int | None = None
) -> None:
    """The deputy takes it back, before hand-over; it stays in the record."""
    with workflow.step(_case(suggestion), "withdraw", actor=actor, seen=seen) as act:
        act.record(entries.Withdrawn(reason=reason))


def several(suggestion: Suggestion, organs: Sequence[str] = ()) -> rules.SeveralMatters | None:
    """Whether it seems to hold several matters; shown while writing and at review."""
    return rules.several_matters(suggestion.title, suggestion.proposal, organs)


def _case(suggestion: Suggestion) -> workflow.Case:
    assert suggestion.case is not None
    return suggestion.case
