"""Spreadsheets in and out: organs, deputies, divisions; corrections, round trip, taking back."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.test import Client
from django.urls import reverse

from renda.assembly.people import api as people
from renda.assembly.people.models import Division, Membership, Organisation, Person
from renda.assembly.people.readings import full_code
from renda.assembly.people.tests.conftest import City
from renda.kernel.identity import api as identity
from renda.kernel.record import api as record
from renda.kernel.tabular import api as tabular

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


def workbook(*rows: Sequence[Any]) -> bytes:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return content.getvalue()


def take_in(kind: str, content: bytes, actor: identity.Account | None = None) -> Any:
    found = tabular.preview(kind, content, actor=actor, name="表.xlsx")
    return tabular.apply(found.id, actor=actor)


ROSTER = (
    ("姓 名", "性别", "民族", "出生日期", "政治面貌", "所在代表团", "选举单位", "单位及职务", "联系电话"),
    ("欧阳慧", "女", "汉", "1975-03-02", "中国共产党", "临河", "临河区", "临河中学教师", "13900000001"),
    ("丁　一", "男", "回族", "1968年1月31日", "群众", "临河", "临河区", "个体工商户", "13900000002"),
    ("万山", "男", "汉族", "1980/12/01", "民盟盟员", "山阳代表团", "山阳区", "市二院医生", ""),
)


def test_a_roster_comes_in_with_delegations_and_the_vault(city: City) -> None:
    batch = take_in("people.deputies", workbook(*ROSTER), city.clerk)
    assert (batch.created, batch.changed) == (3, 0)
    seats = list(people.deputies(city.term))
    assert [s.person.name for s in seats] == ["丁一", "欧阳慧", "万山"]
    assert [str(d) for d in people.delegations(city.term)] == ["临河代表团", "山阳代表团"]
    first = seats[1].person
    assert (first.party, first.ethnicity, first.gender) == ("中共", "汉族", "female")
    assert seats[2].person.party == "民盟" and seats[2].person.phone is None
    assert first.phone is not None and identity.vault_mask(first.phone) == "139****0001"
    assert identity.vault_find("phone", "13900000002") == [seats[0].person.phone]
    assert identity.vault_find("birth_date", "1968-01-31") == [seats[0].person.birth_date]
    line = record.timeline(people.person_ref(first))[-1]
    assert line.origin.type == "file" and line.origin.row == 2


def test_the_same_roster_twice_changes_nothing_and_a_correction_corrects(city: City) -> None:
    take_in("people.deputies", workbook(*ROSTER), city.clerk)
    again = take_in("people.deputies", workbook(*ROSTER), city.clerk)
    assert (again.created, again.changed, again.unchanged) == (0, 0, 3)
    corrected = [*ROSTER[:1], (*ROSTER[1][:7], "临河中学校长", "13900000009"), *ROSTER[2:]]
    batch = take_in("people.deputies", workbook(*corrected), city.clerk)
    assert (batch.created, batch.changed, batch.unchanged) == (0, 1, 2)
    person = Person.objects.get(name="欧阳慧")
    assert person.occupation == "临河中学校长"
    assert identity.vault_find("phone", "13900000009") == [person.phone]
    assert Person.objects.count() == 3


def test_a_roster_corrects_deputies_that_were_entered_by_hand(city: City) -> None:
    person = people.create_person("万山", actor=None)
    people.seat_deputy(person, city.term, actor=None)
    batch = take_in("people.deputies", workbook(*ROSTER), city.clerk)
    assert (batch.created, batch.changed) == (2, 1)
    seat = Membership.objects.get(person=person)
    assert seat.district == "山阳区" and str(seat.delegation) == "山阳代表团"


def test_undoing_a_roster_leaves_nothing_of_it_but_the_record(city: City) -> None:
    person = people.create_person("万山", actor=None)
    people.seat_deputy(person, city.term, actor=None)
    batch = take_in("people.deputies", workbook(*ROSTER), city.clerk)
    tabular.undo(batch.pk, actor=city.clerk)
    assert [p.name for p in Person.objects.all()] == ["万山"]
    seat = Membership.objects.get(person=person)
    assert seat.district == "" and seat.delegation is None
    again = take_in("people.deputies", workbook(*ROSTER), city.clerk)
    assert (again.created, again.changed) == (2, 1)


def test_mistakes_of_a_roster_are_found_before_anything_is_written(city: City) -> None:
    people.create_delegation(city.term, "临河代表团", actor=None)
    rows = [
        ROSTER[0],
        ROSTER[1],
        ROSTER[1],
        ("马明", "男", "汉", "1980-13-01", "", "火星代表团", "", "", "12345"),
    ]
    found = tabular.preview("people.deputies", workbook(*rows), actor=city.clerk, name="表.xlsx")
    messages = " ".join(group.message for group in found.groups)
    assert "1980年13月1日" in messages or "1980-13-01" in messages
    assert "电话" in messages or "手机" in messages
    with pytest.raises(tabular.TabularError):
        tabular.apply(found.id, actor=city.clerk)
    assert Person.objects.count() == 0


def test_an_unknown_delegation_is_named_with_those_that_exist(city: City) -> None:
    people.create_delegation(city.term, "临河代表团", actor=None)
    rows = [ROSTER[0], ("马明", "男", "汉", "", "", "火星代表团", "", "", "")]
    found = tabular.preview("people.deputies", workbook(*rows), actor=city.clerk, name="表.xlsx")
    assert any("火星代表团" in g.message and "临河代表团" in g.message for g in found.groups)


def test_several_congresses_need_a_column_or_a_sender_of_one(city: City) -> None:
    found = tabular.preview("people.deputies", workbook(*ROSTER), actor=None, name="表.xlsx")
    assert any("哪一级" in g.message for g in found.groups)
    people.open_term(city.county, 16, dt.date(2022, 1, 10), actor=None)
    rows = [(*ROSTER[0], "人大"), *((*row, "临河区") for row in ROSTER[1:])]
    batch = take_in("people.deputies", workbook(*rows))
    assert batch.created == 3
    assert {s.term.congress.name for s in Membership.objects.all() if s.term} == {"临河区人民代表大会"}


ORGANS = (
    ("单位全称", "单位简称", "单位性质", "主管单位", "区划", "成立日期", "别称"),
    ("安澜市城管执法支队", "", "", "安澜市综合执法局", "安澜市", "", "城管支队"),
    ("安澜市综合执法局", "市执法局", "市直部门", "", "安澜市", "2019-03-01", ""),
    ("安澜市中级人民法院", "市中院", "", "", "999900", "", "中院、市法院"),
    ("河口镇人民政府", "", "", "", "临河区", "", ""),
)


def test_organs_come_in_whatever_their_order(city: City) -> None:
    batch = take_in("people.organisations", workbook(*ORGANS), city.clerk)
    assert batch.created == 4
    lower = Organisation.objects.get(name="安澜市城管执法支队")
    assert lower.parent is not None and lower.parent.short_name == "市执法局"
    court = people.find_organisation("市法院")
    assert court is not None and court.classification == "court" and court.handles
    town = Organisation.objects.get(name="河口镇人民政府")
    assert town.classification == "township_government" and town.division == city.district
    assert Organisation.objects.get(name="安澜市综合执法局").founded == dt.date(2019, 3, 1)


def test_organs_are_corrected_and_taken_back(city: City) -> None:
    rows = [
        ("机构名称", "简称", "所在区划"),
        ("安澜市城市管理局", "城管", "999900"),
        ("安澜市教育局", "", "999900"),
    ]
    batch = take_in("people.organisations", workbook(*rows), city.clerk)
    assert (batch.created, batch.changed) == (1, 1)
    city.urban.refresh_from_db()
    assert city.urban.short_name == "城管"
    tabular.undo(batch.pk, actor=city.clerk)
    city.urban.refresh_from_db()
    assert city.urban.short_name == "市城管局"
    assert not Organisation.objects.filter(name="安澜市教育局").exists()


def test_an_organ_in_use_is_not_taken_back(city: City) -> None:
    rows = [("机构名称", "所在区划"), ("安澜市教育局", "999900")]
    batch = take_in("people.organisations", workbook(*rows), city.clerk)
    organ = Organisation.objects.get(name="安澜市教育局")
    people.appoint(people.create_person("赵强", actor=None), organ, "head", dt.date(2024, 1, 1), actor=None)
    with pytest.raises(tabular.Refused, match="已在别处使用"):
        tabular.undo(batch.pk, actor=city.clerk)
    assert Organisation.objects.filter(pk=organ.pk).exists()


def test_what_the_list_exports_comes_back_unchanged(city: City) -> None:
    take_in("people.deputies", workbook(*ROSTER), city.clerk)
    before = [
        (m.person.name, m.person.party, m.district, str(m.delegation)) for m in people.deputies(city.term)
    ]
    client = Client()
    client.force_login(city.clerk)
    sheet = client.get(reverse("people:deputies"), {"export": "xlsx"}).content
    batch = take_in("people.deputies", sheet, city.clerk)
    assert batch.created == 0 and Person.objects.count() == 3
    after = [
        (m.person.name, m.person.party, m.district, str(m.delegation)) for m in people.deputies(city.term)
    ]
    assert after == before


def test_divisions_stand_under_those_above_them(city: City) -> None:
    rows = [
        ("code", "name"),
        ("999903001", "河口镇"),
        ("999903", "山阳县"),
        ("9998", "海定市"),
        ("999801", "城关区"),
    ]
    batch = take_in("people.divisions", workbook(*rows))
    assert batch.created == 4
    town = Division.objects.get(code="999903001")
    assert town.parent is not None and town.parent.name == "山阳县"
    assert town.parent.parent == city.division
    assert Division.objects.get(code="999801").parent == Division.objects.get(code="999800")
    tabular.undo(batch.pk, actor=None)
    assert Division.objects.count() == 3


def test_a_division_without_anything_above_it_is_refused(city: City) -> None:
    found = tabular.preview(
        "people.divisions",
        workbook(("代码", "名称"), ("888801", "无主区"), ("12", "二位省")),
        actor=None,
        name="x.xlsx",
    )
    assert any("上级区划" in g.message for g in found.groups)


@pytest.mark.shared
@pytest.mark.slow
def test_the_whole_country_comes_in(db: None, shared: Path) -> None:
    folder = shared / "data" / "divisions"
    codes: set[str] = set()
    for name in ("provinces.csv", "cities.csv", "areas.csv", "streets.csv"):
        content = (folder / name).read_bytes()
        lines = csv.DictReader(io.StringIO(content.decode("utf-8")))
        codes |= {full_code(line["code"]) for line in lines}
        found = tabular.preview("people.divisions", content, actor=None, name=name)
        tabular.apply(found.id, actor=None)
    # Three cities without counties stand in two of the files under one code.
    assert set(Division.objects.values_list("code", flat=True)) == codes
    assert not Division.objects.exclude(level="province").filter(parent=None).exists()
    jiyuan = Division.objects.get(code="419001001")
    assert jiyuan.parent is not None and jiyuan.parent.name == "济源市"
