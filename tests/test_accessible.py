"""Every role's pages, on a phone and at a desk: nothing that axe finds, nothing wider than the screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests import product

pytestmark = [pytest.mark.browser, pytest.mark.slow]

RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
SCREENS = {
    "phone": {"width": 360, "height": 780, "is_mobile": True, "has_touch": True},
    "desk": {"width": 1280, "height": 800},
}
# Below a list or a desk: the first of each kind of page that it leads to.
KINDS = ("/motions/", "/ledger/", "/intake/", "/votes/", "/people/deputies/", "/people/organisations/")
MOST = 24  # pages a role; the crawl visits all of them, without a browser


def links(page: Any, where: str) -> list[str]:
    found = page.eval_on_selector_all(f"{where} a[href^='/']", "all => all.map(a => a.getAttribute('href'))")
    return [address for address in dict.fromkeys(found) if "export=" not in address]


def pages_of(page: Any, base: str) -> list[str]:
    """What the navigation shows, then one page of each kind below, then the acts of the first case."""
    page.goto(base)
    found = ["/", *links(page, "nav")]
    for address in list(dict.fromkeys(found)):
        page.goto(base + address.lstrip("/"))
        below = [
            link for link in links(page, "main") if "?" not in link and not link.endswith((".xlsx", ".pdf"))
        ]
        for kind in KINDS:
            known = {one for one in found if one.startswith(kind)}
            fresh = [one for one in below if one.startswith(kind) and one not in known and one != kind]
            found += fresh[:1]
    for address in [one for one in found if one.startswith("/motions/") and one.count("/") == 3][-1:]:
        page.goto(base + address.lstrip("/"))
        found += links(page, "main .acts")[:4]
    shown = [one for one in dict.fromkeys(found) if is_page(page, base + one.lstrip("/"))]
    return shown[:MOST]


def is_page(page: Any, url: str) -> bool:
    """Not a paper or a workbook to be saved."""
    return str(page.request.get(url).headers.get("content-type", "")).startswith("text/html")


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize(
    "role",
    [
        "deputy1",
        "office",
        "government",
        "chair",
        "committee",
        "intake",
        "organ2",
        "head2",
        "secretary",
        "delegation1",
        "auditor",
        "meetings",
        "admin",
        "public",
    ],
)
def test_pages_are_accessible_and_fit(
    server: product.Server,
    open_page: Callable[..., Any],
    login: Callable[[Any, str], None],
    role: str,
    screen: str,
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = open_page(**SCREENS[screen])
    if role == "public":
        addresses = ["/login/", "/public/", "/public/suggestions/", "/public/opinion/", "/public/check/"]
        page.goto(f"{server.url}public/suggestions/")
        addresses += [link for link in links(page, "main") if link.startswith("/public/suggestions/")][:1]
    else:
        login(page, role)
        addresses = pages_of(page, server.url)
    wrong = {}
    for address in addresses:
        answer = page.goto(server.url + address.lstrip("/"))
        assert answer.status == 200, address
        page.wait_for_load_state("load")
        found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        for violation in found:
            wrong[f"{address}: {violation['id']}"] = [node["html"][:160] for node in violation["nodes"][:3]]
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            wrong[f"{address}: 比屏幕宽"] = wide
    assert not wrong
