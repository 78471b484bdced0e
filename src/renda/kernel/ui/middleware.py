"""The server's half of forms that are sent without leaving the page (static/ui/send.js)."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase


class Send:
    """Names the next address instead of redirecting, for requests that say ``X-Send``.

    A browser follows a redirect by itself before a script sees it; the page would be drawn twice, and what it
    has to say once (messages) would be lost.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        if request.headers.get("X-Send") and response.status_code in {301, 302, 303, 307, 308}:
            answer = HttpResponse(status=204)
            answer["X-Next"] = response["Location"]
            answer.cookies = response.cookies
            return answer
        return response
