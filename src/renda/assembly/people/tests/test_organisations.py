"""Organs through their lives: names, mergers, splits, and what hangs on them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from renda.assembly.people import api as people
from renda.assembly.people.models import Membership, Organisation
from renda.assembly.people.services import handover
from renda.assembly.people.tests.conftest import City
from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.record import api as record

DAY = dt.date(2026, 3, 1)


def sentences(organ: Organisation) -> str:
    return "\n".join(line.sentence for line in record.timeline(people.organ_ref(organ)))


def test_a_new_organ_is_recorded_and_handles_by_its_kind(city: City) -> None:
    assert city.urban.handles
    assert not city.congress.organisation.handles
    assert "登记了机构" in sentences(city.urban)


def test_two_living_organs_of_one_division_cannot_share_a_name(city: City) -> None:
    with pytest.raises(people.PeopleError, match="同名"):
        people.create_organisation("安澜市 城市管理局", "department", actor=None, division=city.division)
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.create(name=city.urban.name, classification="department", division=city.division)
    other = people.create_organisation("安澜市城市管理局", "department", actor=None, division=city.district)
    assert other.pk != city.urban.pk


def test_a_renamed_organ_is_found_under_both_names(city: City) -> None:
    people.rename_organisation(
        city.urban,
        "安澜市城市管理和综合执法局",
        DAY,
        actor=city.clerk,
        reason="安编〔2026〕3号",
        short_name="市综合执法局",
    )
    for name in ("安澜市城市管理局", "市城管局", "安澜市城市管理和综合执法局", "市综合执法局"):
        found = people.find_organisation(name, on=dt.date(2026, 6, 1))
        assert found is not None and found.pk == city.urban.pk, name
    resolved = people.resolve_organisations(["安澜市城市管理局"], dt.date(2026, 6, 1))
    assert "曾用名" in resolved["安澜市城市管理局"].note
    before = people.resolve_organisations(["安澜市城市管理局"], dt.date(2025, 6, 1))
    assert before["安澜市城市管理局"].organisation is not None
    assert "更名为" in sentences(city.urban)


def test_a_former_name_taken_by_a_new_organ_means_the_new_one_today(city: City) -> None:
    people.rename_organisation(city.urban, "安澜市综合执法局", DAY, actor=None, reason="")
    new = people.create_organisation(
        "安澜市城市管理局", "department", actor=None, division=city.division, founded=dt.date(2026, 5, 1)
    )
    assert people.find_organisation("安澜市城市管理局", dt.date(2026, 6, 1)) == new
    then = people.find_organisation("安澜市城市管理局", dt.date(2025, 6, 1))
    assert then is not None and then.pk == city.urban.pk


def test_names_are_refused_with_a_reason_when_unknown_or_ambiguous(city: City) -> None:
    for place in (city.division, city.district):
        people.create_organisation("教育局", "department", actor=None, division=place)
    found = people.resolve_organisations(["教育局", "火星局", " 市住建局 "])
    assert found["教育局"].organisation is None and len(found["教育局"].candidates) == 2
    assert "临河区" in found["教育局"].note
    assert "没有名为" in found["火星局"].note
    assert found[" 市住建局 "].organisation == city.housing
    near = people.find_organisation("教育局", division=city.district)
    assert near is not None and near.division == city.district


def test_resolving_takes_three_queries_however_many_names(
    city: City, django_assert_max_num_queries: object
) -> None:
    names = [f"不存在的局{n}" for n in range(200)] + ["市城管局", "安澜市住房和城乡建设局"]
    with django_assert_max_num_queries(3):  # type: ignore[operator]
        people.resolve_organisations(names)


def test_split_names_of_one_cell() -> None:
    assert people.split_names("市城管局、市住建局；市公安局\n市城管局,区政府") == [
        "市城管局",
        "市住建局",
        "市公安局",
        "区政府",
    ]


def test_merging_hands_over_staff_and_calls_the_rooms_once(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[int, int, object]] = []
    monkeypatch.setattr(handover, "_listeners", [lambda old, new, actor: calls.append((old, new, actor))])
    staff = identity.create_account("staff", "吴刚", actor=None)
    identity.grant(staff, "handling_organ", f"org:{city.urban.pk}", actor=None, since=dt.date(2025, 1, 1))
    person = people.create_person("吴刚", actor=None)
    people.appoint(person, city.urban, "contact", dt.date(2025, 1, 1), actor=None)
    with clock.travel(DAY):
        people.merge_organisations([city.urban], city.housing, DAY, actor=city.clerk, reason="机构改革")
        assert f"handling_organ@org:{city.housing.pk}" in identity.holders(staff)
    assert calls == [(city.urban.pk, city.housing.pk, city.clerk)]
    city.urban.refresh_from_db()
    assert city.urban.dissolved == DAY
    assert not city.urban.exists_on(DAY) and city.urban.exists_on(DAY - dt.timedelta(days=1))
    assert people.heir_of(city.urban.pk) == city.housing
    assert Membership.objects.get(person=person).end == DAY
    assert people.find_organisation("市城管局", dt.date(2026, 6, 1)) == city.housing
    assert city.urban not in people.handling_organs(city.congress, DAY)
    assert city.urban in people.handling_organs(city.congress, DAY - dt.timedelta(days=1))
    assert "人员授权 1 项" in sentences(city.housing)


def test_heirs_are_followed_to_the_last(city: City) -> None:
    third = people.create_organisation("安澜市建设局", "department", actor=None, division=city.division)
    with clock.travel(DAY):
        people.merge_organisations([city.urban], city.housing, DAY, actor=None, reason="")
        people.merge_organisations([city.housing], third, DAY, actor=None, reason="")
    assert people.heir_of(city.urban.pk) == third


def test_a_listener_that_fails_leaves_nothing_half_done(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(old: int, new: int, actor: object) -> None:
        raise people.PeopleError("不行")

    monkeypatch.setattr(handover, "_listeners", [fails])
    with pytest.raises(people.PeopleError):
        people.merge_organisations([city.urban], city.housing, clock.today(), actor=None, reason="")
    city.urban.refresh_from_db()
    assert city.urban.dissolved is None
    assert people.heir_of(city.urban.pk) is None


def test_splitting_gives_open_cases_to_the_heir(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[int, int]] = []
    monkeypatch.setattr(handover, "_listeners", [lambda old, new, actor: calls.append((old, new))])
    parks = people.create_organisation("安澜市园林局", "department", actor=None, division=city.division)
    waste = people.create_organisation("安澜市环卫局", "department", actor=None, division=city.division)
    with pytest.raises(people.PeopleError, match="至少有两个"):
        people.split_organisation(city.urban, [parks], parks, clock.today(), actor=None, reason="")
    people.split_organisation(city.urban, [parks, waste], waste, clock.today(), actor=None, reason="分设")
    assert calls == [(city.urban.pk, waste.pk)]
    came, went = people.successions(city.urban)
    assert came == [] and {s.successor for s in went} == {parks, waste}
    assert people.heir_of(city.urban.pk) == waste


def test_splitting_off_a_part_leaves_the_rest_where_it_is(city: City) -> None:
    parks = people.create_organisation("安澜市园林局", "department", actor=None, division=city.division)
    people.split_organisation(
        city.urban, [city.urban, parks], city.urban, clock.today(), actor=None, reason=""
    )
    city.urban.refresh_from_db()
    assert city.urban.dissolved is None
    came, _ = people.successions(parks)
    assert [s.predecessor for s in came] == [city.urban]


def test_the_dead_cannot_be_merged_again(city: City) -> None:
    people.merge_organisations([city.urban], city.housing, clock.today(), actor=None, reason="")
    with pytest.raises(people.PeopleError, match="已于"):
        people.merge_organisations([city.urban], city.housing, clock.today(), actor=None, reason="")
    with pytest.raises(people.PeopleError, match="不能同时"):
        people.merge_organisations([city.housing], city.housing, clock.today(), actor=None, reason="")


def test_an_organ_cannot_stand_under_itself(city: City) -> None:
    lower = people.create_organisation(
        "安澜市城管大队", "public_institution", actor=None, parent=city.urban, division=city.division
    )
    with pytest.raises(people.PeopleError, match="下级"):
        people.change_organisation(city.urban, actor=None, parent=lower)


def test_children_follow_the_heir(city: City) -> None:
    lower = people.create_organisation("安澜市城管大队", "public_institution", actor=None, parent=city.urban)
    people.merge_organisations([city.urban], city.housing, clock.today(), actor=None, reason="")
    lower.refresh_from_db()
    assert lower.parent == city.housing


def test_only_the_office_of_that_congress_keeps_its_organs(city: City) -> None:
    stranger = identity.create_account("other", "孙玲", actor=None)
    with pytest.raises(identity.Forbidden):
        people.change_organisation(city.urban, actor=stranger, short_name="城管")
    identity.grant(stranger, "deputies_office", f"congress:{city.county.pk}", actor=None)
    with pytest.raises(identity.Forbidden, match="另一级"):
        people.change_organisation(city.urban, actor=stranger, short_name="城管")
    changed = people.change_organisation(city.urban, actor=city.clerk, short_name="城管局")
    assert "简称由“市城管局”改为“城管局”" in sentences(changed)


def test_dates_in_the_wrong_order_are_refused_by_the_database(city: City) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.filter(pk=city.urban.pk).update(
            founded=dt.date(2026, 1, 2), dissolved=dt.date(2026, 1, 1)
        )
