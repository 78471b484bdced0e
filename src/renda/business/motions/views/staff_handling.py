"""The organ's desk and the page of its part: clocks with their why, who else handles, what was said."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from renda.business.motions import queries
from renda.business.motions.models import Assignment, HandlingRole
from renda.business.motions.queries import handling as query
from renda.business.motions.views.common import LIST, account, case_of, suggestion_for
from renda.business.motions.views.staff_common import DESK, assignment_for, case_acts, one_primary
from renda.kernel.documents import api as documents
from renda.kernel.identity import api as identity
from renda.kernel.record import api as record
from renda.kernel.ui import api as ui
from renda.kernel.workflow import api as workflow

LINES = 40
TONES = {
    "handed": "amber",
    "objected": "amber",
    "accepted": "blue",
    "signing": "blue",
    "replied": "jade",
    "rehandling": "amber",
    "resigning": "amber",
    "opined": "jade",
    "countersigning": "blue",
}


@login_required
def desk(request: HttpRequest) -> HttpResponseBase:
    """What the organs of the account have in hand, due first."""
    who = account(request)
    identity.check("motions.organ_desk", who)
    return render(request, "motions/staff/organ_desk.html", {"desk": query.organ_desk(who)})


@login_required
def page(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One organ's part; a deputy who comes here is shown the suggestion's own page."""
    who = account(request)
    found = query.handling(pk)
    outside = found is not None and not identity.may("motions.view_handling", who, found)
    if found is not None and outside and queries.visible(who).filter(pk=found.suggestion_id).exists():
        return redirect("motions:case", pk=found.suggestion_id)
    assignment = assignment_for(request, pk)
    suggestion = suggestion_for(request, assignment.suggestion_id)
    assignment.suggestion = suggestion
    everything = query.everything(assignment)
    lines = record.timeline(suggestion.ref, limit=LINES)
    case = assignment.case
    assert case is not None
    turn = case.turns.filter(ended_at__isnull=True).select_related("deadline").first()
    context = {
        "assignment": assignment,
        "suggestion": suggestion,
        "handling": everything,
        "case": case,
        "parent": case_of(suggestion),
        "tone": TONES.get(case.state, ""),
        "turn": turn,
        "who": _who(turn, assignment),
        "acts": _acts(assignment, everything, who),
        "may_handle": identity.may("motions.handle", who, assignment),
        "extension_acts": _extension_acts(everything, who),
        "signers": queries.signers(suggestion),
        "files": documents.attachments(suggestion.ref) if queries.sees_files(who, suggestion) else [],
        "progress": [
            line
            for line in lines
            if line.kind == "motions.progressed" and line.payload.get("organ") == assignment.organ.name
        ],
        "lines": lines,
        "svg": workflow.diagram(case.declared, case.state),
        "meta": _meta(assignment),
        "crumbs": [DESK if identity.may("motions.organ_desk", who) else LIST],
    }
    return render(request, "motions/staff/handling.html", context)


def _who(turn: workflow.Turn | None, assignment: Assignment) -> str:
    if turn is None:
        return "不再等待"
    role, _, scope = turn.holder.partition("@")
    if scope == f"org:{assignment.organ_id}":
        return assignment.organ.name + ("负责人" if role == "organ_head" else "")
    return identity.role(role).label


def _meta(assignment: Assignment) -> str:
    suggestion = assignment.suggestion
    through = "经政府" if assignment.through_government else ""
    parts = [
        f"{HandlingRole(assignment.role).label}单位 {assignment.organ.name}",
        f"{ui.day_text(assignment.handed_over_on, weekday=False)}{through}交办",
        f"领衔 {suggestion.lead.name}",
    ]
    if suggestion.category is not None:
        parts.append(suggestion.category.label)
    return " · ".join(parts)


def _acts(assignment: Assignment, found: query.Handling, who: identity.Account) -> list[ui.Act]:
    """What may be done now. Writing, signing and countersigning have pages of their own in this room."""
    case = assignment.case
    assert case is not None
    sign = reverse("motions:sign_reply", args=[assignment.pk])
    own = {
        "issue_reply": sign,
        "countersign": reverse("motions:countersign", args=[assignment.pk]),
    }
    acts = []
    writes = case.state in {"accepted", "rehandling"} and assignment.role != HandlingRole.JOINT
    if writes and identity.may("motions.handle", who, assignment):
        label = "接着写答复" if found.draft else "起草答复"
        acts.append(
            ui.Act(label, reverse("motions:write_reply", args=[assignment.pk]), primary=True, icon="pencil")
        )
    acts += case_acts(case, who, assignment, own)
    return one_primary(acts)


def _extension_acts(found: query.Handling, who: identity.Account) -> list[ui.Act]:
    waiting = next((e for e in found.extensions if e.decided_at is None and e.case is not None), None)
    if waiting is None or waiting.case is None:
        return []
    waiting.assignment = found.assignment
    return case_acts(waiting.case, who, waiting)
