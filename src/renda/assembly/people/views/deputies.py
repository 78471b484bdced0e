"""Deputies: the roster by delegation in stroke order, the page of one, a new one, corrections."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from renda.assembly.people import forms, pages
from renda.assembly.people.models import Delegation, Gender, Membership, Role, Term
from renda.assembly.people.queries import congresses as terms
from renda.assembly.people.queries import persons as people
from renda.assembly.people.services import seats
from renda.assembly.people.services.common import person_ref
from renda.assembly.people.views.common import account, chosen_congress, congress_tabs, form_page, into
from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.record import api as record
from renda.kernel.ui import api as ui

LIST = ("代表名册", "/people/deputies/")


def _url(seat: Membership) -> str:
    return reverse("people:deputy", args=[seat.pk])


class Deputies(ui.Listing):
    """The deputies of one term; headings are those that the import reads."""

    title = "代表名册"
    unit = "名"
    columns = (
        ui.Column("name", "姓名", "person.name", sort="person__stroke_key", main=True, href=_url),
        ui.Column("gender", "性别", lambda m: m.person.get_gender_display()),
        ui.Column("ethnicity", "民族", "person.ethnicity", shown=False),
        ui.Column("party", "党派", "person.party", sort="person__party"),
        ui.Column("education", "学历", "person.education", shown=False),
        ui.Column(
            "delegation",
            "代表团",
            lambda m: m.delegation.name if m.delegation else "",
            sort=("delegation__order", "person__stroke_key"),
        ),
        ui.Column("district", "选区（选举单位）", sort="district"),
        ui.Column("occupation", "工作单位及职务", "person.occupation"),
        ui.Column("certificate", "代表证号", sort="certificate", shown=False),
        ui.Column("start", "任职日期", kind="day", sort="start", shown=False),
        ui.Column("ended", "终止日期", "end", kind="day", sort="end", shown=False),
    )
    default_sort = "delegation"

    def __init__(self, request: HttpRequest, term: Term, **options: Any) -> None:
        self.term = term
        self.filters = (
            ui.Words("q", "查代表", fields=("person__name", "person__occupation"), placeholder="姓名、单位"),
            ui.Choice("team", "代表团", field="delegation_id", choices=self._teams, counts=True),
            ui.Choice("gender", "性别", field="person__gender", choices=Gender.choices, counts=True),
            ui.Flag("left", "已不再担任", condition=Q(end__lte=clock.today())),
            ui.Flag("gap", "姓名有字查不到笔顺", condition=~Q(person__stroke_gap="")),
        )
        super().__init__(request, **options)

    def _teams(self) -> list[tuple[str, str]]:
        return [(str(d.pk), d.name) for d in terms.delegations(self.term)]

    def rows(self) -> QuerySet[Membership]:
        return people.deputies(self.term, former="left" in self.values).order_by(
            F("delegation__order").asc(nulls_last=True), "person__stroke_key", "pk"
        )


@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """The roster of the present term, or of the one in the address."""
    identity.check("people.view", account(request))
    congress = chosen_congress(request)
    term = None
    if congress is not None:
        asked = request.GET.get("term", "")
        number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 4 else None
        term = (
            Term.objects.filter(congress=congress, number=number).select_related("congress").first()
            if number
            else terms.current_term(congress)
        ) or Term.objects.filter(congress=congress).select_related("congress").order_by("-number").first()
    if term is None:
        return render(request, "people/no_term.html", {"congress": congress})
    return Deputies(request, term).respond(
        "people/deputies.html",
        {
            "term": term,
            "congress": congress,
            "tabs": congress_tabs(request, congress),
            "may": identity.may("people.deputies", account(request), term),
            "may_import": identity.may("people.import", account(request)),
        },
    )


@login_required
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One deputy: the seat, the person, what other rooms have of him or her."""
    seat = get_object_or_404(
        Membership.objects.select_related("person", "delegation", "term", "term__congress", "organisation"),
        pk=pk,
        role=Role.DEPUTY,
    )
    who = account(request)
    identity.check("people.view", who, seat)
    keeps = identity.may("people.deputies", who, seat)
    return render(
        request,
        "people/deputy.html",
        {
            "seat": seat,
            "person": seat.person,
            "crumbs": [LIST],
            "rows": people.memberships_of(seat.person),
            "links": pages.person_links(seat.person, account(request)),
            "lines": record.timeline(person_ref(seat.person), limit=30),
            "may": keeps,
            "login": people.account_of(seat.person) if keeps else None,
            "may_login": keeps and identity.may("identity.accounts", who),
        },
    )


_PERSON = ("name", "gender", "ethnicity", "party", "education", "occupation")


@login_required
def create(request: HttpRequest, term_id: int) -> HttpResponseBase:
    """A new deputy of a term."""
    term = get_object_or_404(Term.objects.select_related("congress"), pk=term_id)
    identity.check("people.deputies", account(request), term)
    form = forms.SeatForm(request.POST or None, term=term)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        with into(form) as said:
            seat = seats.seat_new_person(
                term,
                actor=account(request),
                person={key: values[key] for key in (*_PERSON, "phone", "birth_date")},
                delegation=values["delegation"],
                district=values["district"],
                certificate=values["certificate"],
                start=values["start"],
                by_election=values["by_election"],
            )
        if said:
            messages.success(request, f"已登记{seat.person.name}。")
            return redirect(_url(seat))
    return form_page(request, form, f"登记{term.congress.name}代表", [LIST], "登记")


@login_required
def change(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Correct a deputy's data."""
    seat = get_object_or_404(Membership.objects.select_related("person", "term"), pk=pk, role=Role.DEPUTY)
    identity.check("people.deputies", account(request), seat)
    assert seat.term is not None
    initial = {key: getattr(seat.person, key) for key in _PERSON}
    initial |= {"delegation": seat.delegation_id, "district": seat.district, "certificate": seat.certificate}
    form = forms.SeatForm(request.POST or None, term=seat.term, initial=initial)
    for key in ("start", "by_election"):
        del form.fields[key]
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        with into(form) as said:
            seats.correct_deputy(
                seat,
                actor=account(request),
                person={key: values[key] for key in (*_PERSON, "phone", "birth_date")},
                delegation=values["delegation"],
                district=values["district"],
                certificate=values["certificate"],
            )
        if said:
            messages.success(request, "已更正。")
            return redirect(_url(seat))
    return form_page(request, form, "更正代表资料", [LIST, (seat.person.name, _url(seat))], "保存")


def teams(term: Term) -> list[tuple[Delegation, int]]:
    """Delegations with how many deputies they have."""
    counts = people.count_deputies(term)
    return [(d, counts.get(d.pk, 0)) for d in terms.delegations(term)]
