"""One opinion: read it, see what was decided of alike ones, act."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.module_loading import import_string
from django.views.decorators.http import require_POST

from renda.assembly.intake import forms, indexing, learning
from renda.assembly.intake.alike import propose_group
from renda.assembly.intake.errors import IntakeError
from renda.assembly.intake.models import Category, Group, Opinion
from renda.assembly.intake.queries import opinion as opinion_of
from renda.assembly.intake.services import grouping, handling
from renda.assembly.intake.services.receiving import Said, receive
from renda.assembly.intake.texts import shown_code
from renda.assembly.intake.views.listing import Opinions, account, current
from renda.assembly.people import api as people
from renda.kernel.identity import api as identity
from renda.kernel.record import api as record
from renda.kernel.ui import api as ui
from renda.kernel.workflow import api as workflow

LIST = ("群众意见", "/intake/")
_REFUSALS = (workflow.WorkflowError, identity.IdentityError, identity.SecretMarks)


def _said(error: Exception) -> str:
    return error.messages[0] if isinstance(error, identity.IdentityError) else str(error)


def _get(pk: int) -> Opinion:
    try:
        return opinion_of(pk)
    except Opinion.DoesNotExist as error:
        raise Http404 from error


@login_required
def enter(request: HttpRequest) -> HttpResponseBase:
    """Type what somebody said on the telephone or wrote on paper."""
    who = account(request)
    identity.check("intake.enter", who)
    congress = people.congress_for(who)
    if congress is None:
        raise Http404
    form = forms.EntryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            opinion = receive(Said(**form.cleaned_data), congress, actor=who)
        except _REFUSALS as error:
            form.add_error(None, _said(error))
        else:
            messages.success(request, f"已登记。查询码 {shown_code(opinion.code)}，请告诉反映人。")
            return redirect(reverse("intake:opinion", args=[opinion.pk]))
    context = {"form": form, "crumbs": [LIST]}
    return render(request, "intake/enter.html", context, status=422 if form.is_bound else 200)


@login_required
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of one opinion."""
    opinion = _get(pk)
    who = account(request)
    identity.check("intake.view", who, opinion)
    case = handling.case_of(opinion)
    decides = identity.may("intake.decide", who, opinion)
    undecided = decides and case.state == "registered"
    return render(
        request,
        "intake/opinion.html",
        {
            "opinion": opinion,
            "case": case,
            "code": shown_code(opinion.code),
            "crumbs": [LIST],
            "deadline": current(opinion),
            "waits_for": _waits_for(case, opinion),
            "acts": _acts(opinion, case, who),
            "replies": opinion.replies.select_related("organ", "rating").order_by("happened_at", "pk"),
            "classes": learning.propose_class(opinion.text, opinion.title)
            if decides and not opinion.category
            else [],
            "organs": learning.propose_organ(opinion.text, opinion.title) if undecided else [],
            "similar": indexing.similar(
                opinion.text, account=who, title=opinion.title, exclude=opinion.ref, limit=5
            ),
            "tied": opinion.group.opinions.exclude(pk=opinion.pk).select_related("case")[:20]
            if opinion.group
            else [],
            "lines": record.timeline(opinion.ref, limit=30),
            "svg": workflow.diagram(case.declared, case.state),
            "decides": decides,
        },
    )


def _waits_for(case: workflow.Case, opinion: Opinion) -> str:
    if case.is_final:
        return "不再等待"
    return opinion.organ.name if case.state == "with_organ" and opinion.organ else "群众意见受理人员"


def _acts(opinion: Opinion, case: workflow.Case, who: identity.Account) -> list[ui.Act]:
    return [
        ui.Act(
            each.label,
            reverse("intake:act", args=[opinion.pk, each.key]),
            primary=each.primary,
            danger=each.danger,
        )
        for each in workflow.available(case, who, opinion)
    ]


@login_required
def act(request: HttpRequest, pk: int, key: str) -> HttpResponseBase:
    """The form of one act, and doing it."""
    opinion = _get(pk)
    who = account(request)
    identity.check("intake.view", who, opinion)
    case = handling.case_of(opinion)
    offered = {each.key: each for each in workflow.available(case, who, opinion)}
    transition = offered.get(key)
    if transition is None:
        if key not in {t.key for t in case.declared.transitions}:
            raise Http404
        messages.error(request, f"现在是“{case.state_label}”，不能这样办；请看最新情况。")
        return redirect(reverse("intake:opinion", args=[pk]))
    proposed = {"organ": request.GET["organ"]} if "organ" in request.GET else None
    form = forms.ActForm(request.POST or None, transition=transition, opinion=opinion, initial=proposed)
    if request.method == "POST" and form.is_valid():
        command: Callable[..., Any] = import_string(transition.command)
        try:
            command(opinion, actor=who, **form.values())
        except _REFUSALS as error:
            form.add_error(None, _said(error))
        else:
            messages.success(request, f"已{transition.label}。")
            return redirect(reverse("intake:opinion", args=[pk]))
    context = {
        "form": form,
        "transition": transition,
        "opinion": opinion,
        "crumbs": [LIST, (opinion.title, reverse("intake:opinion", args=[pk]))],
        "back": reverse("intake:opinion", args=[pk]),
    }
    return render(request, "intake/act.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def take_class(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take a proposed class with one click."""
    opinion = _get(pk)
    category = get_object_or_404(Category, pk=_number(request.POST.get("category", "")), active=True)
    try:
        handling.classify(opinion, category, actor=account(request))
        messages.success(request, f"已归入“{category.name}”。")
    except workflow.WorkflowError as error:
        messages.error(request, str(error))
    return redirect(reverse("intake:opinion", args=[pk]))


@login_required
@require_POST
def tie(request: HttpRequest) -> HttpResponseBase:
    """Tie picked opinions together: from the list, or one found to be like this one."""
    who = account(request)
    picked = list(Opinions.picked(request)[:200])
    try:
        made = grouping.group(picked, actor=who)
    except IntakeError as error:
        messages.error(request, str(error))
        return redirect(request.POST.get("back") or LIST[1])
    messages.success(request, f"已归为同类：{made.title}。各件仍单独答复。")
    return redirect(reverse("intake:group", args=[made.pk]))


@login_required
def alike(request: HttpRequest, pk: int) -> HttpResponse:
    """All that seem to be about the same thing, to pick from and to tie together."""
    opinion = _get(pk)
    who = account(request)
    identity.check("intake.decide", who, opinion)
    context = {
        "opinion": opinion,
        "found": propose_group(opinion, who),
        "crumbs": [LIST, (opinion.title, reverse("intake:opinion", args=[pk]))],
    }
    return render(request, "intake/alike.html", context)


@login_required
@require_POST
def untie(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take one opinion out of its group."""
    try:
        grouping.ungroup(_get(pk), actor=account(request))
        messages.success(request, "已移出同类意见。")
    except IntakeError as error:
        messages.error(request, str(error))
    return redirect(reverse("intake:opinion", args=[pk]))


@login_required
def group(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A group: its opinions, and one answer for all that are open."""
    found = get_object_or_404(Group.objects.select_related("congress"), pk=pk)
    who = account(request)
    identity.check("intake.decide", who, found)
    form = forms.GroupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            count = grouping.answer_all(
                found, form.cleaned_data["text"], form.cleaned_data["told_by"], actor=who
            )
        except _REFUSALS as error:
            form.add_error(None, _said(error))
        else:
            messages.success(request, f"已分别答复 {count} 件。")
            return redirect(reverse("intake:group", args=[pk]))
    rows = found.opinions.select_related("case", "organ").order_by("happened_at", "pk")
    context = {
        "group": found,
        "rows": rows,
        "open": sum(not handling.case_of(row).is_final for row in rows),
        "form": form,
        "crumbs": [LIST],
    }
    return render(request, "intake/group.html", context, status=422 if form.is_bound else 200)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else 0
