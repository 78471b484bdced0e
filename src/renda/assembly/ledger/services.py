"""Verbs of the ledger: the only code that changes a matter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from renda.assembly.ledger import entries, rules
from renda.assembly.ledger.models import EvidenceKind, Matter, Note
from renda.assembly.ledger.processes import DROP_REASONS, LOOKBACKS
from renda.kernel import clock
from renda.kernel.calendar import api as calendar
from renda.kernel.documents import api as documents
from renda.kernel.identity import api as identity
from renda.kernel.record import api as record
from renda.kernel.refs import Ref
from renda.kernel.workflow import api as workflow
from renda.kernel.workflow.api import WorkflowError

Files = Sequence[Any]
# Kinds of evidence that are nothing without the file itself.
NEEDS_FILE = {EvidenceKind.PHOTO, EvidenceKind.ACCEPTANCE, EvidenceKind.PAYMENT}


def open_matter(
    *,
    congress_id: int,
    kind: str,
    source: Ref,
    title: str,
    measure: str,
    evidence_kind: str,
    organ_id: int,
    due_on: dt.date,
    supervisor: str,
    actor: identity.Account | None,
    asked_first_id: int | None = None,
    condition: str = "",
    person: str = "",
    happened_at: dt.datetime | None = None,
    origin: record.Origin | None = None,
) -> Matter:
    """Put something on the ledger, in the transaction of the act that promised it.

    Args:
        source: what it came from (a reply, a review finding); shown and linked.
        supervisor: ``role@scope`` that follows it up; never the organ itself.
        asked_first_id: the deputy who is asked before it is closed.
        due_on: the day promised.

    Raises:
        WorkflowError: the day is before the day of the promise, or the evidence kind is unknown.
    """
    moment = happened_at or clock.now()
    if due_on < moment.astimezone(clock.TZ).date():
        raise WorkflowError(f"承诺“{title}”的期限 {due_on.isoformat()} 早于承诺当天，请核对日期。")
    if evidence_kind not in EvidenceKind.values:
        raise WorkflowError(f"承诺“{title}”没有写明以何为证，请从列表中选择。")
    with transaction.atomic():
        matter = Matter.objects.create(
            congress_id=congress_id,
            kind=kind,
            source_kind=source.kind,
            source_id=source.id,
            source_title=source.title[:300],
            title=title[:300],
            measure=measure,
            condition=condition,
            evidence_kind=evidence_kind,
            organ_id=organ_id,
            person=person,
            supervisor=supervisor,
            asked_first_id=asked_first_id,
            due_on=due_on,
            created_at=moment,
        )
        matter.case = workflow.start(
            "ledger.matter",
            matter.ref,
            scope=f"congress:{congress_id}",
            entry=entries.Opened(
                matter=matter.title, organ=matter.organ.name, due_on=due_on.isoformat(), source=source.title
            ),
            actor=actor,
            happened_at=moment,
            origin=origin,
            open_turns=False,
        )
        matter.save(update_fields=["case"])
        workflow.run_clock(
            matter.case,
            workflow.Clock("start", "promise"),
            moment.astimezone(clock.TZ).date(),
            workflow.ClockOrder(due_on=due_on),
        )
        workflow.settle(matter.case, moment)
    return matter


def _note(
    matter: Matter,
    kind: str,
    text: str,
    happened_on: dt.date,
    actor: identity.Account | None,
    files: Files = (),
    agrees: bool | None = None,
) -> tuple[Note, list[str]]:
    if happened_on > clock.today():
        raise WorkflowError(f"日期 {happened_on.isoformat()} 还没有到，请填写已经发生的日期。")
    note = Note.objects.create(
        matter=matter,
        kind=kind,
        text=text,
        happened_on=happened_on,
        agrees=agrees,
        by=actor,
        round=matter.round,
        created_at=clock.now(),
    )
    names = [documents.attach(f, owner=note.ref, actor=actor, name=f.name).name for f in files]
    return note, names


def report_progress(
    matter: Matter,
    *,
    actor: identity.Account,
    text: str,
    happened_on: dt.date,
    files: Files = (),
    seen: int | None = None,
) -> None:
    """The holder says how far it is; it moves nothing and stops no clock."""
    with workflow.step(matter.flow, "progress", actor=actor, seen=seen) as act:
        _note(act.subject, "progress", text, happened_on, actor, files)
        act.record(entries.Progressed(text=text))


def submit_evidence(
    matter: Matter,
    *,
    actor: identity.Account,
    text: str,
    happened_on: dt.date,
    files: Files = (),
    seen: int | None = None,
) -> None:
    """The holder says it is done and proves it; a deputy who has to be asked first is asked now.

    Raises:
        WorkflowError: the kind of evidence asks for a file and none came.
    """
    if (
        matter.evidence_kind in {EvidenceKind.PHOTO, EvidenceKind.ACCEPTANCE, EvidenceKind.PAYMENT}
        and not files
    ):
        raise WorkflowError(f"这件事项约定以“{matter.get_evidence_kind_display()}”为证，请附上再提交。")
    key = "submit_evidence_to_deputy" if matter.asked_first_id else "submit_evidence"
    with workflow.step(matter.flow, key, actor=actor, seen=seen) as act:
        _, names = _note(act.subject, "evidence", text, happened_on, actor, files)
        act.record(
            entries.Evidenced(evidence=act.subject.get_evidence_kind_display(), text=text, files=names)
        )


def answer(
    matter: Matter, *, actor: identity.Account, agrees: str, text: str = "", seen: int | None = None
) -> None:
    """The deputy says whether it is so; a no needs words, and closes nothing by itself."""
    yes = agrees == "yes"
    if not yes and not text.strip():
        raise WorkflowError("认为没有落实的，请写明看到的情况，便于继续督办。")
    with workflow.step(matter.flow, "answer", actor=actor, seen=seen) as act:
        _note(act.subject, "answer", text, act.day, actor, agrees=yes)
        act.record(entries.Answered(agrees=yes, text=text))


def pass_unanswered(matter: Matter, *, actor: identity.Account, seen: int | None = None) -> None:
    """The deputy did not answer in time: go on, recorded as no statement and never as a yes."""
    deadline = matter.flow.deadlines.filter(key="answer", status="running").first()
    if deadline is None or deadline.due_on is None or deadline.due_on >= clock.today():
        raise WorkflowError("代表核实的期限还没有过，请等代表答复，或电话联系代表后再办。")
    with workflow.step(matter.flow, "close_unanswered", actor=actor, seen=seen) as act:
        act.record(entries.Progressed(text="代表在核实期限内未表态，转督办单位核验"))


def close(matter: Matter, *, actor: identity.Account, text: str, seen: int | None = None) -> None:
    """Close on evidence (销号), by another person than the holder; the look-backs begin.

    Raises:
        WorkflowError: no evidence of this round, or the deputy says it is not so.
    """
    with workflow.step(matter.flow, "close", actor=actor, seen=seen) as act:
        held: Matter = act.subject
        notes = held.notes.filter(round=held.round)
        if not notes.filter(kind="evidence").exists():
            raise WorkflowError("这一轮没有落实证明，不能销号。")
        last = notes.filter(kind="answer").order_by("-pk").first()
        if last is not None and last.agrees is False:
            raise WorkflowError("代表认为没有落实，不能销号。请退回继续落实，或先与代表、责任单位当面核实。")
        first = calendar.add_months(act.day, LOOKBACKS[0])
        act.clock("lookback", due_on=first)
        act.record(
            entries.Closed(
                matter=held.title,
                organ=held.organ.name,
                text=text,
                in_time=_evidence_day(held) <= held.due_on,
                first_lookback=first.isoformat(),
            )
        )


def _evidence_day(matter: Matter) -> dt.date:
    """The day the holder handed in what was accepted: waiting for others is not the holder's delay."""
    note = matter.notes.filter(kind="evidence", round=matter.round).latest("pk")
    return note.created_at.astimezone(clock.TZ).date()


def send_back(
    matter: Matter, *, actor: identity.Account, reason: str, due_on: dt.date, seen: int | None = None
) -> None:
    """Not done: a second round with a new day; the first day stays in the record."""
    with workflow.step(matter.flow, "send_back", actor=actor, seen=seen) as act:
        held: Matter = act.subject
        _future(due_on, act.day)
        held.round += 1
        held.due_on = due_on
        held.save(update_fields=["round", "due_on"])
        act.clock("promise", due_on=due_on)
        act.record(entries.SentBack(reason=reason, due_on=due_on.isoformat(), round=held.round))


def postpone(
    matter: Matter, *, actor: identity.Account, due_on: dt.date, reason: str, seen: int | None = None
) -> None:
    """The supervisor moves the day, with a reason that stays on the timeline."""
    with workflow.step(matter.flow, "postpone", actor=actor, seen=seen) as act:
        held: Matter = act.subject
        _future(due_on, act.day)
        before, held.due_on = held.due_on, due_on
        held.save(update_fields=["due_on"])
        act.clock("promise", due_on=due_on)
        act.record(entries.Postponed(before=before.isoformat(), after=due_on.isoformat(), reason=reason))


def _future(day: dt.date, today: dt.date) -> None:
    if day <= today:
        raise WorkflowError("新的期限应当在今天之后。")


def declare_broken(
    matter: Matter, *, actor: identity.Account | None, reason: str, seen: int | None = None
) -> None:
    """The supervisor finds the promise broken; the room it came from hears of it and reopens its case.

    Raises:
        WorkflowError: the day has not come yet and it was never closed.
    """
    with workflow.step(matter.flow, "declare_broken", actor=actor, seen=seen) as act:
        held: Matter = act.subject
        if act.case.state == "open" and act.day <= held.due_on:
            raise WorkflowError("承诺的期限还没有到，不能认定没有兑现。")
        # It is due since the day that was promised; handing in evidence had stopped that clock.
        act.clock("promise", due_on=held.due_on)
        act.record(entries.Broken(matter=held.title, organ=held.organ.name, reason=reason))


def look_back(
    matter: Matter,
    *,
    actor: identity.Account,
    text: str,
    happened_on: dt.date,
    files: Files = (),
    seen: int | None = None,
) -> None:
    """Look again after 3, 6 and 12 months; the last one ends the matter."""
    done = matter.notes.filter(kind="lookback", round=matter.round).count()
    months = LOOKBACKS[min(done, len(LOOKBACKS) - 1)]
    following = rules.next_lookback(done + 1, LOOKBACKS)
    key = "look_back" if following else "finish"
    with workflow.step(matter.flow, key, actor=actor, seen=seen) as act:
        _note(act.subject, "lookback", text, happened_on, actor, files)
        next_on = ""
        if following:
            day = calendar.add_months(_closed_on(act.subject), following)
            act.clock("lookback", due_on=max(day, act.day))
            next_on = day.isoformat()
        act.record(entries.LookedBack(months=months, text=text, next_on=next_on))


def _closed_on(matter: Matter) -> dt.date:
    last = record.entries(kind=entries.Closed.KIND, subject=matter.ref).latest()
    return last.happened_at.astimezone(clock.TZ).date() if last else clock.today()


def drop(
    matter: Matter, *, actor: identity.Account, reason: str, text: str = "", seen: int | None = None
) -> None:
    """Take it off the ledger for a reason from the list; it stays visible, outside the kept rate."""
    label = next((c.label for c in DROP_REASONS if c.key == reason), None)
    if label is None:
        raise WorkflowError("请从列表中选择撤销的理由。")
    with workflow.step(matter.flow, "drop", actor=actor, seen=seen) as act:
        act.record(entries.Dropped(reason=f"{label}。{text}".strip("。") + "。"))


def succeed_organ(old_id: int, new_id: int, *, actor: identity.Account | None = None) -> int:
    """Open matters of an organ that was merged go to its successor, and those it supervises; turns follow.

    Returns:
        how many matters moved.
    """
    with transaction.atomic():
        held = list(Matter.objects.filter(organ_id=old_id, case__closed_at__isnull=True))
        Matter.objects.filter(pk__in=[m.pk for m in held]).update(organ_id=new_id)
        followed = list(
            Matter.objects.filter(supervisor__endswith=f"@org:{old_id}", case__closed_at__isnull=True)
        )
        for matter in followed:
            role = matter.supervisor.partition("@")[0]
            Matter.objects.filter(pk=matter.pk).update(supervisor=f"{role}@org:{new_id}")
        moved = {m.pk: m for m in (*held, *followed)}
        for case in workflow.Case.objects.filter(matter__in=list(moved)):
            workflow.settle(case, actor=actor)
    return len(moved)


def void(matter: Matter, *, because: workflow.Step, reason: str) -> None:
    """What it came from was taken back by a recorded act: the matter goes with it."""
    with workflow.step(matter.flow, "void", because=because) as act:
        act.record(entries.Dropped(reason=reason))
