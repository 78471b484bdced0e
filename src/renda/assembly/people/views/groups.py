"""Deputy groups (代表小组): set up, and who is in them from a day on."""

from __future__ import annotations

import re

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from renda.assembly.people import forms
from renda.assembly.people.models import DeputyGroup, Membership, Term
from renda.assembly.people.queries import persons as people
from renda.assembly.people.services import terms as services
from renda.assembly.people.views.common import account, form_page, into
from renda.kernel.identity import api as identity

LIST = ("届次与会议", "/people/terms/")
_NAMES = re.compile(r"[、，,；;\s]+")


def named_deputies(form: Form, field: str, term: Term, hint: str = "") -> list[Membership]:
    """The present deputies whose names stand in a field.

    Unknown names (with a hint what to do) and namesakes become errors of the field.
    """
    found = people.find_deputies([name for name in _NAMES.split(form.cleaned_data[field]) if name], term)
    present = {name: [seat for seat in seats if seat.end is None] for name, seats in found.items()}
    if unknown := [name for name, seats in present.items() if not seats]:
        form.add_error(field, f"本届现任代表中没有：{'、'.join(unknown)}。{hint}")
    if several := [name for name, seats in present.items() if len(seats) > 1]:
        form.add_error(field, f"有同名的代表：{'、'.join(several)}。请先不填这几位，再单独登记。")
    return [seats[0] for seats in present.values() if len(seats) == 1]


@login_required
def create(request: HttpRequest, term_id: int) -> HttpResponseBase:
    """Set up a group; its members follow on the next page."""
    term = get_object_or_404(Term.objects.select_related("congress"), pk=term_id)
    identity.check("people.congress", account(request), term)
    form = forms.GroupForm(request.POST or None, term=term)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        with into(form) as said:
            group = services.create_group(
                term, values["name"], delegation=values["delegation"], actor=account(request)
            )
        if said:
            messages.success(request, f"已设立{group.name}，请填写成员。")
            return redirect("people:group", group.pk)
    return form_page(request, form, "设立代表小组", [LIST], "设立")


@login_required
def members(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Who is in the group; whoever is taken off the list leaves on the day that is given."""
    group = get_object_or_404(DeputyGroup.objects.select_related("term__congress"), pk=pk)
    term = group.term
    identity.check("people.congress", account(request), term)
    places = list(group.members.filter(until__isnull=True).select_related("membership__person"))
    names = [p.membership.person.name for p in sorted(places, key=lambda p: p.membership.person.stroke_key)]
    leaders = [p.membership.person.name for p in places if p.leads]
    form = forms.GroupMembersForm(
        request.POST or None, initial={"names": "、".join(names), "leader": "".join(leaders)}
    )
    if request.method == "POST" and form.is_valid():
        chosen = named_deputies(form, "names", term)
        leads = named_deputies(form, "leader", term)
        if len(leads) > 1:
            form.add_error("leader", "组长填一位。")
        elif leads and leads[0] not in chosen:
            form.add_error("leader", "组长应当是小组成员，请把姓名也填在成员里。")
        if not form.errors:
            with into(form) as said:
                services.set_group_members(
                    group,
                    chosen,
                    form.cleaned_data["since"],
                    actor=account(request),
                    leader=leads[0] if leads else None,
                )
            if said:
                messages.success(request, f"{group.name}现有成员 {len(chosen)} 名。")
                return redirect(f"{reverse('people:terms')}?congress={term.congress_id}")
    lead = "写上现在的全体成员；名单里去掉的，自填写的日期起不再是成员，以前的经历保留。"
    return form_page(request, form, f"{group.name}成员", [LIST], "保存", lead)
