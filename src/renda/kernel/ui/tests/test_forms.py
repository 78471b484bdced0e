"""Forms: label above, help under it, errors at the field and summed at the top, nothing typed is lost."""

import datetime as dt

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

from renda.kernel.ui import api as ui
from renda.kernel.ui.gallery.views import SampleForm


class OneDay(forms.Form):
    day = ui.DayField(label="日期")


@pytest.mark.parametrize(
    "text",
    ["2026-03-05", "2026-3-5", "2026年3月5日", "2026.3.5", "2026/3/5", " 2026 年 3 月 5 日 ", "20260305"],
)
def test_a_day_is_understood_however_it_is_written(text):
    form = OneDay({"day": text})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["day"] == dt.date(2026, 3, 5)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026年2月30日", "没有 2026年2月30日 这一天"),
        ("明天", "写成 2026年3月5日"),
        ("3月5日", "写成 2026年3月5日"),
        ("", "请填写"),
    ],
)
def test_a_day_that_is_none_is_refused_with_the_way_to_write_it(text, said):
    form = OneDay({"day": text})
    assert not form.is_valid()
    assert said in str(form.errors["day"])


def test_what_cannot_be_read_stays_in_the_field():
    shown = str(OneDay({"day": "2026年2月30日"}))
    assert 'value="2026年2月30日"' in shown and 'type="text"' in shown
    assert 'type="date"' in str(OneDay({"day": "2026-03-05"}))


def test_errors_are_summed_at_the_top_and_lead_to_their_fields():
    form = SampleForm({"title": "长" * 61, "day": "x"})
    shown = str(form)
    top = shown[: shown.index("</ul>")]
    assert "autofocus" in top and 'role="alert"' in top
    assert f"还有 {sum(map(len, form.errors.values()))} 处要改" in top
    assert '<a href="#id_title">标题</a>：最多 60 字，现在 61 字' in top
    assert '<a href="#id_sure">' in top
    field = shown[shown.index('for="id_title"') :]
    assert field.index("写成“关于") < field.index('id="id_title_error"') < field.index("<input")
    assert 'aria-invalid="true"' in field


def test_nothing_is_chosen_beforehand_and_optional_fields_say_so():
    shown = str(SampleForm())
    assert "checked" not in shown and "selected" not in shown.replace('value="" selected', "")
    assert shown.count("（可不填）") == 3


def test_radio_buttons_and_checkboxes_stand_in_a_fieldset_with_a_legend():
    shown = str(SampleForm())
    assert shown.count("<fieldset") == 2
    assert '<legend id="id_consent_legend">公开意愿' in shown


def test_errors_speak_as_an_office_does():
    form = SampleForm({"kind": "x", "consent": "x", "source": ["x"], "title": "a\0b"})
    said = " ".join(text for errors in form.errors.values() for text in errors)
    assert "字段" not in said and "变量" not in said
    for words in ("请填写", "请从列出的选项里选", "“x”不在选项里", "请先勾选", "含有看不见的字符"):
        assert words in said


class Files(forms.Form):
    files = ui.FilesField(label="附件", required=False, accept=".pdf")


def test_several_files_are_one_list_and_an_empty_one_is_named():
    def form(*files):
        return Files({}, MultiValueDict({"files": list(files)}))

    two = form(SimpleUploadedFile("a.pdf", b"a"), SimpleUploadedFile("b.pdf", b"b"))
    assert two.is_valid() and [f.name for f in two.cleaned_data["files"]] == ["a.pdf", "b.pdf"]
    none = form()
    assert none.is_valid() and none.cleaned_data["files"] == []
    bad = form(SimpleUploadedFile("c.pdf", b""))
    assert not bad.is_valid() and "空的" in str(bad.errors)
    assert "multiple" in str(form()) and 'accept=".pdf"' in str(form())


def test_an_upload_of_one_file_gives_one_file():
    class One(forms.Form):
        file = forms.FileField(widget=ui.Upload(accept=".pdf"))

    sent = MultiValueDict({"file": [SimpleUploadedFile("a.pdf", b"%PDF")]})
    form = One({}, sent)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["file"].name == "a.pdf"
    assert " multiple" not in str(form["file"])
