"""Rate: own log-in or a signed sheet, attitude and result apart, silence counted apart."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from renda.assembly.people import api as people
from renda.business.motions import entries, queries, rules
from renda.business.motions.models import Assessment, Assignment, Grade, Method, Rating, Reply, Suggestion
from renda.business.motions.processes import reasons
from renda.business.motions.services import following
from renda.kernel import clock
from renda.kernel.documents import api as documents
from renda.kernel.identity import api as identity
from renda.kernel.record import api as record
from renda.kernel.refs import Ref
from renda.kernel.workflow import api as workflow
from renda.kernel.workflow.api import WorkflowError


def rate(
    suggestion: Suggestion,
    reply: Reply,
    *,
    actor: identity.Account,
    attitude: str,
    result: str,
    reason: str = "",
    seen: int | None = None,
    happened_at: dt.datetime | None = None,
) -> Rating:
    """Rate one organ's reply by one's own log-in; both grades have to be chosen.

    Raises:
        WorkflowError: a grade is missing, a dissatisfied one has no reason, or it was rated already.
    """
    person_id = next(
        (
            pk
            for pk, replies in queries.pending_by_person(suggestion).items()
            if identity.has(actor, "deputy", f"person:{pk}") and reply in replies
        ),
        None,
    )
    if person_id is None:
        raise WorkflowError("您没有待评价的这份答复，或者已经评价过；评价提交后不能更改。")
    return _rate(
        suggestion,
        reply,
        people.person(person_id),
        key="rate",
        actor=actor,
        attitude=attitude,
        result=result,
        reason=reason,
        seen=seen,
        happened_at=happened_at,
    )


def enter_from_sheet(
    suggestion: Suggestion,
    reply: Reply,
    *,
    actor: identity.Account,
    person: people.Person,
    attitude: str,
    result: str,
    signed_on: dt.date,
    sheet: Any,
    reason: str = "",
    seen: int | None = None,
) -> Rating:
    """Enter a rating from a signed sheet (代录); never by the organ that is rated, the scan required."""
    if not sheet:
        raise WorkflowError("代录必须附代表签字的评价表扫描或照片。")
    if signed_on > clock.today():
        raise WorkflowError("签字日期还没有到，请核对。")
    if person.pk not in queries.pending_raters(suggestion):
        raise WorkflowError(f"{person.name}不是这件建议待评价的领衔或附议代表。")
    return _rate(
        suggestion,
        reply,
        person,
        key="enter_rating",
        actor=actor,
        attitude=attitude,
        result=result,
        reason=reason,
        seen=seen,
        happened_at=min(clock.combine(signed_on, dt.time(12)), clock.now()),
        sheet=sheet,
    )


def _rate(
    suggestion: Suggestion,
    reply: Reply,
    person: people.Person,
    *,
    key: str,
    actor: identity.Account,
    attitude: str,
    result: str,
    reason: str,
    seen: int | None,
    happened_at: dt.datetime | None,
    sheet: Any = None,
) -> Rating:
    if attitude not in Grade.values or result not in Grade.values:
        raise WorkflowError("请分别选择对办理态度和办理结果的评价。")
    if result == Grade.DISSATISFIED and not reason.strip():
        raise WorkflowError("对办理结果不满意的，请写明理由，承办单位据此重新办理。")
    on_sheet = sheet is not None
    behalf = Ref("people.person", str(person.pk), person.name) if on_sheet else None
    assert suggestion.case is not None
    with transaction.atomic():
        with workflow.step(
            suggestion.case, key, actor=actor, seen=seen, happened_at=happened_at, on_behalf_of=behalf
        ) as act:
            held: Suggestion = act.subject
            if reply not in queries.current_replies(held):
                raise WorkflowError("这份答复已经撤回或者有了新的答复，请刷新页面。")
            if Rating.objects.filter(reply=reply, person=person).exists():
                raise WorkflowError(f"{person.name}已经评价过这份答复。")
            scan = (
                documents.attach(sheet, owner=held.ref, actor=actor, name=f"评价表 {sheet.name}").id
                if on_sheet
                else None
            )
            made = Rating.objects.create(
                reply=reply,
                person=person,
                attitude=attitude,
                result=result,
                reason=reason.strip(),
                method=Method.SHEET if on_sheet else Method.OWN,
                sheet=scan,
                entered_by=actor,
                rated_at=act.happened_at,
                recorded_at=clock.now(),
            )
            act.record(
                entries.Rated(
                    deputy=entries.person(person.pk, person.name),
                    organ=reply.assignment.organ.name,
                    attitude=Grade(attitude).label,
                    result=Grade(result).label,
                    reason=reason.strip(),
                    on_sheet=on_sheet,
                )
            )
        _after_rating(suggestion, act)
    return made


def results_of(suggestion: Suggestion) -> list[str]:
    """Results rated of the replies that stand."""
    return list(
        Rating.objects.filter(
            reply__in=queries.current_replies(suggestion), person_id__in=queries.signer_ids(suggestion)
        ).values_list("result", flat=True)
    )


def _after_rating(suggestion: Suggestion, act: workflow.Step) -> None:
    pending = queries.pending_raters(suggestion)
    main_round = max((r.round for r in queries.current_replies(suggestion)), default=1)
    target = rules.next_after_rating(
        results_of(suggestion), len(pending), min(main_round, 2), following.open_count(suggestion)
    )
    if target == "replied":
        return
    if target == "rehandling":
        _rehandle(suggestion, act)
    elif target == "assessing":
        assert suggestion.case is not None
        with workflow.step(suggestion.case, "call_assessment", because=act) as up:
            Assessment.objects.create(suggestion=suggestion, called_at=up.happened_at)
            up.record(entries.AssessmentCalled(why=_reasons(suggestion)))
    else:
        close_rating(suggestion, because=act)


def _reasons(suggestion: Suggestion) -> str:
    rows = Rating.objects.filter(reply__in=queries.current_replies(suggestion), result=Grade.DISSATISFIED)
    return "；".join(r.reason for r in rows)


def _rehandle(suggestion: Suggestion, act: workflow.Step) -> None:
    """The organs whose reply was found wanting handle again; what the others answered stands."""
    main = suggestion.merged_into or suggestion
    assert suggestion.case is not None and main.case is not None
    why = _reasons(suggestion)
    organs: list[Assignment] = []
    for reply in queries.current_replies(suggestion):
        if reply.ratings.filter(result=Grade.DISSATISFIED).exists():
            organs.append(reply.assignment)
    names = "、".join(a.organ.name for a in organs)
    for row in dict.fromkeys([suggestion, main]):
        assert row.case is not None
        case = workflow.lock(row.case.pk)
        if case.state != "replied":
            continue
        with workflow.step(case, "rehandle", because=act) as up:
            held: Suggestion = up.subject
            held.round += 1
            held.save(update_fields=["round"])
            up.record(entries.RehandlingOpened(organ=names, due_on=_due(up.day, held), why=why))
    for assignment in organs:
        assignment.suggestion.refresh_from_db(fields=["round"])
        following.rehandle_assignment(assignment, act, why)


def _due(day: dt.date, held: Suggestion) -> str:
    return following.rehandling_due(day, held).day.isoformat()


def close_rating(suggestion: Suggestion, *, because: workflow.Step | None = None) -> None:
    """End the rating; who did not answer is written down as not having stated anything (未表态)."""
    assert suggestion.case is not None
    case = workflow.lock(suggestion.case.pk)
    silent = people.persons(queries.pending_raters(suggestion))
    step = (
        workflow.step(case, "close_rating", because=because)
        if because is not None
        else workflow.step(case, "close_rating", actor=None, origin=record.Origin.job("motions.close_silent"))
    )
    with step as act:
        act.record(
            entries.RatingClosed(
                rated=len(results_of(suggestion)),
                silent=[entries.person(p.pk, p.name) for p in silent.values()],
            )
        )
    following.close_if_settled(suggestion.pk, because=act)


def remind_and_close(today: dt.date | None = None) -> tuple[int, int]:
    """The daily job: remind after 3, 10, 24 days; after the last one, silence is written down as silence.

    Returns:
        how many were reminded and how many were closed.
    """
    day = today or clock.today()
    reminded = closed = 0
    waiting = Suggestion.objects.filter(case__state="replied").select_related("case").order_by("pk")
    for suggestion in waiting.iterator(chunk_size=500):
        assert suggestion.case is not None
        feedback = suggestion.case.deadlines.filter(key="feedback").first()
        if feedback is None or feedback.started_on is None or feedback.due_on is None:
            continue
        done = [
            told.entry.days
            for told in record.entries(
                kind=entries.RatingReminded.KIND,
                subject=suggestion.ref,
                since=clock.combine(feedback.started_on),
            )
            if isinstance(told.entry, entries.RatingReminded)
        ]
        due = rules.reminder_due(feedback.started_on, day, done)
        job = record.Origin.job("motions.remind_raters")
        if due is not None:
            with transaction.atomic():
                pending = people.persons(queries.pending_raters(suggestion))
                with workflow.step(suggestion.case, "remind", actor=None, origin=job) as act:
                    act.record(
                        entries.RatingReminded(
                            people=[entries.person(p.pk, p.name) for p in pending.values()], days=due
                        )
                    )
            reminded += 1
        elif rules.REMINDERS[-1] in done and day > feedback.due_on:
            with transaction.atomic():
                close_rating(suggestion)
            closed += 1
    return reminded, closed


def assess(
    suggestion: Suggestion,
    *,
    actor: identity.Account,
    held_on: dt.date,
    participants: str,
    conclusion: str,
    text: str,
    seen: int | None = None,
    happened_at: dt.datetime | None = None,
) -> None:
    """Write down the assessment (代表建议办理办法 第二十二条) and go on as it concludes."""
    assert suggestion.case is not None
    if held_on > clock.today():
        raise WorkflowError("评估日期还没有到，请核对。")
    again = conclusion == "again"
    with transaction.atomic():
        key = "handle_again" if again else "assess"
        if again:
            identity.check("motions.review", actor, suggestion)
        with workflow.step(suggestion.case, key, actor=actor, seen=seen, happened_at=happened_at) as act:
            row = suggestion.assessments.filter(conclusion="").order_by("-pk").first()
            assert row is not None
            row.held_on, row.participants, row.conclusion, row.text = held_on, participants, conclusion, text
            row.save()
            label = reasons.label(reasons.ASSESSMENT_CONCLUSIONS, conclusion)
            act.record(entries.Assessed(conclusion=label, participants=participants, text=text))
            if again:
                subject: Suggestion = act.subject
                subject.round += 1
                subject.save(update_fields=["round"])
        if again:
            for reply in queries.current_replies(suggestion):
                if reply.ratings.filter(result=Grade.DISSATISFIED).exists():
                    following.rehandle_assignment(reply.assignment, act, f"评估认为应当再次办理：{text}")
        else:
            following.close_if_settled(suggestion.pk, because=act)
