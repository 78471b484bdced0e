"""Coming in by a code sent to a telephone; the number is nowhere in clear."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from renda.kernel.identity import api
from renda.kernel.identity.models import Account, PaperCode
from renda.kernel.identity.tests.browsing import PHONE, ask_code, who
from renda.kernel.record import api as record

pytestmark = pytest.mark.django_db(databases=["default", "vault"])
Make = Callable[..., Account]
Box = list[tuple[str, str, str]]


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
