"""A deputy's log-in, from the page of the deputy: opened, joined, taken off."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect

from renda.assembly.people import forms
from renda.assembly.people.models import Membership, Role
from renda.assembly.people.services import logins
from renda.assembly.people.views.common import account, form_page, into
from renda.assembly.people.views.deputies import LIST
from renda.kernel.identity import api as identity


def _seat(request: HttpRequest, pk: int) -> Membership:
    seat = get_object_or_404(Membership.objects.select_related("person", "term"), pk=pk, role=Role.DEPUTY)
    identity.check("people.deputies", account(request), seat)
    identity.check("identity.accounts", account(request))
    return seat


@login_required
def open_page(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A new account for the deputy, or one that is there already."""
    seat = _seat(request, pk)
    if seat.person.account_id is not None:
        messages.info(request, f"{seat.person.name}已有登录账号。")
        return redirect("people:deputy", pk)
    form = forms.LoginForm(request.POST or None, has_phone=seat.person.phone is not None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        with into(form) as said:
            if values["how"] == "new":
                made = logins.open_login(
                    seat, values["username"], actor=account(request), use_phone=values.get("use_phone", False)
                )
            else:
                made = logins.join_login(seat, values["username"], actor=account(request))
        if said:
            messages.success(
                request,
                f"{seat.person.name}的账号是“{made.username}”。"
                "可以用手机验证码登录，或者在账号页生成一次性登录链接交给本人。",
            )
            return redirect("people:deputy", pk)
    lead = "账号只用来登录；能办什么，看名册里的任职。"
    crumbs = [LIST, (seat.person.name, f"{LIST[1]}{pk}/")]
    return form_page(request, form, f"{seat.person.name}的登录账号", crumbs, "确定", lead)


@login_required
def take_off(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The account is not this deputy's any more; its role for the deputy ends with the link."""
    seat = _seat(request, pk)
    if seat.person.account_id is None:
        messages.info(request, f"{seat.person.name}没有关联账号。")
        return redirect("people:deputy", pk)
    form = forms.LeaveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with into(form) as said:
            logins.leave_login(seat, form.cleaned_data["reason"], actor=account(request))
        if said:
            messages.success(request, "已解除关联，并收回这个账号的代表身份。")
            return redirect("people:deputy", pk)
    lead = "解除以后，这个账号不能再以这位代表的身份登录；写过的、签过的都保留。"
    crumbs = [LIST, (seat.person.name, f"{LIST[1]}{pk}/")]
    return form_page(request, form, f"解除{seat.person.name}与账号的关联", crumbs, "解除关联", lead)
