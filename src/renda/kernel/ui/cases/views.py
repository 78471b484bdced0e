"""A case of any process, and one act of it, drawn from the declaration alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.module_loading import import_string

from renda.kernel.documents import api as documents
from renda.kernel.identity import api as identity
from renda.kernel.numbering import api as numbering
from renda.kernel.record import api as record
from renda.kernel.ui.actforms import act_form, acts
from renda.kernel.workflow import api as workflow

# Refusals whose text is written for the person who acts; anything else is a fault and shows as one.
REFUSALS = (
    workflow.WorkflowError,
    identity.SecretMarks,
    documents.DocumentsError,
    numbering.NumberingError,
    ValidationError,
)
LINES = 50


@login_required
def act(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """The form of one act; on POST the room's command, with what was typed and the step it was drawn at."""
    case, subject = _case(pk)
    who = _account(request)
    transition = next((t for t in case.declared.transitions if t.key == key and not t.hidden), None)
    if transition is None:
        raise Http404
    identity.check(transition.policy, who, subject)
    if case.state not in transition.source:
        now = f"这一件现在是“{case.state_label}”，不能再“{transition.label}”；请看最新情况。"
        messages.warning(request, now)
        return redirect(case.url)
    sent = request.method == "POST"
    form = act_form(transition, case)(
        data=request.POST if sent else None,
        files=request.FILES if sent else None,
        initial={"seen": case.step},
    )
    if form.is_valid() and _done(form, transition, case, subject, who):
        messages.success(request, f"已{transition.label}。")
        return redirect(case.url)
    context = {
        "transition": transition,
        "form": form,
        "subject": case.subject_title,
        "back": case.url,
        "crumbs": [(case.subject_title, case.url)],
    }
    return render(request, "ui/act.html", context, status=422 if form.is_bound else 200)


def _done(
    form: forms.Form,
    transition: workflow.Transition,
    case: workflow.Case,
    subject: Any,
    who: identity.Account,
) -> bool:
    """Do it; a refusal becomes the form's error and nothing has happened."""
    given = dict(form.cleaned_data)
    seen = given.pop("seen")
    try:
        if transition.command:
            command: Callable[..., Any] = import_string(transition.command)
            command(subject, actor=who, seen=seen, **given)
        else:
            with workflow.step(case, transition.key, actor=who, seen=seen) as step:
                step.record(transition.entry(**given))
    except REFUSALS as error:
        form.add_error(None, error if isinstance(error, ValidationError) else str(error))
        return False
    return True


@login_required
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """A case on a page of its own: whose turn, until when, what one may do, what happened, the process drawn.

    Open to those who hold or held a turn of it and to those who may act.
    """
    case, subject = _case(pk)
    who = _account(request)
    mine = identity.holders(who)
    turns = list(workflow.history(case).select_related("deadline"))
    offered = workflow.available(case, who, subject)
    if not offered and not any(turn.holder in mine for turn in turns):
        raise identity.Forbidden("这一件没有轮到过您，也不由您督办；需要了解情况，请联系承办的科室。")
    lines = record.timeline(case.subject, limit=LINES)
    context = {
        "case": case,
        "open": [(turn, _who(turn.holder)) for turn in turns if turn.ended_at is None],
        "acts": acts(offered, lambda t: reverse("cases:act", args=[case.pk, t.key])),
        "lines": lines,
        "deadlines": case.deadlines.order_by("pk"),
        "svg": workflow.diagram(case.declared, case.state),
        "steps": workflow.process_table(case.declared),
    }
    return render(request, "ui/cases/page.html", context)


def _case(pk: int) -> tuple[workflow.Case, Any]:
    case = workflow.Case.objects.filter(pk=pk).first()
    if case is None:
        raise Http404
    return case, case.declared.subject(case)


def _account(request: HttpRequest) -> identity.Account:
    assert request.user.is_authenticated  # login_required has seen to it
    return request.user


def _who(holder: str) -> str:
    role, _, scope = holder.partition("@")
    return f"{identity.role(role).label} · {identity.scope_title(scope)}"
