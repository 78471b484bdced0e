"""The stream: log-in, each topic's permission, then it gives back its database connection and only sends."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from asgiref.sync import sync_to_async
from django.db import connections
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.views.decorators.http import require_GET

from renda.kernel.live import topics
from renda.kernel.live.hub import hub

LONGEST = 600  # beats of one stream, that is seconds
MOST = 40  # topics of one stream: one browser, all its tabs


@require_GET
async def stream(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Server-sent events for the topics named by ``t=room.what:key`` (several).

    Events: ``value`` ({topic, value}; value null when it could not be computed), ``refused`` ({topics}) once,
    ``beat`` ({at}) each second, where ``at`` is the moment for which everything shown holds. It ends when the
    server stops, and after ten minutes: the browser comes back, with whatever rights it has by then.
    """
    asked = list(dict.fromkeys(request.GET.getlist("t")))[:MOST]
    account = await request.auser()
    allowed = await sync_to_async(_allowed)(account, asked)
    # Both in the request's own thread, where the log-in was read. The stream holds none.
    await sync_to_async(connections.close_all)()
    if not account.is_authenticated:
        return JsonResponse({"message": "登录已过期，请重新登录。"}, status=401)
    if not allowed:
        return JsonResponse({"message": "没有可以跟随的内容。"}, status=403)
    refused = [name for name in asked if name not in allowed]
    response = StreamingHttpResponse(
        _events(frozenset(allowed), refused, getattr(request, "scope", {}).get("renda.stopping")),
        content_type="text/event-stream",
    )
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"  # nginx would wait for a buffer to fill
    return response


def _allowed(account: Any, asked: list[str]) -> list[str]:
    if not account.is_authenticated:
        return []
    allowed = []
    for name in asked:
        found = topics.find(name)
        if found is not None and found[0].may(account, found[1]):
            allowed.append(name)
    return allowed


async def _events(
    names: frozenset[str], refused: list[str], stopping: asyncio.Event | None
) -> AsyncGenerator[str, None]:
    yield "retry: 2000\n\n"
    if refused:
        yield _event("refused", {"topics": refused})
    left = LONGEST
    async with aclosing(hub().follow(names)) as beats:
        async for values, at in beats:
            for name, value in values.items():
                yield _event("value", {"topic": name, "value": value})
            yield _event("beat", {"at": at})
            left -= 1
            if not left or (stopping is not None and stopping.is_set()):
                return


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
