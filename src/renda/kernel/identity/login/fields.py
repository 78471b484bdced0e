"""The field for a telephone number, for log-in and for accounts."""

from __future__ import annotations

from typing import Any

from django import forms

from renda.kernel.identity.vault import kinds


class PhoneField(forms.CharField):
    """A number as people type it, brought into the vault's form; wrong ones are refused in words."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "手机号")
        kwargs.setdefault(
            "widget",
            forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
        )
        kwargs.setdefault("error_messages", {"required": "请填写手机号。"})
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        return kinds.phone(text) if text else ""
