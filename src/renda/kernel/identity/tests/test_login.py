"""Coming in and going out, as a browser does it: password, code, link; limits; sessions."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from renda.kernel import clock
from renda.kernel.identity import api
from renda.kernel.identity.login import limits, sessions
from renda.kernel.identity.models import Account, LoginLink, PaperCode
from renda.kernel.identity.services import links
from renda.kernel.record import api as record

pytestmark = pytest.mark.django_db(databases=["default", "vault"])
Make = Callable[..., Account]
Box = list[tuple[str, str, str]]
PASSWORD, PHONE = "柳叶街道的石榴红了", "13900000000"
NEW = "临河边上的第三棵老槐树"
TOO_MANY = "试的次数太多了"


def who(client: Client) -> str | None:
    """The account that the client is logged in with."""
    pk = client.session.get("_auth_user_id")
    return Account.objects.get(pk=pk).username if pk else None


def by_password(
    client: Client, name: str, password: str = PASSWORD, address: str = "10.0.0.1", **more: str
) -> Any:
    return client.post("/login/", {"login": name, "password": password, **more}, REMOTE_ADDR=address)


def ask_code(client: Client, number: str, address: str = "10.0.0.1") -> Any:
    return client.post("/login/code/", {"phone": number}, REMOTE_ADDR=address, follow=True)


def test_by_password_and_out_again(client: Client, make: Make) -> None:
    account = make("zhang", "t_organ@org:1", password=PASSWORD)
    page = client.get("/login/").content.decode()
    assert "涉密信息不得上网" in page
    assert "<script>" not in page and "style=" not in page
    assert by_password(client, "ZHANG").status_code == 302
    assert who(client) == "zhang"
    assert [line.sentence for line in record.timeline(account.ref, 1, None)] == ["以密码登录"]
    assert client.get("/logout/").status_code == 200
    assert who(client) == "zhang"  # a picture on another site's page logs nobody out
    assert client.post("/logout/").headers["Location"] == "/login/"
    assert who(client) is None
    assert [line.sentence for line in record.timeline(account.ref, 1, None)] == ["退出登录"]


def test_by_telephone_number_and_password(client: Client, make: Make) -> None:
    make("zhang", password=PASSWORD, phone=PHONE)
    by_password(client, "139 0000 0000")
    assert who(client) == "zhang"


def test_a_wrong_password_says_what_to_do_and_not_which_was_wrong(client: Client, make: Make) -> None:
    make("zhang", password=PASSWORD)
    wrong = by_password(client, "zhang", "不是这个").content.decode()
    nobody = by_password(client, "nobody", "不是这个").content.decode()
    assert "一次性登录链接" in wrong
    assert "不相符" in wrong and "不相符" in nobody
    assert who(client) is None


def test_next_leads_on_and_never_away(client: Client, make: Make) -> None:
    make("zhang", password=PASSWORD)
    assert by_password(client, "zhang", next="/account/").headers["Location"] == "/account/"
    client.post("/logout/")
    assert by_password(client, "zhang", next="https://evil.example/").headers["Location"] == "/"


def test_a_closed_account_is_told_so_only_with_the_right_password(client: Client, make: Make) -> None:
    account = make("zhang", password=PASSWORD)
    api.close_account(account, actor=None, reason="退休")
    assert "不相符" in by_password(client, "zhang", "不是这个").content.decode()
    assert by_password(client, "zhang").headers["Location"] == "/login/closed/"
    assert "已停用" in client.get("/login/closed/").content.decode()
    assert who(client) is None


def test_closing_an_account_ends_what_it_is_doing(client: Client, make: Make) -> None:
    admin, account = make("admin", "administrator@all"), make("zhang", password=PASSWORD)
    by_password(client, "zhang")
    assert client.get("/account/").status_code == 200
    api.close_account(account, actor=admin, reason="调离")
    assert client.get("/account/").status_code == 302


@pytest.mark.parametrize(
    "path", ["/signup/", "/account/signup/", "/login/signup/", "/account/password/reset/", "/account/email/"]
)
def test_strangers_find_no_door(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


# Codes by SMS


def test_by_code(client: Client, make: Make, sent: Box) -> None:
    account = make("deputy", "t_deputy@person:7", phone=PHONE)
    page = ask_code(client, "+86 139-0000-0000").content.decode()
    assert "139****0000" in page
    (name, number, code), *_ = sent
    assert code not in page
    assert (name, number) == ("deputy", PHONE)
    assert len(code) == 6 and code.isdecimal()
    client.post("/login/code/confirm/", {"code": code})
    assert who(client) == "deputy"
    said = [line.sentence for line in record.timeline(account.ref, 2, None)]
    assert said == ["以短信验证码登录", "系统使用了手机号：发送登录验证码"]


def test_the_number_is_in_no_session_page_or_record(client: Client, make: Make, sent: Box) -> None:
    account = make("deputy", "t_deputy@person:7", phone=PHONE)
    pages = [ask_code(client, PHONE).content.decode()]
    held = str([s.get_decoded() for s in Session.objects.all()])
    pages.append(client.post("/login/code/confirm/", {"code": "000000"}).content.decode())
    client.post("/login/code/confirm/", {"code": sent[0][2]})
    held += str([s.get_decoded() for s in Session.objects.all()])
    pages.append(client.get("/account/").content.decode())
    assert "139****0000" in pages[0] and "139****0000" in pages[2]
    for text in (*pages, held, str([line.payload for line in record.timeline(account.ref, 20, None)])):
        assert PHONE not in text


def test_an_unknown_number_looks_the_same_and_sends_nothing(client: Client, make: Make, sent: Box) -> None:
    make("deputy", phone=PHONE)
    known = ask_code(client, PHONE).content.decode()
    other = Client()
    unknown = ask_code(other, "13900000009", "10.0.0.2").content.decode()
    strip = lambda page: page.replace("139****0009", "139****0000")  # noqa: E731

    def without_token(page: str) -> list[str]:
        return [line for line in strip(page).splitlines() if "csrfmiddlewaretoken" not in line]

    assert without_token(known) == without_token(unknown)
    assert len(sent) == 1
    page = other.post("/login/code/confirm/", {"code": ""}).content.decode()
    assert "请填写验证码" in page
    assert "验证码不对" in other.post("/login/code/confirm/", {"code": "123456"}).content.decode()
    assert who(other) is None


def test_a_closed_account_gets_no_code(client: Client, make: Make, sent: Box) -> None:
    api.close_account(make("deputy", phone=PHONE), actor=None, reason="届满")
    ask_code(client, PHONE)
    assert sent == []


def test_a_code_lasts_five_minutes_five_tries_and_one_use(
    client: Client, make: Make, sent: Box, monkeypatch: Any
) -> None:
    make("deputy", phone=PHONE)
    ask_code(client, PHONE)
    for _ in range(5):
        client.post("/login/code/confirm/", {"code": "000000"})
    client.post("/login/code/confirm/", {"code": sent[0][2]})
    assert who(client) is None  # five wrong tries spent it
    ask_code(client, PHONE)
    import time

    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 301)
    client.post("/login/code/confirm/", {"code": sent[1][2]})
    assert who(client) is None
    monkeypatch.setattr(time, "time", real)
    ask_code(client, PHONE)
    client.post("/login/code/confirm/", {"code": sent[2][2]})
    assert who(client) == "deputy"
    client.post("/logout/")
    client.post("/login/code/confirm/", {"code": sent[2][2]})
    assert who(client) is None


def test_a_code_can_be_sent_again(client: Client, make: Make, sent: Box) -> None:
    make("deputy", phone=PHONE)
    ask_code(client, PHONE)
    client.post("/login/code/confirm/", {"action": "resend"})
    assert len(sent) == 2
    assert sent[0][2] != sent[1][2]
    client.post("/login/code/confirm/", {"code": sent[1][2]})
    assert who(client) == "deputy"


def test_a_malformed_number_is_named(client: Client, sent: Box) -> None:
    assert "11 位手机号" in ask_code(client, "12345").content.decode()


def test_a_gateway_that_fails_says_what_to_do(
    client: Client, make: Make, monkeypatch: Any, caplog: Any
) -> None:
    from renda.kernel.identity.login import codes

    def broken(*args: Any) -> None:
        raise OSError("连接被拒绝")

    monkeypatch.setattr(codes, "_sender", broken)
    make("deputy", phone=PHONE)
    assert "短信没有发出去" in ask_code(client, PHONE).content.decode()
    assert PHONE not in caplog.text


def test_without_a_gateway_the_page_does_not_offer_codes(
    client: Client, make: Make, settings: Any, monkeypatch: Any
) -> None:
    from renda.kernel.identity.login import codes

    monkeypatch.setattr(codes, "_sender", None)
    settings.RENDA_PAPER_PLANE = False
    make("deputy", phone=PHONE)
    assert "获取验证码" not in client.get("/login/").content.decode()
    assert "还没有接通短信" in client.get("/login/code/").content.decode()
    assert "还没有接通短信" in ask_code(client, PHONE).content.decode()
    assert PaperCode.objects.count() == 0


def test_the_paper_plane_keeps_codes_with_masked_numbers(
    client: Client, make: Make, settings: Any, monkeypatch: Any
) -> None:
    from renda.kernel.identity.login import codes

    monkeypatch.setattr(codes, "_sender", None)
    settings.RENDA_PAPER_PLANE = True
    make("deputy", phone=PHONE)
    page = ask_code(client, PHONE).content.decode()
    plane = api.paper_codes()[0]
    assert plane.code in page
    assert (plane.masked, plane.account.username) == ("139****0000", "deputy")
    client.post("/login/code/confirm/", {"code": plane.code})
    assert who(client) == "deputy"
    settings.RENDA_PAPER_PLANE = False
    assert api.paper_codes() == []


# Links


def test_a_link_opens_once(client: Client, make: Make) -> None:
    office, deputy = make("office", "t_office@congress:1"), make("deputy", "t_deputy@person:7")
    token = api.make_link(deputy, actor=office)
    for _ in range(3):  # a preview looks and changes nothing
        assert "deputy同志，您好" in client.get(f"/login/link/{token}/").content.decode()
    assert who(client) is None
    assert client.post(f"/login/link/{token}/").status_code == 302
    assert who(client) == "deputy"
    again = Client()
    for response in (again.get(f"/login/link/{token}/"), again.post(f"/login/link/{token}/")):
        assert response.status_code == 410
        assert "已经用过或已过期" in response.content.decode()
    assert who(again) is None
    assert record.timeline(deputy.ref, 1, None)[0].sentence == "以一次性链接登录"


def test_a_link_expires_and_a_newer_one_closes_it(client: Client, make: Make) -> None:
    deputy = make("deputy")
    first = api.make_link(deputy, actor=None)
    second = api.make_link(deputy, actor=None)
    assert client.post(f"/login/link/{first}/").status_code == 410
    with clock.travel(clock.now() + dt.timedelta(hours=73)):
        assert client.post(f"/login/link/{second}/").status_code == 410
    assert who(client) is None


def test_only_the_hash_of_a_link_is_kept(make: Make) -> None:
    token = api.make_link(make("deputy"), actor=None)
    assert token not in str(list(LoginLink.objects.values()))


def test_a_link_only_for_whom_one_manages(make: Make) -> None:
    office, organ = make("office", "t_office@congress:1"), make("organ", "t_organ@org:1")
    with pytest.raises(api.Forbidden, match="不在您的管理范围内"):
        api.make_link(organ, actor=office)
    with pytest.raises(api.Forbidden):
        api.make_link(make("deputy", "t_deputy@person:7"), actor=organ)


def test_a_link_of_a_closed_account_is_dead(client: Client, make: Make) -> None:
    deputy = make("deputy")
    token = api.make_link(deputy, actor=None)
    api.close_account(deputy, actor=None, reason="届满")
    assert client.post(f"/login/link/{token}/").status_code == 410
    with pytest.raises(api.IdentityError, match="已停用"):
        api.make_link(deputy, actor=None)


def test_a_link_takes_the_place_of_who_was_logged_in(client: Client, make: Make) -> None:
    make("zhang", password=PASSWORD)
    by_password(client, "zhang")
    client.post(f"/login/link/{api.make_link(make('deputy'), actor=None)}/")
    assert who(client) == "deputy"


@pytest.mark.django_db(databases=["default", "vault"], transaction=True)
def test_two_who_open_a_link_at_once_are_one(make: Make) -> None:
    token = api.make_link(make("deputy"), actor=None)
    together, got = threading.Barrier(4), []

    def opener() -> None:
        try:
            together.wait(10)
            got.append(links.open_link(token).username)
        except api.IdentityError:
            got.append("")
        finally:
            connection.close()

    threads = [threading.Thread(target=opener) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(got) == ["", "", "", "deputy"]


def test_forgotten_password(client: Client, make: Make) -> None:
    admin, zhang = make("admin", "administrator@all"), make("zhang", password=PASSWORD)
    token = api.make_link(zhang, actor=admin, new_password=True)
    client.post(f"/login/link/{token}/")
    assert client.get("/account/").headers["Location"].startswith("/account/password/")
    page = client.get("/account/password/").content.decode()
    assert "现在的密码" not in page
    bad = client.post("/account/password/", {"new": "12345678", "again": "12345678"}).content.decode()
    assert "field-error" in bad
    client.post("/account/password/", {"new": NEW, "again": NEW})
    assert client.get("/account/").status_code == 200
    zhang.refresh_from_db()
    assert not zhang.must_change
    assert by_password(Client(), "zhang", NEW).status_code == 302


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
