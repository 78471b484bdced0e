"""我的账号: password, devices, large type, role, links of other rooms."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.adapter import get_adapter as get_social_adapter
from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from renda.kernel.identity import acting, queries
from renda.kernel.identity.errors import IdentityError
from renda.kernel.identity.forms import PasswordForm
from renda.kernel.identity.login import codes, factor, sessions
from renda.kernel.identity.models import Account, StandIn
from renda.kernel.identity.services import accounts, me


def _account(request: HttpRequest) -> Account:
    """The logged-in account itself, not the lazy wrapper around it (views here are behind log-in)."""
    return Account.objects.get(pk=str(request.user.pk))


@login_required
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """The page itself."""
    account = request.user
    assert isinstance(account, Account)
    context: dict[str, Any] = {
        "account": account,
        "grants": queries.grants(account),
        "acting": acting.acting_grant(account),
        "phone": codes.mask_of(account),
        "devices": sessions.devices(request, account),
        "has_factor": factor.has_factor(account),
        "factor_required": factor.is_required(account),
        "stand_ins": StandIn.objects.filter(principal=account, ended_at__isnull=True).select_related(
            "deputy"
        ),
        "links": [{"label": link.label, "help": link.help, "url": link.url()} for link in me.my_links()],
        "providers": get_social_adapter(request).list_providers(request),
        "linked": SocialAccount.objects.filter(user=account).exists(),
    }
    return render(request, "identity/me.html", context)


@login_required
@never_cache
@sensitive_post_parameters()
def password(request: HttpRequest) -> HttpResponseBase:
    """Set one's password: the present one is asked where there is one."""
    account = _account(request)
    ask = account.has_usable_password() and not (account.must_change or sessions.came_by_link(request))
    form = PasswordForm(account, request.POST or None, ask_present=ask)
    if request.method == "POST" and form.is_valid():
        accounts.set_password(account, form.cleaned_data["new"], actor=account)
        update_session_auth_hash(request, account)
        messages.success(request, "新密码已生效，其他设备都已退出登录。")
        return redirect(_next(request))
    return render(
        request,
        "identity/password.html",
        {"form": form, "account": account, "next": request.GET.get("next", "")},
    )


def _next(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if safe else reverse("identity:me")


@login_required
@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """Log other devices out: one, or all but this."""
    account = _account(request)
    chosen = request.POST.get("device", "")
    ids = [int(chosen)] if chosen.isdecimal() else None
    count = sessions.end(account, ids, actor=account, keep=request.session.session_key)
    messages.success(request, f"已让 {count} 台设备退出登录。" if count else "没有别的设备在登录。")
    return redirect("identity:me")


@login_required
@require_POST
def large_type(request: HttpRequest) -> HttpResponse:
    """Large type, on this device at once and on others from their next log-in."""
    large = request.POST.get("large") == "1"
    me.set_large_type(_account(request), large)
    response = redirect("identity:me")
    sessions.set_large_type(response, large)
    return response


@login_required
@require_POST
def act_as(request: HttpRequest) -> HttpResponse:
    """Choose in which of one's roles one acts in this session."""
    holder = request.POST.get("holder", "")
    if holder in queries.holders(_account(request)):
        request.session[acting.SESSION_KEY] = holder
    return redirect(_next(request))


@login_required
@require_POST
def unlink(request: HttpRequest) -> HttpResponse:
    """Cut the link to the unified log-in."""
    account = _account(request)
    try:
        if not account.has_usable_password() and account.phone_id is None:
            raise IdentityError("您还没有设置密码，也没有登记手机号；先设置密码，再解除关联，否则进不来。")
        me.unlink_unified(account)
        messages.success(request, "已解除与统一身份认证账号的关联。")
    except IdentityError as refused:
        messages.error(request, str(refused))
    return redirect("identity:me")
