"""The work report's figures come out of the record, and each opens into its entries."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from renda.assembly.intake import api as intake
from renda.assembly.people import api as people
from renda.business.motions import api as motions
from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.record import api as record
from renda.kernel.refs import Ref
from renda.kernel.tabular import api as tabular
from renda.kernel.workflow import api as workflow
from renda.publishing.reports import queries
from renda.publishing.reports.catalogue import BY_KEY, ITEMS, KINDS, OUTCOMES, UNKEPT

pytestmark = pytest.mark.django_db(databases=["default", "vault"])
BEGINS = dt.date(2017, 1, 10)
TODAY = dt.date(2022, 1, 28)
Congress = tuple[people.Congress, people.Term, people.Membership]


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def _congress(code: str, name: str) -> Congress:
    division = people.create_division(code, name)
    organ = people.create_organisation(f"{name}人民代表大会", "congress", actor=None, division=division)
    congress = people.create_congress(f"{name}人民代表大会", "city", division, organ, actor=None)
    term = people.open_term(congress, 14, BEGINS, actor=None)
    delegation = people.create_delegation(term, f"{name}第一代表团", actor=None)
    person = people.create_person(f"{name[0]}丁一", actor=None)
    seat = people.seat_deputy(person, term, delegation=delegation, start=BEGINS, actor=None)
    people.create_organisation(f"{name}城市管理局", "department", actor=None, division=division)
    return congress, term, seat


@pytest.fixture
def city() -> Iterator[Congress]:
    with clock.travel(TODAY):
        made = _congress("999900", "安澜市")
        motions.add_reply_class(made[1], code="A", label="已经解决", solved=True, order=1, actor=None)
        yield made


def _account(key: str, role: str, congress: people.Congress) -> identity.Account:
    account = identity.create_account(key, key, actor=None)
    identity.grant(account, role, f"congress:{congress.pk}", actor=None, since=BEGINS)
    return account


def _client(account: identity.Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def _bring_in(
    office: identity.Account, lead: str, organ: str, counts: dict[str, int], year: int, first: int = 1
) -> tabular.Batch:
    """A year's cases as an office's workbook, replied within the year; numbered from ``first``."""
    text = io.StringIO()
    out = csv.writer(text)
    out.writerow(
        ["编号", "种类", "标题", "领衔代表", "提出日期", "主办单位", "交办日期", "答复日期", "答复分类"]
    )
    for kind, count in counts.items():
        for number in range(first, first + count):
            out.writerow(
                [
                    number,
                    kind,
                    f"关于第{number}项工作的{kind.removeprefix('代表')}",
                    lead,
                    f"{year}-02-01",
                    organ,
                    f"{year}-02-20",
                    f"{year}-{4 + number % 8:02d}-10",
                    "A",
                ]
            )
    preview = tabular.preview(
        "motions.suggestions", text.getvalue().encode("utf-8"), actor=office, name=f"{year}.csv"
    )
    assert not preview.groups, [(g.message, g.count) for g in preview.groups]
    return tabular.apply(preview.id, actor=office, mode="all")


@pytest.mark.shared
def test_a_published_year_comes_out_of_its_cases(
    city: Congress, shared: Path, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    """The journal's figures of 2021: 4 motions and 353 suggestions closed, each opening into its records."""
    with (shared / "data" / "journal" / "workload.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    published = {row["item"]: int(row["value"]) for row in rows if row["year"] == "2021"}
    congress, _, seat = city
    office = _account("office", "deputies_office", congress)
    counts = {label: published[f"办结{label}"] for label in ("代表议案", "代表建议")}
    assert counts == {"代表议案": 4, "代表建议": 353}
    _bring_in(office, seat.person.name, "安澜市城市管理局", counts, 2021)

    client = _client(office)
    page = client.get("/reports/work/2021/").content.decode()
    found = queries.year_of(congress, 2021)
    shown = {item.label: found.counted[item.key] for item in ITEMS}
    for label, value in counts.items():
        assert shown[f"办结{label}"].value == value
        assert len(set(shown[f"办结{label}"].ids)) == value
    assert "办结代表议案4件、代表建议353件" in page
    # What the journal gives besides is named as without a source, and nowhere typed in.
    unkept = {label for label, _ in UNKEPT}
    for row in rows:
        assert row["item"] in shown or row["item"] in unkept, row["item"]
        if row["item"] in unkept:
            assert f"{row['item']}（{row['unit']}）" in page

    client.get("/reports/work/2021/closed_suggestions/")
    with django_assert_max_num_queries(25):
        opened = client.get("/reports/work/2021/closed_suggestions/?page=8").content.decode()
    assert opened.count("<tr>") == 1 + 3  # the heading and the last three of 353
    exported = client.get("/reports/work/2021/closed_suggestions/?export=xlsx")
    assert exported["Content-Type"].endswith("spreadsheetml.sheet")
    assert "全年代表提出" in page
    assert "今年以来代表提出" in client.get("/reports/work/2022/").content.decode(), "the year is not over"
    other = client.get("/reports/work/2020/").content.decode()
    assert "办结代表议案0件、代表建议0件" in other


def test_another_congress_and_an_import_taken_back_are_not_counted(city: Congress) -> None:
    congress, _, seat = city
    office = _account("office", "deputies_office", congress)
    _bring_in(office, seat.person.name, "安澜市城市管理局", {"代表建议": 3}, 2021)
    neighbour, term, there = _congress("999800", "平川市")
    motions.add_reply_class(term, code="A", label="已经解决", solved=True, order=1, actor=None)
    clerk = _account("clerk", "deputies_office", neighbour)
    batch = _bring_in(clerk, there.person.name, "平川市城市管理局", {"代表建议": 5}, 2021, first=501)
    assert queries.year_of(congress, 2021).counted["closed_suggestions"].value == 3
    assert queries.year_of(neighbour, 2021).counted["closed_suggestions"].value == 5
    tabular.undo(batch.pk, actor=clerk)
    cache.clear()
    assert queries.year_of(neighbour, 2021).counted["closed_suggestions"].value == 0
    assert record.count("motions.closed") == 8, "the record keeps what was written"


def _entry(kind: str, **fields: Any) -> record.Entry:
    return record.decode(kind, fields)


def _happened(subject: Ref, day: dt.date, kind: str, **fields: Any) -> None:
    with transaction.atomic():
        record.write(
            _entry(kind, **fields),
            subject=subject,
            actor=None,
            happened_at=clock.combine(day, dt.time(10)),
            origin=record.Origin.job("test"),
        )


@pytest.fixture
def thing(city: Congress) -> Ref:
    """A suggestion of the congress that something happens to."""
    congress, _, seat = city
    office = _account("office", "deputies_office", congress)
    _bring_in(office, seat.person.name, "安澜市城市管理局", {"代表建议": 1}, 2020)
    case = workflow.Case.objects.get(process="motions.suggestion")
    return case.subject


def test_what_was_taken_back_in_the_year_does_not_count(city: Congress, thing: Ref) -> None:
    closed = {"kind_label": "代表建议", "title": "甲", "solved": True, "kept": 0, "promised": 1}
    count = lambda key: queries.year_of(city[0], 2021).counted[key].value  # noqa: E731
    _happened(thing, dt.date(2021, 3, 1), "motions.closed", **closed)
    assert count("closed_suggestions") == 1
    _happened(thing, dt.date(2021, 5, 1), "motions.reopened", why="承诺没有兑现")
    assert count("closed_suggestions") == 0
    _happened(thing, dt.date(2021, 9, 1), "motions.closed", **closed)
    assert count("closed_suggestions") == 1, "closed twice is one case"

    reply = {
        "organ": "市城管局",
        "number": "安城管函〔2021〕1号",
        "signer": "甲",
        "reply_class": "A",
        "promises": 0,
        "in_time": True,
    }
    _happened(thing, dt.date(2021, 2, 1), "motions.replied", **reply)
    _happened(
        thing, dt.date(2021, 2, 2), "motions.replied", **{**reply, "organ": "市公安局", "in_time": False}
    )
    assert (count("replied"), count("in_time")) == (1, 0), "two letters, one case; one of them late"
    for organ in ("市城管局", "市公安局"):
        _happened(
            thing, dt.date(2021, 2, 3), "motions.reply_withdrawn", organ=organ, number="1", reason="有误"
        )
    assert count("replied") == 0


def test_silence_is_counted_apart_and_belongs_to_the_base(city: Congress, thing: Ref) -> None:
    seat = city[2]
    person = Ref("people.person", str(seat.person_id), seat.person.name).as_json()
    for result in ("满意", "满意", "基本满意", "不满意"):
        _happened(
            thing,
            dt.date(2021, 6, 1),
            "motions.rated",
            deputy=person,
            organ="市城管局",
            attitude="满意",
            result=result,
            reason="",
            on_sheet=False,
        )
    _happened(thing, dt.date(2021, 6, 30), "motions.rating_closed", rated=4, silent=[person, person])
    found = queries.year_of(city[0], 2021).counted
    values = {key: found[key].value for key in ("satisfied", "basically", "dissatisfied", "silent")}
    assert values == {"satisfied": 2, "basically": 1, "dissatisfied": 1, "silent": 2}
    assert {found[key].base for key in values} == {6}


def test_an_opinion_ends_in_one_of_five_ways(city: Congress) -> None:
    said = [
        intake.receive(
            intake.Said(text=f"第{number}件：路灯不亮。"),
            city[0],
            actor=None,
            origin=record.Origin.job("test"),
        ).ref
        for number in range(5)
    ]
    day = dt.date(2021, 6, 1)
    _happened(said[0], day, "intake.answered", outcome="当面或直接答复", told_by="电话", organ="")
    _happened(said[1], day, "intake.passed", organ="市城管局", report=True)
    _happened(
        said[1], dt.date(2021, 7, 1), "intake.answered", outcome="转有关机关办理", told_by="电话", organ=""
    )
    _happened(said[2], day, "intake.passed", organ="市信访局", report=False)
    _happened(said[3], day, "intake.raised", deputy="丁一", suggestion="关于路灯的建议")
    _happened(said[4], day, "intake.answered", outcome="本机关办理", told_by="书面", organ="")
    _happened(said[4], dt.date(2021, 6, 9), "intake.reopened", reason="没有修")
    found = queries.year_of(city[0], 2021).counted
    ended = {key: found[f"opinions_{key}"].value for key in OUTCOMES}
    assert ended == {"answered": 1, "handled": 0, "passed": 2, "raised": 1, "outside": 0}
    assert found["opinions_raised"].base == 4, "the one that was reopened has no result yet"
    received = queries.year_of(city[0], TODAY.year).counted["opinions"]
    assert received.value == 5, "received this year, whatever happened before"


def test_a_promise_found_broken_is_not_a_kept_one(city: Congress, thing: Ref) -> None:
    closed = {
        "matter": "增设路灯",
        "organ": "市城管局",
        "text": "",
        "in_time": True,
        "first_lookback": "2021-06-01",
    }
    _happened(thing, dt.date(2021, 3, 1), "ledger.closed", **closed)
    assert queries.year_of(city[0], 2021).counted["kept"].value == 1
    _happened(thing, dt.date(2021, 6, 2), "ledger.broken", matter="增设路灯", organ="市城管局", reason="拆了")
    found = queries.year_of(city[0], 2021).counted
    assert (found["kept"].value, found["broken"].value) == (0, 1)


def test_each_kind_exists_and_each_key_is_one(city: Congress) -> None:
    known = set(record.kinds())
    assert known >= KINDS
    assert len(BY_KEY) == len(ITEMS)


def test_the_figures_become_a_paper(city: Congress, thing: Ref) -> None:
    client = _client(identity.Account.objects.get(username="office"))
    page = client.get("/reports/work/2020/paper/").content.decode()
    assert "办结代表议案0件、代表建议1件" in page
    assert "尚无来源" in page
    assert client.get("/reports/work/2020/paper/?as=pdf").content.startswith(b"%PDF")
    assert client.get("/reports/work/2020/paper/?as=docx").content.startswith(b"PK")


def test_deputies_and_strangers_are_told_where_to_go(city: Congress) -> None:
    congress, _, seat = city
    deputy = identity.create_account("deputy", "代表", actor=None)
    identity.grant(deputy, "deputy", f"person:{seat.person_id}", actor=None, since=BEGINS)
    answer = _client(deputy).get("/reports/work/2021/")
    assert answer.status_code == 403
    assert Client().get("/reports/work/2021/").status_code == 302
    office = _client(_account("office", "deputies_office", congress))
    assert office.get("/reports/work/2023/").status_code == 404, "a year to come has no figures"
    assert office.get("/reports/work/2021/nothing/").status_code == 404
    assert office.get("/reports/work/").url == "/reports/work/2022/"
