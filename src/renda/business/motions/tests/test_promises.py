"""Days and promises read from Chinese sentences; nothing is proposed from formulas and from what was done."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renda.business.motions import days, promises, proposals
from renda.business.motions.proposals import Past

BASE = dt.date(2026, 3, 5)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("2026年6月底前", "2026-06-30"),
        ("2026年6月前", "2026-05-31"),
        ("二〇二六年九月底", "2026-09-30"),
        ("年内", "2026-12-31"),
        ("今年年底前", "2026-12-31"),
        ("下半年", "2026-12-31"),
        ("上半年", "2026-06-30"),
        ("三季度", "2026-09-30"),
        ("2027年第一季度", "2027-03-31"),
        ("9月15日前", "2026-09-15"),
        ("六月十日", "2026-06-10"),
        ("1月底前", "2027-01-31"),
        ("明年上半年", "2027-06-30"),
        ("5月上旬", "2026-05-10"),
        ("下个月底", "2026-04-30"),
        ("本月底前", "2026-03-31"),
        ("十个工作日内", "2026-03-19"),
        ("3个月内", "2026-06-05"),
        ("“十五五”期间", "2030-12-31"),
        ("本周内", "2026-03-08"),
    ],
)
def test_days_as_letters_write_them(words: str, day: str) -> None:
    found = [m.day.isoformat() for m in days.mentions(f"我局将于{words}完成改造", BASE) if m.day]
    assert found == [day]


@pytest.mark.parametrize("words", ["去年底", "每年", "近年来", "9个月", "历年", "2月30日"])
def test_what_is_no_day_to_come(words: str) -> None:
    found = [m.day for m in days.mentions(f"{words}开展检查", BASE)]
    assert [day for day in found if day is not None and day > BASE] == []


def test_a_plain_day_that_is_over_is_over() -> None:
    assert [m.day for m in days.mentions("1月20日约谈了开发商", BASE)] == [dt.date(2026, 1, 20)]


@pytest.mark.parametrize(
    ("sentence", "due"),
    [
        ("我局将于6月底前完成城南路口渠化改造。", dt.date(2026, 6, 30)),
        ("计划今年三季度开工建设，年底前通车。", dt.date(2026, 9, 30)),
        ("待征地手续批回后，即安排施工。", None),
        ("下一步，拟在小区东侧新建停车场一处。", None),
        ("力争在2027年底前投入使用。", dt.date(2027, 12, 31)),
    ],
)
def test_promises_are_seen(sentence: str, due: dt.date | None) -> None:
    (found,) = promises.propose(sentence, BASE)
    assert found.due == due
    assert found.sentence == sentence
    assert found.why


@pytest.mark.parametrize(
    "sentence",
    [
        "我局高度重视，将进一步加强管理，积极推进相关工作。",
        "下一步，我局将加大巡查力度，切实维护市容秩序。",
        "我局已于1月20日完成路面修复。",
        "争取早日建成开通。",
        "请您携带身份证到服务窗口办理。",
        "根据《物业管理条例》规定，应当在30日内公示。",
        "您反映的问题已转有关部门核实、办理。",
    ],
)
def test_formulas_rules_and_things_done_are_none(sentence: str) -> None:
    assert promises.propose(sentence, BASE) == []


def test_a_condition_is_named() -> None:
    (found,) = promises.propose("待道路移交后，交警部门将安装电子警察。", BASE)
    assert found.condition == "道路移交"


@given(st.text(max_size=400), st.dates(dt.date(2000, 1, 1), dt.date(2080, 12, 31)))
def test_any_text_is_read(text: str, base: dt.date) -> None:
    for found in promises.propose(text, base):
        assert found.sentence in text
        assert 0 <= found.confidence <= 100
        assert found.due is None or found.due > base


@given(st.dates(dt.date(2000, 1, 1), dt.date(2079, 12, 31)), st.integers(1, 12))
def test_the_end_of_a_month_lies_ahead(base: dt.date, month: int) -> None:
    (found,) = days.mentions(f"{month}月底前", base)
    assert found.day is not None and base <= found.day <= base + dt.timedelta(days=366)
    assert found.day.month == month and (found.day + dt.timedelta(days=1)).day == 1


@given(st.integers(1, 99))
def test_numbers_in_chinese(n: int) -> None:
    tens, ones = divmod(n, 10)
    digits = "零一二三四五六七八九"
    words = f"{'' if tens == 1 else digits[tens]}十" if tens else ""
    words += digits[ones] if ones or not tens else ""
    assert days.number(words) == n == days.number(str(n))


# — proposed organs —


def past(number: int, *lead: int, joint: tuple[int, ...] = (), alike: float = 0.3) -> Past:
    return Past(f"2025年第{number}号", 2025, lead, joint, alike=alike)


def test_the_organ_of_most_similar_cases_comes_first_with_its_reason() -> None:
    cases = [past(n, 7, joint=(9,)) for n in range(5)] + [past(8, 8), past(9, 8)]
    found = proposals.propose(cases)
    assert [p.organ for p in found.lead] == [7, 8]
    assert found.lead[0].reason("市城管局") == (
        "近3年相似的 7 件中 5 件由市城管局主办：2025年第0号、2025年第1号、2025年第2号等"
    )
    assert [p.organ for p in found.joint] == [9]


def test_the_category_speaks_only_where_texts_say_too_little() -> None:
    same = [past(n, 5, alike=0) for n in range(3)]
    found = proposals.propose([past(1, 7)], same)
    assert [(p.organ, p.by_text) for p in found.lead] == [(5, False)]
    assert "同类的" in found.lead[0].reason("市水利局")
    assert proposals.propose([past(1, 7), past(2, 7)], same).lead[0].organ == 7


def test_organs_that_are_gone_are_not_proposed() -> None:
    cases = [past(1, 7), past(2, 7)]
    assert proposals.propose(cases, living=frozenset({8})).lead == ()


@given(st.lists(st.tuples(st.integers(1, 5), st.floats(0, 1)), max_size=30))
def test_a_proposal_counts_what_is_there(rows: list[tuple[int, float]]) -> None:
    cases = [past(n, organ, alike=alike) for n, (organ, alike) in enumerate(rows)]
    for found in proposals.propose(cases).lead:
        assert found.count == sum(organ == found.organ for organ, _ in rows) >= 2
        assert found.base == len(rows)
