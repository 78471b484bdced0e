"""Deputy groups and deputies' log-ins, from the pages."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from renda.assembly.people import api as people
from renda.assembly.people.models import DeputyGroup, Membership
from renda.assembly.people.tests.conftest import City
from renda.kernel import clock
from renda.kernel.identity import api as identity

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


@pytest.fixture
def clerk(city: City, client: Client) -> Client:
    client.force_login(city.clerk)
    return client


def seat(city: City, name: str, phone: str = "") -> Membership:
    return people.seat_deputy(people.create_person(name, actor=None, phone=phone), city.term, actor=None)


def test_a_group_is_set_up_filled_and_changed(city: City, clerk: Client) -> None:
    for name in ("丁一鸣", "马秋兰", "王二", "王三"):
        seat(city, name)
    clerk.post(reverse("people:group_new", args=[city.term.pk]), {"name": "环保专业代表小组"})
    group = DeputyGroup.objects.get()
    url = reverse("people:group", args=[group.pk])
    wrong = clerk.post(url, {"names": "丁一鸣、张无", "leader": "王二", "since": "2026-03-01"})
    text = wrong.content.decode()
    assert wrong.status_code == 422
    assert "本届现任代表中没有：张无" in text and "组长应当是小组成员" in text
    assert not group.members.exists()
    clerk.post(url, {"names": "丁一鸣、马秋兰 王二", "leader": "马秋兰", "since": "2026-03-01"})
    assert "丁一鸣、马秋兰、王二" in clerk.get(url).content.decode()
    clerk.post(url, {"names": "马秋兰、王三", "leader": "王三", "since": "2026-06-01"})
    places = {
        p.membership.person.name: (p.leads, p.since, p.until)
        for p in group.members.select_related("membership__person")
    }
    assert places == {
        "丁一鸣": (False, dt.date(2026, 3, 1), dt.date(2026, 6, 1)),
        "马秋兰": (False, dt.date(2026, 3, 1), None),
        "王二": (False, dt.date(2026, 3, 1), dt.date(2026, 6, 1)),
        "王三": (True, dt.date(2026, 6, 1), None),
    }
    assert "环保专业代表小组" in clerk.get(reverse("people:terms")).content.decode()


def test_a_deputy_gets_an_account_with_role_and_number_of_the_roster(city: City, clerk: Client) -> None:
    deputy = seat(city, "丁一鸣", "13900000001")
    page = reverse("people:deputy", args=[deputy.pk])
    assert "开通登录账号" in clerk.get(page).content.decode()
    url = reverse("people:login_open", args=[deputy.pk])
    done = clerk.post(url, {"how": "new", "username": "dingyiming", "use_phone": "on"}, follow=True)
    text = done.content.decode()
    assert "dingyiming" in text and "13900000001" not in text
    made = identity.Account.objects.get(username="dingyiming")
    assert made.display_name == "丁一鸣" and made.phone_id is not None
    assert identity.has(made, "deputy", f"person:{deputy.person_id}")
    assert people.person_of(made) == deputy.person
    assert "已有登录账号" in clerk.get(url, follow=True).content.decode()


def test_an_account_is_joined_and_taken_off_again(city: City, clerk: Client) -> None:
    deputy, other = seat(city, "丁一鸣"), seat(city, "马秋兰")
    account = identity.create_account("ding", "丁一鸣", actor=None)
    url = reverse("people:login_open", args=[deputy.pk])
    assert "没有账号“dong”" in clerk.post(url, {"how": "join", "username": "dong"}).content.decode()
    clerk.post(url, {"how": "join", "username": "DING"})
    assert identity.has(account, "deputy", f"person:{deputy.person_id}")
    again = clerk.post(reverse("people:login_open", args=[other.pk]), {"how": "join", "username": "ding"})
    assert "已关联“丁一鸣”" in again.content.decode()
    off = reverse("people:login_off", args=[deputy.pk])
    clerk.post(off, {"reason": "账号建错"})
    assert people.person_of(account) is None
    assert not identity.has(account, "deputy", f"person:{deputy.person_id}")
    assert "没有关联账号" in clerk.get(off, follow=True).content.decode()


def test_nobody_joins_an_account_that_is_out_of_reach(city: City, clerk: Client) -> None:
    deputy = seat(city, "丁一鸣")
    admin = identity.create_account("chief", "唐国栋", actor=None)
    identity.grant(admin, "administrator", "all", actor=None)
    answer = clerk.post(reverse("people:login_open", args=[deputy.pk]), {"how": "join", "username": "chief"})
    assert answer.status_code == 403
    assert people.person_of(admin) is None


def test_whoever_left_gets_no_account(city: City, clerk: Client) -> None:
    deputy = seat(city, "丁一鸣")
    people.end_membership(deputy, clock.today(), "resigned", actor=None)
    answer = clerk.post(reverse("people:login_open", args=[deputy.pk]), {"how": "new", "username": "ding"})
    assert "不再担任代表" in answer.content.decode()
    assert not identity.Account.objects.filter(username="ding").exists()


@pytest.mark.parametrize("name", ["group_new", "group", "login_open", "login_off"])
def test_others_are_refused(city: City, name: str) -> None:
    group = people.create_group(city.term, "第一小组", actor=None)
    deputy = seat(city, "丁一鸣")
    pk = {"group_new": city.term.pk, "group": group.pk}.get(name, deputy.pk)
    client = Client()
    assert client.get(reverse(f"people:{name}", args=[pk])).status_code == 302
    client.force_login(identity.create_account("reader", "何平", actor=None))
    assert client.get(reverse(f"people:{name}", args=[pk])).status_code == 403
