"""Forms of the account pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from renda.kernel import clock
from renda.kernel.identity.login.fields import PhoneField
from renda.kernel.identity.models import Account
from renda.kernel.identity.vault.reveal import REASONS


class DayField(forms.DateField):
    """A day, with the browser's own calendar where it has one."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        kwargs.setdefault("input_formats", ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"])
        kwargs.setdefault("error_messages", {"invalid": "日期应写作 2026-03-05，请改正。"})
        super().__init__(**kwargs)


def _reason(label: str = "事由", *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=200,
        required=required,
        help_text="例如人事文件的文号；会写入记录，请勿填写个人信息。",
        error_messages={"required": "请填写事由。"},
    )


class PasswordForm(forms.Form):
    """A new password; the present one is asked too, unless the person has just been let in without it."""

    present = forms.CharField(
        label="现在的密码",
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        strip=False,
    )
    new = forms.CharField(
        label="新密码",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="至少 10 位，不要用姓名、生日、手机号或常见的词；可以用一句只有您知道的话。",
        strip=False,
    )
    again = forms.CharField(
        label="再填一次新密码",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )

    def __init__(self, account: Account, *args: Any, ask_present: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        if not ask_present:
            del self.fields["present"]

    def clean_present(self) -> str:
        present: str = self.cleaned_data["present"]
        if not self.account.check_password(present):
            raise forms.ValidationError(
                "现在的密码不对。忘记了的，请退出，打电话请联络人给您一次性登录链接，登录后直接设新密码。"
            )
        return present

    def clean_new(self) -> str:
        new: str = self.cleaned_data["new"]
        validate_password(new, self.account)
        return new

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "new" in data and "again" in data and data["new"] != data["again"]:
            self.add_error("again", "两次填写的新密码不一样，请重填。")
        return data


class NewAccountForm(forms.Form):
    """An account for somebody; he gets in by code or link and sets his own password."""

    username = forms.CharField(
        label="账号",
        max_length=64,
        help_text="登录用，全系统不重复；用姓名拼音或工号，不要用手机号、身份证号。",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    display_name = forms.CharField(label="姓名", max_length=64)
    phone = PhoneField(required=False, help_text="用来接收登录验证码；加密保存，只在发短信时使用。")


class AccountForm(forms.Form):
    """Name and number of an account. The number is never shown back: empty leaves it as it is."""

    display_name = forms.CharField(label="姓名", max_length=64)
    phone = PhoneField(required=False, label="新手机号", help_text="不填则不变。")
    remove_phone = forms.BooleanField(label="删去现有手机号", required=False)


class GrantForm(forms.Form):
    """A role, chosen before, in a scope for a period."""

    scope = forms.ChoiceField(label="范围", widget=forms.RadioSelect)
    since = DayField(label="自")
    until = DayField(label="至", required=False, help_text="最后一天；不填为长期。")
    reason = _reason(required=False)

    def __init__(self, scopes: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["since"].initial = clock.today
        self.fields["scope"].choices = scopes  # type: ignore[attr-defined]
        self.fields["scope"].error_messages["required"] = "请选择范围。"
        if len(scopes) == 1:
            self.fields["scope"].initial = scopes[0][0]


class EndForm(forms.Form):
    """Take something back, with its reason."""

    last_day = DayField(label="最后一天", required=False, help_text="不填则立即生效。")
    reason = _reason()


class ReasonForm(forms.Form):
    """A reason alone."""

    reason = _reason()


class StandInForm(forms.Form):
    """Who stands in, from when to when, why."""

    deputy = forms.CharField(label="代理人的账号", max_length=64)
    since = DayField(label="自")
    until = DayField(label="至", help_text="代理的最后一天。")
    reason = _reason()

    def clean_deputy(self) -> Account:
        found = Account.objects.filter(username__iexact=self.cleaned_data["deputy"].strip()).first()
        if found is None:
            raise forms.ValidationError("没有这个账号，请在账号列表里核对。")
        return found


class HandOverForm(forms.Form):
    """Who takes the post over, from which day."""

    to = forms.CharField(label="接手人的账号", max_length=64)
    holders = forms.MultipleChoiceField(label="移交的职务", widget=forms.CheckboxSelectMultiple)
    from_day = DayField(label="自哪天起")
    reason = _reason()

    def __init__(self, choices: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["holders"].choices = choices  # type: ignore[attr-defined]
        self.fields["holders"].initial = [key for key, _ in choices]
        self.fields["from_day"].initial = clock.today

    def clean_to(self) -> Account:
        found = Account.objects.filter(username__iexact=self.cleaned_data["to"].strip()).first()
        if found is None:
            raise forms.ValidationError("没有这个账号，请在账号列表里核对。")
        return found


class RevealForm(forms.Form):
    """Why somebody wants to see a number."""

    choice = forms.ChoiceField(label="事由", choices=[(r, r) for r in REASONS], widget=forms.RadioSelect)
    detail = forms.CharField(
        label="说明",
        max_length=100,
        required=False,
        help_text="例如事项编号；会写入记录，请勿填写个人信息。",
    )

    def reason(self) -> str:
        """Both in one line."""
        detail = self.cleaned_data["detail"].strip()
        choice: str = self.cleaned_data["choice"]
        return f"{choice}：{detail}" if detail else choice
