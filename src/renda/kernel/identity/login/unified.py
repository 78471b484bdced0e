"""The office's unified log-in (OIDC): it lets in who is linked already, and makes no accounts.

Of what the issuer tells, only the subject's id is kept: names, numbers and addresses of its claims are not.
"""

from __future__ import annotations

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthError, AuthProcess
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

from renda.kernel.identity.models import Account


class UnifiedProvider(OpenIDConnectProvider):  # type: ignore[misc]
    """allauth's provider without its memory for claims."""

    def get_default_scope(self) -> list[str]:
        return ["openid", "profile"] if settings.RENDA_OIDC_MATCH else ["openid"]

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        claims = {**data.get("id_token", {}), **data.get("userinfo", {})}
        name = settings.RENDA_OIDC_MATCH
        return {"name": str(claims[name])} if name and claims.get(name) else {}

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        return {}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[Any]:
        return []


class UnifiedAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Who may come in by it."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Linked accounts pass; a matching username is linked where configured; others are told the way."""
        name = sociallogin.account.extra_data.pop("name", "")
        if sociallogin.is_existing or sociallogin.state.get("process") == AuthProcess.CONNECT:
            return
        account = Account.objects.filter(username__iexact=name, is_active=True).first() if name else None
        if account is None:
            raise _back(
                request,
                "这个统一身份认证账号还没有与本系统的账号关联。请先用密码或验证码登录，"
                "在“我的账号”里点“关联统一身份认证”；还没有账号的，请联系系统管理员。",
            )
        sociallogin.connect(request, account)

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        if error == AuthError.CANCELLED:
            return  # allauth goes to our own page for that
        raise _back(request, "统一身份认证没有成功，请再试一次，或改用密码、验证码登录。")

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        return reverse("identity:me")


def _back(request: HttpRequest, said: str) -> ImmediateHttpResponse:
    messages.error(request, said)
    target = "identity:me" if request.user.is_authenticated else "account_login"
    return ImmediateHttpResponse(HttpResponseRedirect(reverse(target)))
