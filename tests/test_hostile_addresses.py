"""Values in addresses that nobody's form sends: every page answers as a page, never with a fault."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from tests import product
from tests.crawl import logged_in, walk

pytestmark = [pytest.mark.slow]

# Digits that are none to int(), a number no database holds, signs of SQL and HTML, control characters.
HOSTILE = ("²", "９９", "9" * 40, "-1", "1e9", "'\"><script>", "\x00", "%", "../..", "𠮷" * 40, "2062-13-45")
ALWAYS = (
    "page",
    "sort",
    "q",
    "year",
    "cols",
    "congress",
    "term",
    "number",
    "before",
    "stage",
    "by",
    "export",
)
_NAME = re.compile(r'<(?:input|select|textarea)[^>]* name="([^"]{1,40})"')


@pytest.mark.parametrize("username", ["office", "deputy1", ""])
def test_no_value_in_an_address_is_a_fault(server: product.Server, username: str) -> None:
    passwords = {one["username"]: one["password"] for one in server.accounts()}
    import httpx

    if username:
        client = logged_in(server.url, username, passwords[username])
    else:
        client = httpx.Client(base_url=server.url, timeout=60)
    asked: dict[str, set[str]] = {}
    for page in walk(client, "/" if username else "/public/"):
        if page.status != 200 or page.media != "text/html":
            continue
        parts = urlsplit(page.url)
        path = re.sub(r"\d+", "*", parts.path)
        known = next((real for real in asked if re.sub(r"\d+", "*", real) == path), parts.path)
        names = {name for name, _ in parse_qsl(parts.query)} | set(_NAME.findall(page.text))
        asked.setdefault(known, set()).update(names - {"csrfmiddlewaretoken", "password"})
    wrong = []
    for path, names in asked.items():
        for number, value in enumerate(HOSTILE):
            # All at once finds a page that minds; the values rotate so that each name meets each of them.
            every = sorted({*names, *ALWAYS})
            query = {name: HOSTILE[(number + place) % len(HOSTILE)] for place, name in enumerate(every)}
            for address in (f"{path}?{urlencode(query)}", f"{path}?{urlencode(dict.fromkeys(every, value))}"):
                answer = client.get(address)
                if answer.status_code >= 500 or "<script>" in re.sub(r"&lt;.*?&gt;", "", answer.text).replace(
                    "<script src", ""
                ).replace("<script type", ""):
                    wrong.append(f"{answer.status_code} {address[:300]}")
    assert len(asked) > 4
    assert not wrong, "\n".join(wrong[:20])
