"""The ways out against servers that answer well, badly and not at all."""

from __future__ import annotations

import hashlib
import hmac
import smtplib
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.core import mail

from renda.kernel.identity.api import Account
from renda.kernel.notify.adapters.base import Dead, Outgoing, Temporary
from renda.kernel.notify.adapters.mail import Mail
from renda.kernel.notify.adapters.sms import Sms
from renda.kernel.notify.adapters.wecom import WeCom
from renda.kernel.notify.models import Reach
from renda.kernel.notify.tests.conftest import PHONE, Gateway
from renda.kernel.record import api as record

pytestmark = pytest.mark.django_db(databases=["default", "vault"])
Make = Callable[..., Account]


@pytest.fixture
def letter(make: Make) -> Outgoing:
    return Outgoing(
        key="k1", address="to", kind="motions.pressed", title="请答复", long="请答复\n\n第二次催办。",
        short="【催办】请答复", url="https://renda.example/motions/7/", urgent=True, account=make("li"),
    )  # fmt: skip


# --- SMS


def test_an_sms_is_signed_and_carries_its_key(letter: Outgoing, gateway: Gateway) -> None:
    assert Sms(gateway.url, "秘密", "安澜人大").send(letter) == "r1"
    ((_, headers, body),) = gateway.requests
    assert body == {
        "key": "k1",
        "to": "to",
        "kind": "motions.pressed",
        "title": "请答复",
        "text": "【安澜人大】【催办】请答复 https://renda.example/motions/7/",
        "url": "https://renda.example/motions/7/",
    }
    signed = hmac.new(
        "秘密".encode(), f"{headers['X-Renda-Time']}\n{headers['raw']}".encode(), hashlib.sha256
    )
    assert headers["X-Renda-Signature"] == signed.hexdigest()
    assert headers["X-Renda-Key"] == "k1"
    assert abs(int(headers["X-Renda-Time"]) - time.time()) < 30


@pytest.mark.parametrize(
    ("answer", "error", "text"),
    [
        ({"status": "dead", "reason": "空号"}, Dead, "空号"),
        ({"status": "dead"}, Dead, "空号或停机"),
        ({"status": "later", "reason": "限流"}, Temporary, "限流"),
        ({}, Temporary, "没有收下"),
        (503, Temporary, "对方应答 503"),
        (302, Temporary, "对方应答 302"),
        (b"<html>", Temporary, "应答无法读取"),
        (b"[1]", Temporary, "不是 JSON 对象"),
    ],
)
def test_what_the_gateway_says_is_understood(
    letter: Outgoing, gateway: Gateway, answer: Any, error: type[Exception], text: str
) -> None:
    gateway.answer = lambda path, body: answer
    with pytest.raises(error, match=text):
        Sms(gateway.url, "s").send(letter)


def test_a_gateway_that_is_not_there_is_for_later(letter: Outgoing) -> None:
    with pytest.raises(Temporary, match="连不上"):
        Sms("http://127.0.0.1:9/", "s").send(letter)


def test_a_number_is_opened_only_to_be_sent_to_and_that_is_recorded(make: Make) -> None:
    li = make("wang", phone=PHONE)
    sms = Sms("http://127.0.0.1:9/", "s")
    address = sms.address(li, Reach(account=li))
    assert address == str(li.phone_id)
    before = record.count()
    assert sms.open(address) == PHONE
    assert record.count() == before + 1
    with pytest.raises(Dead, match="已从保险库删除"):
        sms.open(str(UUID(int=5)))


def test_a_login_code_goes_the_same_way(make: Make, gateway: Gateway) -> None:
    Sms(gateway.url, "s").send_code(make("wang"), PHONE, "123456")
    (body,) = gateway.bodies
    assert (body["to"], body["kind"]) == (PHONE, "login.code")
    assert "123456" in body["text"]


# --- 企业微信


class Tencent:
    """As much of the interface as is used."""

    def __init__(self) -> None:
        self.tokens = 0
        self.send: list[Any] = []

    def __call__(self, path: str, body: Any) -> Any:
        if path.startswith("/cgi-bin/gettoken"):
            self.tokens += 1
            return {"errcode": 0, "access_token": f"t{self.tokens}", "expires_in": 7200}
        answer = self.send.pop(0) if self.send else {"errcode": 0, "msgid": "m1"}
        return answer(path) if callable(answer) else answer


@pytest.fixture
def wecom(gateway: Gateway) -> tuple[WeCom, Tencent, Gateway]:
    tencent = Tencent()
    gateway.answer = tencent
    return WeCom("ww1", 1000002, "s", gateway.url.removesuffix("/sms")), tencent, gateway


def test_a_card_is_sent_and_the_token_is_kept(
    letter: Outgoing, wecom: tuple[WeCom, Tencent, Gateway]
) -> None:
    way, tencent, gateway = wecom
    assert way.send(letter) == "m1"
    assert way.send(letter) == "m1"
    assert tencent.tokens == 1
    path, _, body = gateway.requests[-1]
    assert path == "/cgi-bin/message/send?access_token=t1"
    assert (body["touser"], body["agentid"], body["msgtype"]) == ("to", 1000002, "textcard")
    assert body["textcard"]["url"] == "https://renda.example/motions/7/"
    assert body["enable_duplicate_check"] == 1


def test_an_expired_token_is_fetched_anew(letter: Outgoing, wecom: tuple[WeCom, Tencent, Gateway]) -> None:
    way, tencent, _ = wecom
    tencent.send = [{"errcode": 42001}]
    assert way.send(letter) == "m1"
    assert tencent.tokens == 2


@pytest.mark.parametrize(
    "answer", [{"errcode": 81013}, {"errcode": 60111}, {"errcode": 0, "invaliduser": "to"}]
)
def test_a_member_who_is_not_there_is_dead(
    letter: Outgoing, wecom: tuple[WeCom, Tencent, Gateway], answer: Any
) -> None:
    wecom[1].send = [answer]
    with pytest.raises(Dead, match="没有这个账号"):
        wecom[0].send(letter)


def test_other_errors_are_for_later(letter: Outgoing, wecom: tuple[WeCom, Tencent, Gateway]) -> None:
    wecom[1].send = [{"errcode": 45009}]
    with pytest.raises(Temporary, match="45009"):
        wecom[0].send(letter)
    wecom[2].answer = lambda path, body: {"errcode": 40001}
    with pytest.raises(Temporary, match="请核对企业编号"):
        WeCom("ww2", 1, "s", wecom[2].url.removesuffix("/sms")).send(letter)


# --- e-mail


def test_a_letter_has_its_key_as_its_number(letter: Outgoing) -> None:
    assert Mail().send(letter) == "<k1@renda>"
    (sent,) = mail.outbox
    assert (sent.subject, sent.to) == ("请答复", ["to"])
    assert sent.body == "请答复\n\n第二次催办。\n\nhttps://renda.example/motions/7/\n"
    assert sent.message()["Message-ID"] == "<k1@renda>"


@pytest.mark.parametrize(
    ("problem", "error"),
    [
        (smtplib.SMTPRecipientsRefused({"to": (550, b"no such user")}), Dead),
        (smtplib.SMTPRecipientsRefused({"to": (452, b"full")}), Temporary),
        (smtplib.SMTPServerDisconnected("x"), Temporary),
        (ConnectionRefusedError(), Temporary),
    ],
)
def test_mail_servers_refusals(
    letter: Outgoing, monkeypatch: pytest.MonkeyPatch, problem: Exception, error: type[Exception]
) -> None:
    def refuse(self: object) -> None:
        raise problem

    monkeypatch.setattr("renda.kernel.notify.adapters.mail.EmailMessage.send", refuse)
    with pytest.raises(error):
        Mail().send(letter)
