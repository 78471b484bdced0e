"""What staff enter for others: ratings from a signed sheet, a handwritten sheet typed beside its photo."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from renda.assembly.people import api as people
from renda.business.motions import queries
from renda.business.motions.models import Consent, Grade, How, Reply, Suggestion
from renda.business.motions.services import drafting, rating
from renda.business.motions.views.common import LIST, REFUSALS, account, case_of, said, suggestion_for
from renda.business.motions.views.staff_common import seen_of
from renda.kernel.documents import api as documents
from renda.kernel.identity import api as identity
from renda.kernel.ui import api as ui


class RatingSheetForm(forms.Form):
    """One deputy's signed sheet for one reply; nothing is chosen beforehand, the scan is required."""

    person = forms.ChoiceField(label="哪位代表", widget=ui.Boxed)
    reply = forms.ChoiceField(label="哪份答复", widget=ui.Boxed)
    attitude = forms.ChoiceField(label="对办理态度", choices=Grade.choices, widget=ui.Boxed)
    result = forms.ChoiceField(label="对办理结果", choices=Grade.choices, widget=ui.Boxed)
    reason = forms.CharField(
        label="理由", required=False, widget=ui.LongText({"rows": 3}), help_text="不满意的，照抄表上写的理由"
    )
    signed_on = ui.DayField(label="签字日期")
    sheet = forms.FileField(
        label="签字表的扫描件或者照片",
        widget=ui.Upload(accept="image/*,.pdf"),
        help_text="没有扫描件不能代录",
    )

    def __init__(self, *args: Any, persons: list[people.Person], replies: list[Reply], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [(str(p.pk), f"{p.name}代表") for p in persons]  # type: ignore[attr-defined]
        self.fields["reply"].choices = [  # type: ignore[attr-defined]
            (str(r.pk), f"{r.assignment.organ.shown_name}　{r.number}") for r in replies
        ]


@login_required
def rating_sheet(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Enter a rating from a signed sheet (代录): the deputy's name, the day on the sheet, the scan."""
    suggestion = suggestion_for(request, pk, "motions.enter_sheet")
    case = case_of(suggestion)
    pending = queries.pending_by_person(suggestion) if case.state == "replied" else {}
    if not pending:
        messages.info(request, "没有等评价的代表，不用代录。")
        return redirect("motions:case", pk=pk)
    found = people.persons(pending)
    persons = [found[p] for p in pending if p in found]
    replies = {r.pk: r for rows in pending.values() for r in rows}
    form = RatingSheetForm(
        request.POST or None, request.FILES or None, persons=persons, replies=list(replies.values())
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            rating.enter_from_sheet(
                suggestion,
                replies[int(data["reply"])],
                actor=account(request),
                person=found[int(data["person"])],
                attitude=data["attitude"],
                result=data["result"],
                reason=data["reason"],
                signed_on=data["signed_on"],
                sheet=data["sheet"],
                seen=seen_of(request),
            )
        except REFUSALS as refused:
            form.add_error(None, said(refused))
        else:
            messages.success(request, f"已按签字表登记{found[int(data['person'])].name}代表的评价。")
            return redirect("motions:rating_sheet", pk=pk)
    context = {
        "suggestion": suggestion,
        "case": case,
        "form": form,
        "left": len(persons),
        "crumbs": [LIST, (suggestion.title, suggestion.get_absolute_url())],
    }
    return render(request, "motions/staff/rating_sheet.html", context, status=422 if form.is_bound else 200)


class TranscribeForm(forms.Form):
    """The text as it stands on the sheet."""

    title = forms.CharField(label="标题", max_length=100, required=False)
    matter = forms.CharField(label="案由", required=False, widget=ui.LongText({"rows": 4}))
    analysis = forms.CharField(label="情况分析", required=False, widget=ui.LongText({"rows": 6}))
    proposal = forms.CharField(label="具体建议", required=False, widget=ui.LongText({"rows": 6}))
    how = forms.ChoiceField(label="怎样形成的", required=False, choices=[("", "表上没有写"), *How.choices])
    consent = forms.ChoiceField(
        label="公开意愿", required=False, choices=[("", "表上没有写，由代表核对时选"), *Consent.choices]
    )
    proposed_organ = forms.CharField(label="希望的承办单位", max_length=120, required=False)


def _typed(form: TranscribeForm) -> dict[str, str]:
    return {key: value for key, value in form.cleaned_data.items() if key in drafting.PARTS}


@login_required
def transcribe(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Type what is on the photo, beside it; the deputy is asked to confirm."""
    suggestion = suggestion_for(request, pk, "motions.transcribe")
    case = case_of(suggestion)
    if case.state != "transcribing":
        messages.info(request, f"不用录入，现在是“{case.state_label}”。")
        return redirect("motions:case", pk=pk)
    form = TranscribeForm(request.POST or None, initial=_initial(suggestion))
    if request.method == "POST" and form.is_valid():
        try:
            drafting.save_draft(suggestion, _typed(form), actor=account(request))
            if request.POST.get("go") == "done":
                drafting.transcribe(suggestion, actor=account(request), seen=seen_of(request))
                messages.success(request, "已录完，请代表核对。")
                return redirect("motions:case", pk=pk)
        except REFUSALS as refused:
            form.add_error(None, said(refused))
        else:
            messages.success(request, "已保存。")
            return redirect("motions:transcribe", pk=pk)
    files = documents.attachments(suggestion.ref)
    context = {
        "suggestion": suggestion,
        "case": case,
        "form": form,
        "autosave": reverse("motions:transcribe_save", args=[pk]),
        "pictures": [f for f in files if f.content_type.startswith("image/")],
        "others": [f for f in files if not f.content_type.startswith("image/")],
        "crumbs": [LIST],
    }
    return render(request, "motions/staff/transcribe.html", context, status=422 if form.is_bound else 200)


def _initial(suggestion: Suggestion) -> dict[str, str]:
    return {key: getattr(suggestion, key) for key in drafting.PARTS}


@login_required
@require_POST
def transcribe_save(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Autosave of the typing."""
    suggestion = suggestion_for(request, pk, "motions.transcribe")
    form = TranscribeForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"message": "有一栏超过了字数，改短后自动保存。"}, status=422)
    try:
        drafting.save_draft(suggestion, _typed(form), actor=account(request))
    except REFUSALS as refused:
        return JsonResponse({"message": said(refused)}, status=409)
    suggestion.refresh_from_db(fields=["saved_at"])
    return JsonResponse({"saved": suggestion.saved_at.isoformat()})


def office_acts(suggestion: Suggestion, who: identity.Account) -> list[ui.Act]:
    """Pages of the office that are no step of the process: typing a sheet, a signed rating, nominating."""
    case = case_of(suggestion)
    acts = []
    if case.state == "transcribing" and identity.may("motions.transcribe", who, suggestion):
        acts.append(ui.Act("录入手写件", reverse("motions:transcribe", args=[suggestion.pk]), primary=True))
    if case.state == "replied" and identity.may("motions.enter_sheet", who, suggestion):
        acts.append(ui.Act("按签字表代录评价", reverse("motions:rating_sheet", args=[suggestion.pk])))
    nominated = getattr(suggestion, "key", None) is not None
    open_to_it = case.state in {"registered", "at_government", "handling"}
    if open_to_it and not nominated and identity.may("motions.nominate_key", who, suggestion):
        acts.append(ui.Act("提名为重点建议", reverse("motions:nominate", args=[suggestion.pk])))
    return acts
