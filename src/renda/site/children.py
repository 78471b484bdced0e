"""The two child processes of ``renda serve``: web and worker. Each ends when its parent is gone.

Started by the supervisor as ``python -m renda.site.children web|worker``; talks with it over one socket
(descriptor in RENDA_LINK): the child writes ``ready`` once, and takes the end of the link for a stop signal.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading

NOT_READY = 78  # EX_CONFIG: the supervisor does not bring back a child that cannot start at all


def _link() -> socket.socket | None:
    number = os.environ.pop("RENDA_LINK", None)
    return socket.socket(fileno=int(number)) if number else None


def _stop_with_parent(link: socket.socket | None) -> None:
    """Send ourselves SIGTERM when the supervisor's end of the link closes, however it died."""
    if link is None:
        return

    def watch() -> None:
        while link.recv(64):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="renda-parent", daemon=True).start()


def _setup() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "renda.site.settings")
    import django

    django.setup()
    from renda.site.upkeep import missing_migrations

    if missing := missing_migrations():
        print(f"数据库还没有准备好（{len(missing)} 项迁移未执行）。请先运行：renda init", file=sys.stderr)  # noqa: T201
        sys.exit(NOT_READY)


def web() -> None:
    """Serve pages and streams on the socket that the supervisor opened."""
    link = _link()
    _setup()
    import uvicorn
    from django.conf import settings

    from renda.site.upkeep import collect_static

    collect_static()  # before the application loads, which reads the list of files once

    from renda.site.asgi import application

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            if link is not None:
                link.sendall(b"ready")

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            application.stopping.set()  # uvicorn waits for open streams before it tells the application
            await super().shutdown(sockets=sockets)

    config = uvicorn.Config(
        application,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=settings.BEHIND_PROXY,
        timeout_graceful_shutdown=4,
        timeout_keep_alive=15,
        h11_max_incomplete_event_size=64 * 1024,
    )
    _stop_with_parent(link)
    Server(config).run(sockets=[socket.socket(fileno=int(os.environ["RENDA_SOCKET"]))])


def worker() -> None:
    """Run loops, timetable and tasks until told to stop."""
    link = _link()
    _setup()
    from renda.kernel.jobs import api as jobs

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    _stop_with_parent(link)
    if link is not None:
        link.sendall(b"ready")
    jobs.run_worker(stop)


if __name__ == "__main__":
    {"web": web, "worker": worker}[sys.argv[1]]()
