"""``renda serve``: a small supervisor of two children, web and worker.

It opens the port and hands the socket to the web child, so that nobody is refused while that child is brought
back. It knows nothing of Django, so it starts at once and has nothing that could fail.
"""

from __future__ import annotations

import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from renda.site.children import NOT_READY

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
STEADY = 60.0  # seconds a child must have lived for its pause to begin anew
GRACE = 10.0  # seconds from the stop signal until what still runs is killed
# glibc gives each thread an arena of its own and returns little: eight threads held 60 MB that nobody used.
ALLOCATION = {"MALLOC_ARENA_MAX": "2", "MALLOC_TRIM_THRESHOLD_": "131072"}


@dataclass
class Child:
    """A child process and when to start it again, times by ``time.monotonic``."""

    name: str
    process: subprocess.Popen[bytes] | None = None
    link: socket.socket | None = None
    started: float = 0.0
    pause: float = FIRST_PAUSE
    start_at: float = field(default_factory=time.monotonic)


class Supervisor:
    """Keeps the children alive until a stop signal.

    Args:
        names: of the children, ``web`` and ``worker``.
        host: address to listen on; port 0 takes a free one.
        say: prints a line for the operator.
    """

    def __init__(self, names: list[str], host: str, port: int, say: Callable[[str], None]) -> None:
        self._children = [Child(name) for name in names]
        self._say = say
        self._stopping = 0
        self._status = 0
        self._selector = selectors.DefaultSelector()
        self._socket = _listen(host, port) if "web" in names else None
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_write, False)
        self._selector.register(self._wake_read, selectors.EVENT_READ)

    @property
    def address(self) -> str:
        """Where a browser finds it."""
        if self._socket is None:
            return ""
        host, port = self._socket.getsockname()[:2]
        shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
        return f"http://{shown}:{port}/"

    def run(self, when_ready: Callable[[str], None]) -> int:
        """Serve until SIGTERM or SIGINT.

        Args:
            when_ready: called once with the address when the web child (or, without one, the worker) serves.

        Returns:
            The exit code: 0 after a stop signal, 78 when a child says that the installation is not ready.
        """
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
            signal.signal(number, self._on_signal)
        waiting_for = self._children[0].name
        deadline = float("inf")
        while True:
            now = time.monotonic()
            self._reap(now)
            alive = [child for child in self._children if child.process is not None]
            if self._stopping:
                if not alive:
                    return self._status
                if deadline == float("inf"):
                    deadline = now + GRACE
                    self._signal_all(signal.SIGTERM)
                if now >= deadline or self._stopping > 1:
                    self._signal_all(signal.SIGKILL)
            else:
                for child in self._children:
                    if child.process is None and now >= child.start_at:
                        self._start(child, now)
            for key, _ in self._selector.select(timeout=0.5):
                if key.fd == self._wake_read:
                    os.read(self._wake_read, 4096)
                elif self._hear(key.data) and key.data.name == waiting_for:
                    waiting_for = ""
                    when_ready(self.address)

    def _on_signal(self, number: int, frame: object) -> None:
        if number != signal.SIGCHLD:
            self._stopping += 1

    def _start(self, child: Child, now: float) -> None:
        ours, theirs = socket.socketpair()
        handed = [theirs.fileno()]
        environment = {**ALLOCATION, **os.environ, "RENDA_LINK": str(theirs.fileno())}
        if child.name == "web" and self._socket is not None:
            handed.append(self._socket.fileno())
            environment["RENDA_SOCKET"] = str(self._socket.fileno())
        child.process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "renda.site.children", child.name],
            env=environment,
            pass_fds=handed,
            start_new_session=True,  # Ctrl+C in a terminal reaches us alone; we tell the children
        )
        theirs.close()
        child.link, child.started = ours, now
        self._selector.register(ours, selectors.EVENT_READ, child)

    def _hear(self, child: Child) -> bool:
        """Read what a child says; True if it said it is ready."""
        if child.link is None:
            return False
        said = child.link.recv(64)
        if not said:  # its end is closed: it is about to be reaped
            self._forget(child)
        return bool(said)

    def _forget(self, child: Child) -> None:
        if child.link is not None:
            self._selector.unregister(child.link)
            child.link.close()
            child.link = None

    def _reap(self, now: float) -> None:
        for child in self._children:
            if child.process is None or (status := child.process.poll()) is None:
                continue
            child.process = None
            self._forget(child)
            if self._stopping:
                continue
            if status == NOT_READY:
                self._stopping, self._status = 1, NOT_READY
                continue
            if now - child.started >= STEADY:
                child.pause = FIRST_PAUSE
            self._say(f"子进程 {child.name} 退出（{status}），{child.pause:g} 秒后重新启动")
            child.start_at = now + child.pause
            child.pause = min(child.pause * 2, LONGEST_PAUSE)

    def _signal_all(self, number: signal.Signals) -> None:
        for child in self._children:
            if child.process is not None:
                child.process.send_signal(number)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(2048)
    return listener
