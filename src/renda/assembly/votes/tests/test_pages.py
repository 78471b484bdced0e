"""The pages of votes: by role, without seeing too much, with constant queries."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from renda.assembly.votes import api as votes
from renda.assembly.votes.tests.conftest import Hall
from renda.kernel.identity import api as identity

pytestmark = pytest.mark.django_db


def as_(account: identity.Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def test_from_preparing_to_the_result(hall: Hall) -> None:
    clerk = as_(hall.office[0])
    sent = {"body": "1", "title": "关于任命的决定", "items": "甲\n乙", "method": "named"}
    put = clerk.post("/votes/new/", sent)
    assert put.status_code == 302 and put.url.endswith("/put/")
    page = clerk.get(put.url).content.decode()
    assert page.count('name="present"') == 45 and "checked" not in page
    ticked = clerk.post(put.url, {"go": "all"}).content.decode()
    assert ticked.count(" checked") == 45 and votes.votes().get().opened_at is None
    here = [p.pk for p in hall.persons[:22]]
    refused = clerk.post(put.url, {"present": here, "go": "put"})
    assert refused.status_code == 422
    text = refused.content.decode()
    assert "还差 1 人" in text and text.count(" checked") == 22
    clerk.post(put.url, {"present": [p.pk for p in hall.persons[:30]], "go": "put"})
    clerk.post(put.url, {"go": "put"})  # twice: it is open already
    vote = votes.votes().get()
    member = as_(hall.accounts[0])
    assert "正在表决：关于任命的决定" in member.get("/").content.decode()
    assert "正在表决：" not in as_(hall.accounts[40]).get("/").content.decode()
    assert "正在表决：关于任命的决定" in member.get("/votes/").content.decode()
    ballot = f"/votes/{vote.pk}/ballot/"
    assert "未按表决器" in member.get(ballot).content.decode()
    shown = member.post(ballot, {"option": "for"}, follow=True).content.decode()
    assert "已计入：赞成" in shown
    assert member.post(ballot, {"option": "x"}).status_code == 422
    open_page = clerk.get(f"/votes/{vote.pk}/").content.decode()
    assert "已按 <b" in open_page and "赞成</td>" not in open_page
    assert "赞成" not in as_(hall.accounts[1]).get(f"/votes/{vote.pk}/hall/").content.decode()
    close = clerk.get(f"/votes/{vote.pk}/").content.decode()
    acts = close.split("process-fold")[0]
    assert "结束表决" in acts and "录入计票" not in acts
    key = next(t.key for t in vote.flow.declared.transitions if t.label == "结束表决")
    clerk.post(f"/cases/{vote.flow.pk}/{key}/", {"seen": votes.vote(vote.pk).flow.step})
    result = member.get(f"/votes/{vote.pk}/").content.decode()
    assert "还差 22 票，没有通过" in result and "未按" in result and "第51条" in result
    assert member.get(ballot).status_code == 302


@pytest.mark.parametrize("method", ["named", "hand"])
def test_the_paper_says_what_the_page_says(hall: Hall, method: str) -> None:
    vote = hall.put(method, present=30)
    client = as_(hall.accounts[0])
    url = f"/votes/{vote.pk}/paper/"
    assert client.get(url).status_code == 404
    if method == "named":
        hall.press(vote, 24, 1)
        votes.close(vote, actor=hall.office[0])
    else:
        for teller in hall.office[:2]:
            votes.count(votes.vote(vote.pk), votes_for=24, votes_against=1, abstentions=0, actor=teller)
    page = client.get(url).content.decode()
    words = votes.vote(vote.pk).verdict["words"]
    assert words in page and "委员30" in page and "第51条" in page
    assert ("独立计票" in page) is (method == "hand")
    assert client.get(url, {"as": "pdf"}).content.startswith(b"%PDF")
    assert client.get(url, {"as": "docx"}).content.startswith(b"PK")


def test_a_count_is_nobodys_to_see_before_the_other_is_in(hall: Hall) -> None:
    vote = hall.put("hand", present=30)
    first, second = as_(hall.office[0]), as_(hall.office[1])
    form = f"/cases/{vote.flow.pk}/count/"
    assert first.get(form).status_code == 200
    sent = {"votes_for": 27, "votes_against": 1, "abstentions": 2, "seen": vote.flow.step}
    assert first.post(form, sent).status_code == 302
    blind = second.get(f"/votes/{vote.pk}/").content.decode()
    assert "已录入 1 份计票" in blind and ">27<" not in blind
    step = votes.vote(vote.pk).flow.step
    assert second.post(form, {**sent, "seen": step}).status_code == 302
    assert ">27<" in second.get(f"/votes/{vote.pk}/").content.decode()


@pytest.mark.parametrize("address", ["new/", "{pk}/put/"])
def test_only_the_office_prepares_and_puts(hall: Hall, address: str) -> None:
    vote = hall.prepare()
    url = "/votes/" + address.format(pk=vote.pk)
    assert as_(hall.office[0]).get(url).status_code == 200
    assert as_(hall.accounts[0]).get(url).status_code == 403
    assert Client().get(url).status_code == 302


def test_who_was_not_there_sees_the_vote_and_no_ballot(hall: Hall) -> None:
    vote = hall.put(present=30)
    late = as_(hall.accounts[40])
    assert late.get(f"/votes/{vote.pk}/").status_code == 200
    assert "去表决" not in late.get(f"/votes/{vote.pk}/").content.decode()
    answer = late.get(f"/votes/{vote.pk}/ballot/")
    assert answer.status_code == 403 and "没有到会" in answer.content.decode()
    assert late.get("/votes/999999/").status_code == 404


def test_pages_ask_a_constant_number_of_times(hall: Hall) -> None:
    vote = hall.put()
    hall.press(vote, 5)
    client = as_(hall.office[0])
    for url in (f"/votes/{vote.pk}/", "/votes/"):
        client.get(url)
        with CaptureQueriesContext(connection) as few:
            client.get(url)
        hall.press(vote, 40)
        with CaptureQueriesContext(connection) as many:
            client.get(url)
        assert len(many) <= len(few), url
