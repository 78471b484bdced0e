"""What the pages share: which congress is looked at, and how a service's refusal becomes a form error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from renda.assembly.people.errors import PeopleError
from renda.assembly.people.models import Congress
from renda.assembly.people.queries.congresses import congress_for, congresses
from renda.kernel.identity import api as identity
from renda.kernel.ui.api import Tab

if TYPE_CHECKING:
    from renda.kernel.identity.api import Account


def account(request: HttpRequest) -> Account:
    """The account that is logged in; pages here need one."""
    return cast("Account", request.user)


class Said:
    """Whether the service took it: false after a refusal, whose sentence then stands in the form."""

    def __init__(self) -> None:
        self.done = False

    def __bool__(self) -> bool:
        return self.done


@contextmanager
def into(form: forms.Form) -> Iterator[Said]:
    """Run a service; its refusal is shown in the form, summed at the top, nothing typed is lost."""
    said = Said()
    try:
        yield said
        said.done = True
    except (PeopleError, identity.IdentityError) as error:
        message = error.messages[0] if isinstance(error, identity.IdentityError) else str(error)
        form.add_error(None, message)


def chosen_congress(request: HttpRequest) -> Congress | None:
    """The congress of the address (``?congress=3``), else the account's own, else the first."""
    asked = request.GET.get("congress", "")
    if asked.isascii() and asked.isdecimal() and len(asked) < 10:
        found = congresses().filter(pk=int(asked)).first()
        if found is not None:
            return found
    return congress_for(account(request))


def congress_tabs(request: HttpRequest, chosen: Congress | None) -> list[Tab]:
    """One tab a congress, where there are several."""
    found = list(congresses())
    if len(found) < 2:
        return []
    return [
        Tab(
            each.name,
            f"{request.path}?congress={each.pk}",
            current=chosen is not None and each.pk == chosen.pk,
        )
        for each in found
    ]


def form_page(
    request: HttpRequest,
    form: Any,
    title: str,
    crumbs: list[tuple[str, str]],
    submit: str,
    lead: str = "",
) -> HttpResponse:
    """A page with one form; what was wrong with a sent one stands in it (422)."""
    context = {
        "form": form,
        "title": title,
        "crumbs": crumbs,
        "submit": submit,
        "lead": lead,
        "back": crumbs[-1][1],
    }
    return render(request, "people/form.html", context, status=422 if form.is_bound else 200)
