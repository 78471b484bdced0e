"""Follow: promises become matters; when all are settled the suggestion closes; a broken one reopens it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from renda.assembly.ledger import api as ledger
from renda.business.motions import entries
from renda.business.motions.models import Assignment, Promise, Reply, Suggestion
from renda.business.motions.queries.people import current_replies
from renda.kernel.law import api as law
from renda.kernel.record import api as record
from renda.kernel.workflow import api as workflow

SETTLED = ("kept", "closed", "dropped")


def open_promises(reply: Reply, act: workflow.Step) -> None:
    """Each promise of an issued reply goes on the ledger, with the deputy to be asked before it is closed."""
    suggestion = reply.suggestion
    for promise in reply.promises.select_related("organ"):
        promise.matter = ledger.open_matter(
            congress_id=suggestion.congress_id,
            kind="suggestion",
            source=suggestion.ref,
            title=promise.text,
            measure=promise.measure,
            condition=promise.condition,
            evidence_kind=promise.evidence_kind,
            organ_id=promise.organ_id,
            due_on=promise.due_on,
            supervisor=f"deputies_office@congress:{suggestion.congress_id}",
            asked_first_id=suggestion.lead_id,
            actor=act.actor,
            happened_at=act.happened_at,
            origin=act.origin,
        )
        promise.save(update_fields=["matter"])


def drop_promises(reply: Reply, act: workflow.Step) -> None:
    """The letter was withdrawn: what it promised is no longer promised."""
    for promise in reply.promises.select_related("matter__case"):
        if (
            promise.matter is not None
            and promise.matter.case is not None
            and not promise.matter.case.is_final
        ):
            ledger.void(promise.matter, because=act, reason="答复已撤回")


def promises_of(suggestion: Suggestion) -> list[Promise]:
    """Promises of the replies that stand, whichever round they came in."""
    return list(
        Promise.objects.filter(reply__suggestion=suggestion, reply__state="issued")
        .select_related("matter__case", "organ", "reply__assignment")
        .order_by("due_on", "pk")
    )


def open_count(suggestion: Suggestion) -> int:
    return sum(
        1
        for p in promises_of(suggestion)
        if p.matter is not None and p.matter.case is not None and p.matter.case.state not in SETTLED
    )


def close_if_settled(suggestion_id: int, *, because: workflow.Step | None = None) -> bool:
    """Close a suggestion that is being followed when nothing promised is open any more.

    Returns:
        whether it was closed. Safe to call again: the event that calls it comes at least once.
    """
    with transaction.atomic():
        suggestion = Suggestion.objects.select_related("case").get(pk=suggestion_id)
        assert suggestion.case is not None
        case = workflow.lock(suggestion.case.pk)
        if case.state != "following" or open_count(suggestion):
            return False
        promises = promises_of(suggestion)
        kept = sum(
            1 for p in promises if p.matter and p.matter.case and p.matter.case.state in {"kept", "closed"}
        )
        replies = current_replies(suggestion)
        solved = bool(replies) and all(r.reply_class and r.reply_class.solved for r in replies)
        step = (
            workflow.step(case, "close", because=because)
            if because is not None
            else workflow.step(case, "close", actor=None, origin=record.Origin.job("motions.close_settled"))
        )
        with step as act:
            act.record(
                entries.Closed(
                    kind_label=suggestion.get_kind_display(),
                    title=suggestion.title,
                    solved=solved,
                    kept=kept,
                    promised=len(promises),
                )
            )
    return True


def reopen_for_broken(matter_id: int) -> bool:
    """A promise was found broken: the organ handles again, with the clock of a re-handling.

    Returns:
        whether something was reopened.
    """
    promise = (
        Promise.objects.filter(matter_id=matter_id)
        .select_related("reply__assignment__organ", "reply__suggestion__case", "reply__assignment__case")
        .first()
    )
    if promise is None:
        return False
    suggestion, assignment = promise.reply.suggestion, promise.reply.assignment
    assert suggestion.case is not None and assignment.case is not None
    why = f"承诺“{promise.text}”没有兑现"
    with transaction.atomic():
        case = workflow.lock(suggestion.case.pk)
        if case.state not in {"following", "closed"}:
            return False
        with workflow.step(
            case, "reopen", actor=None, origin=record.Origin.job("motions.reopen_broken")
        ) as act:
            held: Suggestion = act.subject
            held.round += 1
            held.save(update_fields=["round"])
            act.record(entries.Reopened(why=why))
            rehandle_assignment(assignment, act, why)
    return True


def rehandle_assignment(assignment: Assignment, act: workflow.Step, why: str) -> None:
    """Back to the organ's desk, one month (代表建议办理办法 第二十二条)."""
    assert assignment.case is not None
    child_case = workflow.lock(assignment.case.pk)
    if child_case.state != "replied":
        return
    with workflow.step(child_case, "rehandle", because=act) as child:
        derived = rehandling_due(child.day, assignment.suggestion)
        child.clock("rehandle", derived=derived)
        child.record(
            entries.RehandlingOpened(organ=assignment.organ.name, due_on=derived.day.isoformat(), why=why)
        )


def rehandling_due(day: dt.date, suggestion: Suggestion) -> law.Derived:
    """The last day of a second answer (代表建议办理办法 第二十二条)."""
    return law.derive("MOT-041", {"from": day}, on=day, congress=f"congress:{suggestion.congress_id}")


def suggestion_of_matter(matter_id: int) -> int | None:
    """The suggestion whose reply promised this matter."""
    return Promise.objects.filter(matter_id=matter_id).values_list("reply__suggestion_id", flat=True).first()
