"""Coming in by password and by one-time link, and going out, as a browser does it."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client

from renda.kernel import clock
from renda.kernel.identity import api
from renda.kernel.identity.models import Account, LoginLink
from renda.kernel.identity.services import links
from renda.kernel.identity.tests.browsing import NEW, PASSWORD, PHONE, by_password, who
from renda.kernel.record import api as record

pytestmark = pytest.mark.django_db(databases=["default", "vault"])
Make = Callable[..., Account]
Box = list[tuple[str, str, str]]


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
