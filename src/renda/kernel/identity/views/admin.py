"""管理账号: list, create, grant, end, stand-in, hand-over, one-time link, close."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from renda.kernel import clock
from renda.kernel.identity import access, forms, offers, queries, roles
from renda.kernel.identity.errors import IdentityError
from renda.kernel.identity.login import factor, sessions
from renda.kernel.identity.login.qr import qr_image
from renda.kernel.identity.models import Account, Grant, StandIn
from renda.kernel.identity.services import accounts, factors, grants, hand_over, links
from renda.kernel.identity.vault import store
from renda.kernel.record import api as record

PAGE = 50
TIMELINE = 30
_PRIVATE = "请不要在这里填写身份证号、手机号等个人信息，改写后再提交。"


def _actor(request: HttpRequest) -> Account:
    actor = request.user
    assert isinstance(actor, Account)
    return actor


def _visible(actor: Account) -> QuerySet[Account]:
    """All accounts for the administrator; for others those that hold what they manage, or nothing yet."""
    everyone = Account.objects.all()
    if queries.has(actor, roles.ADMINISTRATOR):
        return everyone
    held = {h.partition("@")[0] for h in queries.holders(actor)}
    managed = {key for role in held for key in roles.role(role).manages}
    return everyone.filter(Q(grants__role__in=managed) | Q(grants__isnull=True)).distinct()


@login_required
@never_cache
def accounts_list(request: HttpRequest) -> HttpResponse:
    """Accounts with what they hold; found by name, username or telephone number."""
    actor = _actor(request)
    access.check("identity.accounts", actor)
    rows = _visible(actor)
    words = request.GET.get("q", "").strip()
    if words:
        by_phone = store.vault_find("phone", words)
        rows = rows.filter(
            Q(display_name__icontains=words) | Q(username__icontains=words) | Q(phone_id__in=by_phone)
        )
    state = request.GET.get("state", "open")
    if state in ("open", "closed"):
        rows = rows.filter(is_active=state == "open")
    in_force = Grant.objects.filter(queries.in_force(clock.today()))
    rows = rows.prefetch_related(Prefetch("grants", in_force, to_attr="held")).order_by("display_name", "pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    labels = {r.key: r.label for r in roles.all_roles()}
    shown = [
        {
            "account": row,
            "roles": sorted({labels.get(g.role, g.role) for g in row.held}),  # type: ignore[attr-defined]
        }
        for row in page
    ]
    context = {"page": page, "rows": shown, "q": words, "state": state}
    return render(request, "identity/accounts.html", context)


@login_required
@never_cache
def create(request: HttpRequest) -> HttpResponseBase:
    """A new account, and at once its page, where it is granted something and gets its link."""
    actor = _actor(request)
    access.check("identity.accounts", actor)
    form = forms.NewAccountForm(request.POST or None)

    def make(data: dict[str, Any]) -> HttpResponseBase:
        account = accounts.create_account(
            data["username"], data["display_name"], actor=actor, phone=data["phone"] or None
        )
        messages.success(
            request, f"已建立{account.display_name}的账号，请接着授权，再把一次性登录链接交给本人。"
        )
        return redirect("identity:account", account.pk)

    return _form_page(request, form, make, "建立账号", "建立", reverse("identity:accounts"))


@login_required
@never_cache
def account_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: what it holds, who stands in, where it is logged in, what was done to it."""
    actor = _actor(request)
    account = get_object_or_404(_visible(actor), pk=pk)
    access.check("identity.accounts", actor)
    today = clock.today()
    current = Q(ended_at__isnull=True) & (Q(until__isnull=True) | Q(until__gte=today))
    held = Grant.objects.filter(current, account=account)
    labels = {r.key: r.label for r in roles.all_roles()}
    context = {
        "account": account,
        "manageable": access.may("identity.accounts", actor, account),
        "why_not": access.why_not("identity.accounts", actor, account),
        "grants": [(g, labels.get(g.role, g.role), roles.scope_title(g.scope)) for g in held],
        "stand_ins": StandIn.objects.filter(
            Q(principal=account) | Q(deputy=account), ended_at__isnull=True, until__gte=today
        ).select_related("principal", "deputy"),
        "has_factor": factor.has_factor(account),
        "timeline": record.timeline(account.ref, TIMELINE, None),
        "today": today,
    }
    return render(request, "identity/account.html", context)


def _form_page(
    request: HttpRequest,
    form: django_forms.Form,
    do: Callable[[dict[str, Any]], HttpResponseBase],
    title: str,
    submit: str,
    cancel: str,
    *,
    lead: str = "",
    danger: bool = False,
) -> HttpResponseBase:
    """The one way of every act here: form, service, its refusal beside the form, or on to the account."""
    if request.method == "POST" and form.is_valid():
        try:
            return do(form.cleaned_data)
        except IdentityError as refused:
            form.add_error(None, refused)
        except record.PersonalData:
            form.add_error(None, _PRIVATE)
    context = {
        "form": form,
        "title": title,
        "submit": submit,
        "cancel": cancel,
        "lead": lead,
        "danger": danger,
    }
    return render(request, "identity/account_form.html", context)


def _act(
    request: HttpRequest,
    account: Account,
    form: django_forms.Form,
    do: Callable[[dict[str, Any]], str],
    title: str,
    submit: str,
    *,
    lead: str = "",
    danger: bool = False,
) -> HttpResponseBase:
    """An act on one account: ``do`` changes and returns the sentence that says what was done."""
    # Who acts on the own account (a stand-in) may not enter the list of accounts.
    own = account.pk == request.user.pk
    back = reverse("identity:me") if own else reverse("identity:account", args=[account.pk])

    def then(data: dict[str, Any]) -> HttpResponseBase:
        messages.success(request, do(data))
        return redirect(back)

    return _form_page(
        request, form, then, f"{account.display_name} · {title}", submit, back, lead=lead, danger=danger
    )


@login_required
@never_cache
def edit(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Name and number."""
    actor, account = _actor(request), get_object_or_404(Account, pk=pk)
    access.check("identity.accounts", actor, account)
    form = forms.AccountForm(request.POST or None, initial={"display_name": account.display_name})

    def do(data: dict[str, Any]) -> str:
        with transaction.atomic():
            accounts.rename_account(account, data["display_name"], actor=actor)
            if data["phone"] or data["remove_phone"]:
                accounts.set_phone(account, data["phone"] or None, actor=actor)
        return "已保存。"

    return _act(request, account, form, do, "姓名与手机号", "保存")


@login_required
@never_cache
def grant(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give a role: first which, then where (with words to search by), then for how long."""
    actor, account = _actor(request), get_object_or_404(Account, pk=pk)
    access.check("identity.accounts", actor)
    offered = {role.key: role for role in offers.grantable_roles(actor)}
    role = offered.get(request.GET.get("role", ""))
    context: dict[str, Any] = {"account": account, "roles": offered.values(), "role": role}
    if role is None:
        return render(request, "identity/grant_role.html", context)
    words = request.GET.get("q", "").strip()
    scopes, more = offers.grantable_scopes(actor, role, words)
    form = forms.GrantForm(scopes, request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        period = {"since": data["since"], "until": data["until"]}
        try:
            grants.grant(account, role.key, data["scope"], actor=actor, reason=data["reason"], **period)
        except IdentityError as refused:
            form.add_error(None, refused)
        except record.PersonalData:
            form.add_error("reason", _PRIVATE)
        else:
            messages.success(request, f"已授予“{role.label}”（{roles.scope_title(data['scope'])}）。")
            return redirect("identity:account", account.pk)
    context |= {"form": form, "q": words, "more": more, "found": len(scopes)}
    return render(request, "identity/grant.html", context)


@login_required
@never_cache
def end_grant(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take a role back."""
    given = get_object_or_404(Grant.objects.select_related("account"), pk=pk)
    actor = _actor(request)
    access.check("identity.accounts", actor)
    label = roles.role(given.role).label
    form = forms.EndForm(request.POST or None)

    def do(data: dict[str, Any]) -> str:
        grants.end_grant(given, actor=actor, reason=data["reason"], last_day=data["last_day"])
        return f"已收回“{label}”。"

    lead = f"“{label}”（{roles.scope_title(given.scope)}）收回后，待办随职务转给接任者；记录都会保留。"
    return _act(request, given.account, form, do, "收回授权", "收回", lead=lead, danger=True)


@login_required
@never_cache
def stand_in(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Register a stand-in."""
    actor, account = _actor(request), get_object_or_404(Account, pk=pk)
    if actor.pk != account.pk:
        access.check("identity.stand_in", actor, account)
    form = forms.StandInForm(request.POST or None)

    def do(data: dict[str, Any]) -> str:
        helper = data["deputy"]
        grants.stand_in(account, helper, data["since"], data["until"], actor=actor, reason=data["reason"])
        return f"已登记由{helper.display_name}代理。"

    lead = "代理期间，代理人可以办理被代理人的事项，记录写明“代某某”。代表职务属于本人，不能代理。"
    return _act(request, account, form, do, "登记代理", "登记", lead=lead)


@login_required
@require_POST
def end_stand_in(request: HttpRequest, pk: int) -> HttpResponse:
    """End a stand-in early."""
    given = get_object_or_404(StandIn.objects.select_related("principal", "deputy"), pk=pk)
    try:
        grants.end_stand_in(given, actor=_actor(request))
        messages.success(request, f"{given.deputy.display_name}的代理已结束。")
    except IdentityError as refused:
        messages.error(request, str(refused))
    if given.principal_id == request.user.pk:
        return redirect("identity:me")
    return redirect("identity:account", given.principal_id)


@login_required
@never_cache
def hand_over_page(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hand a post over to its next holder."""
    actor, account = _actor(request), get_object_or_404(Account, pk=pk)
    access.check("identity.accounts", actor)
    movable = [g for g in queries.grants(account) if g.via is None and not roles.role(g.role).personal]
    form = forms.HandOverForm(
        [(g.holder, f"{g.label}（{g.scope_title}）") for g in movable], request.POST or None
    )

    def do(data: dict[str, Any]) -> str:
        to = data["to"]
        hand_over.hand_over(
            account, to, data["holders"], actor=actor, reason=data["reason"], from_day=data["from_day"]
        )
        return f"已移交给{to.display_name}。"

    lead = "职务连同在办事项一并移交；代表职务属于本人，不在此列。"
    return _act(request, account, form, do, "移交", "移交", lead=lead)


@login_required
@never_cache
def close(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Close an account, and end its sessions at once."""
    actor, account = _actor(request), get_object_or_404(Account, pk=pk)
    access.check("identity.accounts", actor, account)
    form = forms.ReasonForm(request.POST or None)

    def do(data: dict[str, Any]) -> str:
        accounts.close_account(account, actor=actor, reason=data["reason"])
        sessions.end(account, None, actor=actor)
        return "账号已停用，所有设备都已退出登录。"

    lead = "停用后不能登录，已经做过的事和记录都保留，随时可以恢复。"
    return _act(request, account, form, do, "停用账号", "停用", lead=lead, danger=True)


@login_required
@never_cache
def reopen(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Open a closed account again."""
    actor, account = _actor(request), get_object_or_404(Account, pk=pk)
    access.check("identity.accounts", actor)
    form = forms.ReasonForm(request.POST or None)

    def do(data: dict[str, Any]) -> str:
        accounts.reopen_account(account, actor=actor, reason=data["reason"])
        return "账号已恢复。"

    return _act(request, account, form, do, "恢复账号", "恢复", lead="恢复后，仍在有效期内的授权一并生效。")


@login_required
@never_cache
@require_POST
def make_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a one-time link and show it, this once."""
    actor, account = _actor(request), get_object_or_404(Account, pk=pk)
    try:
        token = links.make_link(account, actor=actor, new_password=request.POST.get("new_password") == "on")
    except IdentityError as refused:
        messages.error(request, str(refused))
        return redirect("identity:account", pk)
    address = request.build_absolute_uri(reverse("identity:link", args=[token]))
    context = {
        "account": account,
        "address": address,
        "qr": qr_image(address),
        "until": clock.now() + links.VALID,
    }
    return render(request, "identity/link_made.html", context)


@login_required
@require_POST
def reset_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove the second factor of somebody who lost his phone, and end his sessions."""
    actor, account = _actor(request), get_object_or_404(Account, pk=pk)
    if factors.reset_factor(account, actor=actor):
        sessions.end(account, None, actor=actor)
        messages.success(request, "已重置两步验证，所有设备都已退出登录；本人下次登录时重新设置。")
    else:
        messages.info(request, "这个账号没有设置两步验证。")
    return redirect("identity:account", pk)


@login_required
@require_POST
def end_sessions(request: HttpRequest, pk: int) -> HttpResponse:
    """Log an account out everywhere (a lost phone)."""
    actor, account = _actor(request), get_object_or_404(Account, pk=pk)
    access.check("identity.accounts", actor, account)
    count = sessions.end(account, None, actor=actor)
    messages.success(request, f"已让 {count} 台设备退出登录。" if count else "这个账号没有在任何设备上登录。")
    return redirect("identity:account", pk)
