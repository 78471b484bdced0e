"""Pages of coming in: password, code, link, second factor, unified log-in, leaving."""

from __future__ import annotations

from typing import Any

from allauth.account import views as account_views
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.flows.logout import logout as end_login
from allauth.account.models import Login
from allauth.mfa.base import views as factor_views
from allauth.mfa.recovery_codes import views as recovery_views
from allauth.mfa.totp import views as totp_views
from allauth.socialaccount.adapter import get_adapter as get_social_adapter
from allauth.socialaccount.providers.openid_connect import views as oidc_views
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from renda.kernel.identity.errors import IdentityError
from renda.kernel.identity.login import codes, sessions
from renda.kernel.identity.login.forms import RequestCodeForm
from renda.kernel.identity.login.qr import qr_image
from renda.kernel.identity.services import factors, links


def _doors(request: HttpRequest) -> dict[str, Any]:
    """The other ways in, as far as this installation has them."""
    return {
        "can_send": codes.can_send(),
        "providers": get_social_adapter(request).list_providers(request),
        "next": request.POST.get("next") or request.GET.get("next", ""),
    }


class LoginView(account_views.LoginView):  # type: ignore[misc]
    """The log-in page: a phone number for a code, or a name and a password."""

    template_name = "identity/login.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | _doors(self.request) | {"code_form": RequestCodeForm(auto_id="code_%s")}


class RequestCodeView(account_views.RequestLoginCodeView):  # type: ignore[misc]
    """Ask for a code; a number that nobody has looks the same as one that somebody has."""

    template_name = "identity/request_code.html"

    def form_valid(self, form: RequestCodeForm) -> HttpResponseBase:
        try:
            response: HttpResponseBase = super().form_valid(form)
        except IdentityError as refused:
            form.add_error(None, refused)
            return self.form_invalid(form)  # type: ignore[no-any-return]
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | _doors(self.request)


class ConfirmCodeView(account_views.ConfirmLoginCodeView):  # type: ignore[misc]
    """Type the code; after a few wrong ones a new code is needed."""

    template_name = "identity/confirm_code.html"

    def form_valid(self, form: Any) -> HttpResponseBase:
        try:
            response: HttpResponseBase = super().form_valid(form)
        except IdentityError as refused:  # the gateway failed on sending again
            messages.error(self.request, str(refused))
            return HttpResponseRedirect(reverse("account_confirm_login_code"))
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"paper": codes.paper_code_for(self.stage.login.user)}


class SecondFactorView(factor_views.AuthenticateView):  # type: ignore[misc]
    """The second step, where a factor is enrolled."""

    template_name = "identity/second_step.html"


class ConfirmPasswordView(account_views.ReauthenticateView):  # type: ignore[misc]
    """The password again, before something that matters."""

    template_name = "identity/confirm.html"


class ConfirmFactorView(factor_views.ReauthenticateView):  # type: ignore[misc]
    """The second factor again; counts as shown for the rest of the session."""

    template_name = "identity/confirm.html"

    def form_valid(self, form: Any) -> HttpResponseBase:
        self.request.session[sessions.FACTOR] = True
        response: HttpResponseBase = super().form_valid(form)
        return response


class EnrolView(totp_views.ActivateTOTPView):  # type: ignore[misc]
    """Scan, type the first code: the second factor is enrolled."""

    template_name = "identity/second_set.html"

    def form_valid(self, form: Any) -> HttpResponseBase:
        with transaction.atomic():
            response: HttpResponseBase = super().form_valid(form)
            factors.note_factor(self.request.user, enrolled=True)
        self.request.session[sessions.FACTOR] = True
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"secret": context["form"].secret, "qr": qr_image(context["totp_url"])}


class RemoveFactorView(totp_views.DeactivateTOTPView):  # type: ignore[misc]
    """Remove one's second factor, where the post doesn't ask for it."""

    template_name = "identity/second_remove.html"

    def form_valid(self, form: Any) -> HttpResponseBase:
        with transaction.atomic():
            response: HttpResponseBase = super().form_valid(form)
            factors.note_factor(self.request.user, enrolled=False)
        return response


second_index = factor_views.IndexView.as_view(template_name="identity/second.html")
show_recovery = recovery_views.ViewRecoveryCodesView.as_view(template_name="identity/recovery.html")
new_recovery = recovery_views.GenerateRecoveryCodesView.as_view(template_name="identity/recovery_new.html")


@never_cache
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest) -> HttpResponseBase:
    """Log out; by POST alone, so that no other site's picture does it."""
    if request.method == "GET":
        return render(request, "identity/leave.html")
    end_login(request)
    return redirect("account_login")


@never_cache
def closed(request: HttpRequest) -> HttpResponse:
    """Shown to the right password of a closed account."""
    return render(request, "identity/closed.html", status=403)


@never_cache
@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponseBase:
    """A one-time link: looking at it (previews do) changes nothing, the button opens it."""
    try:
        if request.method == "GET":
            return render(request, "identity/link.html", {"link": links.peek(token)})
        account = links.open_link(token)
    except IdentityError as refused:
        return render(request, "identity/link_used.html", {"said": str(refused)}, status=410)
    if request.user.is_authenticated:
        end_login(request, show_message=False)
    sessions.use_shared_computer(request, request.POST.get("shared") == "on")
    record_authentication(request, account, method="link")
    response: HttpResponseBase = perform_login(request, Login(user=account))
    return response


def unified(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Go to the unified log-in; by POST alone."""
    if request.method != "POST":
        return redirect("account_login")
    response: HttpResponseBase = oidc_views.login(request, provider_id)
    return response


unified_back = oidc_views.callback


def unified_cancelled(request: HttpRequest) -> HttpResponse:
    """Back from the unified log-in without having logged in."""
    messages.info(request, "您取消了统一身份认证，可以改用密码或验证码登录。")
    return redirect("identity:me" if request.user.is_authenticated else "account_login")
