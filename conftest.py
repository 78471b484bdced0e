"""Fixtures for every test: trial data, what the machine has, a running product, a real browser."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from tests import product

SHARED = Path(os.environ.get("RENDA_SHARED", Path(__file__).resolve().parent.parent / "shared"))
CHROMIUM = os.environ.get("RENDA_CHROMIUM", "/usr/bin/chromium")
CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ON_POSTGRES = bool(os.environ.get("RENDA_TEST_POSTGRES"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Each engine runs what belongs to it: PostgreSQL only the tests that touch a database."""

    def belongs(item: pytest.Item) -> bool:
        if not ON_POSTGRES:
            return item.get_closest_marker("postgres") is None
        if item.get_closest_marker("sqlite"):
            return False
        fixtures = set(getattr(item, "fixturenames", ()))
        return bool(
            item.get_closest_marker("postgres")
            or item.get_closest_marker("django_db")
            or fixtures & {"db", "transactional_db", "django_db_setup"}
        )

    kept = [item for item in items if belongs(item)]
    config.hook.pytest_deselected(items=[item for item in items if not belongs(item)])
    items[:] = kept
    without_office = pytest.mark.skip(reason="没有 LibreOffice")
    if shutil.which("soffice") is None:
        for item in items:
            if item.get_closest_marker("libreoffice"):
                item.add_marker(without_office)


@pytest.fixture(autouse=True)
def no_figures_of_another_test() -> None:
    """A test's data is rolled back and the record's numbers start again, which no installation does."""
    if apps.is_installed("renda.business.motions"):
        from renda.business.motions.queries import facts

        facts.forget()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of trial data and law texts; tests that need it are named among what was not run."""
    if not SHARED.is_dir():
        pytest.skip("没有试用数据（../shared）")
    return SHARED


@pytest.fixture
def empty_home(tmp_path: Path) -> Path:
    """A data folder of its own after ``renda init``."""
    return product.empty_home(tmp_path / "home")


@pytest.fixture
def demo_home(tmp_path: Path) -> Path:
    """A data folder of its own with the demo city in it."""
    return product.demo_home(tmp_path / "home")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[product.Server]:
    """A running product with the demo city, shared by the tests of a session: leave its data usable."""
    with product.serving(product.demo_home(tmp_path_factory.mktemp("server") / "home")) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium, driven by Playwright."""
    if not Path(CHROMIUM).exists():
        pytest.skip("没有 Chromium")
    from playwright.sync_api import sync_playwright

    # Playwright keeps a loop running in this thread, beside which Django would refuse its database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def expected_errors() -> list[str]:
    """Patterns of console messages that a test causes on purpose; append to it."""
    return []


@pytest.fixture
def open_page(browser: Any, expected_errors: list[str]) -> Iterator[Callable[..., Any]]:
    """``open_page(width, height, **context options)`` → a page of a context of its own.

    The test fails for what a person would never see: errors in the console and in scripts, failed loads.
    """
    contexts = []
    wrong: list[str] = []

    def open_one(width: int, height: int, **options: Any) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda said: said.type == "error" and wrong.append(f"{page.url} {said.text}"))
        page.on("pageerror", lambda error: wrong.append(f"{page.url} {error}"))
        return page

    yield open_one
    for context in contexts:
        context.close()
    left = [line for line in wrong if not any(re.search(pattern, line) for pattern in expected_errors)]
    assert not left, "浏览器控制台有错误：\n" + "\n".join(left)


@pytest.fixture
def page_phone(open_page: Callable[..., Any]) -> Any:
    """A phone: 360 × 780, touch."""
    return open_page(360, 780, is_mobile=True, has_touch=True)


@pytest.fixture
def page_desktop(open_page: Callable[..., Any]) -> Any:
    """A desktop: 1280 × 800."""
    return open_page(1280, 800)


@pytest.fixture
def login(server: product.Server) -> Callable[[Any, str], None]:
    """``login(page, username)``: log in by the page, with the demo's password for that account."""
    passwords = {account["username"]: account["password"] for account in server.accounts()}

    def enter(page: Any, username: str) -> None:
        page.goto(f"{server.url}login/")
        page.fill("input[name=login]", username)
        page.fill("input[name=password]", passwords[username])
        page.click("form:has(input[name=password]) button.primary")
        page.wait_for_url(lambda url: "/login/" not in url)

    return enter
