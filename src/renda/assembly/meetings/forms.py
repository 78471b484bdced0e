"""Forms of the room that no process declares."""

from __future__ import annotations

from typing import Any

from django import forms

from renda.assembly.meetings.models import ItemKind, Mode
from renda.assembly.meetings.profiles import ANSWERS
from renda.assembly.votes import api as votes
from renda.kernel.ui import api as ui


class PlanForm(forms.Form):
    """A sitting: which body, which number, when and where."""

    body = forms.ChoiceField(label="什么会议", error_messages={"required": "请选择什么会议。"})
    number = forms.IntegerField(label="第几次", min_value=1, max_value=999)
    first_day = ui.DayField(label="第一天")
    last_day = ui.DayField(label="最后一天")
    place = forms.CharField(label="地点", max_length=100)
    mode = forms.ChoiceField(
        label="方式",
        choices=Mode.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择怎样开。"},
    )
    link = forms.URLField(label="视频会议的链接", max_length=200, required=False, assume_scheme="https")

    def __init__(self, *args: Any, bodies: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].choices = [("", "请选择"), *bodies]  # type: ignore[attr-defined]


class ItemForm(forms.Form):
    """An item of the agenda."""

    title = forms.CharField(label="议题", max_length=200)
    kind = forms.ChoiceField(label="怎样进行", choices=[("", "请选择"), *ItemKind.choices])
    presenter = forms.CharField(label="汇报（说明）人", max_length=100, required=False)
    because = forms.CharField(
        label="通知以后增加的理由",
        max_length=200,
        required=False,
        help_text="会议通知已经发出的，必须写明",
    )


class PaperForm(forms.Form):
    """A paper, or the next version of one."""

    title = forms.CharField(
        label="材料名称", max_length=120, help_text="与已有材料同名的，记为下一稿，以前的稿都保留"
    )
    due_key = forms.ChoiceField(label="按哪个期限", required=False)
    file = forms.FileField(label="文件", error_messages={"required": "请选择文件。"})

    def __init__(self, *args: Any, days: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_key"].choices = [("", "没有规定期限"), *days]  # type: ignore[attr-defined]


class VoteForm(forms.Form):
    """A vote under an item."""

    title = forms.CharField(label="表决事项", max_length=200, help_text="照表决时念的写")
    method = forms.ChoiceField(
        label="表决方式",
        choices=votes.Method.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择表决方式。"},
    )


class DeliberationForm(forms.Form):
    """A deliberation item, written so that it can be checked."""

    text = forms.CharField(label="要办什么", max_length=300, widget=ui.LongText(attrs={"rows": 2}))
    measure = forms.CharField(
        label="怎样算办到", max_length=300, help_text="写得出来才查得出来，例如：年底前印发管理办法"
    )
    organ = forms.ChoiceField(label="交给谁办", error_messages={"required": "请选择交给谁办。"})
    answer = forms.ChoiceField(
        label="按哪个期限报告", choices=[("", "请选择"), *((one.key, one.label) for one in ANSWERS)]
    )
    raised_by = forms.CharField(
        label="谁提的", max_length=100, required=False, help_text="委员姓名，或者第几小组；集体意见不填"
    )

    def __init__(self, *args: Any, organs: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organ"].choices = [("", "请选择"), *organs]  # type: ignore[attr-defined]


class AttendingForm(forms.Form):
    """Somebody who sits in."""

    name = forms.CharField(label="姓名", max_length=64)
    post = forms.CharField(label="身份", max_length=100, help_text="例如：市财政局局长、市人大代表、公民旁听")
