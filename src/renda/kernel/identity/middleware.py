"""Who asks, what he holds, and what stands before everything else (a new password, a second factor)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode

from renda.kernel.identity import acting, queries
from renda.kernel.identity.login import factor, sessions
from renda.kernel.identity.models import Account

# Where somebody may go who still owes a new password or a second factor.
_OPEN = ("/account/password/", "/account/second/", "/account/confirm/", "/logout/", "/ui/", "/static/")


class Identity:
    """Opens the request's cache of holders; ``request.account_holders`` is what the account holds today."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        found = request.user
        request.user = SimpleLazyObject(lambda: _prepared(request, found))  # type: ignore[assignment]
        request.account_holders = SimpleLazyObject(  # type: ignore[attr-defined]
            lambda: queries.holders(request.user) if isinstance(request.user, Account) else frozenset()
        )
        if not request.path.startswith(_OPEN) and (owed := _owed(request)) is not None:
            back = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
            return HttpResponseRedirect(f"{reverse(owed)}?{back}" if back else reverse(owed))
        return self._get_response(request)


def _prepared(request: HttpRequest, found: Any) -> Any:
    """The request's account with an open cache; touching it is what asks the database."""
    if found.is_authenticated:
        queries.open_cache(found)
        acting.choose(found, request.session.get(acting.SESSION_KEY, ""))
    return found


def _owed(request: HttpRequest) -> str | None:
    """The page that must be dealt with first, None for nearly everybody."""
    account = request.user
    if not isinstance(account, Account):
        return None
    if account.must_change:
        return "account_change_password"
    if request.session.get(sessions.FACTOR) or not factor.is_required(account):
        return None
    return "mfa_reauthenticate" if factor.has_factor(account) else "mfa_activate_totp"
