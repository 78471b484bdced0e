"""The pages: my messages, how I am reached, the demo's box."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from renda.kernel import clock
from renda.kernel.identity.api import Account
from renda.kernel.notify import api as notify
from renda.kernel.notify.models import Reach, Stop
from renda.kernel.notify.tests.conftest import PHONE, tell

pytestmark = pytest.mark.django_db(databases=["default", "vault"])
Make = Callable[..., Account]


@pytest.fixture
def li(make: Make, client: Client) -> Account:
    account = make("li", phone=PHONE)
    client.force_login(account)
    return account


def test_the_list_shows_what_is_unread_and_opens_where_it_is_done(li: Account, client: Client) -> None:
    number = tell(li, title="请尽快答复<b>", body="第二次催办。", url="/messages/settings/", urgent=True)
    text = client.get("/messages/").text
    assert "请尽快答复&lt;b&gt;" in text
    assert "第二次催办。" in text
    assert "（未读）" in text
    assert "急" in text
    opened = client.get(f"/messages/{number}/")
    assert (opened.status_code, opened["Location"]) == (302, "/messages/settings/")
    assert notify.unread(li) == 0
    assert "（未读）" not in client.get("/messages/").text
    assert "没有未读的消息" in client.get("/messages/?only=unread").text


def test_a_message_without_a_page_shows_its_text(li: Account, client: Client) -> None:
    number = tell(li, title="通知", body="明天停电。\n请早走。")
    assert "明天停电。<br>请早走。" in client.get(f"/messages/{number}/").text
    assert notify.unread(li) == 0


def test_nobody_reads_what_was_told_to_another(make: Make, li: Account, client: Client) -> None:
    number = tell(make("wang"), title="给他的", body="内容")
    assert client.get(f"/messages/{number}/").status_code == 404
    assert client.get(f"/messages/{uuid4()}/").status_code == 404
    assert "给他的" not in client.get("/messages/").text
    client.post("/messages/read/")
    assert notify.inbox(Account.objects.get(username="wang")).unread == 1


def test_all_at_once_and_only_by_post(li: Account, client: Client) -> None:
    tell(li)
    tell(li)
    assert client.get("/messages/read/").status_code == 405
    assert "2 条消息已标为已读" in client.post("/messages/read/", follow=True).text
    assert notify.unread(li) == 0


def test_a_stranger_is_sent_to_the_login(client: Client) -> None:
    for path in ("/messages/", "/messages/settings/", f"/messages/{uuid4()}/"):
        answer = client.get(path)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/login/")


def test_a_page_of_messages_costs_the_same_whatever_its_length(li: Account, client: Client) -> None:
    counts = []
    for more in (2, 60):
        for _ in range(more):
            tell(li)
        client.get("/messages/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/messages/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    second = client.get("/messages/?page=2").text
    assert "第 2 页，共 2 页" in second
    assert client.get("/messages/?page=x").status_code == 200


def test_one_says_how_one_is_reached(li: Account, client: Client, settings: Any) -> None:
    settings.NOTIFY = {"address": "", "email": True, "sms": {"url": "http://127.0.0.1:9/", "secret": "s"}}
    text = client.get("/messages/settings/").text
    assert "催办" in text
    assert "必须告知，不能停发：送达" in text
    sent = {
        "email": "li@example.com",
        "wecom": "",
        "urgent_way": "email",
        "digest_way": "",
        "sent": ["notifytest.replied"],
    }
    assert client.post("/messages/settings/", sent).status_code == 302
    reach = Reach.objects.get()
    assert (reach.account, reach.email, reach.urgent_way) == (li, "li@example.com", "email")
    assert list(Stop.objects.values_list("kind", flat=True)) == ["notifytest.pressed"]
    assert 'value="li@example.com"' in client.get("/messages/settings/").text


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"email": "13900001234@139.com"}, "含有手机号"),
        ({"email": "not a mailbox"}, "有效的"),
        ({"wecom": "13900001234"}, "含有手机号"),
        ({"sent": "notifytest.served"}, "不在选项里"),
        ({"urgent_way": "pigeon"}, "请从列出的选项里选"),
    ],
)
def test_a_wrong_wish_is_refused_at_its_field(
    li: Account, client: Client, settings: Any, wrong: dict[str, str], message: str
) -> None:
    settings.NOTIFY = {"address": "", "email": True}
    answer = client.post("/messages/settings/", {"email": "", "wecom": "", **wrong})
    assert answer.status_code == 422
    assert message in answer.text
    assert not Reach.objects.exists()


def test_the_demos_box_is_read_by_all_and_only_in_a_demo(make: Make, client: Client, settings: Any) -> None:
    settings.NOTIFY = {"address": "", "email": True}
    assert client.get("/demo/messages/").status_code == 404
    settings.NOTIFY = {"address": "", "paper": True}
    assert "还没有发出消息" in client.get("/demo/messages/").text
    li, wang = make("li", phone=PHONE), make("wang")
    with clock.travel(clock.combine(dt.date(2026, 3, 5), dt.time(8, 30))):
        tell(li, title="请到场", url="/motions/7/", urgent=True)
        tell(wang, title="有答复了")
        notify.make_digests()
        notify.deliver()
    text = client.get("/demo/messages/").text
    assert 'href="/motions/7/"' in text
    assert "致 li同志" in text
    assert "3月5日消息摘要：1 件" in text
    assert PHONE not in text
    only = client.get(f"/demo/messages/?account={wang.pk}").text
    assert "请到场" not in only
    assert "有答复了" in only
