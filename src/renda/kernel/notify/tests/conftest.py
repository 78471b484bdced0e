"""Kinds and people for the tests of notify, and a gateway that stands in for the outside world."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction

from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.identity.api import Account
from renda.kernel.notify import api as notify
from renda.kernel.notify import kinds, outbox
from renda.kernel.notify.models import Reach
from renda.kernel.refs import Ref

SUBJECT = Ref("notifytest.thing", "7", "关于加装电梯的建议")
PHONE = "13900001234"
HOLDER = f"{identity.ADMINISTRATOR}@{identity.ALL}"


@pytest.fixture(autouse=True)
def kinds_of_the_test() -> Iterator[None]:
    """Kinds and listeners of the test, taken back afterwards; the cache of tokens empty."""
    before = dict(kinds._kinds)
    listeners = list(outbox._listeners)
    kinds._kinds.clear()
    outbox._listeners.clear()
    notify.declare_kind("notifytest.pressed", "催办")
    notify.declare_kind("notifytest.replied", "答复")
    notify.declare_kind("notifytest.served", "送达", stoppable=False)
    cache.clear()
    yield
    kinds._kinds.clear()
    kinds._kinds.update(before)
    outbox._listeners[:] = listeners


@pytest.fixture
def make(db: None) -> Callable[..., Account]:
    """Make an account, with a mailbox, a telephone, a role (HOLDER)."""

    def build(
        name: str, *, email: str = "", wecom: str = "", phone: str | None = None, office: bool = False
    ) -> Account:
        account = identity.create_account(name, f"{name}同志", actor=None, phone=phone)
        if email or wecom:
            Reach.objects.create(account=account, email=email, wecom=wecom)
        if office:
            identity.grant(account, identity.ADMINISTRATOR, identity.ALL, actor=None, since=clock.today())
        return account

    return build


def tell(*accounts: Account, kind: str = "notifytest.pressed", title: str = "请尽快答复", **more: Any) -> Any:
    with transaction.atomic():
        return notify.send(kind, accounts=accounts, title=title, subject=SUBJECT, **more)


@dataclass
class Gateway:
    """An HTTP server that remembers what it got and answers what it is told."""

    url: str
    requests: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)
    answer: Callable[[str, Any], Any] = lambda path, body: {"status": "ok", "id": "r1"}

    @property
    def bodies(self) -> list[Any]:
        return [body for _, _, body in self.requests]


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    made: list[Gateway] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._take(None)

        def do_POST(self) -> None:
            self._take(self.rfile.read(int(self.headers["Content-Length"])))

        def _take(self, raw: bytes | None) -> None:
            body = None if raw is None else json.loads(raw)
            headers = dict(self.headers.items()) | {"raw": raw.decode() if raw else ""}
            made[0].requests.append((self.path, headers, body))
            answer = made[0].answer(self.path, body)
            status = answer if isinstance(answer, int) else 200
            self.send_response(status)
            self.end_headers()
            if not isinstance(answer, int):
                self.wfile.write(answer if isinstance(answer, bytes) else json.dumps(answer).encode())

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.append(Gateway(f"http://127.0.0.1:{server.server_port}/sms"))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield made[0]
    server.shutdown()
    server.server_close()
