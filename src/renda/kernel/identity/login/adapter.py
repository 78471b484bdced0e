"""allauth's account adapter: nobody registers, numbers stay in the vault, each log-in is recorded."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.userkit import get_user_by_username
from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from renda.kernel.identity.login import codes, limits, sessions
from renda.kernel.identity.login.fields import PhoneField
from renda.kernel.identity.models import Account
from renda.kernel.identity.services import accounts
from renda.kernel.identity.vault import store

_WRONG = (
    "账号（或手机号）和密码不相符，请核对后再试。"
    "忘记密码时，可用短信验证码登录，或打电话请联络人给您一次性登录链接。"
)
# Sentences of allauth that the pages already say, or that an office says otherwise; None: nothing is said.
_SAID: dict[str, str | None] = {
    "account/messages/logged_in.txt": None,
    "account/messages/logged_out.txt": "您已退出登录。",
    "account/messages/login_code_sent.txt": None,
    "account/messages/password_changed.txt": None,
    "account/messages/password_set.txt": None,
    "mfa/messages/totp_activated.txt": "两步验证已启用，请把下面的备用码抄下来收好。",
    "mfa/messages/totp_deactivated.txt": "两步验证已撤销。",
    "mfa/messages/recovery_codes_generated.txt": None,
    "socialaccount/messages/account_connected.txt": "已与统一身份认证账号关联，以后可以从那里登录。",
    "socialaccount/messages/account_connected_updated.txt": "这个统一身份认证账号早已关联，不必再办。",
    "socialaccount/messages/account_connected_other.txt": (
        "这个统一身份认证账号已关联在别人的账号上，请联系系统管理员。"
    ),
    "socialaccount/messages/account_disconnected.txt": "已解除关联。",
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """What this house does otherwise than allauth."""

    error_messages: ClassVar[dict[str, str]] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "这个账号已停用，请联系系统管理员。",
        "enter_current_password": "请填写现在的密码。",
        "incorrect_code": "验证码不对，请看清最近一条短信里的六位数字；每条只在五分钟内有效。",
        "incorrect_password": "密码不对，请再试一次。",
        "invalid_login": "请填写账号或手机号。",
        "username_password_mismatch": _WRONG,
        "phone_password_mismatch": _WRONG,
        "too_many_login_attempts": "试的次数太多了，请过几分钟再试；急用请打电话请联络人给您一次性登录链接。",
        "rate_limited": "操作太频繁了，请过一会儿再试。",
    }

    # Nobody lets himself in.

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    # Numbers: only masked outside the vault, in sessions too.

    def phone_form_field(self, **kwargs: Any) -> PhoneField:
        return PhoneField(**kwargs)

    def get_phone(self, user: Account) -> tuple[str, bool] | None:
        masked = codes.mask_of(user)
        return None if masked is None else (masked, True)

    def set_phone(self, user: Account, phone: str, verified: bool) -> None:
        accounts.set_phone(user, phone, actor=user)

    def set_phone_verified(self, user: Account, phone: str) -> None:
        """A number is registered by staff and needs no second proof."""

    def get_user_by_phone(self, phone: str) -> Account | None:
        return Account.objects.filter(phone_id__in=store.vault_find("phone", phone)).first()

    def send_verification_code_sms(self, user: Account, phone: str, code: str, **kwargs: Any) -> None:
        codes.send(user, code)

    # Limits.

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        name = str(credentials.get("username") or credentials.get("phone") or "")
        account = get_user_by_username(name) or self.get_user_by_phone(name)
        key = limits.bucket(request, account.pk if account else None, name)
        self._usages = []
        for action, counted in (
            ("login_failed", f"{key}@{self.get_client_ip(request)}"),
            ("login_account", key),
        ):
            usage = limits.consume(request, action, counted)
            if usage is None:
                raise self.validation_error("too_many_login_attempts")
            self._usages.append(usage)

    def _rollback_login_failed_rl_usage(self) -> None:
        for usage in self._usages:
            usage.rollback()

    # In and out.

    def login(self, request: HttpRequest, user: Account) -> None:
        records = get_authentication_records(request, user)
        method = next((r["method"] for r in records if r["method"] != "mfa"), "password")
        factor = any(r["method"] == "mfa" for r in records)
        super().login(request, user)
        sessions.begin(request, user, method=method, factor=factor)

    def post_login(self, request: HttpRequest, user: Account, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = super().post_login(request, user, **kwargs)
        if not sessions.on_shared_computer(request):
            limits.remember_device(request, response, user.pk)
            if user.large_type and "renda_type" not in request.COOKIES:
                sessions.set_large_type(response, True)
        return response

    def logout(self, request: HttpRequest) -> None:
        sessions.end_current(request)
        super().logout(request)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever has just logged in isn't asked again at once for what he logged in to do."""
        return not sessions.is_fresh(self.request) and bool(
            super().is_reauthentication_required(app=app, **kwargs)
        )

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("identity:me")

    # Words.

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        if message is None and message_template in _SAID:
            message = _SAID[message_template]
            if message is None:
                return
        if message is not None:
            messages.add_message(request, level, message, extra_tags=extra_tags)
            return
        super().add_message(request, level, message_template, message_context, extra_tags)
