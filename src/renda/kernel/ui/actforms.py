"""The form of an act, made from what its transition declares: a room writes no form class for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from django import forms

from renda.kernel.ui.forms import Boxed, DayField, FilesField, Inline, LongText, MomentField, Upload
from renda.kernel.ui.widgets import Act

if TYPE_CHECKING:
    from renda.kernel.workflow.api import Case, Field, Transition

Factory = Callable[["Field", dict[str, Any], "Case | None"], forms.Field]
FEW = 5  # choices that are shown as boxes; more become a menu


def _text(field: Field, common: dict[str, Any], case: Case | None) -> forms.Field:
    return forms.CharField(max_length=field.max_length, **common)


def _paragraph(field: Field, common: dict[str, Any], case: Case | None) -> forms.Field:
    return forms.CharField(max_length=field.max_length, widget=LongText(attrs={"rows": 6}), **common)


def _choice(field: Field, common: dict[str, Any], case: Case | None) -> forms.Field:
    offered = [(choice.key, choice.label) for choice in field.choices]
    if len(offered) <= FEW:
        return forms.ChoiceField(choices=offered, widget=Boxed, **common)
    return forms.ChoiceField(choices=[("", "请选择"), *offered], **common)


def _choices(field: Field, common: dict[str, Any], case: Case | None) -> forms.Field:
    offered = [(choice.key, choice.label) for choice in field.choices]
    return forms.MultipleChoiceField(choices=offered, widget=forms.CheckboxSelectMultiple, **common)


def _yes_no(field: Field, common: dict[str, Any], case: Case | None) -> forms.Field:
    return forms.TypedChoiceField(
        choices=[("1", "是"), ("0", "否")],
        coerce=lambda value: value == "1",
        empty_value=None,
        widget=Inline,
        **common,
    )


def _file(field: Field, common: dict[str, Any], case: Case | None) -> forms.Field:
    return forms.FileField(widget=Upload(accept=str(field.extra.get("accept", ""))), **common)


def _files(field: Field, common: dict[str, Any], case: Case | None) -> forms.Field:
    return FilesField(accept=str(field.extra.get("accept", "")), **common)


_kinds: dict[str, Factory] = {
    "text": _text,
    "paragraph": _paragraph,
    "choice": _choice,
    "choices": _choices,
    "date": lambda field, common, case: DayField(**common),
    "moment": lambda field, common, case: MomentField(**common),
    "yes_no": _yes_no,
    "file": _file,
    "files": _files,
}


def field_kind(kind: str, factory: Factory) -> None:
    """Register a kind of field that processes may declare; call it in ``AppConfig.ready``.

    Args:
        kind: its name in ``workflow.Field.kind``: ``organ``, ``deputy``.
        factory: (declared field, common arguments, case) → form field; the common ones (label, help_text,
            required) are passed on to its constructor; the case says whose organs or deputies are offered.
    """
    _kinds[kind] = factory


def act_form(transition: Transition, case: Case | None = None) -> type[forms.Form]:
    """A form class with the fields that an act asks for, nothing filled in beforehand.

    It also carries ``seen``, the case's step when the form was drawn: pass ``initial={"seen": case.step}``,
    and ``cleaned_data["seen"]`` to the service, so that two people never act on one picture.

    Raises:
        LookupError: a field is of a kind that nobody registered.
    """
    made: dict[str, forms.Field] = {"seen": forms.IntegerField(required=False, widget=forms.HiddenInput)}
    for field in transition.fields:
        if field.kind not in _kinds:
            raise LookupError(f"步骤“{transition.label}”的“{field.label}”是没有登记的种类：{field.kind}")
        common = {"label": field.label, "help_text": field.help, "required": field.required}
        made[field.key] = _kinds[field.kind](field, common, case)
    return type("ActForm", (forms.Form,), made)


def acts(transitions: Iterable[Transition], url: Callable[[Transition], str]) -> list[Act]:
    """The acts of ``workflow.available`` for ``<c-acts>``: the primary one in front, dangerous ones apart.

    Args:
        url: address of the page with an act's form.
    """
    found: list[Act] = []
    for t in transitions:
        leads = t.primary and not any(act.primary for act in found)
        found.append(Act(t.label, url(t), primary=leads, danger=t.danger))
    return sorted(found, key=lambda act: (not act.primary, act.danger))
