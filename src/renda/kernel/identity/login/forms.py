"""The forms of log-in: few fields, large, with words an office uses."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account_forms
from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.base import forms as factor_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from renda.kernel.identity.login import limits, sessions
from renda.kernel.identity.login.fields import PhoneField
from renda.kernel.identity.vault import kinds

_SHARED_HELP = "勾上后两小时自动退出，也不记住这台电脑。"


def _code_field(label: str, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
        ),
        error_messages={"required": "请填写验证码。"},
    )


class LoginForm(account_forms.LoginForm):  # type: ignore[misc]
    """Username or phone number with a password."""

    shared = forms.BooleanField(label="这是公用电脑", required=False, help_text=_SHARED_HELP)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label="账号或手机号",
            widget=forms.TextInput(attrs={"autocomplete": "username"}),
            error_messages={"required": "请填写账号或手机号。"},
        )
        self.fields["password"].label = "密码"
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs = {"autocomplete": "current-password"}
        self.fields["password"].error_messages["required"] = "请填写密码。"
        self.order_fields(["login", "password", "shared"])

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponseBase:
        sessions.use_shared_computer(request, self.cleaned_data["shared"])
        response: HttpResponseBase = super().login(request, redirect_url)
        if request.user.is_authenticated:  # allauth has just set its own expiry
            sessions.set_expiry(request, self.user)
        return response


class RequestCodeForm(account_forms.RequestLoginCodeForm):  # type: ignore[misc]
    """A phone number; what goes on from here is masked, so that no session holds the number."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"] = PhoneField()

    def clean_phone(self) -> str:
        number = self.cleaned_data["phone"]
        adapter = get_adapter()
        account = adapter.get_user_by_phone(number)
        key = limits.bucket(context.request, account.pk if account else None, number)
        if limits.consume(context.request, "request_login_code", key) is None:
            raise forms.ValidationError(
                "要验证码的次数太多了，请过几分钟再试，或改用密码登录；急用请打电话请联络人给您一次性登录链接。"
            )
        self._user = account if account is not None and account.is_active else None
        return kinds.kind("phone").mask(number)


class ConfirmCodeForm(account_forms.ConfirmLoginCodeForm):  # type: ignore[misc]
    """The six digits."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = _code_field("验证码", "短信里的六位数字，五分钟内有效。")


class FactorForm(factor_forms.AuthenticateForm):  # type: ignore[misc]
    """The second step of a log-in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = _code_field(
            "动态验证码", "身份验证器上的六位数字；手机不在身边时填一个备用码。"
        )


class ConfirmFactorForm(factor_forms.ReauthenticateForm):  # type: ignore[misc]
    """The second factor, asked again before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = _code_field("动态验证码", "身份验证器上的六位数字，或一个备用码。")


class ConfirmPasswordForm(account_forms.ReauthenticateForm):  # type: ignore[misc]
    """The password, asked again before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = "密码"
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs = {"autocomplete": "current-password", "autofocus": True}


class EnrolForm(totp_forms.ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new second factor, which proves that the phone has it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = _code_field("动态验证码", "扫码后，身份验证器上显示的六位数字。")
