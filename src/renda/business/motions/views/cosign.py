"""Co-sign: the lead invites by delegation, those invited read and sign or decline."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from renda.assembly.people import api as people
from renda.business.motions import queries
from renda.business.motions.models import Kind, Suggestion
from renda.business.motions.services import cosigning, filling
from renda.business.motions.views.common import MINE, REFUSALS, account, case_of, said, suggestion_for
from renda.kernel.documents import api as documents
from renda.kernel.law import api as law

MOST = 500  # deputies that may be invited at once


@login_required
def invite(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Whom to ask: all deputies of the congress by delegation, in stroke order, found by name."""
    suggestion = suggestion_for(request, pk, "motions.edit")
    if case_of(suggestion).state not in filling.WRITING:
        messages.info(request, "提交以后不能再邀请附议；纸面签字的，请工作人员代录。")
        return redirect("motions:case", pk=pk)
    if request.method == "POST":
        ids = [int(v) for v in request.POST.getlist("people")[:MOST] if v.isascii() and v.isdecimal()]
        try:
            asked = cosigning.invite(
                suggestion, actor=account(request), people=people.persons(ids).values() if ids else []
            )
        except REFUSALS as error:
            messages.error(request, said(error) if ids else "请先勾选要邀请的代表。")
        else:
            messages.success(request, f"已邀请 {len(asked)} 位代表附议，他们登录就能看到。")
        return redirect("motions:cosign", pk=pk)
    return render(request, "motions/cosign.html", _context(request, suggestion))


def _context(request: HttpRequest, suggestion: Suggestion) -> dict[str, Any]:
    words = request.GET.get("q", "").strip()[:20]
    signatures = list(suggestion.cosignatures.select_related("person").order_by("pk"))
    known = {c.person_id for c in signatures} | {suggestion.lead_id}
    groups: dict[str, list[people.Membership]] = defaultdict(list)
    for seat in people.deputies(suggestion.term):
        if not words or words in seat.person.name:
            groups[seat.delegation.name if seat.delegation else "未编入代表团"].append(seat)
    own = suggestion.delegation.name if suggestion.delegation else ""
    return {
        "suggestion": suggestion,
        "signatures": signatures,
        "known": known,
        "groups": [(name, seats, bool(words) or name == own) for name, seats in groups.items()],
        "words": words,
        "needed": _needed(suggestion) if suggestion.kind == Kind.MOTION else None,
        "signed": sum(c.state == "signed" for c in signatures) + 1,
        "crumbs": [MINE, (suggestion.title or "草稿", reverse("motions:edit", args=[suggestion.pk]))],
    }


def _needed(suggestion: Suggestion) -> dict[str, Any]:
    """How many a joint motion needs (地方组织法 第二十二条)."""
    return law.compute(
        "joint_proposal",
        {
            "level": suggestion.congress.level,
            "kind": "motion",
            "members": people.count_seats(suggestion.term),
        },
    )


@login_required
def sign(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One who was invited reads the text and signs, or doesn't."""
    suggestion = suggestion_for(request, pk)
    who = account(request)
    invitation = queries.invitation_of(who, suggestion)
    if invitation is None:
        messages.info(request, "您没有待附议的邀请，或者已经表过态。")
        return redirect("motions:case", pk=pk)
    if request.method == "POST":
        try:
            if request.POST.get("answer") == "sign":
                cosigning.cosign(suggestion, actor=who)
                messages.success(request, "已附议。提交后的办理情况和答复，您会和领衔代表一样收到。")
            else:
                cosigning.decline(suggestion, actor=who)
                messages.success(request, "已回复不附议。")
        except REFUSALS as error:
            messages.error(request, said(error))
        return redirect("motions:case", pk=pk)
    context = {
        "suggestion": suggestion,
        "files": documents.attachments(suggestion.ref),
        "signed": [
            c for c in suggestion.cosignatures.select_related("person").order_by("pk") if c.state == "signed"
        ],
        "crumbs": [MINE],
    }
    return render(request, "motions/sign.html", context)
