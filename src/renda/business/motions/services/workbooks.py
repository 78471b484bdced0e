"""An organ without an account: its workbook goes out, comes back filled, and is entered on its behalf."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from renda.assembly.ledger import api as ledger
from renda.assembly.people import api as people
from renda.business.motions.models import Assignment, HandlingRole
from renda.business.motions.queries import handling as query
from renda.business.motions.queries.handling import owed
from renda.business.motions.services import editing, handling, pressing, replying
from renda.business.motions.services.editing import TypedRow
from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.tabular import api as tabular
from renda.kernel.workflow.api import WorkflowError

KINDS = {label: key for key, label in ledger.EvidenceKind.choices}
FORM = tabular.Form(
    kind="motions.organ_workbook",
    label="代表建议办理表",
    columns=[
        tabular.Column("number", "编号", width=10),
        tabular.Column("title", "标题", width=34),
        tabular.Column("text", "建议内容", width=50),
        tabular.Column("role", "分工", width=8),
        tabular.Column("due", "期限", width=16),
        tabular.Column("state", "现在", width=14),
        tabular.Column("received", "签收日期", kind="date", width=14),
        tabular.Column("progress", "办理进展", width=30, max_length=2000),
        tabular.Column("contact_on", "与代表沟通日期", kind="date", width=16),
        tabular.Column("contact", "沟通情况", width=26, max_length=2000),
        tabular.Column("opinion", "会办意见（会办单位填）", width=30, max_length=4000),
        tabular.Column("done", "拟答复：已经做了什么", width=34, max_length=8000),
        tabular.Column("planned", "拟答复：打算做什么", width=34, max_length=8000),
        tabular.Column("cannot", "拟答复：做不到的和原因", width=30, max_length=8000),
        tabular.Column("promise", "承诺事项", width=30, max_length=300),
        tabular.Column("promise_due", "承诺完成期限", kind="date", width=16),
        tabular.Column("measure", "怎样算完成", width=26, max_length=300),
        tabular.Column("evidence", "以何为证", kind="choice", choices=KINDS, width=16),
    ],
    fill=(
        "received",
        "progress",
        "contact_on",
        "contact",
        "opinion",
        "done",
        "planned",
        "cannot",
        "promise",
        "promise_due",
        "measure",
        "evidence",
    ),
)


@dataclass
class Line:
    """One suggestion of a workbook that came back: what would be entered, and what stands in the way."""

    assignment: Assignment
    values: dict[str, Any]
    steps: list[str] = field(default_factory=list)
    problem: str = ""


def out(organ: people.Organisation, congress: people.Congress) -> bytes:
    """The workbook for an organ: what it has in hand, with the columns it fills."""
    rows = [
        tabular.OutRow(
            key=str(a.pk),
            values={
                "number": a.suggestion.number_text,
                "title": a.suggestion.title,
                "text": a.suggestion.text[:3000],
                "role": HandlingRole(a.role).label,
                "due": deadline.due_on if (deadline := owed(a)) else None,
                "state": a.case.state_label if a.case else "",
            },
        )
        for a in in_hand(organ, congress)
    ]
    note = (
        "请填写白色的格子后交回：签收日期、进展、与代表沟通的日期和情况、拟答复内容；"
        "承诺要写清期限、怎样算完成和以何为证。"
    )
    return tabular.roundtrip_out(FORM, rows, recipient=str(organ.pk), note=note)


def in_hand(organ: people.Organisation, congress: people.Congress) -> list[Assignment]:
    """What the organ has not finished for this congress."""
    return list(query.in_hand([organ.pk]).filter(suggestion__congress=congress))


def read(
    content: bytes, *, actor: identity.Account, congress: people.Congress
) -> tuple[list[Line], list[str]]:
    """Read a workbook that came back and say what would be entered; nothing is done yet.

    Returns:
        lines in the workbook's order, and what is wrong with the workbook, each with its place.
    """
    context = tabular.Context(actor=actor, kind=FORM.kind, file_name="", sha256="", today=clock.today())
    returned = tabular.roundtrip_in(FORM, content, context=context)
    problems = [f"{e.where}：{e.message}" for e in returned.errors]
    known = {
        str(a.pk): a
        for a in query.in_hand([int(returned.recipient)] if returned.recipient.isdecimal() else []).filter(
            suggestion__congress=congress
        )
    }
    lines = []
    for row in returned.rows:
        assignment = known.get(row.key)
        if assignment is None:
            problems.append(f"第 {row.number} 行：这件建议已经办完，或者不再由这个单位办理。")
            continue
        lines.append(judge(assignment, dict(row.values), actor))
    return lines, problems


def judge(assignment: Assignment, values: dict[str, Any], actor: identity.Account) -> Line:
    """What a row would do, and why it can't."""
    line = Line(assignment, {k: v for k, v in values.items() if v not in (None, "", [])})
    given = line.values
    case = assignment.case
    assert case is not None
    if not identity.may("motions.handle", actor, assignment):
        line.problem = f"{assignment.organ.name}已经有自己的账号，请由它登录办理。"
        return line
    state = case.state
    if state == "handed":
        if "received" not in given:
            line.problem = "还没有签收：请填写签收日期。"
            return line
        line.steps.append("签收")
        state = "accepted"
    for key, label in (("progress", "报告进展"), ("contact", "登记与代表沟通")):
        if key in given and state in ("accepted", "rehandling"):
            line.steps.append(label)
    if "contact" in given and "contact_on" not in given:
        line.problem = "写了沟通情况，请填写沟通日期。"
    letter = any(k in given for k in ("done", "planned", "cannot", "promise"))
    if assignment.role == HandlingRole.JOINT:
        if letter:
            line.problem = "会办单位请填“会办意见”，由主办单位答复代表。"
        elif "opinion" in given and state == "accepted":
            line.steps.append("提交会办意见")
    elif "opinion" in given:
        line.problem = "主办、分办单位请填“拟答复”，不填会办意见。"
    elif letter and state in ("accepted", "rehandling"):
        line.steps.append("存为答复草稿")
        if "promise" in given:
            missing = _promise(assignment, given).missing()
            line.steps.append("一项承诺" + (f"（还缺{'、'.join(missing)}）" if missing else ""))
    if not line.steps and not line.problem:
        line.problem = f"现在是“{case.state_label}”，填写的内容没有可以登记的。"
    return line


def _promise(assignment: Assignment, given: dict[str, Any]) -> TypedRow:
    due = given.get("promise_due")
    return TypedRow(
        text=str(given.get("promise", "")),
        organ=str(assignment.organ_id),
        due_on=due.isoformat() if isinstance(due, dt.date) else "",
        measure=str(given.get("measure", "")),
        evidence_kind=str(given.get("evidence", "")),
    )


def enter(lines: Sequence[Line], *, actor: identity.Account) -> int:
    """Enter all lines, or none.

    Returns:
        how many suggestions were touched.

    Raises:
        WorkflowError: names the line that can't be entered.
    """
    bad = [line for line in lines if line.problem]
    if bad:
        raise WorkflowError(
            "；".join(f"{x.assignment.suggestion.number_text}：{x.problem}" for x in bad[:10])
        )
    with transaction.atomic():
        for line in lines:
            try:
                _enter(line, actor)
            except WorkflowError as error:
                raise WorkflowError(f"{line.assignment.suggestion.number_text}：{error}") from error
    return len(lines)


def _moment(value: Any) -> dt.datetime:
    """Noon of a day that was written without a time; never later than now."""
    assert isinstance(value, dt.date)
    return min(clock.combine(value, dt.time(12)), clock.now())


def _enter(line: Line, actor: identity.Account) -> None:
    assignment, given = line.assignment, line.values
    if "签收" in line.steps:
        handling.receive(assignment, actor=actor, happened_at=_moment(given["received"]))
    if "登记与代表沟通" in line.steps:
        pressing.record_contact(
            assignment,
            actor=actor,
            how="letter" if "函" in given["contact"] else "phone",
            happened_at=_moment(given["contact_on"]),
            text=given["contact"],
        )
    if "报告进展" in line.steps:
        handling.report_progress(assignment, actor=actor, text=given["progress"])
    if "提交会办意见" in line.steps:
        handling.opine(assignment, actor=actor, text=given["opinion"])
    if "存为答复草稿" in line.steps:
        assignment.case.refresh_from_db()  # type: ignore[union-attr]
        reply = replying.open_draft(assignment, actor=actor)
        texts: dict[str, str] = {k: str(given[k]) for k in ("done", "planned", "cannot") if k in given}
        rows = [r for r in editing.rows_of(reply) if r.text != given.get("promise")]
        if "promise" in given:
            rows.append(_promise(assignment, given))
        editing.save(reply, actor=actor, texts=texts, reply_class=None, rows=rows)
