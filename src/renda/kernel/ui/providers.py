"""What the shell needs from floors above it: each is a function that a higher floor registers once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Masthead:
    """The name at the top: the congress as it is called in full, and the term."""

    congress: str = "智慧人大"
    term: str = ""


@dataclass(frozen=True, slots=True)
class Helpline:
    """Whom a person calls when he does not get on.

    Args:
        label: the office, ``代表联络工委``.
        number: as it is dialled, ``0961-6012345``.
        hours: when somebody answers, ``工作日 8:30—17:30``.
    """

    label: str
    number: str
    hours: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits on a desk: how many things, and how many of them are overdue."""

    count: int
    overdue: int


_masthead: Callable[[HttpRequest], Masthead] | None = None
_helpline: Callable[[HttpRequest], Helpline | None] | None = None
_waiting: Callable[[Any], Waiting] | None = None
_role: Callable[[Any], str] | None = None
_scope: Callable[[HttpRequest], str] | None = None


def masthead(func: Callable[[HttpRequest], Masthead]) -> Callable[[HttpRequest], Masthead]:
    """Decorator: names the congress and term of a request."""
    global _masthead
    _masthead = func
    return func


def helpline(func: Callable[[HttpRequest], Helpline | None]) -> Callable[[HttpRequest], Helpline | None]:
    """Decorator: names the clerk's number for a request (打电话问, on every page)."""
    global _helpline
    _helpline = func
    return func


def waiting(func: Callable[[Any], Waiting]) -> Callable[[Any], Waiting]:
    """Decorator: counts what waits for an account, in one query."""
    global _waiting
    _waiting = func
    return func


def role(func: Callable[[Any], str]) -> Callable[[Any], str]:
    """Decorator: says in words in which role an account acts."""
    global _role
    _role = func
    return func


def scope(func: Callable[[HttpRequest], str]) -> Callable[[HttpRequest], str]:
    """Decorator: names the scope that a request works in (``congress:3``)."""
    global _scope
    _scope = func
    return func


def contact_scope(request: HttpRequest) -> str:
    """The scope whose clerk's number a request shows and sets."""
    return _scope(request) if _scope else "all"


def masthead_for(request: HttpRequest) -> Masthead:
    return _masthead(request) if _masthead else Masthead()


def helpline_for(request: HttpRequest) -> Helpline | None:
    return _helpline(request) if _helpline else None


def waiting_for(account: Any) -> Waiting:
    return _waiting(account) if _waiting else Waiting(0, 0)


def role_of(account: Any) -> str:
    return _role(account) if _role else ""
