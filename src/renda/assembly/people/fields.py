"""Fields of acts that choose organs and people.

``organ``, ``organs``, ``committee``, ``deputy``, ``deputies``, ``seat``, ``person``.

Offered are those of the congress whose case it is; the cleaned values are instances.
"""

from __future__ import annotations

from typing import Any

from django import forms

from renda.assembly.people.models import Classification, Congress, Membership, Organisation, Person, Role
from renda.assembly.people.queries.congresses import current_term
from renda.assembly.people.queries.organisations import handling_organs, list_organisations
from renda.assembly.people.queries.persons import deputies
from renda.kernel.ui import api as ui
from renda.kernel.workflow import api as workflow

COMMITTEES = (Classification.SPECIAL_COMMITTEE, Classification.WORKING_COMMITTEE)


def _congress(case: workflow.Case | None) -> Congress | None:
    kind, _, ident = case.scope.partition(":") if case is not None else ("", "", "")
    known = Congress.objects.select_related("division", "organisation")
    return known.filter(pk=ident).first() if kind == "congress" else known.first()


def _organs(case: workflow.Case | None) -> Any:
    congress = _congress(case)
    return handling_organs(congress) if congress else Organisation.objects.none()


def organ(field: workflow.Field, common: dict[str, Any], case: workflow.Case | None) -> forms.Field:
    """One handling organ."""
    return forms.ModelChoiceField(queryset=_organs(case), empty_label="请选择单位", **common)


def organs(field: workflow.Field, common: dict[str, Any], case: workflow.Case | None) -> forms.Field:
    """Several handling organs."""
    return forms.ModelMultipleChoiceField(
        queryset=_organs(case), widget=forms.CheckboxSelectMultiple, **common
    )


def committee(field: workflow.Field, common: dict[str, Any], case: workflow.Case | None) -> forms.Field:
    """A special or working committee of the congress."""
    congress = _congress(case)
    rows = list_organisations(division=congress.division) if congress else Organisation.objects.none()
    return forms.ModelChoiceField(
        queryset=rows.filter(classification__in=COMMITTEES), empty_label="请选择委员会", **common
    )


class _Seats:
    """Chosen by seat, with the delegation beside the name; what comes out is the person."""

    def label_from_instance(self, obj: Membership) -> str:
        return f"{obj.person.name}（{obj.delegation.name}）" if obj.delegation else obj.person.name


class _Seat(_Seats, forms.ModelChoiceField):  # type: ignore[type-arg]
    pass


class _Deputy(_Seats, forms.ModelChoiceField):  # type: ignore[type-arg]
    def clean(self, value: Any) -> Person | None:
        seat = super().clean(value)
        return seat.person if seat else None


class _Deputies(_Seats, forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def clean(self, value: Any) -> list[Person]:  # type: ignore[override]
        return [seat.person for seat in super().clean(value)]


def _seats(case: workflow.Case | None) -> Any:
    congress = _congress(case)
    term = current_term(congress) if congress else None
    return deputies(term) if term else Membership.objects.none()


def seat(field: workflow.Field, common: dict[str, Any], case: workflow.Case | None) -> forms.Field:
    """A deputy in office, as the seat held."""
    return _Seat(queryset=_seats(case), empty_label="请选择代表", **common)


def deputy(field: workflow.Field, common: dict[str, Any], case: workflow.Case | None) -> forms.Field:
    """A deputy in office."""
    return _Deputy(queryset=_seats(case), empty_label="请选择代表", **common)


def some_deputies(field: workflow.Field, common: dict[str, Any], case: workflow.Case | None) -> forms.Field:
    """Several deputies in office."""
    return _Deputies(queryset=_seats(case), widget=forms.CheckboxSelectMultiple, **common)


def person(field: workflow.Field, common: dict[str, Any], case: workflow.Case | None) -> forms.Field:
    """A person who holds a post in the congress's organs: whom a leader's task can be given to."""
    congress = _congress(case)
    rows = Person.objects.none()
    if congress is not None:
        posts = Membership.objects.filter(organisation__division=congress.division).exclude(role=Role.DEPUTY)
        rows = Person.objects.filter(pk__in=posts.values("person"))
    return forms.ModelChoiceField(queryset=rows, empty_label="请选择", **common)


def register() -> None:
    """Make the kinds known to forms of acts."""
    for kind, factory in {
        "organ": organ,
        "organs": organs,
        "committee": committee,
        "seat": seat,
        "deputy": deputy,
        "deputies": some_deputies,
        "person": person,
    }.items():
        ui.field_kind(kind, factory)
