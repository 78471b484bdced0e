"""Persons and what is personal of them."""

from __future__ import annotations

import datetime as dt

import pytest

from renda.assembly.people import api as people
from renda.assembly.people.tests.conftest import City
from renda.kernel.identity import api as identity
from renda.kernel.record import api as record

PHONE = "13900000001"


@pytest.mark.django_db(databases=["default", "vault"])
class TestPrivate:
    def test_numbers_stand_in_the_vault_and_nowhere_else(self, city: City) -> None:
        person = people.create_person("丁一鸣", actor=city.clerk, phone=PHONE, birth_date="1970年1月31日")
        assert person.phone is not None and person.birth_date is not None
        assert identity.vault_mask(person.phone) == "139****0001"
        stored = " ".join(str(v) for v in vars(person).values())
        assert PHONE not in stored and "1970" not in stored
        for line in record.timeline(people.person_ref(person)):
            assert PHONE not in str(line.payload)

    def test_a_new_number_replaces_the_old_one(self, city: City) -> None:
        person = people.create_person("丁一鸣", actor=None, phone=PHONE)
        former = person.phone
        changed = people.change_person(person, actor=city.clerk, phone="13900000002")
        assert changed.phone != former
        assert identity.vault_find("phone", "13900000002") == [changed.phone]
        same = people.change_person(changed, actor=city.clerk, phone="139 0000 0002")
        assert same.phone == changed.phone  # the same number written otherwise is no change

    def test_who_may_reveal_what(self, city: City) -> None:
        person = people.create_person("丁一鸣", actor=None, phone=PHONE, birth_date="1970-01-31")
        people.seat_deputy(person, city.term, actor=None)
        organ = identity.create_account("organ", "吴刚", actor=None)
        identity.grant(organ, "handling_organ", f"org:{city.urban.pk}", actor=None)
        assert person.phone is not None and person.birth_date is not None
        assert identity.vault_reveal(person.phone, actor=organ, reason="联系代表") == PHONE
        with pytest.raises(identity.Forbidden, match="代表联络"):
            identity.vault_reveal(person.birth_date, actor=organ, reason="联系代表")
        assert identity.vault_reveal(person.birth_date, actor=city.clerk, reason="核对身份") == "1970-01-31"
        other = identity.create_account("chair", "何平", actor=None)
        identity.grant(other, "auditor", f"congress:{city.congress.pk}", actor=None)
        assert not identity.may_reveal(person.phone, other)


def test_a_change_names_fields_and_keeps_the_former_name(city: City) -> None:
    person = people.create_person("丁 一", actor=None)
    assert person.name == "丁一"
    key = person.stroke_key
    changed = people.change_person(person, actor=city.clerk, name="丁一鸣", education="本科")
    assert changed.stroke_key != key
    sentence = record.timeline(people.person_ref(changed))[0].sentence
    assert "姓名、学历" in sentence and "丁一" in sentence


def test_an_account_belongs_to_one_person(city: City) -> None:
    account = identity.create_account("ding", "丁一鸣", actor=None)
    one, two = people.create_person("丁一鸣", actor=None), people.create_person("于海", actor=None)
    people.link_account(one, account, actor=city.clerk)
    assert people.person_of(account) == one
    with pytest.raises(people.PeopleError, match="已关联"):
        people.link_account(two, account, actor=city.clerk)
    people.link_account(one, None, actor=city.clerk)
    assert people.person_of(account) is None


def test_posts_and_members_in_order(city: City) -> None:
    head, deputy = people.create_person("赵强", actor=None), people.create_person("丁一鸣", actor=None)
    people.appoint(head, city.urban, "head", dt.date(2024, 1, 1), actor=None, post="局长", order=1)
    people.appoint(deputy, city.urban, "deputy_head", dt.date(2024, 1, 1), actor=None, post="副局长", order=2)
    assert [m.person.name for m in people.members(city.urban)] == ["赵强", "丁一鸣"]
    assert list(people.members(city.urban, on=dt.date(2023, 12, 31))) == []
    with pytest.raises(people.PeopleError, match="同样的任职"):
        people.appoint(head, city.urban, "head", dt.date(2025, 1, 1), actor=None)
    with pytest.raises(people.PeopleError, match="名册"):
        people.appoint(head, city.congress.organisation, "deputy", dt.date(2025, 1, 1), actor=None)


def test_a_name_without_strokes_is_kept_with_a_note(city: City) -> None:
    person = people.create_person("王㐀", actor=None)
    assert person.stroke_gap == "㐀"
    first = people.create_person("王鑫", actor=None)
    assert first.stroke_key < person.stroke_key
