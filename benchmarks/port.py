"""One uvicorn process: the gateway (pages as WSGI threads) beside the same pages as pure ASGI.

``python -m benchmarks.port`` serves a page of an empty installation (the log-in page) both ways, one after
the other, and asks for it over kept-alive connections: pages a second, medians and 95th percentiles.
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from http.client import HTTPConnection
from pathlib import Path

SECONDS = 6.0
CLIENTS = (1, 20)
PATH = "/login/"
SERVE = """
import socket, sys, uvicorn
from renda.site.asgi import application
from django.core.asgi import get_asgi_application
app = application if sys.argv[1] == "gateway" else get_asgi_application()
config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off")
uvicorn.Server(config).run(sockets=[socket.socket(fileno=int(sys.argv[2]))])
"""


def ask(port: int, until: float, taken: list[float]) -> None:
    """One client, until the time is over."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    while time.perf_counter() < until:
        began = time.perf_counter()
        connection.request("GET", PATH)
        response = connection.getresponse()
        response.read()
        taken.append(time.perf_counter() - began)
        assert response.status == 200, response.status
    connection.close()


def measure(port: int, clients: int) -> str:
    """Pages a second, median and 95th percentile in milliseconds."""
    taken: list[float] = []
    until = time.perf_counter() + SECONDS
    threads = [threading.Thread(target=ask, args=(port, until, taken)) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    median, p95 = statistics.median(taken) * 1000, statistics.quantiles(taken, n=20)[18] * 1000
    return f"{len(taken) / SECONDS:>6.0f} 页/秒　中位 {median:>6.1f} ms　p95 {p95:>6.1f} ms"


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="renda-bench-") as folder:
        environment = {**os.environ, "RENDA_HOME": str(Path(folder) / "home")}
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        subprocess.run([sys.executable, "-m", "renda.site.cli", "init"], env=environment, check=True)
        for way, label in (("gateway", "网关：WSGI 线程"), ("asgi", "对照：纯 ASGI")):
            listener = socket.create_server(("127.0.0.1", 0), backlog=256)
            command = [sys.executable, "-c", SERVE, way, str(listener.fileno())]
            with subprocess.Popen(
                command, env=environment, pass_fds=[listener.fileno()], stderr=subprocess.DEVNULL
            ) as server:
                port = listener.getsockname()[1]
                ask(port, time.perf_counter() + 2, [])  # warm
                for clients in CLIENTS:
                    print(f"{label}，{clients:>2} 个来访：{measure(port, clients)}", flush=True)
                server.terminate()
            listener.close()


if __name__ == "__main__":
    main()
