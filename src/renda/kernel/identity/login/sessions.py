"""How long one stays logged in, where one is logged in, and the entries of coming and going."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable
from dataclasses import dataclass

from allauth.account.internal.flows.login import get_authentication_records
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from renda.kernel.identity import entries, queries
from renda.kernel.identity.models import Account
from renda.kernel.identity.services.common import write

DEPUTY = 90 * 24 * 3600  # seconds: in by a link or a code, and stays
STAFF = 12 * 3600
SHARED = 2 * 3600
FRESH = 10 * 60
LET_IN = 3600
FACTOR = "renda_second_factor"
_SHARED = "renda_shared_computer"
_YEAR = 365 * 24 * 3600


def use_shared_computer(request: HttpRequest, shared: bool) -> None:
    """Said on the log-in page, before anybody is logged in."""
    request.session[_SHARED] = shared


def on_shared_computer(request: HttpRequest) -> bool:
    return bool(request.session.get(_SHARED))


def set_expiry(request: HttpRequest, account: Account) -> None:
    """Staff log in each working day, deputies every three months, on a shared computer every two hours."""
    if on_shared_computer(request):
        seconds = SHARED
    else:
        seconds = STAFF if queries.is_staff(account) else DEPUTY
    request.session.set_expiry(seconds)


def begin(request: HttpRequest, account: Account, *, method: str, factor: bool) -> None:
    """Right after the log-in itself: expiry, whether a second factor was shown, the entry."""
    set_expiry(request, account)
    request.session[FACTOR] = factor
    with transaction.atomic():
        write(entries.LoggedIn(method, on_shared_computer(request)), account, account)


def end_current(request: HttpRequest) -> None:
    """Right before the log-out itself."""
    account = request.user
    if not isinstance(account, Account):
        return
    with transaction.atomic():
        UserSession.objects.filter(session_key=request.session.session_key).delete()
        write(entries.LoggedOut(), account, account)


def came_by_link(request: HttpRequest) -> bool:
    """Whether staff let the person in within the hour: he may set a password without knowing the old one."""
    records = get_authentication_records(request, request.user)
    return any(r["method"] == "link" and time.time() - r["at"] < LET_IN for r in records)


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person proved a moment ago who he is."""
    records = get_authentication_records(request, request.user)
    return bool(records) and time.time() - records[-1]["at"] < FRESH


@dataclass(frozen=True, slots=True)
class Device:
    """A place where the account is logged in."""

    id: int
    name: str
    address: str
    since: dt.datetime
    current: bool


def device_name(agent: str) -> str:
    """A browser in words: 微信（安卓手机）, Edge 浏览器（Windows 电脑）.

    >>> device_name("Mozilla/5.0 (Linux; Android 13) … MicroMessenger/8.0")
    '微信（安卓手机）'
    """
    browsers = (
        ("wxwork", "企业微信"),
        ("MicroMessenger", "微信"),
        ("DingTalk", "钉钉"),
        ("Edg", "Edge 浏览器"),
        ("Firefox", "Firefox 浏览器"),
        ("Chrome", "Chrome 浏览器"),
        ("Safari", "Safari 浏览器"),
    )
    systems = (
        ("HarmonyOS", "鸿蒙手机"),
        ("Android", "安卓手机"),
        ("iPhone", "苹果手机"),
        ("iPad", "平板电脑"),
        ("Windows", "Windows 电脑"),
        ("Mac OS", "苹果电脑"),
        ("Linux", "Linux 电脑"),
    )
    browser = next((name for mark, name in browsers if mark in agent), "其他程序")
    system = next((name for mark, name in systems if mark in agent), "")
    return f"{browser}（{system}）" if system else browser


def devices(request: HttpRequest, account: Account) -> list[Device]:
    """Where the account is logged in now, this place first."""
    live = UserSession.objects.purge_and_list(account)
    found = [
        Device(
            s.pk, device_name(s.user_agent), s.ip, s.created_at, s.session_key == request.session.session_key
        )
        for s in live
    ]
    return sorted(found, key=lambda d: (not d.current, -d.since.timestamp()))


def end(account: Account, ids: Iterable[int] | None, *, actor: Account, keep: str | None = None) -> int:
    """End sessions of an account at once: the given ones, or all but ``keep`` (a session key).

    Returns:
        How many were ended.
    """
    with transaction.atomic():
        chosen = UserSession.objects.filter(user=account)
        if ids is not None:
            chosen = chosen.filter(pk__in=list(ids))
        if keep is not None:
            chosen = chosen.exclude(session_key=keep)
        ended = list(chosen)
        for session in ended:
            session.end()
        if ended:
            write(entries.SessionsEnded(len(ended)), account, actor)
    return len(ended)


def set_large_type(response: HttpResponseBase, large: bool) -> None:
    """The shell reads this cookie; the account remembers it for the next device."""
    response.set_cookie(
        "renda_type",
        "large" if large else "normal",
        max_age=_YEAR,
        secure=bool(settings.SESSION_COOKIE_SECURE),
        samesite="Lax",
    )
