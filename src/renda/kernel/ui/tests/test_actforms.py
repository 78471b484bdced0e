"""Forms of acts: from the declaration alone, nothing filled in, every kind checked on the server."""

import datetime as dt

import pytest
from django import forms

from renda.kernel import clock
from renda.kernel.record import api as record
from renda.kernel.ui import actforms
from renda.kernel.ui import api as ui
from renda.kernel.workflow.api import Choice, Field, Transition

MANY = tuple(Choice(str(n), f"理由{n}") for n in range(9))


def act(*fields, **more):
    return Transition(
        more.pop("key", "x"),
        more.pop("label", "退回"),
        ("a",),
        "b",
        "tests.x",
        record.Entry,
        fields=fields,
        **more,
    )


EVERY = (
    Field("text", "标题", max_length=5),
    Field("body", "说明", "paragraph", required=False, help="写清楚"),
    Field("why", "理由", "choice", choices=MANY),
    Field("how", "方式", "choice", choices=MANY[:3]),
    Field("ways", "方式（多选）", "choices", choices=MANY[:3]),
    Field("day", "日期", "date"),
    Field("at", "时间", "moment"),
    Field("yes", "同意", "yes_no"),
    Field("scan", "扫描件", "file", required=False),
    Field("files", "附件", "files", required=False),
)


def test_every_kind_becomes_a_field_with_its_label_help_and_duty():
    form = ui.act_form(act(*EVERY))()
    assert [field.label for field in form.visible_fields()] == [field.label for field in EVERY]
    assert form.fields["body"].help_text == "写清楚" and not form.fields["body"].required
    assert form.is_multipart()
    shown = str(form)
    assert "checked" not in shown, "什么都不预先选好"
    assert shown.count('type="radio"') == 3 + 2, "少的列出来，多的收进菜单"


def test_what_is_typed_comes_out_as_values():
    form = ui.act_form(act(*EVERY))(
        {
            "seen": "4", "text": "路灯", "why": "8", "how": "1", "ways": ["0", "2"], "day": "2026年3月5日",
            "at": "2026-03-05T14:30", "yes": "0",
        }
    )  # fmt: skip
    assert form.is_valid(), form.errors
    data = form.cleaned_data
    assert data["day"] == dt.date(2026, 3, 5)
    assert data["at"] == clock.combine(dt.date(2026, 3, 5), dt.time(14, 30))
    assert data["yes"] is False and data["ways"] == ["0", "2"] and data["seen"] == 4 and data["files"] == []


def test_nothing_passes_that_was_not_offered():
    form = ui.act_form(act(*EVERY))(
        {"text": "太长的标题", "why": "99", "how": "x", "ways": ["7"], "yes": "2", "day": "x"}
    )
    assert not form.is_valid()
    assert {"why", "how", "ways", "yes", "day", "at"} <= set(form.errors)
    assert "text" not in form.errors
    assert "text" in ui.act_form(act(*EVERY))({"text": "太长太长的标题"}).errors


def test_a_room_brings_a_kind_of_its_own_and_an_unknown_one_is_named(monkeypatch):
    monkeypatch.setattr(actforms, "_kinds", dict(actforms._kinds))
    asked = act(Field("lamp", "路灯", "lamp"))
    with pytest.raises(LookupError, match="lamp"):
        ui.act_form(asked)
    offered = [("1", "青石桥东侧")]
    ui.field_kind("lamp", lambda field, common, case: forms.ChoiceField(choices=offered, **common))
    form = ui.act_form(asked)({"lamp": "1"})
    assert form.is_valid() and form.fields["lamp"].label == "路灯"


def test_one_act_is_primary_and_dangerous_ones_come_last():
    offered = [
        act(key="refuse", label="不予受理", danger=True),
        act(key="return", label="退回补正"),
        act(key="hand", label="交办", primary=True),
        act(key="merge", label="并案", primary=True),
    ]
    found = ui.acts(offered, lambda t: f"/{t.key}/")
    assert [(a.label, a.primary, a.danger) for a in found] == [
        ("交办", True, False),
        ("退回补正", False, False),
        ("并案", False, False),
        ("不予受理", False, True),
    ]
    assert found[0].url == "/hand/"
