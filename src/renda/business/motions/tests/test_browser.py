"""A deputy on a phone, in a real browser: writes with autosave, submits, rates; nothing spills over."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests import product

pytestmark = pytest.mark.browser

PASSWORD = "Anlan-look-2026"
CITY = f"""
import django
django.setup()
from renda.business.motions.tests import conftest
from renda.kernel.identity import api as identity
world = next(conftest.build_world())
world.replied()
identity.set_password(world.deputy, "{PASSWORD}", actor=None)
"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A product with the small congress of the tests and one answered suggestion."""
    home = product.empty_home(tmp_path_factory.mktemp("motions") / "home")
    subprocess.run(
        [sys.executable, "-c", CITY],
        env=product.environment(home, DJANGO_SETTINGS_MODULE="renda.site.settings"),
        check=True,
    )
    with product.serving(home) as server:
        yield server


def enter(page: Any, server: Any, name: str) -> None:
    page.goto(f"{server.url}login/")
    page.fill("input[name=login]", name)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login/" not in url)


def fits(page: Any) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.fixture
def phone(open_page: Callable[..., Any], running: Any) -> Any:
    page = open_page(360, 740, is_mobile=True, has_touch=True)
    enter(page, running, "deputy")
    return page


def test_write_autosave_submit(phone: Any, running: Any) -> None:
    phone.goto(f"{running.url}motions/mine/")
    assert fits(phone)
    phone.click("a:has-text('写一件建议')")
    phone.click("button:has-text('开始写')")
    phone.wait_for_url("**/edit/")
    phone.fill("[name=title]", "关于增设老年助餐点的建议")
    phone.check("[name=how][value=reception]")
    phone.wait_for_selector("[data-saved][data-state=saved]")
    assert "已保存" in phone.inner_text("[data-saved]")
    # The page is left as a phone call would leave it: what was typed is on the server.
    address = phone.url
    phone.goto(f"{running.url}motions/mine/")
    phone.goto(address)
    assert phone.input_value("[name=title]") == "关于增设老年助餐点的建议"
    for name, text in (
        ("matter", "临河街道六十岁以上老人三千多人，只有一个助餐点。"),
        ("analysis", "场地和运营补贴没有落实。"),
        ("proposal", "在三个社区各设一个助餐点。"),
    ):
        phone.click("button.primary:visible:has-text('下一步')")
        phone.wait_for_url(f"**step={name}**")
        assert phone.is_visible(f"[name={name}]") and not phone.is_visible("[name=title]")
        assert fits(phone)
        phone.fill(f"[name={name}]", text)
    phone.click("button:visible:has-text('公开')")
    phone.wait_for_url("**step=consent**")
    phone.check("[name=consent][value=all]")
    phone.click("button.primary:visible:has-text('去核对提交')")
    phone.wait_for_url("**/submit/")
    assert fits(phone)
    assert "谁会看到" in phone.inner_text("main") and "丁一鸣代表" in phone.inner_text("main")
    phone.click("button:text-is('提交')")
    phone.wait_for_url(lambda url: url.rstrip("/").split("/")[-1].isdecimal())
    assert "已提交" in phone.inner_text("main")
    assert fits(phone)


def test_similar_ones_come_without_touching_the_form(phone: Any, running: Any) -> None:
    phone.goto(f"{running.url}motions/new/")
    phone.click("button:has-text('开始写')")
    phone.wait_for_url("**/edit/")
    phone.fill("[name=title]", "关于整治城南路口拥堵的建议")
    phone.wait_for_selector("#similar .alike li, #similar .muted")
    phone.focus("[name=title]")
    assert phone.input_value("[name=title]") == "关于整治城南路口拥堵的建议"


def test_rate(phone: Any, running: Any, expected_errors: list[str]) -> None:
    expected_errors.append("422")  # a rating without grades is refused
    phone.goto(f"{running.url}motions/mine/")
    phone.click("a:has-text('评价答复')")
    phone.click("a.btn.primary:has-text('评价答复')")
    phone.wait_for_url("**/rate/**")
    assert phone.locator("input[type=radio]:checked").count() == 0
    box = phone.locator("label:has([name=attitude])").first.bounding_box()
    assert box["height"] >= 44 and box["width"] > 250
    phone.click("button:has-text('提交评价')")
    phone.wait_for_selector(".wrongs")
    phone.check("[name=attitude][value=satisfied]")
    phone.check("[name=result][value=dissatisfied]")
    phone.fill("[name=reason]", "没有时间表")
    phone.click("button:has-text('提交评价')")
    phone.wait_for_url(lambda url: "/rate/" not in url)
    text = phone.inner_text("main")
    assert "已登记您的评价" in text and "重新办理" in text
    assert fits(phone)
