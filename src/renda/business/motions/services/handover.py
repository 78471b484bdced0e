"""Hand over (交办): to the government office, to organs, in batch; undo until notices are sent."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from renda.assembly.people import api as people
from renda.business.motions import entries
from renda.business.motions.models import Assignment, HandlingRole, Suggestion
from renda.business.motions.processes import reasons
from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.law import api as law
from renda.kernel.record import api as record
from renda.kernel.workflow import api as workflow
from renda.kernel.workflow.api import WorkflowError

Organ = people.Organisation
NORMAL, HARD = "MOT-021", "MOT-022"


@dataclass(frozen=True, slots=True)
class Plan:
    """Who handles: one lead with helpers, or several organs each for itself."""

    lead: Organ | None = None
    joint: tuple[Organ, ...] = ()
    separate: tuple[Organ, ...] = ()

    def pairs(self) -> list[tuple[Organ, HandlingRole]]:
        out: list[tuple[Organ, HandlingRole]] = []
        if self.lead is not None:
            out.append((self.lead, HandlingRole.LEAD))
        out += [(o, HandlingRole.JOINT) for o in self.joint]
        out += [(o, HandlingRole.SEPARATE) for o in self.separate]
        return out

    def problem(self, on: dt.date) -> str:
        """What is wrong with it, in words; empty when nothing is."""
        pairs = self.pairs()
        answering = [o for o, role in pairs if role != HandlingRole.JOINT]
        if not answering:
            return "请确定主办单位，或者确定两个以上分办单位。"
        if self.lead is None and self.joint:
            return "有会办就要有主办，请确定主办单位。"
        if self.lead is not None and self.separate:
            return "主办会办与分办只能选一种。"
        if len({o.pk for o, _ in pairs}) != len(pairs):
            return "同一单位不能填两次。"
        gone = [o.name for o, _ in pairs if not o.exists_on(on)]
        if gone:
            return f"{'、'.join(gone)}在{on.isoformat()}已经撤销，请改选承接的单位。"
        return ""

    def words(self) -> list[str]:
        return [f"{role.label}{organ.name}" for organ, role in self.pairs()]


def reply_rule(suggestion: Suggestion) -> str:
    """代表法 第五十一条: three months, six for the wide and difficult, both from hand-over."""
    return HARD if suggestion.hard else NORMAL


def to_government(
    suggestion: Suggestion,
    *,
    actor: identity.Account,
    text: str = "",
    seen: int | None = None,
    happened_at: dt.datetime | None = None,
) -> None:
    assert suggestion.case is not None
    with workflow.step(
        suggestion.case, "to_government", actor=actor, seen=seen, happened_at=happened_at
    ) as act:
        act.record(entries.SentToGovernment(text=text))


def back_to_office(
    suggestion: Suggestion, *, actor: identity.Account, reason: str, text: str, seen: int | None = None
) -> None:
    assert suggestion.case is not None
    with workflow.step(suggestion.case, "back_to_office", actor=actor, seen=seen) as act:
        act.record(entries.SentBack(reason=reasons.label(reasons.BACK_REASONS, reason), text=text))


def hand_over(
    suggestion: Suggestion,
    *,
    actor: identity.Account,
    lead: Organ | None = None,
    joint: Sequence[Organ] = (),
    separate: Sequence[Organ] = (),
    seen: int | None = None,
    happened_at: dt.datetime | None = None,
    batch: uuid.UUID | None = None,
) -> list[Assignment]:
    """Hand a suggestion over to its organs; every clock of theirs starts with this day.

    Args:
        lead, joint: one lead with helpers (主办、会办), or
        separate: organs that each answer for themselves (分办).
        batch: the batch it belongs to, for undo and for the papers by organ.

    Raises:
        WorkflowError: no organ that answers, one twice, or one that no longer exists.
    """
    assert suggestion.case is not None
    plan = Plan(lead, tuple(joint), tuple(separate))
    through = suggestion.case.state == "at_government"
    with workflow.step(suggestion.case, "hand_over", actor=actor, seen=seen, happened_at=happened_at) as act:
        held: Suggestion = act.subject
        problem = plan.problem(act.day)
        if problem:
            raise WorkflowError(problem)
        derived = derive_reply(held, act.day)
        act.clock("reply", rule=reply_rule(held), derived=derived)
        held.handed_over_on = act.day
        held.save(update_fields=["handed_over_on"])
        act.record(entries.HandedOver(organs=plan.words(), due_on=derived.day.isoformat(), rule=derived.rule))
        made = [
            assign(held, organ, role, act=act, through=through, batch=batch) for organ, role in plan.pairs()
        ]
    return made


def derive_reply(held: Suggestion, day: dt.date) -> law.Derived:
    return law.derive(reply_rule(held), {"from": day}, on=day, congress=f"congress:{held.congress_id}")


def assign(
    suggestion: Suggestion,
    organ: Organ,
    role: HandlingRole,
    *,
    act: workflow.Step,
    through: bool,
    batch: uuid.UUID | None = None,
) -> Assignment:
    """One organ's part: its own case with its own clocks, as a child of the suggestion's case."""
    assignment = Assignment.objects.create(
        suggestion=suggestion,
        organ=organ,
        role=role,
        through_government=through,
        handed_over_on=act.day,
        batch=batch,
        created_at=act.happened_at,
    )
    joint = role == HandlingRole.JOINT
    case = workflow.start(
        "motions.joint" if joint else "motions.handling",
        assignment.ref,
        scope=f"congress:{suggestion.congress_id}",
        entry=None,
        actor=act.actor,
        parent=suggestion.case,
        happened_at=act.happened_at,
        open_turns=False,
        about=suggestion.ref,
    )
    assignment.case = case
    assignment.save(update_fields=["case"])
    if joint:
        workflow.run_clock(case, workflow.Clock("start", "opinion"), act.day)
    else:
        workflow.run_clock(case, workflow.Clock("start", "objection"), act.day)
        workflow.run_clock(
            case,
            workflow.Clock("start", "reply"),
            act.day,
            workflow.ClockOrder(derived=derive_reply(suggestion, act.day)),
        )
    workflow.settle(case, act.happened_at)
    return assignment


def undo(suggestion: Suggestion, *, actor: identity.Account, reason: str, seen: int | None = None) -> None:
    """Take a hand-over back, until the notices are sent; the numbers and the entries stay."""
    assert suggestion.case is not None
    with workflow.step(suggestion.case, "undo_hand_over", actor=actor, seen=seen) as act:
        held: Suggestion = act.subject
        rows = list(held.assignments.select_related("case").order_by("pk"))
        active = [a for a in rows if a.case is not None and not a.case.is_final]
        if any(a.notices_sent_at for a in rows):
            raise WorkflowError("交办通知已经发出，不能收回；请由承办单位申请退回后重新交办。")
        if any(a.case is not None and a.case.state != "handed" for a in active):
            raise WorkflowError("有承办单位已经签收，不能收回；请由承办单位申请退回后重新交办。")
        for assignment in active:
            with workflow.step(assignment.case, "cancel", because=act) as child:  # type: ignore[arg-type]
                child.record(entries.HandOverUndone(reason=reason))
        held.handed_over_on = None
        held.save(update_fields=["handed_over_on"])
        act.record(entries.HandOverUndone(reason=reason))


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One line of a hand-over in batch, previewed before anything is done."""

    suggestion: Suggestion
    plan: Plan
    due: law.Derived | None
    problem: str


def preview_batch(rows: Sequence[tuple[Suggestion, Plan]], *, actor: identity.Account) -> list[BatchRow]:
    """What a batch would do, line by line, with what stands in the way."""
    today = clock.today()
    out = []
    for suggestion, plan in rows:
        problem = plan.problem(today)
        case = suggestion.case
        if case is None or case.state not in {"registered", "at_government"}:
            problem = f"现在是“{case.state_label if case else '起草中'}”，不能交办。"
        elif not identity.may("motions.distribute", actor, suggestion):
            problem = "不在您的交办范围内。"
        due = None if problem else derive_reply(suggestion, today)
        out.append(BatchRow(suggestion, plan, due, problem))
    return out


def hand_over_batch(
    rows: Sequence[tuple[Suggestion, Plan]], *, actor: identity.Account
) -> tuple[uuid.UUID, list[Assignment]]:
    """Hand over many in one transaction: all of them or none.

    Raises:
        WorkflowError: names each line that can't be handed over.
    """
    problems = [r for r in preview_batch(rows, actor=actor) if r.problem]
    if problems:
        lines = "；".join(f"{r.suggestion.number_text}：{r.problem}" for r in problems[:10])
        raise WorkflowError(f"有 {len(problems)} 件不能交办，请先改正：{lines}")
    batch = uuid.uuid4()
    made: list[Assignment] = []
    with transaction.atomic():
        for suggestion, plan in rows:
            made += hand_over(
                suggestion, actor=actor, lead=plan.lead, joint=plan.joint, separate=plan.separate, batch=batch
            )
    return batch, made


def undo_batch(batch: uuid.UUID, *, actor: identity.Account, reason: str) -> int:
    """Take a whole batch back, until its notices are sent."""
    with transaction.atomic():
        suggestions = list(
            Suggestion.objects.filter(assignments__batch=batch).distinct().select_related("case")
        )
        for suggestion in suggestions:
            undo(suggestion, actor=actor, reason=reason)
    return len(suggestions)


@record.entry("motions.notices_sent", label="发出交办通知")
@dataclass(frozen=True)
class NoticesSent(record.Entry):
    organs: list[str]

    def sentence(self) -> str:
        return f"交办通知发出：{'、'.join(self.organs)}"


def send_notices(suggestions: Sequence[Suggestion], *, actor: identity.Account) -> int:
    """Send the hand-over notices; from then on it can't be taken back.

    Returns:
        how many organs' notices went out.
    """
    sent = 0
    now = clock.now()
    with transaction.atomic():
        for suggestion in suggestions:
            identity.check("motions.distribute", actor, suggestion)
            fresh = list(
                suggestion.assignments.filter(notices_sent_at__isnull=True)
                .exclude(case__state__in=["returned", "cancelled"])
                .select_related("organ")
            )
            if not fresh:
                continue
            Assignment.objects.filter(pk__in=[a.pk for a in fresh]).update(notices_sent_at=now)
            record.write(
                NoticesSent(organs=[a.organ.name for a in fresh]), subject=suggestion.ref, actor=actor
            )
            workflow.emit("motions.notices_sent", suggestion.ref, {"assignments": [a.pk for a in fresh]})
            sent += len(fresh)
    return sent
