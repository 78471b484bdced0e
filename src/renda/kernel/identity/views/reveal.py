"""Seeing a number: asked with a reason, answered once, kept nowhere."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from renda.kernel.identity.errors import IdentityError
from renda.kernel.identity.forms import RevealForm
from renda.kernel.identity.models import Account
from renda.kernel.identity.vault import kinds, reveal, store


@login_required
@never_cache
def page(request: HttpRequest, item: UUID) -> HttpResponse:
    """GET: why do you want to see it. POST: the value, in this answer alone.

    An htmx request gets the small part of the page in which the mask stood; others a page of their own.
    """
    account = request.user
    assert isinstance(account, Account)
    part = request.headers.get("HX-Request") == "true"
    template = "identity/_revealed.html" if part else "identity/reveal.html"
    form = RevealForm(request.POST or None)
    context: dict[str, object] = {"item": item, "form": form}
    try:
        datum = reveal.check_reveal(item, account)
        context |= {"label": kinds.kind(datum.kind).label, "mask": store.vault_mask(item), "allowed": True}
        if request.method == "POST" and form.is_valid():
            context["value"] = reveal.vault_reveal(item, actor=account, reason=form.reason())
    except IdentityError as refused:
        context["said"] = str(refused)
    return render(request, template, context)
