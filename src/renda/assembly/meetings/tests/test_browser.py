"""A sitting held by clicking, with several browsers: planned, opened by those who signed in, voted, filed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests import product

from renda.kernel import clock

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def act(page: Any, label: str) -> None:
    """An act of the case: its button on the page, then the same on the page that asks, and back."""
    back = page.url
    page.click(f".acts a:text-is('{label}')")
    page.wait_for_load_state()
    page.click(f"main button:text-is('{label}')")
    page.wait_for_url(back)


def test_a_sitting_is_held_by_clicking(
    server: product.Server,
    open_page: Callable[..., Any],
    login: Callable[[Any, str], None],
    expected_errors: list[str],
) -> None:
    office = open_page(1280, 800)
    login(office, "meetings")
    office.goto(f"{server.url}meetings/new/")
    office.select_option("[name=body]", label="安澜市人大常委会：常委会会议")
    office.fill("[name=number]", "31")
    for name in ("first_day", "last_day"):
        office.fill(f"[name={name}]", clock.today().isoformat())
    office.fill("[name=place]", "人大常委会会议厅")
    office.check("[name=mode][value=hall]")
    office.click("main button:text-is('建立会议')")
    office.wait_for_selector("h1:has-text('第三十一次会议')")
    sitting = office.url
    office.click("a:text-is('列入议程')")
    office.fill("[name=title]", "关于防汛应急的决定")
    office.select_option("[name=kind]", "decision")
    office.click("main button:text-is('列入议程')")
    office.wait_for_url(sitting)
    act(office, "确定议程草案")
    act(office, "发出通知")
    office.goto(f"{sitting}notice/")
    assert "关于防汛应急的决定" in office.inner_text("main")

    hall = office.context.new_page()
    hall.goto(f"{sitting}hall/")
    code = hall.inner_text("p:has-text('签到码') b")
    phone = open_page(360, 780, is_mobile=True, has_touch=True)
    login(phone, "deputy1")
    phone.goto(f"{sitting}here/")
    phone.fill("[name=code]", code)
    phone.click("button:text-is('签到')")
    phone.wait_for_selector("text=您在会")
    hall.wait_for_selector("[data-field=present]:text-is('1')", timeout=5000)

    office.goto(sitting)
    expected_errors.append("422")
    office.click(".acts a:text-is('开会')")
    office.wait_for_load_state()
    office.click("main button:text-is('开会')")
    office.wait_for_selector("text=还差 12 人")
    office.goto(f"{sitting}people/")
    for box in office.query_selector_all("[name=who]")[:20]:
        box.check()
    office.click("button:text-is('勾选的到会')")
    office.wait_for_selector("text=符合法定人数")
    office.goto(sitting)
    act(office, "开会")
    hall.wait_for_selector("[data-field=label]:text-is('正在开会')", timeout=5000)

    office.goto(f"{sitting}conduct/")
    phone.goto(f"{sitting}")
    office.click("button:has-text('进行下一项')")
    office.wait_for_selector("a:text-is('议题页')")
    office.click("a:text-is('议题页')")
    office.click("summary:text-is('准备表决')")
    office.fill("details[open] [name=title]", "关于防汛应急的决定（草案）")
    office.check("[name=method][value=named]")
    office.click("main button:text-is('准备表决')")
    office.wait_for_selector(".acts a:text-is('付表决')")
    act_put = office.get_attribute(".acts a:text-is('付表决')", "href")
    office.goto(f"{server.url.rstrip('/')}{act_put}")
    vote = office.url.removesuffix("put/")
    office.click("main button:text-is('付表决')")
    office.wait_for_url(vote)
    hall.wait_for_selector("[data-field=vote]:has-text('防汛应急')", timeout=5000)
    phone.goto(f"{vote}ballot/")
    phone.click("button:text-is('赞成')")
    phone.wait_for_selector("text=已计入：赞成")
    act(office, "结束表决")
    office.goto(sitting)
    act(office, "闭会")
    office.goto(f"{sitting}minutes/")
    text = office.inner_text("main")
    assert "应到 25 人，到会" in text and "须 13 票赞成" in text
    office.goto(sitting)
    act(office, "归档")
    for page in (office, hall, phone):
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, page.url
