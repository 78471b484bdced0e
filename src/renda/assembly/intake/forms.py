"""Forms of the desk: an opinion typed in half a minute, and one form for every declared act."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q

from renda.assembly.intake.models import Category, Channel, Opinion, Told
from renda.assembly.people import api as people
from renda.kernel import clock
from renda.kernel.ui.api import Boxed, Inline, LongText, MomentField, field_kind
from renda.kernel.workflow import api as workflow

# What a clerk types; pages and boards come in by themselves.
_TYPED = [(str(c.value), c.label) for c in Channel if c not in {Channel.PAGE, Channel.BOARD}]


class EntryForm(forms.Form):
    """Telephone or paper: the words first, everything else may stay empty."""

    channel = forms.ChoiceField(label="怎样来的", choices=_TYPED, widget=Inline, initial=Channel.PHONE)
    text = forms.CharField(
        label="反映的事情",
        widget=LongText(attrs={"rows": 6, "autofocus": True}),
        max_length=5000,
        help_text="按原话记；里面的电话、身份证号会自动移入保险库",
    )
    name = forms.CharField(label="姓名", max_length=60, required=False, help_text="存入保险库；不愿说的不填")
    phone = forms.CharField(
        label="电话", max_length=30, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    place = forms.CharField(label="在什么地方", max_length=120, required=False)
    transferred_from = forms.CharField(
        label="转来机关", max_length=120, required=False, help_text="转来的才填"
    )
    title = forms.CharField(label="标题", max_length=120, required=False, help_text="不填时取第一句话")
    happened_at = MomentField(label="反映时间", required=False, help_text="不填为现在；来信填信上的日期")
    address = forms.CharField(
        label="住址", max_length=120, required=False, help_text="需要书面告知的填；存入保险库"
    )


def _organ_field(field: workflow.Field, opinion: Opinion) -> forms.Field:
    rows = people.handling_organs(opinion.congress, clock.today())
    return forms.ModelChoiceField(queryset=rows, empty_label="请选择")


def _deputy_field(field: workflow.Field, opinion: Opinion) -> forms.Field:
    term = people.current_term(opinion.congress)
    rows = people.deputies(term) if term is not None else people.Membership.objects.none()
    choice = forms.ModelChoiceField(queryset=rows, empty_label="请选择")
    choice.label_from_instance = _deputy_label  # type: ignore[method-assign,assignment]
    return choice


def _deputy_label(seat: people.Membership) -> str:
    return f"{seat.person.name}（{seat.delegation.name}）" if seat.delegation else seat.person.name


def _category_field(field: workflow.Field, opinion: Opinion) -> forms.Field:
    rows = Category.objects.filter(active=True, parent__isnull=True)
    return forms.ModelChoiceField(queryset=rows, empty_label="请选择", initial=opinion.category)


_OWN = {"organ": _organ_field, "seat": _deputy_field, "intake_category": _category_field}


def register() -> None:
    """Make the room's kind known to the forms of acts that any case has."""
    field_kind("intake_category", _any_category)


def _any_category(field: workflow.Field, common: dict[str, Any], case: workflow.Case | None) -> forms.Field:
    rows = Category.objects.filter(active=True, parent__isnull=True)
    return forms.ModelChoiceField(queryset=rows, empty_label="请选择", **common)


class ActForm(forms.Form):
    """The form of one declared transition: its fields, and the step at which the page was drawn."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, transition: workflow.Transition, opinion: Opinion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for declared in transition.fields:
            self.fields[declared.key] = _field(declared, opinion)
        if opinion.case is not None:
            self.fields["seen"].initial = opinion.case.step

    def values(self) -> dict[str, Any]:
        """What the service gets, ``seen`` among it."""
        return dict(self.cleaned_data)


def _field(declared: workflow.Field, opinion: Opinion) -> forms.Field:
    if declared.kind in _OWN:
        field = _OWN[declared.kind](declared, opinion)
    elif declared.kind == "choice":
        choices = [(c.key, c.label) for c in declared.choices]
        rated = declared.key in {"attitude", "result"}
        field = forms.ChoiceField(choices=choices, widget=Boxed if rated else Inline)
    elif declared.kind == "paragraph":
        field = forms.CharField(max_length=declared.max_length, widget=LongText(attrs={"rows": 5}))
    else:
        field = forms.CharField(max_length=declared.max_length)
    field.label, field.required, field.help_text = declared.label, declared.required, declared.help
    return field


class ClassForm(forms.Form):
    """A class under another."""

    name = forms.CharField(label="分类名称", max_length=60)
    parent = forms.ModelChoiceField(
        label="上级分类", queryset=Category.objects.none(), required=False, empty_label="一级分类"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parent: Any = self.fields["parent"]
        parent.queryset = Category.objects.filter(active=True).filter(
            Q(parent__isnull=True) | Q(parent__parent__isnull=True)
        )


class GroupForm(forms.Form):
    """The same answer for every open opinion of a group."""

    text = forms.CharField(label="答复内容", max_length=2000, widget=LongText(attrs={"rows": 6}))
    told_by = forms.ChoiceField(
        label="怎样告知",
        choices=[c for c in Told.choices if c[0] != Told.BOARD],
        widget=Inline,
    )
