"""Walks a running product as a person with an account can: every link that is shown, where it leads."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

import httpx

SAMPLES = 4  # pages walked of one kind: /motions/1/, /motions/2/ … are one kind
MOST = 600  # pages of one walk; more would be a trap that makes links without end
_ID = re.compile(r"(?<=/)(\d+|[0-9a-f]{8}-[0-9a-f-]{27}|[\w-]*\d[\w-]*)(?=/|$)")
_AWAY = ("/logout/", "/static/", "/live/")


@dataclass(frozen=True)
class Visited:
    """A page as it came: where it was linked from, its address, status, media type and everything it says."""

    source: str
    url: str
    status: int
    media: str
    text: str


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.token = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        held = dict(attributes)
        if tag == "a" and held.get("href") and "data-leave" not in held:
            self.found.append(str(held["href"]))
        if tag == "input" and held.get("name") == "csrfmiddlewaretoken":
            self.token = str(held.get("value"))


def _links(html: str) -> _Links:
    parser = _Links()
    parser.feed(html)
    return parser


def readable(body: bytes, media: str) -> str:
    """What a file says: its text, the text inside an office file, the text of a PDF."""
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            parts = [archive.read(name) for name in archive.namelist() if name.endswith((".xml", ".rels"))]
        return "\n".join(part.decode("utf-8", "replace") for part in parts)
    if body[:4] == b"%PDF":
        from pypdf import PdfReader

        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)
    return body.decode("utf-8", "replace")


def logged_in(base: str, username: str, password: str) -> httpx.Client:
    """A client that has logged in by the page."""
    client = httpx.Client(base_url=base, timeout=60, follow_redirects=False)
    token = _links(client.get("/login/").text).token
    form = {"login": username, "password": password, "csrfmiddlewaretoken": token}
    answer = client.post("/login/", data=form, headers={"Referer": urljoin(base, "/login/")})
    assert answer.status_code == 302, f"{username} 没有登录：{answer.status_code}"
    return client


def walk(client: httpx.Client, start: str = "/") -> Iterator[Visited]:
    """Every page that can be reached from ``start`` by links, a few of each kind."""
    queue = deque([("", start)])
    seen = {start}
    kinds: Counter[str] = Counter()
    for _ in range(MOST):
        if not queue:
            return
        source, url = queue.popleft()
        answer = client.get(url)
        media = answer.headers.get("content-type", "").partition(";")[0]
        text = readable(answer.content, media)
        yield Visited(source, url, answer.status_code, media, text)
        onward = [answer.headers["location"]] if "location" in answer.headers else []
        if media == "text/html":
            onward += _links(text).found
        for link in onward:
            target = urldefrag(urljoin(str(client.base_url.join(url)), link)).url
            if urlsplit(target).netloc != client.base_url.netloc.decode():
                continue
            path = target.split(client.base_url.netloc.decode(), 1)[1] or "/"
            kind = _ID.sub("*", path.partition("?")[0]) + ("?" if "?" in path else "")
            if path in seen or path.startswith(_AWAY) or kinds[kind] >= SAMPLES:
                continue
            seen.add(path)
            kinds[kind] += 1
            queue.append((url, path))
    raise AssertionError(f"走了 {MOST} 页还没有走完，是否有页面不断生成新的链接？")
