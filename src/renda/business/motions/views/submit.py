"""Before it is sent: what will be sent, who sees it and under which name; a typed sheet beside its photo."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from renda.assembly.people import api as people
from renda.business.motions import forms
from renda.business.motions.models import Kind, Suggestion
from renda.business.motions.queries.audience import audience
from renda.business.motions.services import drafting, filling
from renda.business.motions.views.common import MINE, REFUSALS, account, case_of, said, suggestion_for
from renda.business.motions.views.deputy import STEP_OF
from renda.kernel import clock
from renda.kernel.documents import api as documents
from renda.kernel.identity import api as identity


@login_required
def page(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Read once more, then submit: one confirmation, afterwards the case page says what happened."""
    suggestion = suggestion_for(request, pk, "motions.edit")
    case = case_of(suggestion)
    if case.state not in filling.WRITING:
        messages.info(request, f"已经提交，现在是“{case.state_label}”。")
        return redirect("motions:case", pk=pk)
    error = ""
    if request.method == "POST":
        seen = request.POST.get("seen", "")
        try:
            drafting.submit(
                suggestion,
                actor=account(request),
                seen=int(seen) if seen.isascii() and seen.isdecimal() else None,
            )
        except REFUSALS as refused:
            error = said(refused)
        else:
            messages.success(request, "已提交。办到哪一步，在“我的建议”和消息里都能看到。")
            return redirect("motions:case", pk=pk)
    return render(
        request, "motions/submit.html", _context(request, suggestion, error), status=422 if error else 200
    )


def _context(request: HttpRequest, suggestion: Suggestion, error: str) -> dict[str, object]:
    session = people.session_on(suggestion.congress, clock.today())
    signatures = list(suggestion.cosignatures.select_related("person").order_by("pk"))
    labels = {label: key for key, label in drafting.PARTS.items()}
    missing = [
        (label, f"{reverse('motions:edit', args=[suggestion.pk])}?step={STEP_OF[labels[label]]}")
        for label in drafting.missing_parts(suggestion)
    ]
    may = identity.may("motions.submit", account(request), suggestion)
    return {
        "suggestion": suggestion,
        "case": case_of(suggestion),
        "session": session,
        "through": session.in_session and suggestion.delegation_id is not None,
        "audience": audience(suggestion, through_delegation=session.in_session),
        "missing": missing,
        "several": drafting.several(suggestion),
        "signed": [c for c in signatures if c.state == "signed"],
        "invited": [c for c in signatures if c.state == "invited"],
        "files": documents.attachments(suggestion.ref),
        "is_motion": suggestion.kind == Kind.MOTION,
        "may_submit": may,
        "error": error,
        "crumbs": [MINE, (suggestion.title or "草稿", reverse("motions:edit", args=[suggestion.pk]))],
    }


@login_required
def confirm(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The photo beside what the office typed: right, then submit; or wrong, and why."""
    suggestion = suggestion_for(request, pk, "motions.edit")
    case = case_of(suggestion)
    if case.state != "confirming":
        return redirect("motions:case", pk=pk)
    form = forms.RejectForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            drafting.reject_transcript(suggestion, actor=account(request), reason=form.cleaned_data["reason"])
        except REFUSALS as refused:
            form.add_error(None, said(refused))
        else:
            messages.success(request, "已请工作人员重录，录好后再请您核对。")
            return redirect("motions:case", pk=pk)
    files = documents.attachments(suggestion.ref)
    context = {
        "suggestion": suggestion,
        "form": form,
        "pictures": [a for a in files if a.content_type.startswith("image/")],
        "others": [a for a in files if not a.content_type.startswith("image/")],
        "crumbs": [MINE],
    }
    return render(request, "motions/confirm.html", context, status=422 if form.is_bound else 200)
