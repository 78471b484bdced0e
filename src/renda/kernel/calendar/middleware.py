"""A page looks at one calendar: however many lights it shows, the table in force is asked for once."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from renda.kernel.calendar import queries


class Steady:
    """Pins the table for a reading request, when the first light asks for it; acts always look again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in {"GET", "HEAD"}:
            return self._get_response(request)
        with queries.steady():
            return self._get_response(request)
