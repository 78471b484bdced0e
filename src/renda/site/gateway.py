"""One port for two applications: live streams as ASGI, everything else as WSGI threads.

As WSGI, pages run twice as fast on the same core as they would as ASGI (docs/decisions/0021).
What the gateway adds:

- a request's body is complete before a thread is given to it, so that a slow or broken upload neither holds a
  thread nor reaches a view half read, and a body over the limit is refused with a sentence;
- streams end when the server is told to stop, instead of holding it until they are cut off;
- header names with an underscore are dropped: WSGI cannot tell them from those with a hyphen.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, MutableMapping
from typing import IO, Any
from urllib.parse import quote

from a2wsgi import WSGIMiddleware

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

LIVE = ("/live/",)
LAST_WORD = 1.5  # seconds that a stream has to end by itself; it looks once a second
IN_MEMORY = 1024 * 1024
PIECE = 256 * 1024

TOO_LARGE = (
    '<!doctype html><html lang="zh-CN"><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">'
    "<title>文件太大</title>"
    "<h1>文件太大，没有收下</h1><p>一次最多上传 {limit} 兆。请压缩或分成几份再传；"
    "扫描件可以降低分辨率。返回上一页，已填写的内容仍在。</p></html>"
)


class Gateway:
    """The ASGI application of the web process.

    Args:
        asgi: the application for live streams.
        wsgi: the application for everything else.
        threads: how many requests the WSGI application works on at once.
        body_limit: bytes of the largest request accepted.
    """

    def __init__(self, asgi: ASGIApp, wsgi: Any, *, threads: int, body_limit: int) -> None:
        self._asgi = asgi
        self._wsgi = WSGIMiddleware(wsgi, workers=threads, send_queue_size=64)
        self._body_limit = body_limit
        self.stopping = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
        elif scope["path"].startswith(LIVE):
            await self._stream(scope, receive, send)
        else:
            await self._page(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self.stopping.set()
        await send({"type": "lifespan.shutdown.complete"})

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = ended = False

        async def watched(message: Message) -> None:
            nonlocal started, ended
            started = started or message["type"] == "http.response.start"
            ended = message["type"] == "http.response.body" and not message.get("more_body", False)
            await send(message)

        # The view ends its stream itself when it sees the event; only what does not is cancelled.
        work = asyncio.ensure_future(self._asgi({**scope, "renda.stopping": self.stopping}, receive, watched))
        stop = asyncio.ensure_future(self.stopping.wait())
        try:
            await asyncio.wait({work, stop}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                await asyncio.wait({work}, timeout=LAST_WORD)
        finally:
            stop.cancel()
            if not work.done():
                work.cancel()
        # Also raises what the application raised; a cancelled one has nothing more to say.
        await asyncio.gather(work, return_exceptions=work.cancelled() or self.stopping.is_set())
        if started and not ended:
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = scope["headers"]
        declared = next((value for name, value in headers if name == b"content-length"), b"0")
        if declared.isdigit() and int(declared) > self._body_limit:  # bytes: ASCII digits alone
            await self._refuse(send)
            return
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as body:
            outcome = await self._read(receive, body)
            if outcome == "large":
                await self._refuse(send)
            elif outcome == "whole":
                body.seek(0)
                await self._wsgi(self._plain(scope), _replay(body, receive), send)  # type: ignore[arg-type]

    async def _read(self, receive: Receive, body: IO[bytes]) -> str:
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return "gone"
            size += body.write(message.get("body", b""))
            if size > self._body_limit:
                return "large"
            if not message.get("more_body", False):
                return "whole"

    async def _refuse(self, send: Send) -> None:
        text = TOO_LARGE.format(limit=self._body_limit // (1024 * 1024)).encode()
        headers = [(b"content-type", b"text/html; charset=utf-8"), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": 413, "headers": headers})
        await send({"type": "http.response.body", "body": text})

    @staticmethod
    def _plain(scope: Scope) -> Scope:
        """The scope as WSGI can bear it: no ambiguous header names, a query string of ASCII."""
        return {
            **scope,
            "headers": [(name, value) for name, value in scope["headers"] if b"_" not in name],
            "query_string": quote(scope["query_string"], safe="%/?:@!$&'()*+,;=-._~[]|{}^`\\\"<>").encode(),
        }


def _replay(body: IO[bytes], receive: Receive) -> Receive:
    finished = False

    async def read() -> Message:
        nonlocal finished
        if finished:
            return await receive()
        piece = body.read(PIECE)
        finished = len(piece) < PIECE
        return {"type": "http.request", "body": piece, "more_body": not finished}

    return read
