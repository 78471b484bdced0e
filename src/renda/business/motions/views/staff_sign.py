"""The head's pages: sign with a number or return the letter; a joint organ countersigns the lead's letter."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from renda.business.motions.models import LetterMark, Reply
from renda.business.motions.queries import handling as query
from renda.business.motions.services import replying
from renda.business.motions.views.common import REFUSALS, account, said
from renda.business.motions.views.staff_common import DESK, assignment_for, seen_of
from renda.business.motions.views.staff_reply import paper_of
from renda.kernel.documents import api as documents
from renda.kernel.ui import api as ui


class SignForm(forms.Form):
    """Who signs and under which number."""

    signer = forms.CharField(label="签发人", max_length=40, help_text="单位主要负责人")
    number = forms.CharField(label="文号", max_length=60, required=False)


class ReturnForm(forms.Form):
    """What has to be written otherwise."""

    text = forms.CharField(label="哪里要改", widget=ui.LongText({"rows": 3}))


class CountersignForm(forms.Form):
    """Agreed, or what has to be written otherwise."""

    agrees = forms.ChoiceField(label="会签意见", choices=[("yes", "同意"), ("no", "不同意")], widget=ui.Boxed)
    text = forms.CharField(
        label="说明",
        required=False,
        help_text="不同意的请写明哪一处、应当怎样写",
        widget=ui.LongText({"rows": 4}),
    )


def _signing(assignment_pk: int) -> Reply | None:
    return (
        Reply.objects.filter(assignment_id=assignment_pk, state="signing")
        .select_related("suggestion__congress", "suggestion__lead", "assignment__organ", "reply_class")
        .first()
    )


@login_required
def sign(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Read the letter as it will go out; sign it, or return it to be written better."""
    assignment = assignment_for(request, pk, "motions.issue_reply")
    reply = _signing(pk)
    case = assignment.case
    assert case is not None
    if reply is None:
        messages.info(request, f"没有待审签的答复，现在是“{case.state_label}”。")
        return redirect("motions:handling", pk=pk)
    mark = LetterMark.objects.filter(organ_id=assignment.organ_id).first()
    returning = request.POST.get("go") == "return"
    form = SignForm(request.POST if request.method == "POST" and not returning else None)
    form.fields["number"].help_text = (
        f"已在纸面上编号的填写；留空由系统按“{mark.mark}”编号"
        if mark
        else "本单位还没有登记代字，请填写纸面上的文号"
    )
    back = ReturnForm(request.POST if returning else None)
    if request.method == "POST" and (back if returning else form).is_valid():
        try:
            if returning:
                replying.return_draft(
                    assignment, actor=account(request), text=back.cleaned_data["text"], seen=seen_of(request)
                )
                messages.success(request, "已退回经办人修改。")
            else:
                made = replying.issue(
                    assignment,
                    actor=account(request),
                    signer=form.cleaned_data["signer"],
                    number=form.cleaned_data["number"],
                    seen=seen_of(request),
                )
                messages.success(request, f"已签发，文号 {made.number}。承诺已进入督办台账。")
        except REFUSALS as refused:
            (back if returning else form).add_error(None, said(refused))
        else:
            return redirect("motions:handling", pk=pk)
    context = {
        "assignment": assignment,
        "suggestion": assignment.suggestion,
        "reply": reply,
        "case": case,
        "html": documents.html(paper_of(reply)),
        "form": form,
        "back": back,
        "joint": reply.countersigns.select_related("assignment__organ").order_by("pk"),
        "crumbs": [DESK, (assignment.suggestion.title, reverse("motions:handling", args=[pk]))],
    }
    wrong = form.is_bound or back.is_bound
    return render(request, "motions/staff/sign.html", context, status=422 if wrong else 200)


@login_required
def countersign(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The lead's letter, and the joint organ's yes or no to it."""
    assignment = assignment_for(request, pk, "motions.issue_reply")
    case = assignment.case
    assert case is not None
    row = query.everything(assignment).to_countersign
    if row is None or case.state != "countersigning":
        messages.info(request, f"没有待会签的答复，现在是“{case.state_label}”。")
        return redirect("motions:handling", pk=pk)
    form = CountersignForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            replying.countersign(
                assignment,
                actor=account(request),
                agrees=form.cleaned_data["agrees"],
                text=form.cleaned_data["text"],
                seen=seen_of(request),
            )
        except REFUSALS as refused:
            form.add_error(None, said(refused))
        else:
            messages.success(request, "已会签。")
            return redirect("motions:handling", pk=pk)
    reply = Reply.objects.select_related(
        "suggestion__congress", "suggestion__lead", "assignment__organ", "reply_class"
    ).get(pk=row.reply_id)
    context = {
        "assignment": assignment,
        "suggestion": assignment.suggestion,
        "reply": reply,
        "case": case,
        "html": documents.html(paper_of(reply)),
        "form": form,
        "crumbs": [DESK, (assignment.suggestion.title, reverse("motions:handling", args=[pk]))],
    }
    return render(request, "motions/staff/countersign.html", context, status=422 if form.is_bound else 200)
