"""Organs: the list, the page of one, and what is done to it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from renda.assembly.people import forms, pages
from renda.assembly.people.models import Classification, Membership, Organisation, OtherName
from renda.assembly.people.queries import organisations as organs
from renda.assembly.people.queries.persons import members
from renda.assembly.people.services import organisations, persons, succession
from renda.assembly.people.services.common import organ_ref
from renda.assembly.people.views.common import account, form_page, into
from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.record import api as record
from renda.kernel.ui import api as ui

LIST = ("机构", "/people/organisations/")


def _url(organ: Organisation) -> str:
    return reverse("people:organisation", args=[organ.pk])


def _divisions() -> list[tuple[str, str]]:
    rows = Organisation.objects.exclude(division=None).order_by("division__code")
    return [(str(pk), name) for pk, name in rows.values_list("division_id", "division__name").distinct()]


def _by_name(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    other = OtherName.objects.filter(name__icontains=text).values("organisation")
    return (
        rows.filter(name__icontains=text)
        | rows.filter(short_name__icontains=text)
        | rows.filter(pk__in=other)
    )


class Organisations(ui.Listing):
    """The register of organs; former and short names are searched too."""

    title = "机构"
    unit = "个"
    columns = (
        ui.Column("name", "机构名称", sort=("order", "id"), main=True, href=_url),
        ui.Column("short_name", "简称", sort="short_name"),
        ui.Column("classification", "类别", lambda o: o.get_classification_display(), sort="classification"),
        ui.Column("division", "所在区划", lambda o: o.division.name if o.division else ""),
        ui.Column("parent", "上级机构", lambda o: o.parent.name if o.parent else "", shown=False),
        ui.Column("handles", "可作承办单位", lambda o: "是" if o.handles else "否"),
        ui.Column("founded", "设立日期", kind="day", sort="founded", shown=False),
        ui.Column("dissolved", "撤销日期", kind="day", sort="dissolved", shown=False),
    )
    filters = (
        ui.Words("q", "查机构", apply_with=_by_name, placeholder="名称、简称、曾用名"),
        ui.Choice("kind", "类别", field="classification", choices=Classification.choices, counts=True),
        ui.Choice("division", "区划", field="division_id", choices=_divisions),
        ui.Flag("handles", "承办单位", condition=organs.HANDLING),
        ui.Flag("gone", "已撤销", condition=lambda: ~organs.alive(clock.today())),
    )
    default_sort = "name"

    def rows(self) -> QuerySet[Organisation]:
        found = Organisation.objects.select_related("division", "parent")
        return found if "gone" in self.values else found.filter(organs.alive(clock.today()))


@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """The list of organs."""
    identity.check("people.view", account(request))
    return Organisations(request).respond("people/organisations.html")


@login_required
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One organ: what it is, was and became, who is in it, what other rooms have of it."""
    organ = get_object_or_404(Organisation.objects.select_related("division", "parent"), pk=pk)
    identity.check("people.view", account(request), organ)
    came, went = organs.successions(organ)
    return render(
        request,
        "people/organisation.html",
        {
            "organ": organ,
            "crumbs": [LIST],
            "other_names": organ.other_names.all(),
            "children": organ.children.filter(organs.alive(clock.today())).order_by("order", "id"),
            "came": came,
            "went": went,
            "members": members(organ),
            "links": pages.organ_links(organ, account(request)),
            "lines": record.timeline(organ_ref(organ), limit=30),
            "may": identity.may("people.organs", account(request), organ),
        },
    )


_FIELDS = ("name", "short_name", "classification", "division", "parent", "handles", "founded", "order")


@login_required
def create(request: HttpRequest) -> HttpResponseBase:
    """Register an organ."""
    identity.check("people.organs", account(request))
    form = forms.OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        with into(form) as said:
            organ = organisations.create_organisation(
                values.pop("name"), values.pop("classification"), actor=account(request), **values
            )
        if said:
            messages.success(request, f"已登记“{organ.name}”。")
            return redirect(_url(organ))
    return form_page(request, form, "登记机构", [LIST], "登记")


@login_required
def change(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Correct an organ's data."""
    organ = get_object_or_404(Organisation, pk=pk)
    identity.check("people.organs", account(request), organ)
    form = forms.OrganisationForm(request.POST or None, initial={k: getattr(organ, k) for k in _FIELDS})
    if request.method == "POST" and form.is_valid():
        with into(form) as said:
            organisations.change_organisation(organ, actor=account(request), **form.cleaned_data)
        if said:
            messages.success(request, "已更正。")
            return redirect(_url(organ))
    lead = "只用于改正登记错误；按文件更名、合并的请用相应的操作，以便保留沿革。"
    return form_page(request, form, "更正机构资料", [LIST, (organ.name, _url(organ))], "保存", lead)


@login_required
def rename(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A new name by decision."""
    organ = get_object_or_404(Organisation, pk=pk)
    identity.check("people.organs", account(request), organ)
    form = forms.RenameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        with into(form) as said:
            organisations.rename_organisation(
                organ,
                values["name"],
                values["day"],
                actor=account(request),
                reason=values["reason"],
                short_name=values["short_name"],
            )
        if said:
            messages.success(request, "已更名，原名称仍可查到。")
            return redirect(_url(organ))
    return form_page(request, form, "机构更名", [LIST, (organ.name, _url(organ))], "更名")


@login_required
def merge(request: HttpRequest, pk: int) -> HttpResponseBase:
    """This organ goes into another; its open cases and people go along."""
    organ = get_object_or_404(Organisation, pk=pk)
    identity.check("people.organs", account(request), organ)
    form = forms.MergeForm(request.POST or None, organ=organ)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        with into(form) as said:
            succession.merge_organisations(
                [organ], values["into"], values["day"], actor=account(request), reason=values["reason"]
            )
        if said:
            messages.success(request, f"已并入“{values['into'].name}”，未办结的事已转过去。")
            return redirect(_url(values["into"]))
    lead = "未办结的事和经办人员一并转到承继的机构；已办结的仍记在原机构名下。"
    return form_page(request, form, "机构合并", [LIST, (organ.name, _url(organ))], "合并", lead)


@login_required
def split(request: HttpRequest, pk: int) -> HttpResponseBase:
    """This organ becomes several."""
    organ = get_object_or_404(Organisation, pk=pk)
    identity.check("people.organs", account(request), organ)
    form = forms.SplitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        with into(form) as said:
            succession.split_organisation(
                organ,
                list(values["parts"]),
                values["heir"],
                values["day"],
                actor=account(request),
                reason=values["reason"],
            )
        if said:
            messages.success(request, "已登记分设。")
            return redirect(_url(organ))
    lead = "未办结的事先全部转到承继的机构，再由其逐件移交。"
    return form_page(request, form, "机构分设", [LIST, (organ.name, _url(organ))], "分设", lead)


@login_required
def dissolve(request: HttpRequest, pk: int) -> HttpResponseBase:
    """This organ ends."""
    organ = get_object_or_404(Organisation, pk=pk)
    identity.check("people.organs", account(request), organ)
    form = forms.DissolveForm(request.POST or None, organ=organ)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        with into(form) as said:
            succession.dissolve_organisation(
                organ, values["day"], actor=account(request), reason=values["reason"], heir=values["heir"]
            )
        if said:
            messages.success(request, "已登记撤销。")
            return redirect(_url(organ))
    return form_page(request, form, "撤销机构", [LIST, (organ.name, _url(organ))], "撤销")


@login_required
def appoint(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A person gets a place in this organ."""
    organ = get_object_or_404(Organisation, pk=pk)
    identity.check("people.deputies", account(request))
    form = forms.AppointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        with into(form) as said:
            person = persons.create_person(values["name"], actor=account(request))
            persons.appoint(
                person, organ, values["role"], values["start"], actor=account(request), post=values["post"]
            )
        if said:
            messages.success(request, f"已登记{person.name}任职。")
            return redirect(_url(organ))
    return form_page(request, form, "登记任职", [LIST, (organ.name, _url(organ))], "登记")


@login_required
def end(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A membership of an organ or a deputy's seat ends."""
    row = get_object_or_404(Membership.objects.select_related("person", "organisation", "term"), pk=pk)
    identity.check("people.deputies", account(request), row)
    back = reverse("people:deputy", args=[row.pk]) if row.term_id else _url(row.organisation)
    form = forms.EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        with into(form) as said:
            persons.end_membership(
                row, values["day"], values["reason"], actor=account(request), note=values["note"]
            )
        if said:
            messages.success(
                request, f"已登记{row.person.name}{'代表资格终止' if row.term_id else '任职结束'}。"
            )
            return redirect(back)
    title = "代表资格终止" if row.term_id else "任职结束"
    lead = (
        "代表资格终止的情形见代表法第六十二条，终止须经代表资格审查委员会报告并公告。" if row.term_id else ""
    )
    return form_page(request, form, f"{row.person.name}{title}", [(row.person.name, back)], "登记", lead)
