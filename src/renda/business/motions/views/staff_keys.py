"""Extensions and key suggestions: a page each, the council's list, nomination."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from renda.business.motions import queries, rules
from renda.business.motions.models import Extension, KeySuggestion
from renda.business.motions.queries.lists import scopes
from renda.business.motions.services import extensions as extending
from renda.business.motions.services import keys
from renda.business.motions.views.common import LIST, REFUSALS, account, said, suggestion_for
from renda.business.motions.views.staff_common import KEYS, case_acts, one_primary
from renda.kernel.documents import api as documents
from renda.kernel.identity import api as identity
from renda.kernel.record import api as record
from renda.kernel.ui import api as ui
from renda.kernel.workflow import api as workflow

TONES = {"nominated": "amber", "chosen": "blue", "following": "blue", "appraised": "jade"}


@login_required
def extension(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One request for more time: why, until when, how long the law allows at most."""
    found = (
        Extension.objects.select_related(
            "case", "assignment__organ", "assignment__case", "assignment__suggestion__case"
        )
        .filter(pk=pk, case__isnull=False)
        .first()
    )
    if found is None:
        raise Http404
    assignment = found.assignment
    suggestion = suggestion_for(request, assignment.suggestion_id)
    assignment.suggestion = suggestion
    who = account(request)
    case = found.case
    assert case is not None and assignment.case is not None
    context = {
        "extension": found,
        "assignment": assignment,
        "suggestion": suggestion,
        "case": case,
        "acts": one_primary(case_acts(case, who, found)),
        "limit": extending.limit(assignment),
        "reply_clock": assignment.case.deadlines.filter(key="reply").first(),
        "signers": queries.signers(suggestion),
        "crumbs": [LIST, (suggestion.title, suggestion.get_absolute_url())],
    }
    return render(request, "motions/staff/extension.html", context)


@login_required
def key(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One key suggestion: who leads, the plan, what was done, the appraisal."""
    found = (
        KeySuggestion.objects.select_related("case", "leader", "committee", "suggestion")
        .prefetch_related("visits__by", "appraisals")
        .filter(pk=pk, case__isnull=False)
        .first()
    )
    if found is None:
        raise Http404
    suggestion = suggestion_for(request, found.suggestion_id)
    found.suggestion = suggestion
    case = found.case
    assert case is not None
    points = [a.points for a in found.appraisals.all()]
    who = account(request)
    context = {
        "key": found,
        "suggestion": suggestion,
        "case": case,
        "tone": TONES.get(case.state, ""),
        "acts": one_primary(case_acts(case, who, found)),
        "mean": rules.appraisal_mean(points) if points else "",
        "sheets": len(points),
        "comments": [a for a in found.appraisals.all() if a.comment],
        "parts": queries.assignments(suggestion),
        "files": documents.attachments(suggestion.ref) if queries.sees_files(who, suggestion) else [],
        "lines": record.timeline(suggestion.ref, limit=30),
        "svg": workflow.diagram(case.declared, case.state),
        "crumbs": [KEYS] if identity.may("motions.keys", who) else [LIST],
    }
    return render(request, "motions/staff/key.html", context)


class Keys(ui.Listing):
    """The council's list: what was nominated and chosen, and how far the follow-up is."""

    title = "重点建议"
    unit = "件"
    columns = (
        ui.Column(
            "title",
            "建议",
            "suggestion.title",
            main=True,
            href=lambda k: f"/motions/key/{k.pk}/",
            sub=lambda k: f"{k.suggestion.number_text} · {k.suggestion.lead.name}",
        ),
        ui.Column("year", "年度", "year", sort="year"),
        ui.Column(
            "state",
            "督办",
            lambda k: k.case.state_label,
            kind="tag",
            tone=lambda k: TONES.get(k.case.state, ""),
        ),
        ui.Column("leader", "领衔督办", lambda k: k.leader.name if k.leader else ""),
        ui.Column("committee", "督办委员会", lambda k: k.committee.shown_name if k.committee else ""),
        ui.Column("visits", "督办活动", lambda k: len(k.visits.all()), kind="number"),
        ui.Column(
            "mean",
            "测评",
            lambda k: rules.appraisal_mean([a.points for a in k.appraisals.all()]),
            kind="text",
        ),
        ui.Column("handling", "办理", lambda k: k.suggestion.case.state_label),
    )
    filters = (
        ui.Choice(
            "state",
            "督办",
            choices=[
                ("nominated", "待主任会议确定"),
                ("chosen", "待制定督办方案"),
                ("following", "督办中"),
                ("appraised", "已测评"),
                ("not_chosen", "未列入"),
            ],
            field="case__state",
            multiple=True,
            counts=True,
        ),
        ui.Words("q", "查找", fields=("suggestion__title",)),
    )
    default_sort = "-year"

    def rows(self) -> QuerySet[KeySuggestion]:
        who = account(self.request)
        seen = Q(suggestion__congress_id__in=scopes(who, "deputies_office", "chairpersons", "auditor"))
        seen |= Q(committee_id__in=scopes(who, "committee"))
        return (
            KeySuggestion.objects.filter(seen, case__isnull=False)
            .select_related("case", "leader", "committee", "suggestion__lead", "suggestion__case")
            .prefetch_related("visits", "appraisals")
        )


@login_required
def key_list(request: HttpRequest) -> HttpResponseBase:
    """The list of key suggestions, by year."""
    identity.check("motions.keys", account(request))
    return Keys(request).respond("motions/staff/keys.html")


class NominateForm(forms.Form):
    """Why the council of chairpersons should follow it up itself."""

    reason = forms.CharField(
        label="提名理由",
        widget=ui.LongText({"rows": 5}),
        help_text="群众关注、事关全局、多年没有解决的，写明事实",
    )


@login_required
def nominate(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Propose a suggestion to the council of chairpersons."""
    suggestion = suggestion_for(request, pk, "motions.nominate_key")
    form = NominateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = keys.nominate(suggestion, actor=account(request), reason=form.cleaned_data["reason"])
        except REFUSALS as refused:
            form.add_error(None, said(refused))
        else:
            messages.success(request, "已提名，等主任会议确定。")
            return redirect("motions:key", pk=made.pk)
    context = {
        "form": form,
        "suggestion": suggestion,
        "crumbs": [LIST, (suggestion.title, suggestion.get_absolute_url())],
    }
    return render(request, "motions/staff/nominate.html", context, status=422 if form.is_bound else 200)
