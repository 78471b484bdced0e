"""Congresses, terms, sessions, delegations; the roll-over to a new term."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from renda.assembly.people import forms
from renda.assembly.people.models import Congress, Term
from renda.assembly.people.queries import congresses as terms
from renda.assembly.people.queries import persons as people
from renda.assembly.people.services import congresses
from renda.assembly.people.services import terms as rollover
from renda.assembly.people.services.common import congress_ref
from renda.assembly.people.views.common import account, chosen_congress, congress_tabs, form_page, into
from renda.assembly.people.views.deputies import teams
from renda.assembly.people.views.groups import named_deputies
from renda.kernel.identity import api as identity
from renda.kernel.record import api as record

LIST = ("届次与会议", "/people/terms/")


@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """One congress: is it in session, its terms with their sessions, delegations of the present one."""
    identity.check("people.view", account(request))
    congress = chosen_congress(request)
    if congress is None:
        return render(request, "people/no_term.html", {"congress": None})
    current = terms.current_term(congress)
    return render(
        request,
        "people/terms.html",
        {
            "congress": congress,
            "tabs": congress_tabs(request, congress),
            "state": terms.session_on(congress),
            "current": current,
            "terms": terms.terms(congress),
            "teams": teams(current) if current else [],
            "groups": terms.deputy_groups(current) if current else [],
            "total": people.count_seats(current) if current else 0,
            "lines": record.timeline(congress_ref(congress), limit=20),
            "may": identity.may("people.congress", account(request), congress),
        },
    )


def _back(congress: Congress) -> str:
    return f"{reverse('people:terms')}?congress={congress.pk}"


@login_required
def new_congress(request: HttpRequest) -> HttpResponseBase:
    """Put a congress of one level into service."""
    identity.check("people.setup", account(request))
    form = forms.CongressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with into(form) as said:
            congress = congresses.set_up_congress(**form.cleaned_data, actor=account(request))
        if said:
            messages.success(request, f"已建立{congress.name}，请登记届次，并授权代表联络工作机构。")
            return redirect(_back(congress))
    return form_page(request, form, "建立一级人大", [LIST], "建立")


@login_required
def new_term(request: HttpRequest, congress_id: int) -> HttpResponseBase:
    """The first term of a congress (later ones come by roll-over)."""
    congress = get_object_or_404(Congress, pk=congress_id)
    identity.check("people.congress", account(request), congress)
    form = forms.TermForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with into(form) as said:
            congresses.open_term(
                congress, form.cleaned_data["number"], form.cleaned_data["begins"], actor=account(request)
            )
        if said:
            messages.success(request, "已登记届次。")
            return redirect(_back(congress))
    return form_page(request, form, "登记届次", [LIST], "登记")


@login_required
def session(request: HttpRequest, term_id: int) -> HttpResponseBase:
    """Register a session or correct its days (``?number=3``)."""
    term = get_object_or_404(Term.objects.select_related("congress"), pk=term_id)
    identity.check("people.congress", account(request), term)
    asked = request.GET.get("number", "")
    known = term.sessions.filter(number=int(asked)).first() if asked.isdecimal() and len(asked) < 3 else None
    keys = ("number", "preparatory", "opens", "closes")
    initial = {key: getattr(known, key) for key in keys} if known else None
    form = forms.SessionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        with into(form) as said:
            congresses.set_session(
                term,
                values["number"],
                values["opens"],
                closes=values["closes"],
                preparatory=values["preparatory"],
                actor=account(request),
            )
        if said:
            messages.success(request, "已登记会期。")
            return redirect(_back(term.congress))
    lead = "会议期间与闭会期间按会期推定；已经提交的建议不因会期更正而改变。"
    return form_page(
        request, form, f"{term.congress.name}{congresses.term_title(term)}会议", [LIST], "登记", lead
    )


@login_required
def delegation(request: HttpRequest, term_id: int) -> HttpResponseBase:
    """Set up a delegation."""
    term = get_object_or_404(Term.objects.select_related("congress"), pk=term_id)
    identity.check("people.congress", account(request), term)
    form = forms.DelegationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with into(form) as said:
            congresses.create_delegation(
                term, form.cleaned_data["name"], actor=account(request), order=form.cleaned_data["order"]
            )
        if said:
            messages.success(request, "已设立代表团。")
            return redirect(_back(term.congress))
    return form_page(request, form, "设立代表团", [LIST], "设立")


@login_required
def roll_over(request: HttpRequest, term_id: int) -> HttpResponseBase:
    """A new term: delegations are copied, deputies on the pasted list go on."""
    term = get_object_or_404(Term.objects.select_related("congress"), pk=term_id)
    identity.check("people.congress", account(request), term)
    form = forms.RollOverForm(request.POST or None, initial={"number": term.number + 1})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        hint = "新当选的请在换届后登记或导入。"
        chosen = [seat.pk for seat in named_deputies(form, "names", term, hint)]
        if not form.errors:
            with into(form) as said:
                done = rollover.roll_over(
                    term,
                    values["number"],
                    values["begins"],
                    actor=account(request),
                    continuing=chosen,
                    keep_delegations=values["keep_delegations"],
                )
            if said:
                messages.success(
                    request, f"已换届：连任 {len(done.continuing)} 名，不再担任 {done.leaving} 名。"
                )
                return redirect(_back(term.congress))
    lead = "本届届满，未连任的代表任职结束；未办结的建议继续按原来的时限办理。"
    return form_page(request, form, f"{term.congress.name}换届", [LIST], "换届", lead)
