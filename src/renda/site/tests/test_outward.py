"""The environment says which ways lead out of the house; a wrong one says so at the start."""

from __future__ import annotations

import pytest

from renda.site import outward


def test_the_environment_describes_the_ways() -> None:
    env = {
        "RENDA_ADDRESS": "https://renda.example",
        "RENDA_EMAIL_URL": "smtp://me%40x:p%2Fw@mail.example:587/?tls=1&from=renda@example.com",
        "RENDA_SMS_URL": "https://sms.example/send",
        "RENDA_SMS_SECRET": "s",
        "RENDA_SMS_SIGN": "安澜人大",
        "RENDA_WECOM": "ww1:1000002",
        "RENDA_WECOM_SECRET": "t",
    }
    assert outward.notify(paper_plane=False, env=env) == {
        "address": "https://renda.example",
        "email": True,
        "sms": {"url": "https://sms.example/send", "secret": "s", "signature": "安澜人大"},
        "wecom": {"corp": "ww1", "agent": 1000002, "secret": "t", "base": "https://qyapi.weixin.qq.com"},
    }
    settings = outward.email(env)
    assert (settings["EMAIL_HOST"], settings["EMAIL_PORT"], settings["EMAIL_USE_TLS"]) == (
        "mail.example",
        587,
        True,
    )
    assert (settings["EMAIL_HOST_USER"], settings["EMAIL_HOST_PASSWORD"]) == ("me@x", "p/w")
    assert outward.notify(paper_plane=True, env=env) == {"address": "https://renda.example", "paper": True}
    assert outward.notify(paper_plane=False, env={}) == {"address": "", "email": False}
    assert outward.email({}) == {}


@pytest.mark.parametrize(
    ("env", "message"),
    [
        ({"RENDA_SMS_URL": "ftp://x", "RENDA_SMS_SECRET": "s"}, "RENDA_SMS_URL"),
        ({"RENDA_SMS_URL": "https://x"}, "RENDA_SMS_SECRET"),
        ({"RENDA_SMS_URL": "https://x", "RENDA_SMS_SECRET": "s"}, "RENDA_ADDRESS"),
        ({"RENDA_WECOM": "ww1"}, "RENDA_WECOM"),
        ({"RENDA_WECOM": "ww1:2"}, "RENDA_WECOM_SECRET"),
    ],
)
def test_a_wrong_environment_says_so_at_the_start(env: dict[str, str], message: str) -> None:
    with pytest.raises(RuntimeError, match=message):
        outward.notify(paper_plane=False, env=env)


def test_a_wrong_mail_address_says_so_at_the_start() -> None:
    with pytest.raises(RuntimeError, match="RENDA_EMAIL_URL"):
        outward.email({"RENDA_EMAIL_URL": "mail.example"})
