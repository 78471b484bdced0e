"""How a reader wants pages displayed: remembered in cookies for a year, with or without an account."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

YEAR = 365 * 24 * 3600  # seconds
CHOICES = {"type": {"normal", "large"}, "theme": {"auto", "light", "dark"}}


@require_POST
def display(request: HttpRequest) -> HttpResponse:
    """Remember large type or the dark variant and go back to the page one came from."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    response = HttpResponseRedirect(target)
    for key, allowed in CHOICES.items():
        value = request.POST.get(key)
        if value in allowed:
            response.set_cookie(
                f"renda_{key}", value, max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure()
            )
    return response
