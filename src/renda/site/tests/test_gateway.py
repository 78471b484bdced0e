"""The gateway: which application answers, whole bodies, limits, streams that end on a stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from renda.site.gateway import IN_MEMORY, Gateway, Message


def echo(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """A WSGI application that answers with what it got."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response("200 OK", [("Content-Type", "text/plain")])
    underscored = environ.get("HTTP_X_FORWARDED_PROTO", "-")
    return [f"{environ['QUERY_STRING']}|{underscored}|{len(body)}|".encode(), body[:4], body[-4:]]


async def endless(scope: Any, receive: Any, send: Any) -> None:
    """An ASGI application that streams until it is cancelled."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    while True:
        await send({"type": "http.response.body", "body": b"beat", "more_body": True})
        await asyncio.sleep(0.01)


async def broken(scope: Any, receive: Any, send: Any) -> None:
    raise ZeroDivisionError


class Exchange:
    """One request through a gateway, its body in pieces; ``gone`` breaks the connection before the last."""

    def __init__(
        self,
        gateway: Gateway,
        path: str,
        pieces: list[bytes] | None = None,
        *,
        gone: bool = False,
        **scope: Any,
    ) -> None:
        pieces = pieces or [b""]
        self._gateway = gateway
        self.sent: list[Message] = []
        self._incoming = [
            {"type": "http.request", "body": piece, "more_body": n + 1 < len(pieces) or gone}
            for n, piece in enumerate(pieces)
        ]
        if gone:
            self._incoming.append({"type": "http.disconnect"})
        length = str(sum(len(piece) for piece in pieces)).encode()
        self.scope = {
            "type": "http",
            "method": "POST",
            "http_version": "1.1",
            "path": path,
            "query_string": b"",
            "headers": [(b"content-length", length)],
            **scope,
        }

    async def receive(self) -> Message:
        if self._incoming:
            return self._incoming.pop(0)
        await asyncio.sleep(3600)
        raise AssertionError

    async def send(self, message: Message) -> None:
        self.sent.append(message)

    async def run(self) -> None:
        await self._gateway(self.scope, self.receive, self.send)

    @property
    def status(self) -> int | None:
        return next((m["status"] for m in self.sent if m["type"] == "http.response.start"), None)

    @property
    def body(self) -> bytes:
        return b"".join(m.get("body", b"") for m in self.sent)


def gateway(asgi: Any = endless, limit: int = 8 * IN_MEMORY) -> Gateway:
    return Gateway(asgi, echo, threads=2, body_limit=limit)


def through(exchange: Callable[[], Exchange]) -> Exchange:
    async def run() -> Exchange:
        one = exchange()
        await one.run()
        return one

    return asyncio.run(asyncio.wait_for(run(), 20))


def test_pages_go_to_wsgi_with_their_whole_body() -> None:
    done = through(lambda: Exchange(gateway(), "/motions/", [b"abcd", b"efgh"], query_string=b"a=1"))
    assert (done.status, done.body) == (200, b"a=1|-|8|abcdefgh")


def test_a_large_body_waits_on_disk_and_arrives_whole() -> None:
    pieces = [b"head"] + [b"x" * 65536] * 40 + [b"tail"]
    done = through(lambda: Exchange(gateway(), "/files/", pieces))
    assert done.body == f"|-|{8 + 65536 * 40}|headtail".encode()


def test_a_body_over_the_limit_is_refused_with_a_sentence() -> None:
    declared = through(lambda: Exchange(gateway(limit=IN_MEMORY), "/files/", [b"x" * (IN_MEMORY + 1)]))
    assert declared.status == 413
    assert "1 兆" in declared.body.decode()
    headers = [(b"transfer-encoding", b"chunked")]
    undeclared = through(
        lambda: Exchange(gateway(limit=IN_MEMORY), "/files/", [b"x" * 65536] * 20, headers=headers)
    )
    assert undeclared.status == 413


def test_a_broken_upload_never_reaches_a_view() -> None:
    done = through(lambda: Exchange(gateway(), "/motions/", [b"title=half"], gone=True))
    assert done.sent == []


def test_header_names_with_underscores_are_dropped() -> None:
    headers = [(b"x_forwarded_proto", b"https"), (b"content-length", b"0")]
    done = through(lambda: Exchange(gateway(), "/", headers=headers))
    assert done.body == b"|-|0|"


def test_a_query_that_is_not_ascii_is_quoted() -> None:
    done = through(lambda: Exchange(gateway(), "/search/", query_string="q=停车&p=%E5%81%9C".encode()))
    assert done.body.split(b"|")[0] == b"q=%E5%81%9C%E8%BD%A6&p=%E5%81%9C"


def test_streams_go_to_asgi_and_end_when_the_server_stops() -> None:
    async def run() -> Exchange:
        door = gateway()
        one = Exchange(door, "/live/stream/")
        stream = asyncio.ensure_future(one.run())
        await asyncio.sleep(0.1)
        assert not stream.done()
        door.stopping.set()
        await asyncio.wait_for(stream, 3)  # a stream that does not look is cut off after its last word
        return one

    done = asyncio.run(run())
    assert done.body.startswith(b"beatbeat")
    assert done.sent[-1]["more_body"] is False


def test_a_stream_whose_browser_left_is_cancelled() -> None:
    async def run() -> None:
        stream = asyncio.ensure_future(Exchange(gateway(), "/live/stream/").run())
        await asyncio.sleep(0.05)
        stream.cancel()
        with pytest.raises(asyncio.CancelledError):
            await stream
        await asyncio.sleep(0.05)
        assert len(asyncio.all_tasks()) == 1  # this one: nothing goes on beating unseen

    asyncio.run(run())


def test_an_error_in_a_stream_is_not_swallowed() -> None:
    with pytest.raises(ZeroDivisionError):
        through(lambda: Exchange(gateway(broken), "/live/stream/"))


def test_the_end_of_the_servers_life_ends_streams_too() -> None:
    async def run() -> None:
        door = gateway()
        messages = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
        said: list[str] = []

        async def receive() -> Message:
            return messages.pop(0)

        async def send(message: Message) -> None:
            said.append(message["type"])

        await door({"type": "lifespan"}, receive, send)
        assert door.stopping.is_set()
        assert said == ["lifespan.startup.complete", "lifespan.shutdown.complete"]

    asyncio.run(run())
