"""A vote with several browsers at once: the office at a desk, the hall screen, two deputies on phones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests import product

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_keys_are_pressed_the_hall_follows_and_the_result_says_why(
    server: product.Server, open_page: Callable[..., Any], login: Callable[[Any, str], None]
) -> None:
    office = open_page(1280, 800)
    login(office, "meetings")
    office.goto(f"{server.url}votes/")
    office.click("a:has-text('关于安澜市城市供水条例')")
    office.wait_for_load_state()
    vote = office.url
    assert "正在表决" in office.inner_text("main")
    hall = office.context.new_page()
    hall.goto(f"{vote}hall/")
    before = int(hall.inner_text("[data-field=pressed]"))

    phones = []
    for name in ("deputy1", "deputy2"):
        phone = open_page(360, 780, is_mobile=True, has_touch=True)
        login(phone, name)
        phone.goto(f"{server.url}votes/")
        phone.click(f"a[href='{vote.removeprefix(server.url.rstrip('/'))}ballot/']")
        phones.append(phone)
    phones[0].click("button:text-is('赞成')")
    phones[0].wait_for_selector("text=已计入：赞成")
    phones[1].keyboard.press("Tab")  # the keys are reached by the keyboard too
    phones[1].focus("button:text-is('反对')")
    phones[1].keyboard.press("Enter")
    phones[1].wait_for_selector("text=已计入：反对")
    phones[1].click("button:text-is('弃权')")
    phones[1].wait_for_selector("text=已计入：弃权")
    hall.wait_for_selector(f"[data-field=pressed]:text-is('{before + 2}')", timeout=5000)
    assert "赞成" not in hall.inner_text("main")

    office.goto(vote)
    office.click(".acts a:text-is('结束表决')")
    office.wait_for_load_state()
    office.click("main button:text-is('结束表决')")
    office.wait_for_url(vote)
    result = office.inner_text("main")
    assert f"赞成 {before + 1} 票，反对 0 票，弃权 1 票" in result and "须 13 票赞成" in result
    hall.wait_for_selector("[data-field=words]:has-text('须 13 票赞成')", timeout=5000)
    phones[0].reload()
    phones[0].wait_for_load_state()
    assert "须 13 票赞成" in phones[0].inner_text("main")
    for page in (office, hall, *phones):
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, page.url


def test_a_secret_ballot_is_taken_pressed_and_counted(
    server: product.Server,
    open_page: Callable[..., Any],
    login: Callable[[Any, str], None],
    expected_errors: list[str],
) -> None:
    office = open_page(1280, 800)
    login(office, "meetings")
    office.goto(f"{server.url}votes/")
    office.click("a:has-text('教育局局长')")
    office.wait_for_load_state()
    vote = office.url
    phones = []
    for name in ("deputy1", "deputy2"):
        phone = open_page(360, 780, is_mobile=True, has_touch=True)
        login(phone, name)
        phone.goto(f"{vote}ballot/")
        phone.click("button:text-is('领取选票')")
        phone.wait_for_selector("button:text-is('赞成')")
        phones.append(phone)
    expected_errors.append("422")
    phones[0].click("button:text-is('赞成')")
    phones[0].wait_for_selector("text=还没有开始投票，没有计入")
    office.goto(vote)
    office.click(".acts a:text-is('开始投票')")
    office.wait_for_load_state()
    office.click("main button:text-is('开始投票')")
    office.wait_for_url(vote)
    # The page under the hand is not drawn anew: only its line says that it began.
    phones[1].wait_for_selector("[data-field=label]:text-is('正在表决')", timeout=5000)
    for phone, option in zip(phones, ("赞成", "反对"), strict=True):
        phone.click(f"button:text-is('{option}')")
        phone.wait_for_selector("text=已计入")
    phones[0].reload()  # sends the same ballot again
    phones[0].wait_for_selector("text=先前已经投入票箱")
    expected_errors.append("422")
    office.click(".acts a:text-is('结束表决')")
    office.wait_for_load_state()
    office.click("main button:text-is('结束表决')")
    office.wait_for_selector("text=只有 2 张票，少于 5 张")
    # Two ballots are too few to be published: it is void, and whoever presses again is told so.
    office.goto(vote)
    office.click(".acts a:text-is('作废')")
    office.fill("[name=reason]", "到会的人要求改期表决")
    office.click("main button:text-is('作废')")
    office.wait_for_url(vote)
    assert "已作废" in office.inner_text("main")
    phones[0].reload()
    phones[0].wait_for_selector("text=投票已经结束，没有计入")
    for page in (office, *phones):
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, page.url
