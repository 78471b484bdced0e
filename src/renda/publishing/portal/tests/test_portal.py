"""The public zone: published copies by consent, the sealed queue, nothing of a person in clear."""

from __future__ import annotations

import pytest
from django.test import Client

from renda.assembly.people import api as people
from renda.publishing.portal import box, desk
from renda.publishing.portal.models import Progress, Publication, Sealed

pytestmark = pytest.mark.django_db(databases=["default", "public", "vault"])


def publication(**changes: object) -> Publication:
    values = {
        "key": "suggestion:1",
        "kind": "suggestion",
        "number": "第101号",
        "serial": 101,
        "year": 2026,
        "title": "关于城南路口的建议",
        "congress": "安澜市人民代表大会",
        "lead": "丁一鸣",
        "state": "办理中",
        "submitted_on": "2026-01-20",
        "text": "关于城南路口的建议 第101号",
        "parts": [{"label": "案由", "text": "<b>拥堵</b>"}],
        **changes,
    }
    return Publication.objects.create(**values)


@pytest.fixture
def congress() -> people.Congress:
    place = people.create_division("999900", "安澜市")
    organ = people.create_organisation("安澜市人民代表大会", "congress", actor=None, division=place)
    return people.create_congress("安澜市人民代表大会", "city", place, organ, actor=None)


def test_pages_open_without_log_in_and_escape_what_they_show() -> None:
    publication()
    client = Client()
    for url in (
        "",
        "suggestions/",
        "suggestions/?q=101",
        "suggestions/suggestion:1/",
        "followed/",
        "opinion/",
        "check/",
    ):
        answer = client.get(f"/public/{url}")
        assert answer.status_code == 200, url
        assert "sessionid" not in answer.cookies
    page = client.get("/public/suggestions/suggestion:1/").content.decode()
    assert "&lt;b&gt;拥堵" in page
    assert client.get("/public/suggestions/suggestion:1/feed.xml").status_code == 200
    assert client.get("/public/suggestions/suggestion:2/").status_code == 404


def test_search_finds_by_word_and_by_number() -> None:
    publication()
    publication(key="suggestion:2", serial=102, number="第102号", title="关于河道的建议", text="河道")
    client = Client()
    assert "城南路口" in client.get("/public/suggestions/?q=第101号").content.decode()
    assert "城南路口" not in client.get("/public/suggestions/?q=河道").content.decode()
    assert "没有找到" in client.get("/public/suggestions/?q=不存在的词").content.decode()


def test_following_is_kept_in_the_browser_alone() -> None:
    publication()
    client = Client()
    assert client.post("/public/suggestions/suggestion:1/follow/").status_code == 302
    assert "城南路口" in client.get("/public/followed/").content.decode()
    client.cookies["followed"] = "suggestion:1:forged"
    assert "还没有关注" in client.get("/public/followed/").content.decode()


def test_an_opinion_is_sealed_taken_once_and_found_by_its_receipt(congress: people.Congress) -> None:
    client = Client()
    sent = {"title": "路灯不亮", "text": "幸福路三盏路灯一个月不亮。", "phone": "16000000001", "name": "老赵"}
    answer = client.post("/public/opinion/", sent)
    assert answer.status_code == 302
    receipt = answer.headers["Location"].rstrip("/").rpartition("/")[2]
    row = Sealed.objects.get()
    stored = bytes(row.body)
    assert "路灯".encode() not in stored and b"16000000001" not in stored
    assert desk.take_in() == 1
    assert desk.take_in() == 0
    row.refresh_from_db()
    assert row.problem == "" and bytes(row.body) == b""
    page = client.post("/public/check/", {"code": box.shown(receipt)}).content.decode()
    assert "路灯不亮" in page
    assert "16000000001" not in page and "老赵" not in page
    assert receipt not in str(list(Progress.objects.values()))
    assert client.post("/public/check/", {"code": "AAAA-BBBB-CCCC"}).status_code == 422


def test_what_was_not_sealed_here_is_not_taken(congress: people.Congress) -> None:
    box.put("opinion", {"text": "真的", "title": "真的"})
    Sealed.objects.update(body=b"x" * 80)
    assert desk.take_in() == 1
    assert "没有登记" in Sealed.objects.get().problem
    assert not Progress.objects.exists()


def test_a_program_that_fills_every_field_is_refused() -> None:
    answer = Client().post("/public/opinion/", {"title": "广告", "text": "广告", "website": "http://x"})
    assert answer.status_code == 422
    assert not Sealed.objects.exists()


def test_one_address_cannot_try_codes_without_end() -> None:
    client = Client(REMOTE_ADDR="203.0.113.9")
    codes = [client.post("/public/check/", {"code": f"AAAA-BBBB-{n:04d}"}).status_code for n in range(42)]
    assert codes[0] == 422
    assert codes[-1] == 429
