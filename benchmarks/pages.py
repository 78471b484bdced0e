"""Pages at 100,000 suggestions: server time, queries, bytes, memory: ``python -m benchmarks.pages``

The congress of ``_city.py`` in a folder (RENDA_BENCH_HOME keeps it for the next run; else it is made anew),
on SQLite or on the PostgreSQL of RENDA_DATABASE_URL (an empty one). Server time is a whole request through
every middleware in this process, one after another; then ``renda serve`` itself is asked over kept-alive
connections by clients of this machine, so that reader and server share its cores. Peer: the table's bare
rows by SQL, twenty of a page, without rights, clocks, organs or page.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote

from playwright.sync_api import sync_playwright

from benchmarks import _city
from benchmarks._bars import Bar, report

ROUNDS = int(os.environ.get("RENDA_BENCH_ROUNDS", "25"))
CLIENTS, SECONDS = 20, 10.0
WHOLE = _city.SIZE >= 100_000
MIDDLE, HIGH, BUSY, FIRST_BYTE = 50, 150, 300, 200  # milliseconds
LOAD, BOARD, MEMORY = 300, 500, 400  # kB, kB, MB
CHROMIUM = os.environ.get("RENDA_CHROMIUM", "/usr/bin/chromium")
CHROMIUM_FLAGS = ["--headless", "--no-sandbox", "--disable-gpu"]
ENCODINGS = {"Accept-Encoding": "br, gzip"}


def pages(made: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Name, reader, address; a reader without an account is the public."""
    from renda.business.motions.models import Suggestion
    from renda.publishing.portal.models import Publication

    case = Suggestion.objects.filter(assignments__isnull=False, replies__isnull=False).order_by("-pk")[0]
    copy = Publication.objects.filter(key__startswith="suggestion:").order_by("-pk")[0]
    year, word = made["year"], quote("路灯")
    rows = [
        ("待办", "office", "/"),
        ("待办", "deputy", "/"),
        ("待办", "organ", "/"),
        ("列表第一页", "office", "/motions/"),
        ("列表第一页", "deputy", "/motions/"),
        ("列表末页", "office", f"/motions/?page={_city.SIZE // 20 - 10}"),
        ("列表按词", "office", f"/motions/?q={word}"),
        ("交办表", "office", "/motions/grid/"),
        ("承办单位", "organ", "/motions/handling/"),
        ("一件建议", "office", f"/motions/{case.pk}/"),
        ("一件建议", "deputy", f"/motions/{case.pk}/"),
        ("统计", "office", "/motions/board/"),
        ("工作报告数字", "office", f"/reports/work/{year}/"),
        ("台账", "office", "/ledger/"),
        ("检索", "office", f"/search/?q={word}"),
        ("公众列表", "", "/public/suggestions/"),
        ("公众一件", "", f"/public/suggestions/{quote(copy.key)}/"),
    ]
    return rows


def clients(made: dict[str, Any]) -> dict[str, Any]:
    """A logged-in reader per role, and one without an account."""
    from django.test import Client

    from renda.kernel.identity import api as identity

    readers = {"": Client(headers=ENCODINGS)}
    for role in ("office", "deputy", "organ"):
        readers[role] = Client(headers=ENCODINGS)
        readers[role].force_login(identity.Account.objects.get(pk=made[role]))
    return readers


def p95(taken: Sequence[float]) -> float:
    return statistics.quantiles(taken, n=20)[18] if len(taken) > 1 else taken[0]


def timed(work: Callable[[], Any], rounds: int = ROUNDS) -> list[float]:
    """Milliseconds of each round, after one that warms."""
    work()
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def in_process(made: dict[str, Any], rows: Sequence[tuple[str, str, str]]) -> None:
    """Each page by itself; then the page bar over all requests together."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    readers = clients(made)
    everything: list[float] = []
    medians: list[float] = []
    print(f"{'页':<12}{'谁':<8}{'中位':>7}{'p95':>7}{'查询':>5}{'HTML kB':>9}")
    for name, role, address in rows:

        def ask(reader: Any = readers[role], address: str = address) -> Any:
            response = reader.get(address)
            assert response.status_code == 200, (address, response.status_code)
            return response

        taken = timed(ask)
        with CaptureQueriesContext(connection) as queries:
            size = len(ask().content)
        middle, high = statistics.median(taken), p95(taken)
        everything += taken
        medians.append(middle)
        print(
            f"{name:<12}{role or 'public':<8}{middle:>7.0f}{high:>7.0f}{len(queries):>5}{size / 1000:>9.1f}"
        )
    report(
        Bar("一页的服务器时间，全部页的中位", statistics.median(everything), "ms", MIDDLE, WHOLE),
        Bar("一页的服务器时间，最慢一页的中位", max(medians), "ms", HIGH, WHOLE),
        Bar("一页的服务器时间，全部页的 p95", p95(everything), "ms", HIGH, WHOLE),
    )


def peer() -> None:
    """What the database alone needs for a page of the list."""
    from django.db import connection

    def ask() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT s.id, s.title, p.name FROM motions_suggestion s JOIN people_person p"
                " ON p.id = s.lead_id ORDER BY s.submitted_at DESC LIMIT 20"
            )
            cursor.fetchall()

    print(f"对照：只用 SQL 取二十行，没有权限、时限、单位和页面：{statistics.median(timed(ask)):.1f} ms")
    print("对照：Decidim 公布的 900 件提案的列表：首字节约 7 秒")


@contextmanager
def served(home: Path) -> Any:
    """``renda serve`` on a free port; its port and the process."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {**os.environ, "RENDA_HOME": str(home), "RENDA_HOSTS": "127.0.0.1"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-m", "renda.site.cli", "serve", "--port", str(port)]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            for _ in range(300):
                try:
                    connection = HTTPConnection("127.0.0.1", port, timeout=5)
                    connection.request("GET", "/health/")
                    connection.getresponse().read()
                    break
                except OSError:
                    time.sleep(0.1)
            yield port, server.pid
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)


def fetch(
    connection: HTTPConnection, address: str, cookie: str = ""
) -> tuple[float, float, bytes, dict[str, str]]:
    """Seconds to the first byte and to the last, the body as it was sent, its headers."""
    began = time.perf_counter()
    connection.request("GET", address, headers={**ENCODINGS, "Cookie": cookie})
    response = connection.getresponse()
    first = time.perf_counter() - began
    body = response.read()
    assert response.status == 200, (address, response.status)
    return first, time.perf_counter() - began, body, dict(response.getheaders())


def crowd(
    port: int, rows: Sequence[tuple[str, str, str]], cookies: dict[str, str], *, pause: float
) -> list[float]:
    """Milliseconds of each page that readers got, waiting ``pause`` seconds between two pages."""
    taken: list[float] = []
    until = time.perf_counter() + SECONDS

    def read(turn: int) -> None:
        own = HTTPConnection("127.0.0.1", port, timeout=60)
        time.sleep(pause * turn / CLIENTS)  # readers do not click all in the same moment
        while time.perf_counter() < until:
            _, role, address = rows[turn % len(rows)]
            taken.append(fetch(own, address, cookies[role])[1] * 1000)
            turn += 1
            time.sleep(pause)
        own.close()

    threads = [threading.Thread(target=read, args=[n]) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken


def first_load(browser: Any, port: int, address: str, cookies: dict[str, str]) -> float:
    """Kilobytes over the wire of a first visit in Chromium, with all that the page loads by and by."""
    origin = f"http://127.0.0.1:{port}"
    context = browser.new_context()
    context.add_cookies([{"name": name, "value": value, "url": origin} for name, value in cookies.items()])
    page = context.new_page()
    sizes: list[float] = []
    watch = context.new_cdp_session(page)
    watch.send("Network.enable")
    watch.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(origin + address)
    page.wait_for_timeout(3000)  # the live stream never ends, so the network is never idle
    assert "/login" not in page.url, page.url
    context.close()
    return sum(sizes) / 1000


def resident(pid: int) -> float:
    """Megabytes of the largest process under the supervisor: the web process."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid=,rss="], capture_output=True, text=True, check=True)
    rows = [tuple(map(int, line.split())) for line in listed.stdout.splitlines()]
    return max(rss for _, parent, rss in rows if parent == pid) / 1024


def over_the_wire(home: Path, made: dict[str, Any], rows: Sequence[tuple[str, str, str]]) -> None:
    """The product itself: first byte, 20 readers at once, first load, memory after all of it."""
    readers = clients(made)
    jars = {
        role: {name: morsel.value for name, morsel in reader.cookies.items()}
        for role, reader in readers.items()
    }
    cookies = {
        role: "; ".join(f"{name}={value}" for name, value in jar.items()) for role, jar in jars.items()
    }
    with served(home) as (port, pid):
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        for _, role, address in rows:  # warm
            fetch(connection, address, cookies[role])
        firsts = [fetch(connection, "/motions/", cookies["office"])[0] * 1000 for _ in range(ROUNDS)]
        reading = crowd(port, rows, cookies, pause=1.0)
        pressing = crowd(port, rows, cookies, pause=0.0)
        for label, taken in (("各读一秒再点", reading), ("一刻不停地点", pressing)):
            rate, middle = len(taken) / SECONDS, statistics.median(taken)
            print(f"{CLIENTS} 位读者{label}：{rate:.0f} 页/秒，中位 {middle:.0f} ms，p95 {p95(taken):.0f} ms")
        memory = resident(pid)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
            load = first_load(browser, port, "/motions/", jars["office"])
            board = first_load(browser, port, "/motions/board/", jars["office"])
            browser.close()
    report(
        Bar("列表首字节", statistics.median(firsts), "ms", FIRST_BYTE, WHOLE),
        Bar(f"{CLIENTS} 位读者同时（各读一秒再点），p95", p95(reading), "ms", BUSY, WHOLE),
        Bar("列表第一次打开的字节", load, "kB", LOAD),
        Bar("统计第一次打开的字节", board, "kB", BOARD),
        Bar("网页进程的内存", memory, "MB", MEMORY, WHOLE),
    )


def main() -> None:
    home = Path(os.environ.get("RENDA_BENCH_HOME") or tempfile.mkdtemp(prefix="renda-bench-"))
    home.mkdir(parents=True, exist_ok=True)
    _city.setup(home)
    made = _city.ensure(home)
    from django.conf import settings
    from django.db import connection

    from renda.kernel.jobs.schedule import statistics as statistics_of_tables
    from renda.site import asgi  # noqa: F401  the product's own care for memory

    settings.ALLOWED_HOSTS = ["*"]
    logging.getLogger("renda.web").setLevel(logging.WARNING)
    statistics_of_tables()
    print(f"{connection.vendor}，{_city.SIZE} 件")
    rows = pages(made)
    in_process(made, rows)
    peer()
    connection.close()
    over_the_wire(home, made, rows)


if __name__ == "__main__":
    main()
