"""The search page, and who sees what on it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from renda.kernel.identity import api as identity
from renda.kernel.identity.api import Account
from renda.kernel.refs import Ref
from renda.kernel.search import api
from renda.kernel.search.tests.conftest import OTHER

pytestmark = pytest.mark.django_db
Put = Callable[..., Ref]


@pytest.fixture
def account(db: None) -> Account:
    return identity.create_account("someone", "某人", None, actor=None)


@pytest.fixture
def desk(client: Client, account: Account) -> Client:
    client.force_login(account)
    return client


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode()))


def test_one_must_be_logged_in(client: Client) -> None:
    assert client.get("/search/", {"q": "路灯"}).status_code == 302


def test_hits_chips_and_pages(desk: Client, put: Put) -> None:
    for number in range(25):
        put(str(number), "城东路灯坏了", title=f"关于路灯的建议{number}", number=f"第{number}号")
    put("r", "路灯已修好", title="答复", kind=OTHER)
    page = desk.get("/search/", {"q": "路灯"})
    shown = page.content.decode()
    assert "共 26 条" in text(page) and 'href="/t/24/"' in shown and "<mark>路灯</mark>" in shown
    assert 'href="?q=%E8%B7%AF%E7%81%AF&amp;kind=t.reply"' in shown and "page=2" in shown
    narrowed = desk.get("/search/", {"q": "路灯", "kind": OTHER})
    assert "共 1 条" in text(narrowed) and "路灯已修好" in text(narrowed)
    assert "第 2 页，共 2 页" in text(desk.get("/search/", {"q": "路灯", "page": "2"}))


def test_nothing_asked_nothing_found_only_marks(desk: Client, put: Put) -> None:
    put("1", "城东路灯坏了")
    assert "想找什么" in text(desk.get("/search/"))
    assert "没有找到同时有“路灯”“公园”的内容" in text(desk.get("/search/", {"q": "路灯 公园"}))
    assert "没有找到答复里" in text(desk.get("/search/", {"q": "路灯", "kind": OTHER}))
    assert "请输入文字或数字" in text(desk.get("/search/", {"q": "！！"}))


def test_a_description_that_nothing_holds_word_for_word_finds_what_is_like_it(desk: Client, put: Put) -> None:
    put("1", "丽水新城搅拌站粉尘很大，夜间噪声扰民。", title="关于搬迁丽水新城搅拌站的建议")
    page = text(desk.get("/search/", {"q": "丽水新城那个搅拌站吵得很"}))
    assert "意思相近的" in page and "关于搬迁丽水新城搅拌站的建议" in page


@pytest.mark.parametrize(
    "query",
    [
        {"q": "<script>alert(1)</script>"}, {"q": '"><img src=x>'}, {"q": "路灯", "page": "-1"},
        {"q": "路灯", "page": "x"}, {"q": "路灯", "page": "9" * 20}, {"q": "路灯", "kind": "<b>"},
        {"q": "路" * 5000}, {"q": "\0"},
    ],
)  # fmt: skip
def test_hostile_addresses(desk: Client, put: Put, query: dict[str, str]) -> None:
    put("1", "路灯")
    page = desk.get("/search/", query)
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode() and "<img src=x" not in page.content.decode()


def test_scopes_of_an_account(account: Account) -> None:
    assert api.scopes_of(None) == {"public"}
    assert api.scopes_of(account) == {"public"}
    identity.grant(account, identity.ADMINISTRATOR, identity.ALL, actor=None)
    administrator = Account.objects.get(pk=account.pk)
    assert api.scopes_of(administrator) == {"public", "administrator@all"}
    administrator.is_active = False
    assert api.scopes_of(administrator) == {"public"}


def test_roles_open_what_is_open_to_them(monkeypatch: pytest.MonkeyPatch, account: Account, put: Put) -> None:
    put("congress", "路灯", scopes={"congress:1"})
    put("role", "路灯", scopes={"office@congress:1"})
    put("person", "路灯", scopes={"person:7"})

    def seen(*holders: str) -> set[str]:
        monkeypatch.setattr(identity, "holders", lambda _: frozenset(holders))
        return {hit.ref.id for hit in api.query("路灯", scopes=api.scopes_of(account)).items}

    assert seen() == set()
    assert seen("office@congress:1") == {"congress", "role"}
    assert seen("organ@congress:1") == {"congress"}
    assert seen("deputy@person:7") == {"person"}
    assert seen("office@congress:2") == set()
    assert seen("office@all") == {"congress", "role", "person"}
    assert seen("auditor@all") == {"congress", "person"}
    assert seen("administrator@all") == set()
