"""Limits on guessing, how long one stays logged in, and the list of devices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from renda.kernel.identity.login import limits, sessions
from renda.kernel.identity.models import Account
from renda.kernel.identity.tests.browsing import NEW, PASSWORD, PHONE, TOO_MANY, ask_code, by_password, who
from renda.kernel.record import api as record

pytestmark = pytest.mark.django_db(databases=["default", "vault"])
Make = Callable[..., Account]
Box = list[tuple[str, str, str]]


# Limits


def test_a_hundred_wrong_passwords_do_not_keep_the_owner_out(make: Make) -> None:
    make("zhang", password=PASSWORD)
    stranger = Client()
    answers = [by_password(stranger, "zhang", f"猜{n}", "203.0.113.1").content.decode() for n in range(100)]
    assert TOO_MANY in answers[-1]
    assert sum(TOO_MANY not in a for a in answers) == 10  # what one address may try in five minutes
    assert TOO_MANY in by_password(stranger, "zhang", PASSWORD, "203.0.113.1").content.decode()
    owner = Client()
    by_password(owner, "zhang", PASSWORD, "10.0.0.2")
    assert who(owner) == "zhang"


def test_many_addresses_together_stop_strangers_for_a_minute_and_never_the_owners_own_browser(
    make: Make, monkeypatch: Any
) -> None:
    make("zhang", password=PASSWORD)
    own = Client()
    by_password(own, "zhang", PASSWORD, "10.0.0.2")
    own.post("/logout/")
    for n in range(40):
        answer = by_password(Client(), "zhang", "猜", f"203.0.113.{n}").content.decode()
    assert TOO_MANY in answer
    elsewhere = Client()
    assert TOO_MANY in by_password(elsewhere, "zhang", PASSWORD, "10.0.0.9").content.decode()
    by_password(own, "zhang", PASSWORD, "10.0.0.2")
    assert who(own) == "zhang"  # known by its cookie
    import time

    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 61)
    by_password(elsewhere, "zhang", PASSWORD, "10.0.0.9")
    assert who(elsewhere) == "zhang"  # a minute later anywhere


def test_a_forged_device_cookie_counts_for_nothing(make: Make, rf: Any) -> None:
    account = make("zhang")
    request = rf.post("/login/")
    request.COOKIES[limits.COOKIE] = "eyJpZCI6IngiLCJhY2NvdW50cyI6WzFdfQ:forged:forged"
    assert limits.bucket(request, account.pk, "Zhang ") == "name:zhang"


def test_right_passwords_use_up_no_limit(make: Make) -> None:
    make("zhang", password=PASSWORD)
    for _ in range(15):
        client = Client()
        by_password(client, "zhang")
        assert who(client) == "zhang"


def test_a_hall_logs_in_from_one_address(make: Make) -> None:
    for n in range(70):
        make(f"deputy{n}", password=PASSWORD)
    for n in range(70):
        client = Client()
        by_password(client, f"deputy{n}")
        assert who(client) == f"deputy{n}"


def test_codes_are_limited_by_number(make: Make, sent: Box) -> None:
    make("deputy", phone=PHONE)
    for n in range(5):
        page = ask_code(Client(), PHONE, f"203.0.113.{n}").content.decode()
    assert len(sent) == 3
    assert "要验证码的次数太多了" in page


# How long


def age(client: Client) -> int:
    return client.session.get_expiry_age()


def test_deputies_stay_ninety_days_staff_twelve_hours(client: Client, make: Make) -> None:
    make("deputy", "t_deputy@person:7", password=PASSWORD)
    make("organ", "t_organ@org:1", password=PASSWORD)
    by_password(client, "deputy")
    assert age(client) == 90 * 24 * 3600
    client.post("/logout/")
    by_password(client, "organ")
    assert age(client) == 12 * 3600


def test_a_shared_computer_forgets_after_two_hours(client: Client, make: Make) -> None:
    make("deputy", "t_deputy@person:7", password=PASSWORD)
    by_password(client, "deputy", shared="on")
    assert age(client) == 2 * 3600
    assert limits.COOKIE not in client.cookies
    client.post("/logout/")
    by_password(client, "deputy")
    assert age(client) == 90 * 24 * 3600
    assert client.cookies[limits.COOKIE]["httponly"]


def test_other_devices_are_listed_and_ended(client: Client, make: Make) -> None:
    account = make("zhang", password=PASSWORD)
    phone = Client(headers={"user-agent": "Mozilla/5.0 (Linux; Android 13) MicroMessenger/8.0"})
    by_password(client, "zhang")
    by_password(phone, "zhang")
    page = client.get("/account/").content.decode()
    assert "微信（安卓手机）" in page and "就是这一台" in page
    client.post("/account/sessions/end/")
    assert who(client) == "zhang"
    assert phone.get("/account/").status_code == 302
    assert record.timeline(account.ref, 1, None)[0].sentence == "让 1 台设备退出登录"


def test_nobody_ends_a_strangers_session(client: Client, make: Make) -> None:
    make("zhang", password=PASSWORD)
    make("li", password=PASSWORD)
    victim = Client()
    by_password(victim, "li")
    from allauth.usersessions.models import UserSession

    theirs = UserSession.objects.get(user__username="li").pk
    by_password(client, "zhang")
    client.post("/account/sessions/end/", {"device": theirs})
    assert victim.get("/account/").status_code == 200


def test_a_new_password_logs_the_other_devices_out(client: Client, make: Make) -> None:
    make("zhang", password=PASSWORD)
    phone = Client()
    by_password(client, "zhang")
    by_password(phone, "zhang")
    wrong = client.post(
        "/account/password/",
        {"present": "不对", "new": NEW, "again": NEW},
    )
    assert "现在的密码不对" in wrong.content.decode()
    client.post(
        "/account/password/",
        {"present": PASSWORD, "new": NEW, "again": NEW},
    )
    assert client.get("/account/").status_code == 200
    assert phone.get("/account/").status_code == 302


def test_large_type_follows_the_account_to_its_next_device(client: Client, make: Make) -> None:
    make("deputy", password=PASSWORD)
    by_password(client, "deputy")
    client.post("/account/type/", {"large": "1"})
    assert client.cookies["renda_type"].value == "large"
    other = Client()
    by_password(other, "deputy")
    assert other.cookies["renda_type"].value == "large"


def test_device_names() -> None:
    assert (
        sessions.device_name("Mozilla/5.0 (Windows NT 10.0) Chrome/109 Edg/109")
        == "Edge 浏览器（Windows 电脑）"
    )
    assert sessions.device_name("Mozilla/5.0 (iPhone) wxwork/4 MicroMessenger/7") == "企业微信（苹果手机）"
    assert sessions.device_name("curl/8") == "其他程序"


def test_a_failed_login_leaves_no_password_anywhere(client: Client, make: Make, caplog: Any) -> None:
    make("zhang", password=PASSWORD)
    caplog.set_level("DEBUG")
    page = by_password(client, "zhang", "一个错的秘密口令").content.decode()
    assert "一个错的秘密口令" not in page + caplog.text
