"""Fields of acts that choose a category or another suggestion; the cleaned values are instances."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from renda.business.motions.models import Category, Suggestion
from renda.business.motions.queries import number_filter
from renda.kernel.ui import api as ui
from renda.kernel.workflow import api as workflow


def category(field: workflow.Field, common: dict[str, Any], case: workflow.Case | None) -> forms.Field:
    """A class of content from the congress's own code list."""
    rows = Category.objects.all()
    if case is not None:
        rows = rows.filter(congress_id=int(case.scope.partition(":")[2]))
    return forms.ModelChoiceField(queryset=rows, empty_label="请选择类别", **common)


class NumberedSuggestion(forms.CharField):
    """Another suggestion of the same term, by the number on paper: 101, 第101号."""

    def __init__(self, case: workflow.Case | None, **common: Any) -> None:
        super().__init__(max_length=20, **common)
        self._case = case

    def clean(self, value: Any) -> Suggestion | None:
        text = super().clean(value)
        if not text:
            return None
        number = number_filter(text)
        if number is None:
            raise ValidationError("请填编号，例如 101 或第101号。")
        rows = Suggestion.objects.select_related("case").filter(serial=number)
        own = Suggestion.objects.filter(case=self._case).first() if self._case is not None else None
        if own is not None:
            rows = rows.filter(term=own.term_id, kind=own.kind)
        found = rows.order_by("-pk").first()
        if found is None:
            raise ValidationError(f"本届没有第{number}号，请核对编号。")
        return found


def suggestion(field: workflow.Field, common: dict[str, Any], case: workflow.Case | None) -> forms.Field:
    """Another suggestion."""
    return NumberedSuggestion(case, **common)


def register() -> None:
    """Called when the room is ready."""
    ui.field_kind("category", category)
    ui.field_kind("suggestion", suggestion)
