"""Kinds of fields that the acts of this room ask for."""

from __future__ import annotations

from django import forms

from renda.kernel.ui import api as ui

MOST = 100_000


def register() -> None:
    """A number of votes: whole, never negative, never filled in beforehand."""
    ui.field_kind(
        "votes_number",
        lambda field, common, case: forms.IntegerField(
            min_value=0,
            max_value=MOST,
            widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            **common,
        ),
    )
