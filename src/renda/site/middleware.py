"""Middleware of the house: a number and a time for each request; compression that leaves streams alone."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable

import structlog
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

from renda.site import metrics

log = structlog.stdlib.get_logger("renda.web")
_GIVEN = re.compile(r"[0-9A-Za-z-]{8,64}")
QUIET = frozenset({"health", "metrics"})  # asked every few seconds by machines


class Watch:
    """Times each request and gives it a number: on error pages, in ``X-Request-Id``, in every log line.

    Logged: method, route, status, milliseconds. Not logged: query string, body, address, account.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-Id", "")
        number = given if _GIVEN.fullmatch(given) else secrets.token_hex(8)
        request.META["RENDA_REQUEST_ID"] = number
        structlog.contextvars.bind_contextvars(request=number)
        started = time.perf_counter()
        try:
            response = self._get_response(request)
        finally:
            structlog.contextvars.unbind_contextvars("request")
        seconds = time.perf_counter() - started
        match = request.resolver_match
        route = match.route if match else "(无此页)"
        response["X-Request-Id"] = number
        metrics.observe(request.method or "", route, response.status_code, seconds)
        if match is None or match.url_name not in QUIET:
            log.info(
                "request",
                id=number,
                method=request.method,
                route=route,
                status=response.status_code,
                ms=round(seconds * 1000, 1),
            )
        return response


class Compress(GZipMiddleware):
    """gzip for pages; a stream of events must reach the browser line by line."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.get("Content-Type", "").startswith("text/event-stream"):
            return response
        return super().process_response(request, response)
