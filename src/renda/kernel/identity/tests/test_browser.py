"""Log-in and reveal in a real browser: on a phone without JavaScript, on a desktop with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from renda.kernel.identity import api
from renda.kernel.identity.models import Account, PaperCode

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(databases=["default", "vault", "public"], transaction=True),
]
Make = Callable[..., Account]
PASSWORD, PHONE = "柳叶街道的石榴红了", "13900000000"


@pytest.fixture
def site(live_server: Any, settings: Any, monkeypatch: Any) -> str:
    from renda.kernel.identity.login import codes

    monkeypatch.setattr(codes, "_sender", None)
    settings.RENDA_PAPER_PLANE = True
    return str(live_server.url)


def test_a_deputy_of_sixty_on_a_phone_without_javascript(site: str, make: Make, open_page: Any) -> None:
    make("deputy", "t_deputy@person:7", phone=PHONE)
    page = open_page(360, 780, is_mobile=True, has_touch=True, java_script_enabled=False)
    page.goto(f"{site}/login/?next=/account/")
    box = page.locator("button", has_text="获取验证码").bounding_box()
    assert box["height"] >= 44 and box["y"] < 780  # large, and in sight without scrolling
    page.fill("input[name=phone]", "139 0000 0000")
    page.click("text=获取验证码")
    page.fill("input[name=code]", PaperCode.objects.get().code)
    page.click("main button.primary")
    assert page.url == f"{site}/account/"
    assert "139****0000" in page.content() and PHONE not in page.content()
    assert page.evaluate is not None
    assert page.locator("body").bounding_box()["width"] <= 360  # nothing runs off to the side


def test_reveal_in_a_dialog(site: str, make: Make, open_page: Any) -> None:
    make("admin", "administrator@all", password=PASSWORD)
    deputy = make("deputy", "t_deputy@person:7", phone=PHONE)
    page = open_page(1280, 800)
    page.goto(f"{site}/login/?next=/account/admin/{deputy.pk}/")
    page.fill("input[name=login]", "admin")
    page.fill("input[name=password]", PASSWORD)
    page.click("form:has(input[name=password]) button.primary")
    page.wait_for_selector("text=139****0000")
    assert PHONE not in page.content()
    page.click("text=查看")
    page.check("dialog[open] input[value=联系本人]")
    page.click("dialog[open] button.primary")
    page.wait_for_selector(f"text={PHONE}")
    assert page.locator("dialog[open]").count() == 0
    page.reload()
    assert PHONE not in page.content()
    assert [g.role for g in api.grants(deputy)] == ["t_deputy"]


def test_a_one_time_link_from_the_clerks_screen_to_the_deputys_phone(
    site: str, make: Make, open_page: Any
) -> None:
    make("admin", "administrator@all", password=PASSWORD)
    deputy = make("deputy", "t_deputy@person:7")
    clerk, phone = open_page(1280, 800), open_page(360, 780, is_mobile=True, has_touch=True)
    clerk.goto(f"{site}/login/?next=/account/admin/{deputy.pk}/")
    clerk.fill("input[name=login]", "admin")
    clerk.fill("input[name=password]", PASSWORD)
    clerk.click("form:has(input[name=password]) button.primary")
    clerk.click("text=生成一次性登录链接 >> nth=-1")
    address = clerk.input_value("#address")
    phone.goto(address)
    phone.click("text=的身份登录")
    phone.wait_for_url("**/account/password/**")
    phone.fill("input[name=new]", "临河边上的第三棵老槐树")
    phone.fill("input[name=again]", "临河边上的第三棵老槐树")
    phone.click("main button.primary")
    phone.wait_for_url(lambda url: "/password/" not in url)
    phone.goto(f"{site}/account/")
    assert "deputy同志" in phone.content()
