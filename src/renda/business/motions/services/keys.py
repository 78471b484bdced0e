"""Key suggestions: nominate, choose, plan, visit, appraise (代表法 第五十二条)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from renda.assembly.people import api as people
from renda.business.motions import entries
from renda.business.motions.models import Appraisal, KeySuggestion, KeyVisit, Suggestion
from renda.kernel import clock
from renda.kernel.documents import api as documents
from renda.kernel.identity import api as identity
from renda.kernel.workflow import api as workflow
from renda.kernel.workflow.api import WorkflowError

_SHEET = re.compile(r"^\s*(\d{1,3})\s*分?\s*[，,：:\s]?\s*(.*)$")


def nominate(
    suggestion: Suggestion,
    *,
    actor: identity.Account,
    reason: str,
    happened_at: dt.datetime | None = None,
) -> KeySuggestion:
    """Propose it to the council of chairpersons (代表建议办理办法 第十五条)."""
    identity.check("motions.nominate_key", actor, suggestion)
    moment = happened_at or clock.now()
    with transaction.atomic():
        case = workflow.lock(suggestion.case_id)  # type: ignore[arg-type]
        if case.state not in {"registered", "at_government", "handling"}:
            raise WorkflowError(f"现在是“{case.state_label}”，不能再提名为重点建议。")
        if KeySuggestion.objects.filter(suggestion=suggestion).exists():
            raise WorkflowError("已经提名过了。")
        made = KeySuggestion.objects.create(
            suggestion=suggestion,
            year=moment.astimezone(clock.TZ).year,
            reason=reason,
            created_at=moment,
        )
        made.case = workflow.start(
            "motions.key",
            made.ref,
            scope=f"congress:{suggestion.congress_id}",
            entry=entries.KeyNominated(year=made.year, reason=reason),
            actor=actor,
            happened_at=moment,
            open_turns=False,
            about=suggestion.ref,
        )
        made.save(update_fields=["case"])
        workflow.settle(made.case, moment)
    return made


def choose(
    key: KeySuggestion,
    *,
    actor: identity.Account,
    chosen_on: dt.date,
    leader: people.Person,
    committee: people.Organisation,
    seen: int | None = None,
    happened_at: dt.datetime | None = None,
) -> None:
    """The council decides: who leads, which committee follows up."""
    assert key.case is not None
    with workflow.step(key.case, "choose", actor=actor, seen=seen, happened_at=happened_at) as act:
        held: KeySuggestion = act.subject
        if chosen_on > act.day:
            raise WorkflowError("主任会议日期还没有到，请核对。")
        held.chosen_on, held.leader, held.committee = chosen_on, leader, committee
        held.save(update_fields=["chosen_on", "leader", "committee"])
        act.record(
            entries.KeyChosen(title=held.suggestion.title, leader=leader.name, committee=committee.name)
        )


def leave_out(key: KeySuggestion, *, actor: identity.Account, text: str, seen: int | None = None) -> None:
    assert key.case is not None
    with workflow.step(key.case, "leave_out", actor=actor, seen=seen) as act:
        act.record(entries.KeyNotChosen(text=text))


def plan(
    key: KeySuggestion,
    *,
    actor: identity.Account,
    text: str,
    seen: int | None = None,
    happened_at: dt.datetime | None = None,
) -> None:
    assert key.case is not None
    with workflow.step(key.case, "plan", actor=actor, seen=seen, happened_at=happened_at) as act:
        held: KeySuggestion = act.subject
        held.plan = text
        held.save(update_fields=["plan"])
        act.record(entries.KeyPlanned(text=text))


def visit(
    key: KeySuggestion,
    *,
    actor: identity.Account,
    how: str,
    held_on: dt.date,
    text: str,
    files: Sequence[Any] = (),
    seen: int | None = None,
    happened_at: dt.datetime | None = None,
) -> None:
    assert key.case is not None
    with workflow.step(key.case, "visit", actor=actor, seen=seen, happened_at=happened_at) as act:
        if held_on > act.day:
            raise WorkflowError("日期还没有到，请填写实际的日期。")
        row = KeyVisit.objects.create(
            key=act.subject, how=how, held_on=held_on, text=text, by=actor, recorded_at=clock.now()
        )
        for file in files:
            documents.attach(file, owner=act.subject.suggestion.ref, actor=actor, name=file.name)
        act.record(entries.KeyVisited(how=row.get_how_display(), held_on=held_on.isoformat(), text=text))


def parse_sheets(text: str) -> list[tuple[int, str]]:
    """Points and comment of each appraisal sheet, one a line.

    Raises:
        WorkflowError: names the line that is not a number from 0 to 100.

    >>> parse_sheets("90\\n85 进展快")
    [(90, ''), (85, '进展快')]
    """
    out = []
    for number, line in enumerate((x for x in text.splitlines() if x.strip()), start=1):
        found = _SHEET.match(line)
        if found is None or int(found.group(1)) > 100:
            raise WorkflowError(f"第 {number} 张“{line.strip()[:20]}”不是 0 到 100 的分数，请核对。")
        out.append((int(found.group(1)), found.group(2).strip()))
    if not out:
        raise WorkflowError("请至少录入一张测评票。")
    return out


def appraise(
    key: KeySuggestion,
    *,
    actor: identity.Account,
    sheets: str,
    seen: int | None = None,
    happened_at: dt.datetime | None = None,
) -> None:
    """Enter the sheets of the democratic appraisal; the mean is computed, never typed."""
    rows = parse_sheets(sheets)
    assert key.case is not None
    with workflow.step(key.case, "appraise", actor=actor, seen=seen, happened_at=happened_at) as act:
        Appraisal.objects.bulk_create(
            [
                Appraisal(key=act.subject, sheet=number, points=points, comment=comment[:300])
                for number, (points, comment) in enumerate(rows, start=1)
            ]
        )
        act.record(entries.KeyAppraised(sheets=len(rows), total=sum(points for points, _ in rows)))
