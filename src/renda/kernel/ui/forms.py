"""How forms are drawn everywhere: label above, help under it, the error at the field and summed at the top.

``FORM_RENDERER`` names ``Renderer``; so ``{{ form }}``, ``{{ form.title.as_field_group }}`` and
``<c-field :field="form.title" />`` all look the same. The widgets are for what Django draws too plainly.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import forms
from django.core import validators
from django.forms.renderers import TemplatesSetting

from renda.kernel import clock

# 2026年3月5日, 2026-3-5, 2026.3.5, 2026/3/5, 20260305: what people type where no calendar opens.
_DAY = re.compile(
    r"^\s*(\d{4})\s*[-年./]\s*(\d{1,2})\s*[-月./]\s*(\d{1,2})\s*日?\s*$|^\s*(\d{4})(\d{2})(\d{2})\s*$"
)


class Renderer(TemplatesSetting):
    """Draws forms and fields with the shell's templates."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"
    formset_template_name = "ui/forms/formset.html"


class DayInput(forms.DateInput):
    """The browser's own calendar; without it, a text field that takes any usual way to write a day."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        shown = context["widget"]["value"]
        # A calendar field would swallow what it cannot read; what was typed has to stay to be mended.
        if shown and not _is_iso(shown):
            context["widget"]["type"] = "text"
        return context


def _is_iso(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


class DayField(forms.DateField):
    """A day, however it is written; refused with the reason when there is no such day."""

    widget = DayInput
    default_error_messages = {"invalid": "写成 2026年3月5日 或 2026-3-5 的样子"}

    def to_python(self, value: Any) -> dt.date | None:
        if isinstance(value, str) and value.strip():
            found = _DAY.match(value)
            if not found:
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
            year, month, day = (int(part) for part in found.groups() if part is not None)
            try:
                return dt.date(year, month, day)
            except ValueError:
                raise forms.ValidationError(
                    f"没有 {year}年{month}月{day}日 这一天", code="no_such_day"
                ) from None
        return super().to_python(value)


class MomentInput(forms.DateTimeInput):
    """Day and time of day, in Asia/Shanghai."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class MomentField(forms.DateTimeField):
    """An aware moment in Asia/Shanghai."""

    widget = MomentInput
    default_error_messages = {"invalid": "写成 2026-03-05 14:30 的样子"}

    def prepare_value(self, value: Any) -> Any:
        return value.astimezone(clock.TZ) if isinstance(value, dt.datetime) and value.tzinfo else value


class Boxed(forms.RadioSelect):
    """Radio buttons as large targets, each in a box: for a choice that counts (ratings, consent)."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["class"] = "choices boxed"
        return context


class Inline(forms.RadioSelect):
    """Radio buttons in one line: for two or three short words."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["class"] = "choices inline"
        return context


class LongText(forms.Textarea):
    """A text to write at length: tall, grows with what is written, counts characters where a limit is set."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "long", "rows": 10, "data-grow": True, **(attrs or {})})


class Upload(forms.ClearableFileInput):
    """Files: choose, drag in, or take a photo.

    Args:
        accept: types the file chooser offers, ``".pdf,.docx,image/*"``; the server checks by content.
        multiple: several at once.
        camera: on a phone, open the camera at once.
    """

    template_name = "ui/forms/upload.html"

    def __init__(
        self,
        attrs: dict[str, Any] | None = None,
        *,
        accept: str = "",
        multiple: bool = False,
        camera: bool = False,
    ) -> None:
        # Of the instance: Django lets every widget of such a class take several, and read a list.
        self.allow_multiple_selected = multiple
        extra: dict[str, Any] = {}
        if accept:
            extra["accept"] = accept
        if camera:
            extra["capture"] = "environment"
        super().__init__({**extra, **(attrs or {})})


class FilesField(forms.FileField):
    """Any number of files; the cleaned value is always a list."""

    def __init__(self, *args: Any, accept: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("widget", Upload(accept=accept, multiple=True))
        super().__init__(*args, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) else [data]
        cleaned = [super(FilesField, self).clean(one, initial) for one in files]
        return [one for one in cleaned if one]


def speak_plainly() -> None:
    """Say what is wrong as an office says it. Django's own sentences are translations of a manual.

    Called once when the application starts; fields that bring their own sentences keep them.
    """
    forms.Field.default_error_messages["required"] = "请填写"
    forms.BooleanField.default_error_messages = {"required": "请先勾选"}
    forms.ChoiceField.default_error_messages["invalid_choice"] = "请从列出的选项里选"
    forms.MultipleChoiceField.default_error_messages |= {
        "invalid_choice": "“%(value)s”不在选项里",
        "invalid_list": "请从列出的选项里选",
    }
    forms.ModelChoiceField.default_error_messages["invalid_choice"] = "请从列出的选项里选"
    forms.IntegerField.default_error_messages["invalid"] = "请填整数"
    forms.DecimalField.default_error_messages["invalid"] = "请填数字"
    forms.FileField.default_error_messages |= {
        "invalid": "没有收到文件，请重新选择",
        "missing": "没有收到文件，请重新选择",
        "empty": "这个文件是空的，请换一个",
        "max_length": "文件名太长，最多 %(max)d 个字，请改短再传",
    }
    validators.MaxLengthValidator.message = "最多 %(limit_value)d 字，现在 %(show_value)d 字"
    validators.MinLengthValidator.message = "至少 %(limit_value)d 字，现在 %(show_value)d 字"
    validators.MaxValueValidator.message = "不能大于 %(limit_value)s"
    validators.MinValueValidator.message = "不能小于 %(limit_value)s"
    validators.ProhibitNullCharactersValidator.message = "含有看不见的字符，请重新输入"
