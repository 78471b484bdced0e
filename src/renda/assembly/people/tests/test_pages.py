"""The pages: they open for whom they should, with constant queries; a refusal stands in the form."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from renda.assembly.people import api as people
from renda.assembly.people import pages
from renda.assembly.people.models import Membership, Organisation
from renda.assembly.people.tests.conftest import City
from renda.kernel.identity import api as identity
from renda.kernel.ui.api import Tab

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


@pytest.fixture
def clerk(city: City, client: Client) -> Client:
    client.force_login(city.clerk)
    return client


@pytest.fixture
def reader(city: City) -> Client:
    account = identity.create_account("reader", "何平", actor=None)
    client = Client()
    client.force_login(account)
    return client


def seat(city: City, name: str, phone: str = "") -> Membership:
    person = people.create_person(name, actor=None, phone=phone)
    return people.seat_deputy(person, city.term, actor=None)


def test_every_page_opens_and_asks_for_a_log_in(city: City, clerk: Client) -> None:
    deputy = seat(city, "丁一鸣", "13900000001")
    for name, args in (
        ("organisations", []),
        ("organisation_new", []),
        ("organisation", [city.urban.pk]),
        ("organisation_change", [city.urban.pk]),
        ("organisation_rename", [city.urban.pk]),
        ("organisation_merge", [city.urban.pk]),
        ("organisation_split", [city.urban.pk]),
        ("organisation_dissolve", [city.urban.pk]),
        ("organisation_appoint", [city.urban.pk]),
        ("membership_end", [deputy.pk]),
        ("deputies", []),
        ("deputy_new", [city.term.pk]),
        ("deputy", [deputy.pk]),
        ("deputy_change", [deputy.pk]),
        ("terms", []),
        ("term_new", [city.county.pk]),
        ("session", [city.term.pk]),
        ("delegation", [city.term.pk]),
        ("roll_over", [city.term.pk]),
    ):
        address = reverse(f"people:{name}", args=args)
        wanted = 403 if name == "term_new" else 200  # another level's congress
        assert clerk.get(address).status_code == wanted, name
        away = Client().get(address)
        assert away.status_code == 302 and "login" in away["Location"], name


def test_a_reader_sees_but_changes_nothing(city: City, reader: Client) -> None:
    deputy = seat(city, "丁一鸣", "13900000001")
    page = reader.get(reverse("people:deputy", args=[deputy.pk]))
    text = page.content.decode()
    assert "139****0001" in text and "13900000001" not in text
    assert "代表资格终止</a>" not in text
    for name, args in (
        ("organisation_new", []),
        ("organisation_merge", [city.urban.pk]),
        ("deputy_change", [deputy.pk]),
        ("roll_over", [city.term.pk]),
        ("membership_end", [deputy.pk]),
    ):
        assert reader.get(reverse(f"people:{name}", args=args)).status_code == 403
        assert reader.post(reverse(f"people:{name}", args=args), {}).status_code == 403


def test_the_roster_stands_in_stroke_order_with_constant_queries(
    city: City, clerk: Client, django_assert_max_num_queries: object
) -> None:
    team = people.create_delegation(city.term, "临河代表团", actor=None)
    for name in ("赵强", "欧阳慧", "丁一鸣"):
        people.seat_deputy(people.create_person(name, actor=None), city.term, actor=None, delegation=team)
    with django_assert_max_num_queries(20) as few:  # type: ignore[operator]
        text = clerk.get(reverse("people:deputies")).content.decode()
    places = [text.index(name) for name in ("丁一鸣", "欧阳慧", "赵强")]
    assert places == sorted(places)
    for n in range(30):
        people.seat_deputy(people.create_person(f"王{n}", actor=None), city.term, actor=None, delegation=team)
    with django_assert_max_num_queries(len(few)):  # type: ignore[operator]
        clerk.get(reverse("people:deputies"))


def test_organs_are_found_by_a_former_name(city: City, clerk: Client) -> None:
    people.rename_organisation(city.urban, "安澜市综合执法局", dt.date(2026, 1, 1), actor=None, reason="")
    page = clerk.get(reverse("people:organisations"), {"q": "城市管理局"})
    assert "安澜市综合执法局" in page.content.decode()
    assert "安澜市住房和城乡建设局" not in page.content.decode()


def test_what_the_service_refuses_stands_in_the_form_and_nothing_typed_is_lost(
    city: City, clerk: Client
) -> None:
    page = clerk.post(
        reverse("people:organisation_new"),
        {
            "name": "安澜市城市管理局",
            "classification": "department",
            "division": city.division.pk,
            "order": 5,
        },
    )
    text = page.content.decode()
    assert page.status_code == 422 and "同名" in text and "安澜市城市管理局" in text


def test_an_organ_is_registered_merged_and_leaves_a_trace(city: City, clerk: Client) -> None:
    done = clerk.post(
        reverse("people:organisation_new"),
        {"name": "安澜市教育局", "classification": "department", "division": city.division.pk, "order": 5},
    )
    organ = Organisation.objects.get(name="安澜市教育局")
    assert done["Location"] == reverse("people:organisation", args=[organ.pk])
    clerk.post(
        reverse("people:organisation_merge", args=[organ.pk]),
        {"into": city.housing.pk, "day": "2026年3月1日", "reason": "安编〔2026〕3号"},
    )
    organ.refresh_from_db()
    assert organ.dissolved == dt.date(2026, 3, 1)
    text = clerk.get(reverse("people:organisation", args=[organ.pk])).content.decode()
    assert "承继" in text and "安编〔2026〕3号" in text


def test_a_deputy_is_registered_and_ended_on_pages(city: City, clerk: Client) -> None:
    clerk.post(
        reverse("people:deputy_new", args=[city.term.pk]),
        {"name": "于海", "gender": "male", "phone": "139 0000 0003", "district": "临河区"},
    )
    found = people.deputies(city.term).get()
    assert found.district == "临河区" and found.person.phone is not None
    bad = clerk.post(
        reverse("people:membership_end", args=[found.pk]), {"day": "2021-01-01", "reason": "resigned"}
    )
    assert bad.status_code == 422 and "早于" in bad.content.decode()
    clerk.post(reverse("people:membership_end", args=[found.pk]), {"day": "2025-01-01", "reason": "resigned"})
    assert list(people.deputies(city.term)) == []


def test_a_number_that_cannot_be_one_is_refused_in_the_form(city: City, clerk: Client) -> None:
    page = clerk.post(
        reverse("people:deputy_new", args=[city.term.pk]),
        {"name": "于海", "gender": "male", "phone": "12345"},
    )
    assert page.status_code == 422 and "11 位" in page.content.decode()
    assert list(people.deputies(city.term)) == []


def test_the_roll_over_takes_a_pasted_list(city: City, clerk: Client) -> None:
    for name in ("丁一鸣", "于海", "万山"):
        seat(city, name)
    address = reverse("people:roll_over", args=[city.term.pk])
    wrong = clerk.post(address, {"number": 15, "begins": "2027-01-11", "names": "丁一鸣、火星人"})
    assert wrong.status_code == 422 and "火星人" in wrong.content.decode()
    clerk.post(address, {"number": 15, "begins": "2027-01-11", "names": "丁一鸣、万 山".replace(" ", "")})
    term = people.terms(city.congress).get(number=15)
    assert [d.person.name for d in people.deputies(term)] == ["丁一鸣", "万山"]


def test_rooms_add_their_links_to_an_organ(
    city: City, clerk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "_organ", [lambda organ, account: [Tab("承办的建议", "/motions/", count=12)]])
    text = clerk.get(reverse("people:organisation", args=[city.urban.pk])).content.decode()
    assert "承办的建议" in text and "<b>12</b>" in text


def test_an_administrator_puts_the_first_congress_into_service(db: None) -> None:
    boss = identity.create_account("admin", "韩涛", actor=None)
    identity.grant(boss, "administrator", "all", actor=None)
    client = Client()
    client.force_login(boss)
    assert "建立人大" in client.get(reverse("people:terms")).content.decode()
    values = {"name": "安澜市人民代表大会", "level": "city", "code": "9999", "place": "安澜市"}
    client.post(reverse("people:congress_new"), values)
    congress = people.congresses().get()
    assert (congress.division.code, congress.level) == ("999900", "city")
    again = client.post(reverse("people:congress_new"), values)
    assert again.status_code == 422 and "不能重复建立" in again.content.decode()
    county = {"name": "临河区人民代表大会", "level": "county", "code": "999902", "place": "临河区"}
    client.post(reverse("people:congress_new"), county)
    assert people.congresses().get(level="county").division.parent == congress.division
    client.post(reverse("people:term_new", args=[congress.pk]), {"number": 9, "begins": "2022-01-10"})
    assert people.current_term(congress) is not None


def test_sessions_are_registered_on_the_page(city: City, clerk: Client) -> None:
    clerk.post(
        reverse("people:session", args=[city.term.pk]),
        {"number": 1, "opens": "2022-01-12", "closes": "2022-01-15", "preparatory": "2022-01-11"},
    )
    assert people.session_on(city.congress, dt.date(2022, 1, 11)).in_session
    text = clerk.get(reverse("people:terms")).content.decode()
    assert "闭会期间" in text and "第一次会议" in text
