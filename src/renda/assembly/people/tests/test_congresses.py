"""Terms, sessions, deputies' seats and the roll-over."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from renda.assembly.people import api as people
from renda.assembly.people.models import Membership, Term
from renda.assembly.people.tests.conftest import City
from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.record import api as record


def seat(city: City, name: str, delegation: people.Delegation | None = None, **options: object) -> Membership:
    person = people.create_person(name, actor=None)
    return people.seat_deputy(person, city.term, actor=None, delegation=delegation, **options)  # type: ignore[arg-type]


def test_in_session_and_between_sessions(city: City) -> None:
    people.set_session(
        city.term,
        4,
        dt.date(2026, 1, 20),
        closes=dt.date(2026, 1, 23),
        preparatory=dt.date(2026, 1, 19),
        actor=None,
    )
    people.set_session(city.term, 5, dt.date(2027, 1, 15), actor=None)

    def on(*day: int) -> people.SessionState:
        return people.session_on(city.congress, dt.date(*day))

    assert not on(2026, 1, 18).in_session and on(2026, 1, 18).session is None
    assert on(2026, 1, 19).in_session and on(2026, 1, 23).in_session
    after = on(2026, 1, 24)
    assert not after.in_session and after.session is not None and after.session.number == 4
    assert after.title == "第十四届第四次会议闭会期间"
    assert after.upcoming is not None and after.upcoming.number == 5
    assert on(2027, 3, 1).in_session  # no closing day is set yet
    assert on(2026, 1, 20).title == "第十四届第四次会议期间"


def test_sessions_neither_overlap_nor_go_backwards(city: City) -> None:
    people.set_session(city.term, 1, dt.date(2022, 1, 12), closes=dt.date(2022, 1, 15), actor=None)
    with pytest.raises(people.PeopleError, match="重叠"):
        people.set_session(city.term, 2, dt.date(2022, 1, 15), closes=dt.date(2022, 1, 18), actor=None)
    with pytest.raises(people.PeopleError, match="先后"):
        people.set_session(city.term, 2, dt.date(2022, 1, 10), closes=dt.date(2022, 1, 11), actor=None)
    with pytest.raises(people.PeopleError, match="任期"):
        people.set_session(city.term, 2, dt.date(2021, 12, 1), actor=None)
    with pytest.raises(people.PeopleError, match="会期"):
        people.set_session(city.term, 2, dt.date(2023, 1, 10), closes=dt.date(2023, 1, 9), actor=None)
    corrected = people.set_session(
        city.term, 1, dt.date(2022, 1, 12), closes=dt.date(2022, 1, 16), actor=None
    )
    assert corrected.closes == dt.date(2022, 1, 16)


def test_terms_never_overlap(city: City) -> None:
    with pytest.raises(people.PeopleError, match="重叠"):
        people.open_term(city.congress, 15, dt.date(2027, 1, 1), actor=None)
    people.end_term(city.term, dt.date(2026, 12, 31), actor=None)
    later = people.open_term(city.congress, 15, dt.date(2027, 1, 1), actor=None)
    assert people.current_term(city.congress, dt.date(2026, 12, 31)) == city.term
    assert people.current_term(city.congress, dt.date(2027, 1, 1)) == later
    assert people.current_term(city.county, dt.date(2027, 1, 1)) is None


def test_three_levels_stand_side_by_side(city: City) -> None:
    other = people.open_term(city.county, 16, dt.date(2022, 1, 10), actor=None)
    person = people.create_person("丁一鸣", actor=None)
    account = identity.create_account("ding", "丁一鸣", actor=None)
    people.link_account(person, account, actor=None)
    city_seat = people.seat_deputy(person, city.term, actor=None)
    county_seat = people.seat_deputy(person, other, actor=None)
    assert people.deputies_of(account) == [city_seat, county_seat]
    assert people.deputy_of(account) == city_seat
    assert people.deputy_of(account, city.county) == county_seat
    assert people.deputy_of(identity.create_account("nobody", "路人", actor=None)) is None


def test_a_person_has_one_seat_in_a_term_and_the_database_says_so(city: City) -> None:
    first = seat(city, "于海")
    with pytest.raises(people.PeopleError, match="已是本届代表"):
        people.seat_deputy(first.person, city.term, actor=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(
            person=first.person,
            organisation=city.congress.organisation,
            role="deputy",
            term=city.term,
            start=dt.date(2023, 1, 1),
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(
            person=first.person, organisation=city.urban, role="deputy", start=dt.date(2023, 1, 1)
        )


def test_deputies_come_by_delegation_in_stroke_order(city: City, django_assert_num_queries: object) -> None:
    linhe = people.create_delegation(city.term, "临河代表团", actor=None)
    shanyang = people.create_delegation(city.term, "山阳代表团", actor=None)
    for name in ("赵强", "欧阳慧", "丁一鸣", "万山"):
        seat(city, name, shanyang)
    seat(city, "王芳", linhe)
    with django_assert_num_queries(1):  # type: ignore[operator]
        names = [
            d.person.name + (d.delegation.name if d.delegation else "") for d in people.deputies(city.term)
        ]
    assert names == [
        "王芳临河代表团",
        "丁一鸣山阳代表团",
        "万山山阳代表团",
        "欧阳慧山阳代表团",
        "赵强山阳代表团",
    ]
    assert people.count_deputies(city.term) == {linhe.pk: 1, shanyang.pk: 4}
    assert [d.person.name for d in people.deputies(city.term, linhe)] == ["王芳"]


def test_a_deputy_leaves_for_a_reason_of_the_law(city: City) -> None:
    leaving = seat(city, "马前进")
    day = dt.date(2024, 5, 1)
    people.end_membership(leaving, day, people.EndReason.MOVED_AWAY, actor=city.clerk, note="安人常公告第5号")
    assert list(people.deputies(city.term)) == []
    assert list(people.deputies(city.term, on=dt.date(2024, 4, 30))) == [leaving]
    assert list(people.deputies(city.term, former=True)) == [leaving]
    lines = record.timeline(people.person_ref(leaving.person))
    line = next(each for each in lines if each.kind == "people.membership_ended")
    assert "代表资格终止：迁出或者调离本行政区域" in line.sentence
    assert clock.combine(day) == line.happened_at.astimezone(clock.TZ)
    with pytest.raises(people.PeopleError, match="已于"):
        people.end_membership(leaving, day, people.EndReason.RESIGNED, actor=None)
    again = people.seat_deputy(
        leaving.person, city.term, actor=None, start=dt.date(2025, 1, 10), by_election=True
    )
    assert list(people.deputies(city.term)) == [again]


def test_namesakes_are_told_apart_by_the_card(city: City) -> None:
    seat(city, "张伟", certificate="0101")
    seat(city, "张伟", certificate="0102")
    with pytest.raises(people.PeopleError, match="同号"):
        seat(city, "张伟", certificate="0102")
    found = people.find_deputies(["张 伟", "无此人"], city.term)
    assert len(found["张 伟"]) == 2 and found["无此人"] == []


def test_roll_over_copies_delegations_and_seats_those_elected_again(city: City) -> None:
    team = people.create_delegation(city.term, "临河代表团", actor=None, division=city.district)
    again, leaves = seat(city, "李晓", team, district="临河区"), seat(city, "刘海", team)
    gone = seat(city, "万里", team)
    people.end_membership(gone, dt.date(2025, 1, 1), people.EndReason.RESIGNED, actor=None)
    begins = dt.date(2027, 1, 11)
    done = people.roll_over(city.term, 15, begins, actor=None, continuing=[again.pk])
    city.term.refresh_from_db()
    assert city.term.ends == dt.date(2027, 1, 10)
    assert [d.name for d in people.delegations(done.term)] == ["临河代表团"]
    assert done.delegations[team.pk].division == city.district
    assert [d.person.name for d in people.deputies(done.term)] == ["李晓"]
    assert people.deputies(done.term).get().district == "临河区"
    leaves.refresh_from_db()
    assert leaves.end == begins and leaves.end_reason == "term_end" and done.leaving == 1
    gone.refresh_from_db()
    assert gone.end == dt.date(2025, 1, 1)  # whoever left before is not touched
    assert {d.person.name for d in people.deputies(city.term, on=city.term.ends)} == {"李晓", "刘海"}


def test_a_roll_over_with_a_foreign_choice_changes_nothing(city: City) -> None:
    with pytest.raises(people.PeopleError, match="不是"):
        people.roll_over(city.term, 15, dt.date(2027, 1, 11), actor=None, continuing=[987654])
    assert Term.objects.filter(congress=city.congress).count() == 1


def test_groups_keep_who_was_in_them_and_when(city: City) -> None:
    one, two = seat(city, "丁一鸣"), seat(city, "于海")
    group = people.create_group(city.term, "第一代表小组", actor=None)
    people.set_group_members(group, [one, two], dt.date(2024, 1, 1), actor=None, leader=one)
    people.set_group_members(group, [two], dt.date(2025, 1, 1), actor=None, leader=two)
    places = {p.membership_id: p for p in group.members.all()}
    assert places[one.pk].until == dt.date(2025, 1, 1) and places[two.pk].until is None
    assert places[two.pk].leads


def test_a_county_office_does_not_keep_the_citys_term(city: City) -> None:
    stranger = identity.create_account("county", "何平", actor=None)
    identity.grant(stranger, "deputies_office", f"congress:{city.county.pk}", actor=None)
    with pytest.raises(identity.Forbidden):
        people.set_session(city.term, 1, dt.date(2022, 1, 12), actor=stranger)


class Periods(TestCase):
    """Whatever order terms are entered in, no day ever lies in two of them."""

    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 900)), min_size=1, max_size=6))
    def test_a_day_lies_in_at_most_one_term(self, spans: list[tuple[int, int]]) -> None:
        division = people.create_division("999901", "山阳区")
        organ = people.create_organisation("山阳区人民代表大会", "congress", actor=None, division=division)
        congress = people.create_congress("山阳区人民代表大会", "county", division, organ, actor=None)
        zero = dt.date(2000, 1, 1)
        for number, (start, length) in enumerate(spans, 1):
            begins = zero + dt.timedelta(days=start)
            try:
                people.open_term(
                    congress, number, begins, actor=None, ends=begins + dt.timedelta(days=length)
                )
            except people.PeopleError:
                continue
        terms = list(Term.objects.filter(congress=congress))
        assert terms
        for offset in range(0, 2901, 7):
            day = zero + dt.timedelta(days=offset)
            covering = [t for t in terms if t.covers(day)]
            assert len(covering) <= 1
            assert people.current_term(congress, day) == (covering[0] if covering else None)
