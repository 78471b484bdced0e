"""Review: check, register with a number, send back, refuse, merge, split."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from renda.business.motions import entries, rules
from renda.business.motions.models import Category, CoSignature, Kind, Suggestion
from renda.business.motions.models.suggestions import Via
from renda.business.motions.processes import reasons
from renda.kernel import clock
from renda.kernel.calendar import api as calendar
from renda.kernel.identity import api as identity
from renda.kernel.numbering import api as numbering
from renda.kernel.record import api as record
from renda.kernel.workflow import api as workflow
from renda.kernel.workflow.api import WorkflowError


def series_of(suggestion: Suggestion) -> numbering.Series:
    """The running numbers of a term: one series for suggestions and one for motions (第101号)."""
    return numbering.Series.running(
        f"congress:{suggestion.congress_id}", f"term:{suggestion.term_id}", Kind(suggestion.kind).label
    )


def check(
    suggestion: Suggestion,
    *,
    actor: identity.Account,
    seen: int | None = None,
    happened_at: dt.datetime | None = None,
) -> None:
    """The delegation has looked at it; on to the office."""
    assert suggestion.case is not None
    with workflow.step(suggestion.case, "check", actor=actor, seen=seen, happened_at=happened_at) as act:
        act.record(entries.Checked(delegation=str(act.subject.delegation or "工作机构")))


def register(
    suggestion: Suggestion,
    *,
    actor: identity.Account,
    category: Category,
    hard: bool | str | None = False,
    serial: str | int | None = None,
    seen: int | None = None,
    happened_at: dt.datetime | None = None,
) -> None:
    """Accept and number it; a number already given on paper is taken as it is.

    Args:
        hard: wide or difficult, so that the longer period of 代表法 第五十一条 applies.
        serial: the number on paper.
    """
    assert suggestion.case is not None
    given = _serial(serial)
    with workflow.step(suggestion.case, "register", actor=actor, seen=seen, happened_at=happened_at) as act:
        held: Suggestion = act.subject
        if category.congress_id != held.congress_id:
            raise WorkflowError("请从本级人大的类别中选择。")
        held.category = category
        held.hard = hard in {True, "yes"}
        held.serial = _number(held, given, actor)
        held.save(update_fields=["category", "hard", "serial"])
        act.record(entries.Registered(number=held.number_text, category=category.label))


def _serial(text: str | int | None) -> int | None:
    if text in (None, ""):
        return None
    try:
        number = int(str(text).strip().removeprefix("第").removesuffix("号"))
    except ValueError:
        number = 0
    if number <= 0:
        raise WorkflowError(f"“{text}”不是编号，请填数字，例如 101。")
    return number


def _number(held: Suggestion, given: int | None, actor: identity.Account) -> int:
    series = series_of(held)
    if given is not None:
        return numbering.take_given(series, given, subject=held.ref, actor=actor).n
    return numbering.issue_next(series, subject=held.ref, actor=actor).n


def send_back(
    suggestion: Suggestion,
    *,
    actor: identity.Account,
    reason: str,
    text: str,
    seen: int | None = None,
    happened_at: dt.datetime | None = None,
) -> None:
    """Return it to the deputy to complete, with a reason from the list and words."""
    assert suggestion.case is not None
    with workflow.step(suggestion.case, "send_back", actor=actor, seen=seen, happened_at=happened_at) as act:
        act.record(entries.SentBack(reason=reasons.label(reasons.RETURN_REASONS, reason), text=text))


def refuse(
    suggestion: Suggestion,
    *,
    actor: identity.Account,
    reason: str,
    text: str,
    seen: int | None = None,
    happened_at: dt.datetime | None = None,
) -> None:
    """Not accepted (代表建议办理办法 第八条), with a reason from the list; the deputy may object."""
    assert suggestion.case is not None
    with workflow.step(suggestion.case, "refuse", actor=actor, seen=seen, happened_at=happened_at) as act:
        held: Suggestion = act.subject
        held.refusal = reasons.label(reasons.REFUSAL_REASONS, reason)
        held.save(update_fields=["refusal"])
        act.clock("refusal", due_on=calendar.add_natural_days(act.day, rules.REFUSAL_OBJECTION_DAYS))
        act.record(entries.Refused(reason=held.refusal, text=text))


def object_refusal(
    suggestion: Suggestion, *, actor: identity.Account, text: str, seen: int | None = None
) -> None:
    assert suggestion.case is not None
    deadline = suggestion.case.deadlines.filter(key="refusal").first()
    if deadline is not None and deadline.light().key == "overdue":
        raise WorkflowError("提出异议的期限已过；可以修改后重新提出建议。")
    with workflow.step(suggestion.case, "object_refusal", actor=actor, seen=seen) as act:
        act.record(entries.RefusalObjected(text=text))


def accept_refusal(suggestion: Suggestion, *, actor: identity.Account, seen: int | None = None) -> None:
    assert suggestion.case is not None
    with workflow.step(suggestion.case, "accept_refusal", actor=actor, seen=seen) as act:
        act.record(entries.RefusalFinal(text="代表接受"))


def refuse_again(
    suggestion: Suggestion, *, actor: identity.Account, text: str, seen: int | None = None
) -> None:
    assert suggestion.case is not None
    with workflow.step(suggestion.case, "refuse_again", actor=actor, seen=seen) as act:
        act.record(entries.RefusalFinal(text=f"复核维持。{text}"))


def end_refusals() -> int:
    """The daily job: refusals whose days to object are over become final."""
    ended = 0
    today = clock.today()
    for deadline in workflow.overdue("motions.suggestion", today).filter(key="refusal"):
        if deadline.case.state != "refused":
            continue
        with workflow.step(
            deadline.case, "end_refusal", actor=None, origin=record.Origin.job("motions.end_refusals")
        ) as act:
            act.record(entries.RefusalFinal(text="代表在期限内没有提出异议"))
        ended += 1
    return ended


def merge(
    suggestion: Suggestion,
    *,
    actor: identity.Account,
    into: Suggestion,
    seen: int | None = None,
    happened_at: dt.datetime | None = None,
) -> None:
    """Handle it together with another of the same congress and kind; its deputies get their own answer."""
    assert suggestion.case is not None and into.case is not None
    if into.pk == suggestion.pk:
        raise WorkflowError("不能并入自己，请填另一件的编号。")
    with transaction.atomic():
        for case_id in sorted([suggestion.case_id, into.case_id]):  # type: ignore[type-var]
            workflow.lock(case_id)  # type: ignore[arg-type]
        into.refresh_from_db()
        into.case.refresh_from_db()
        if into.congress_id != suggestion.congress_id or into.kind != suggestion.kind:
            raise WorkflowError("只能并入本级人大的同类事项。")
        if into.merged_into_id is not None:
            raise WorkflowError(f"{into.number_text}自己已经并入别的建议，请填那一件的编号。")
        if into.case.state not in {"submitted", "registered", "at_government", "handling"}:
            raise WorkflowError(f"{into.number_text}现在是“{into.case.state_label}”，不能再并入。")
        if suggestion.merged.exists():
            raise WorkflowError("已有别的建议并入这一件，请把那一件作为并入的对象。")
        with workflow.step(suggestion.case, "merge", actor=actor, seen=seen, happened_at=happened_at) as act:
            held: Suggestion = act.subject
            held.merged_into = into
            if held.serial is None:
                held.serial = _number(held, None, actor)
            held.save(update_fields=["merged_into", "serial"])
            act.record(entries.Merged(into=into.ref, number=into.number_text))


def split(
    suggestion: Suggestion,
    *,
    actor: identity.Account,
    titles: str | list[str],
    seen: int | None = None,
    happened_at: dt.datetime | None = None,
) -> list[Suggestion]:
    """Make several of one that holds several matters; signatures go with each part.

    Args:
        titles: one title a line; at least two.
    """
    assert suggestion.case is not None
    names = [t.strip() for t in (titles.splitlines() if isinstance(titles, str) else titles) if t.strip()]
    if len(names) < 2:
        raise WorkflowError("拆分至少写出两件的标题，一行一件。")
    if len(set(names)) != len(names):
        raise WorkflowError("拆分后的标题有重复，请分别写明。")
    with workflow.step(suggestion.case, "split", actor=actor, seen=seen, happened_at=happened_at) as act:
        held: Suggestion = act.subject
        parts = [_part(held, name, actor, act.happened_at) for name in names]
        act.record(entries.Split(parts=[p.ref for p in parts]))
    return parts


def _part(held: Suggestion, title: str, actor: identity.Account, moment: dt.datetime) -> Suggestion:
    part = Suggestion.objects.create(
        congress=held.congress,
        term=held.term,
        session=held.session,
        kind=Kind(held.kind),
        title=title[:100],
        matter=held.matter,
        analysis=held.analysis,
        proposal=held.proposal,
        category=held.category,
        how=held.how,
        consent=held.consent,
        lead=held.lead,
        delegation=held.delegation,
        drafted_by=held.drafted_by,
        via=Via(held.via),
        source=held.source,
        split_from=held,
        created_at=held.created_at,
        saved_at=moment,
        submitted_at=held.submitted_at,
    )
    CoSignature.objects.bulk_create(
        [
            CoSignature(
                suggestion=part,
                person_id=c.person_id,
                state=c.state,
                method=c.method,
                sheet=c.sheet,
                entered_by_id=c.entered_by_id,
                signed_at=c.signed_at,
                recorded_at=c.recorded_at,
                objection_until=c.objection_until,
            )
            for c in held.cosignatures.filter(state="signed")
        ]
    )
    part.case = workflow.start(
        "motions.suggestion",
        part.ref,
        scope=f"congress:{part.congress_id}",
        entry=entries.Drafted(via=f"由《{held.title}》拆分"),
        actor=actor,
        happened_at=moment,
        state="submitted",
        open_turns=False,
    )
    part.save(update_fields=["case"])
    workflow.settle(part.case, moment)
    return part
