"""Staff in a real browser: a clerk pastes organs and hands over in batch; an organ writes a reply."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests import product

from renda.business.motions.tests.test_browser import PASSWORD, enter, fits

pytestmark = pytest.mark.browser

CITY = f"""
import django
django.setup()
from renda.business.motions.services import handling
from renda.business.motions.tests import conftest
from renda.kernel import clock
from renda.kernel.identity import api as identity
world = next(conftest.build_world())
with clock.travel(conftest.DAY):
    for n in range(3):
        world.registered(title=f"关于第{{n + 1}}处路口信号灯的建议")
    part = world.lead_of(world.handed())
    handling.receive(part, actor=world.urban_clerk)
for account in (world.office, world.urban_clerk):
    identity.set_password(account, "{PASSWORD}", actor=None)
"""
PASTE = """([field, text]) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  document.querySelector(field).dispatchEvent(
    new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A product with the small congress of the tests: three suggestions to hand over, one being handled."""
    home = product.empty_home(tmp_path_factory.mktemp("staff") / "home")
    subprocess.run(
        [sys.executable, "-c", CITY],
        env=product.environment(home, DJANGO_SETTINGS_MODULE="renda.site.settings"),
        check=True,
    )
    with product.serving(home) as server:
        yield server


@pytest.fixture
def desktop(open_page: Callable[..., Any]) -> Any:
    return open_page(1280, 800)


def test_paste_preview_hand_over_undo(desktop: Any, running: Any) -> None:
    enter(desktop, running, "office")
    desktop.goto(f"{running.url}motions/grid/?stage=registered")
    first = desktop.locator("input[name^='l-']").first
    first.click()
    desktop.wait_for_timeout(500)  # the grid's module has loaded
    name = first.get_attribute("name")
    desktop.evaluate(
        PASTE, [f"[name='{name}']", "市城管局\t市公安局\n市公安局\t\n市城管局\t市公安局、市交通局\n"]
    )
    assert desktop.locator("input[name^='j-']").nth(2).input_value() == "市公安局、市交通局"
    desktop.keyboard.press("ArrowDown")
    assert desktop.evaluate("document.activeElement.name").startswith("l-")
    assert desktop.evaluate("document.activeElement.name") != name
    desktop.get_by_role("button", name="交办承办单位…").click()
    desktop.get_by_text("共 3 件").wait_for()
    assert "会办安澜市公安局 2 件" in desktop.inner_text("main")
    desktop.get_by_role("button", name="确认交办承办单位 3 件").click()
    desktop.get_by_role("button", name="发出通知").wait_for()
    assert fits(desktop)
    desktop.get_by_text("整批收回", exact=True).click()
    desktop.fill("textarea[name=reason]", "填错单位")
    desktop.get_by_role("button", name="收回这 3 件").click()
    desktop.get_by_text("已收回 3 件").wait_for()


def test_the_reply_editor_saves_and_proposes(desktop: Any, running: Any) -> None:
    enter(desktop, running, "urban_clerk")
    desktop.goto(f"{running.url}motions/handling/")
    desktop.get_by_role("link", name="关于整治城南路口拥堵的建议").first.click()
    desktop.get_by_role("link", name="起草答复").click()
    desktop.locator("form[data-saving]").wait_for()  # autosave listens
    desktop.fill("textarea[name=planned]", "我局将于2099年6月底前完成城南路口渠化改造。积极推进其他工作。")
    desktop.locator("[data-saved][data-state=saved]").wait_for()
    desktop.reload()
    assert desktop.locator("li", has_text="完成城南路口渠化改造").count() == 1
    desktop.get_by_role("button", name="列为承诺").click()
    desktop.get_by_text("还没有填：怎样算完成、以何为证").wait_for()
    assert desktop.input_value("[name=p_due_on]") == "2099-06-30"
    desktop.fill("[name=p_measure]", "新标线启用")
    desktop.select_option("[name=p_evidence_kind]", "photo")
    desktop.get_by_role("button", name="保存", exact=True).last.click()
    desktop.get_by_text("还没有填：").wait_for(state="detached")
    assert desktop.get_by_text("由信中提示，请核对").count() == 1
    assert "还没有选答复分类" in desktop.inner_text("main")
    desktop.set_viewport_size({"width": 360, "height": 740})
    assert fits(desktop)


def test_a_reply_is_written_without_scripts(open_page: Callable[..., Any], running: Any) -> None:
    page = open_page(1280, 800, java_script_enabled=False)
    enter(page, running, "urban_clerk")
    page.goto(f"{running.url}motions/handling/")
    page.get_by_role("link", name="关于整治城南路口拥堵的建议").first.click()
    page.get_by_role("link", name="答复").first.click()
    page.fill("textarea[name=done]", "已到现场勘查。")
    page.get_by_role("button", name="保存", exact=True).last.click()
    assert page.input_value("textarea[name=done]") == "已到现场勘查。"
