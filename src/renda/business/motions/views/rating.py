"""Rate one reply: attitude and result apart, nothing chosen, one confirmation; then 已登记."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from renda.business.motions import forms, queries
from renda.business.motions.models import Promise, Reply
from renda.business.motions.services import rating
from renda.business.motions.views.common import MINE, REFUSALS, account, said, suggestion_for
from renda.kernel.identity import api as identity


@login_required
def rate(request: HttpRequest, pk: int, reply: int) -> HttpResponseBase:
    """The page of one reply's rating; what was rated cannot be changed."""
    suggestion = suggestion_for(request, pk)
    who = account(request)
    letter = next((r for r in queries.current_replies(suggestion) if r.pk == reply), None)
    if letter is None:
        if Reply.objects.filter(pk=reply).exists():
            messages.info(request, "这份答复已经撤回，或者承办单位已有新的答复，请看最新的一份。")
            return redirect("motions:case", pk=pk)
        raise Http404
    pending = queries.pending_by_person(suggestion)
    mine = [p for p in pending if identity.has(who, "deputy", f"person:{p}") and letter in pending[p]]
    if not mine:
        messages.info(request, "您没有待评价的这份答复，或者已经评价过；评价提交后不能更改。")
        return redirect("motions:case", pk=pk)
    form = forms.RatingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            rating.rate(
                suggestion,
                letter,
                actor=who,
                attitude=form.cleaned_data["attitude"],
                result=form.cleaned_data["result"],
                reason=form.cleaned_data["reason"],
            )
        except REFUSALS as error:
            form.add_error(None, said(error))
        else:
            messages.success(request, "已登记您的评价。")
            return redirect("motions:case", pk=pk)
    context = {
        "suggestion": suggestion,
        "reply": letter,
        "promises": Promise.objects.filter(reply=letter).select_related("organ").order_by("due_on", "pk"),
        "form": form,
        "others": sum(len(replies) for p, replies in pending.items() if p in mine) - 1,
        "crumbs": [MINE],
    }
    return render(request, "motions/rate.html", context, status=422 if form.is_bound else 200)
