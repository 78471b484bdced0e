"""The search page of the desk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from renda.kernel.identity.api import Account
from renda.kernel.search.kinds import kinds
from renda.kernel.search.likeness import similar
from renda.kernel.search.queries import query
from renda.kernel.search.scopes import scopes_of

_SENTENCE = 8  # characters from which a question that found nothing is taken for a description
_ALIKE = 5
_LONGEST = 400


@dataclass(frozen=True)
class Chip:
    """A kind to narrow the hits to, as the shell's chips want it."""

    label: str
    url: str
    current: bool
    count: int


@login_required
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """``?q=`` what, ``&kind=`` of which kind, ``&page=``."""
    q = request.GET.get("q", "").replace("\0", " ").strip()[:_LONGEST]
    labels = {declared.kind: declared.label for declared in kinds()}
    kind = request.GET.get("kind", "")
    kind = kind if kind in labels else ""
    page = request.GET.get("page", "")
    scopes = scopes_of(cast(Account, request.user))
    hits = query(
        q, scopes=scopes, kind=kind or None, page=int(page) if page.isdecimal() and len(page) < 6 else 1
    )
    alike = (
        similar(q, scopes=scopes, limit=_ALIKE) if len(q) >= _SENTENCE and not hits.total and not kind else []
    )

    def address(**changes: str | int) -> str:
        values = {"q": q, "kind": kind, **changes}
        return "?" + urlencode({key: value for key, value in values.items() if value})

    everything = sum(count.count for count in hits.kinds)
    chips = [Chip("全部", address(kind=""), not kind, everything)]
    chips += [
        Chip(count.label, address(kind=count.kind), kind == count.kind, count.count) for count in hits.kinds
    ]
    context = {
        "q": q,
        "kind_label": labels.get(kind, ""),
        "hits": hits,
        "chips": chips,
        "alike": alike,
        "previous": address(page=hits.page - 1) if hits.page > 1 else "",
        "next": address(page=hits.page + 1) if hits.page < hits.pages else "",
    }
    return render(request, "search/search.html", context)
