"""Limits on guessing: by address, and short by account; never a lasting lock-out.

A wrong password counts for its address, for the account as seen from that address, and for the account as a
whole (the last only for a minute). A browser in which the owner has logged in before carries a signed cookie
and counts apart, so that strangers who guess cannot keep the owner out.
"""

from __future__ import annotations

import secrets
from typing import Any

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase

COOKIE = "renda_device"
_SALT = "renda.identity.device"
_AGE = 365 * 24 * 3600  # seconds
_MOST = 8  # accounts that one browser remembers: a shared computer at a station has a few
_APP = "allauth.account"


def _device(request: HttpRequest) -> dict[str, Any]:
    try:
        held = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=_AGE)
    except signing.BadSignature:
        return {}
    return held if isinstance(held, dict) else {}


def remember_device(request: HttpRequest, response: HttpResponseBase, account_id: int) -> None:
    """The account has logged in in this browser."""
    held = _device(request)
    accounts = [pk for pk in held.get("accounts", []) if pk != account_id][: _MOST - 1]
    value = {"id": held.get("id") or secrets.token_hex(8), "accounts": [account_id, *accounts]}
    response.set_cookie(
        COOKIE,
        signing.dumps(value, salt=_SALT),
        max_age=_AGE,
        secure=bool(settings.SESSION_COOKIE_SECURE),
        httponly=True,
        samesite="Lax",
    )


def bucket(request: HttpRequest, account_id: int | None, name: str) -> str:
    """Where attempts on a name are counted: apart for a browser in which its owner has been."""
    held = _device(request)
    if account_id is not None and account_id in held.get("accounts", []):
        return f"device:{held['id']}:{account_id}"
    return f"name:{name.strip().lower()}"


def consume(request: HttpRequest, action: str, key: str) -> ratelimit.RateLimitUsage | None:
    """Count one attempt; None where the limit is reached."""
    return ratelimit.consume(request, app=_APP, action=action, key=key)
