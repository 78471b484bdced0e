"""``renda serve``: killed children come back, streams do not hold up a stop, nothing is left behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from tests.product import ROOT, Server, renda, serving

from renda.site.supervisor import Supervisor

pytestmark = pytest.mark.slow

LOG_IN = """
from renda.kernel.identity import api as identity
from django.test import Client
client = Client()
client.force_login(identity.create_account("wang", "王某", None, actor=None))
print(client.cookies["sessionid"].value)
"""


def until(what: Callable[[], object], seconds: float = 30) -> None:
    """Wait until it is so."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "没有等到"
        time.sleep(0.05)


def answers(server: Server) -> int:
    """The status of the health page, or 0 while nobody answers."""
    try:
        with urlopen(f"{server.url}health/", timeout=20) as response:
            return int(response.status)
    except OSError as error:
        return int(getattr(error, "code", 0))


def gone(pid: int) -> bool:
    """Whether a process is no more."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_killed_children_come_back(empty_home: Path) -> None:
    with serving(empty_home) as server:
        until(lambda: answers(server) == 200)
        for name in ("web", "worker"):
            before = server.children()
            os.kill(before[name], signal.SIGKILL)
            until(lambda name=name, before=before: server.children().get(name, before[name]) != before[name])  # type: ignore[misc]
            assert len(server.children()) == 2
        until(lambda: answers(server) == 200)
        log = (empty_home / "server.log").read_text()
        assert "子进程 web 退出" in log
        assert "子进程 worker 退出" in log


def test_nobody_is_refused_while_the_web_child_is_brought_back(empty_home: Path) -> None:
    """The supervisor holds the socket: who comes meanwhile waits a moment."""
    with serving(empty_home) as server:
        os.kill(server.children()["web"], signal.SIGKILL)
        assert answers(server) == 200


def test_a_stop_ends_everything(empty_home: Path) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        with serving(empty_home) as server:
            children = server.children()
            assert set(children) == {"web", "worker"}
            server.process.send_signal(number)
            assert server.process.wait(10) == 0
            assert all(gone(pid) for pid in children.values())


def test_a_killed_supervisor_leaves_no_orphans(empty_home: Path) -> None:
    with serving(empty_home) as server:
        children = server.children()
        server.process.kill()
        until(lambda: all(gone(pid) for pid in children.values()), 15)


def test_a_stop_with_streams_open_takes_less_than_five_seconds(empty_home: Path) -> None:
    key = renda(empty_home, "manage", "shell", "-c", LOG_IN).stdout.split()[-1]
    streams = {"DJANGO_SETTINGS_MODULE": "tests.streams.settings", "PYTHONPATH": str(ROOT)}
    with serving(empty_home, **streams) as server:
        address = urlsplit(server.url)
        ended: list[bytes] = []

        def follow() -> None:
            connection = HTTPConnection(str(address.hostname), address.port or 0, timeout=30)
            cookie = {"Cookie": f"sessionid={key}"}
            connection.request("GET", "/live/stream/?t=tests.all:", headers=cookie)
            response = connection.getresponse()
            opened.append(response.status)
            ended.append(response.read())  # returns when the server ends the stream in due form

        opened: list[int] = []
        followers = [threading.Thread(target=follow) for _ in range(10)]
        for follower in followers:
            follower.start()
        until(lambda: len(opened) == 10)
        assert set(opened) == {200}
        time.sleep(1.5)
        assert not ended
        started = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(10) == 0
        assert time.monotonic() - started < 5
        for follower in followers:
            follower.join(5)
        assert len(ended) == 10
        assert all(b"event: beat" in text for text in ended)


def test_a_task_whose_worker_was_killed_is_done_by_the_next(empty_home: Path, tmp_path: Path) -> None:
    extra = {"DJANGO_SETTINGS_MODULE": "tests.streams.settings", "PYTHONPATH": str(ROOT)}
    enqueue = f"from tests.streams.tasks import stubborn; stubborn.enqueue({str(tmp_path)!r})"
    with serving(empty_home, **extra) as server:
        renda(empty_home, "manage", "shell", "-c", enqueue, **extra)
        until(lambda: (tmp_path / "run-0").exists())
        os.kill(server.children()["worker"], signal.SIGKILL)
        until(lambda: (tmp_path / "run-1").exists(), 60)
        counts = "from renda.kernel.jobs import api as j; print(j.task_counts())"
        told = "TaskCounts(ready=0, running=0, failed=0)"
        until(lambda: told in renda(empty_home, "manage", "shell", "-c", counts, **extra).stdout)


def test_a_home_without_database_is_said_and_not_tried_again(tmp_path: Path) -> None:
    done = renda(tmp_path / "home", "serve", "--port", "0", check=False)
    assert done.returncode == 78
    assert "请先运行：renda init" in done.stderr
    assert "重新启动" not in done.stderr


def test_a_taken_port_is_said() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(OSError, match="in use"):
            Supervisor(["web"], "127.0.0.1", port, print)
        done = subprocess.run(
            [sys.executable, "-m", "renda.site.cli", "serve", "--port", str(port)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        assert "请换一个端口" in done.stderr
