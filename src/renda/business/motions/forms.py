"""Forms of the deputy's side. What a draft still lacks is said on the submit page, never while writing."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from renda.business.motions.models import Consent, Grade, How, Suggestion
from renda.kernel import clock
from renda.kernel.ui import api as ui

TITLE_MOST = 100
PICTURES = "image/*"
PAPERS = "image/*,.pdf,.doc,.docx,.xls,.xlsx,.wps"
WORD = ".docx,.doc,.wps,.odt,.txt"


class DraftForm(forms.Form):
    """All parts of a suggestion. Empty ones are kept as they are; the submit page names what is missing."""

    title = forms.CharField(
        label="标题",
        max_length=TITLE_MOST,
        help_text="一句话写清要办什么事，例如：关于在青石桥路口增设行人过街信号灯的建议",
        widget=forms.TextInput(attrs={"autocomplete": "off", "enterkeyhint": "next"}),
    )
    how = forms.ChoiceField(
        label="这件建议是怎样形成的", choices=How.choices, widget=forms.RadioSelect, error_messages={}
    )
    matter = forms.CharField(
        label="案由",
        help_text="什么事、在哪里、影响到谁。写您看到的、听到的。",
        widget=ui.LongText(attrs={"rows": 6}),
    )
    analysis = forms.CharField(
        label="情况分析",
        help_text="为什么会这样，已经做过什么，数据从哪里来。",
        widget=ui.LongText(attrs={"rows": 8}),
    )
    proposal = forms.CharField(
        label="具体建议",
        help_text="希望做什么、做到什么程度。一件建议只提一件事，承办单位才好逐条答复。",
        widget=ui.LongText(attrs={"rows": 8}),
    )
    proposed_organ = forms.CharField(
        label="希望由哪个单位办理",
        max_length=120,
        required=False,
        help_text="不清楚可以不填，由工作机构确定。",
    )
    files = ui.FilesField(  # type: ignore[assignment]  # a declared field is no attribute
        label="照片和附件",
        required=False,
        accept=PAPERS,
        help_text="可以现在拍照，也可以从手机或电脑里选，一次能选多个。",
    )
    consent = forms.ChoiceField(
        label="是否同意向社会公开",
        choices=Consent.choices,
        widget=ui.Boxed,
        help_text="全文公开：公众看到全文、答复和您的姓名。只公开标题：公众看到标题和办理结果，不写姓名。"
        "不公开：只有代表、工作机构和承办单位能看到。",
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, suggestion: Suggestion, **kwargs: Any) -> None:
        initial = {name: getattr(suggestion, name) for name in TEXTS}
        initial["seen"] = suggestion.saved_at.isoformat()
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        for name in ("how", "consent"):
            self.fields[name].label_suffix = ""

    def add_error(self, field: str | None, error: Any) -> None:
        """A draft may be empty anywhere; everything else that is wrong is said."""
        if field is not None and getattr(error, "code", "") == "required":
            self.cleaned_data[field] = ""
            return
        super().add_error(field, error)

    def clean_seen(self) -> dt.datetime | None:
        """When the draft was saved that this window shows; what cannot be read is older than any."""
        text = self.cleaned_data["seen"]
        try:
            return dt.datetime.fromisoformat(text) if text else None
        except ValueError:
            return dt.datetime.min.replace(tzinfo=clock.TZ)

    def texts(self) -> dict[str, str]:
        """What was typed, of the parts that were sent at all."""
        return {name: self.cleaned_data.get(name, "") for name in TEXTS if name in self.data}


TEXTS = ("title", "how", "matter", "analysis", "proposal", "proposed_organ", "consent")


class WordForm(forms.Form):
    """A Word file that fills the draft."""

    file = forms.FileField(
        label="Word 文件",
        help_text="带“案由、情况分析、建议”小标题的、表格式的、用“一、二、”分段的都认得；原文件作为附件保存。",
        widget=ui.Upload(accept=WORD),
    )


class SheetForm(forms.Form):
    """Photos of a handwritten sheet."""

    files = ui.FilesField(  # type: ignore[assignment]  # a declared field is no attribute
        label="手写件照片",
        help_text="逐页拍清楚，一次可以选多张。工作人员录入后，请您核对确认。",
        widget=ui.Upload(accept=PICTURES, multiple=True),
    )


class RejectForm(forms.Form):
    """What was typed wrongly."""

    reason = forms.CharField(
        label="哪里录错了", help_text="写明第几行、应当是什么。", widget=ui.LongText(attrs={"rows": 4})
    )


class RatingForm(forms.Form):
    """Attitude and result apart, nothing chosen beforehand; a reason where the result does not satisfy."""

    attitude = forms.ChoiceField(label="对办理态度", choices=Grade.choices, widget=ui.Boxed)
    result = forms.ChoiceField(label="对办理结果", choices=Grade.choices, widget=ui.Boxed)
    reason = forms.CharField(
        label="理由",
        required=False,
        help_text="对结果不满意的，必须写明哪里没有办好；承办单位据此重新办理。",
        widget=ui.LongText(attrs={"rows": 4}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("result") == Grade.DISSATISFIED and not data.get("reason", "").strip():
            self.add_error("reason", "对结果不满意的，请写明理由；承办单位据此重新办理")
        return data
