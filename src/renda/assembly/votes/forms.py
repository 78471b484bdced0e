"""Forms of the room that no process declares: preparing a vote, and who is there."""

from __future__ import annotations

from typing import Any

from django import forms

from renda.assembly.votes.models import Method
from renda.kernel.ui import api as ui


class PrepareForm(forms.Form):
    """What is put to the vote, by whom and how."""

    body = forms.ChoiceField(label="由谁表决", error_messages={"required": "请选择由谁表决。"})
    title = forms.CharField(
        label="表决事项",
        max_length=200,
        help_text="照表决时念的写，例如：关于批准2026年市本级预算调整方案的决议",
    )
    items = forms.CharField(
        label="一并表决的事项",
        required=False,
        widget=ui.LongText(attrs={"rows": 4}),
        help_text="合并表决时逐行写；只表决一件的不填",
    )
    method = forms.ChoiceField(
        label="表决方式",
        choices=Method.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择表决方式。"},
    )

    def __init__(self, *args: Any, bodies: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].choices = [("", "请选择"), *bodies]  # type: ignore[attr-defined]
