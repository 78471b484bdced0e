"""Many streams of a real server, and a stop signal while they are open."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, connections

from renda.kernel.live import sources

pytestmark = [pytest.mark.slow]
STREAMS = 130


def free_port():
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        return chosen.getsockname()[1]


def database_urls():
    """The test databases' addresses, as the server's environment takes them."""
    urls = {}
    for alias, variable in (
        ("default", "RENDA_DATABASE_URL"),
        ("vault", "RENDA_VAULT_URL"),
        ("public", "RENDA_PUBLIC_URL"),
    ):
        config = connections[alias].settings_dict
        if connection.vendor == "postgresql":
            urls[variable] = f"postgres://{config['USER']}@{config['HOST']}:{config['PORT']}/{config['NAME']}"
        else:
            urls[variable] = f"sqlite:///{config['NAME']}"
    return urls


@pytest.fixture
def session_cookie(transactional_db, django_user_model):
    account = django_user_model.objects.create(username="hall", display_name="会场大屏")
    session = SessionStore()
    session["_auth_user_id"] = str(account.pk)
    session["_auth_user_backend"] = settings.AUTHENTICATION_BACKENDS[0]
    session["_auth_user_hash"] = account.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


@pytest.fixture
def server(transactional_db, tmp_path):
    port = free_port()
    log = (tmp_path / "server.log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "renda.kernel.live.tests.server", str(port)],
        env={
            **os.environ,
            **database_urls(),
            "DJANGO_SETTINGS_MODULE": "renda.site.settings",
            "RENDA_HOME": str(tmp_path),
            "RENDA_SECRET_KEY": settings.SECRET_KEY,
            "RENDA_DEBUG": "1",
        },
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    yield process, port, tmp_path / "server.log"
    if process.poll() is None:
        process.kill()
    process.wait()


class Stream:
    """A client of its own: what arrived, and whether it ended."""

    def __init__(self):
        self.text = ""
        self.ended = False

    async def run(self, port, cookie):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = f"GET /live/stream/?t=tests.shared:7 HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n"
        writer.write(head.encode())
        try:
            while piece := await reader.read(4096):
                self.text += piece.decode()
        finally:
            self.ended = True
            writer.close()

    def count(self, word):
        return self.text.count(word)


async def until(condition, seconds):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(0.05)
    return True


def connections_in_use():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return cursor.fetchone()[0]


def test_130_streams_get_a_change_within_two_seconds_and_end_when_the_server_stops(server, session_cookie):
    process, port, log = server

    async def watch():
        streams = [Stream() for _ in range(STREAMS)]
        tasks = [asyncio.create_task(stream.run(port, session_cookie)) for stream in streams]
        opened = await until(lambda: all(stream.count("event: value") for stream in streams), 60)
        assert opened, log.read_text()[-3000:]
        if connection.vendor == "postgresql":
            # The test's own, the hub's, and no one stream's.
            assert await asyncio.to_thread(_counted) <= 6
        before = [stream.count("event: value") for stream in streams]
        started = time.monotonic()
        await asyncio.to_thread(_touch)
        arrived = await until(
            lambda: all(s.count("event: value") > b for s, b in zip(streams, before, strict=True)), 10
        )
        took = time.monotonic() - started
        assert arrived, (
            f"{sum(s.count('event: value') > b for s, b in zip(streams, before, strict=True))} 条收到"
        )
        beats = [stream.count("event: beat") for stream in streams]
        await asyncio.sleep(3)
        slowest = min(s.count("event: beat") - b for s, b in zip(streams, beats, strict=True))
        process.send_signal(signal.SIGTERM)
        stopped = time.monotonic()
        ended = await until(lambda: all(stream.ended for stream in streams), 10)
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.to_thread(process.wait, 10)
        return took, slowest, ended, time.monotonic() - stopped

    took, slowest, ended, stop_took = asyncio.run(watch())
    assert took < 2.5
    assert slowest >= 2
    assert ended
    assert stop_took < 5
    assert process.returncode == 0 or process.returncode == -signal.SIGTERM
    assert "Traceback" not in log.read_text()


def _touch():
    sources.announce("tests.shared:7")
    connections.close_all()


def _counted():
    try:
        return connections_in_use()
    finally:
        connections.close_all()
