"""TOTP for staff: enrolment, the second step, recovery codes, the requirement, the reset."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.test import Client

from renda.kernel.identity import api
from renda.kernel.identity.models import Account
from renda.kernel.record import api as record

pytestmark = pytest.mark.django_db(databases=["default", "vault"])
Make = Callable[..., Account]
PASSWORD = "柳叶街道的石榴红了"


def code(secret: str, later: int = 0) -> str:
    """The six digits that an authenticator shows, ``later`` steps of thirty seconds from now."""
    return auth.format_hotp_value(auth.hotp_value(secret, int(time.time()) // 30 + later))


def enrol(client: Client) -> tuple[str, list[str]]:
    """Enrol as a browser does: scan, type the digits, read the recovery codes."""
    page = client.get("/account/second/set/").content.decode()
    secret = re.search(r"<code>(\w+)</code>", page)
    assert secret is not None
    assert "data:image/svg+xml" in page
    answer = client.post(
        "/account/second/set/", {"code": code(secret.group(1))}, follow=True
    ).content.decode()
    return secret.group(1), re.findall(r"<code>([\w-]+)</code>", answer)


def login(client: Client, name: str) -> Any:
    return client.post("/login/", {"login": name, "password": PASSWORD})


def inside(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.fixture
def organ(make: Make) -> Account:
    return make("organ", "t_organ@org:1", password=PASSWORD)


def test_enrol_then_two_steps(client: Client, organ: Account) -> None:
    login(client, "organ")
    secret, recovery = enrol(client)
    assert len(recovery) == 10
    assert record.timeline(organ.ref, 1, None)[0].sentence == "启用了两步验证"
    other = Client()
    assert login(other, "organ").headers["Location"] == "/login/second/"
    assert not inside(other)
    assert other.get("/account/").status_code == 302
    assert "验证码不对" in other.post("/login/second/", {"code": "000000"}).content.decode()
    other.post("/login/second/", {"code": code(secret, 1)})
    assert inside(other)


def test_a_code_is_good_once(client: Client, organ: Account) -> None:
    login(client, "organ")
    secret, _ = enrol(client)
    digits = code(secret, 1)
    for expected in (True, False):
        other = Client()
        login(other, "organ")
        other.post("/login/second/", {"code": digits})
        assert inside(other) is expected


def test_a_recovery_code_replaces_the_phone_once(client: Client, organ: Account) -> None:
    login(client, "organ")
    _, recovery = enrol(client)
    for expected in (True, False):
        other = Client()
        login(other, "organ")
        other.post("/login/second/", {"code": recovery[0]})
        assert inside(other) is expected
    assert recovery[1] not in client.get("/account/second/codes/").content.decode()  # shown once


def test_the_secret_is_encrypted_in_the_database(client: Client, organ: Account) -> None:
    login(client, "organ")
    secret, _ = enrol(client)
    stored = str([a.data for a in Authenticator.objects.all()])
    assert secret not in stored
    assert "g1." in stored


def test_guessing_the_second_step_is_limited(client: Client, organ: Account) -> None:
    login(client, "organ")
    enrol(client)
    other = Client()
    login(other, "organ")
    answers = [other.post("/login/second/", {"code": f"{n:06}"}).content.decode() for n in range(15)]
    assert "试的次数太多了" in answers[-1]
    assert not inside(other)


def test_staff_must_enrol_where_it_is_required(client: Client, organ: Account, settings: Any) -> None:
    settings.RENDA_REQUIRE_TOTP = True
    login(client, "organ")
    for path in ("/account/", "/account/admin/"):
        assert client.get(path).headers["Location"].startswith("/account/second/set/")
    enrol(client)
    assert client.get("/account/").status_code == 200
    page = client.post("/account/second/remove/").content.decode()
    assert "不能自行撤销" in page
    assert Authenticator.objects.filter(user=organ).exists()


def test_deputies_need_none(client: Client, make: Make, settings: Any) -> None:
    settings.RENDA_REQUIRE_TOTP = True
    make("deputy", "t_deputy@person:7", password=PASSWORD)
    login(client, "deputy")
    assert client.get("/account/").status_code == 200


def test_a_session_from_before_the_enrolment_shows_the_factor_too(
    client: Client, organ: Account, settings: Any
) -> None:
    before = Client()
    login(before, "organ")
    login(client, "organ")
    secret, _ = enrol(client)
    settings.RENDA_REQUIRE_TOTP = True
    assert client.get("/account/").status_code == 200
    assert before.get("/account/").headers["Location"].startswith("/account/confirm/second/")
    answer = before.post("/account/confirm/second/?next=/account/", {"code": code(secret, 1)})
    assert answer.headers["Location"] == "/account/"
    assert before.get("/account/").status_code == 200


def test_removing_it_where_it_is_not_required(client: Client, organ: Account) -> None:
    login(client, "organ")
    enrol(client)
    client.post("/account/second/remove/")
    assert not Authenticator.objects.filter(user=organ).exists()
    assert record.timeline(organ.ref, 1, None)[0].sentence == "撤销了两步验证"


def test_an_old_session_proves_itself_before_it_removes_anything(
    client: Client, organ: Account, monkeypatch: Any
) -> None:
    login(client, "organ")
    secret, _ = enrol(client)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 3600)
    answer = client.get("/account/second/remove/")
    assert answer.headers["Location"].startswith("/account/confirm/")
    assert "再确认一次" in client.get(answer.headers["Location"]).content.decode()
    client.post(answer.headers["Location"], {"password": PASSWORD})
    assert client.post("/account/second/remove/").headers["Location"] == "/account/second/"
    assert secret


def test_the_administrator_resets_a_lost_phone(client: Client, organ: Account, make: Make) -> None:
    make("admin", "administrator@all", password=PASSWORD)
    login(client, "organ")
    enrol(client)
    admin = Client()
    login(admin, "admin")
    admin.post(f"/account/admin/{organ.pk}/factor/")
    assert not Authenticator.objects.filter(user=organ).exists()
    assert client.get("/account/").status_code == 302  # logged out everywhere
    login(client, "organ")
    assert inside(client)
    assert "撤销了两步验证" in [line.sentence for line in record.timeline(organ.ref, 5, None)]


def test_links_and_codes_ask_for_the_second_step_too(client: Client, organ: Account) -> None:
    login(client, "organ")
    enrol(client)
    other = Client()
    answer = other.post(f"/login/link/{api.make_link(organ, actor=None)}/")
    assert answer.headers["Location"] == "/login/second/"
    assert not inside(other)
