"""Codes, numbers lifted out of texts, classes."""

from __future__ import annotations

import doctest

from hypothesis import given
from hypothesis import strategies as st

from renda.assembly.intake import guessing, texts
from renda.kernel.record import api as record


def test_the_examples_in_the_docstrings_hold() -> None:
    for module in (texts, guessing):
        result = doctest.testmod(module)
        assert result.attempted > 0 and result.failed == 0


def test_codes_are_hard_to_guess_and_easy_to_read_out() -> None:
    codes = {texts.new_code() for _ in range(200)}
    assert len(codes) == 200
    for code in codes:
        assert not set(code) & set("01OIL") and texts.read_code(texts.shown_code(code).lower()) == code


DIGITS = st.text("0123456789", min_size=9, max_size=9)


@given(st.text(max_size=40), DIGITS, st.text(max_size=40), st.sampled_from("3456789"))
def test_no_mobile_number_stays_in_a_text(before: str, digits: str, after: str, second: str) -> None:
    number = f"1{second}{digits}"
    lifted = texts.lift_numbers(f"{before}，电话{number}，{after}")
    assert number not in lifted.text
    assert number in lifted.phones or record.looks_private(before + after)


def test_numbers_are_lifted_in_every_usual_writing() -> None:
    text = "电话139-0000-0001或１３９００００００02，座机0372-2900000，身份证990101197001011234。"
    lifted = texts.lift_numbers(text)
    assert lifted.phones == ("13900000001", "13900000002", "03722900000")
    assert lifted.citizens == ("990101197001011234",)
    assert record.looks_private(lifted.text) is None


def test_amounts_and_numbers_of_houses_stay() -> None:
    text = "12号楼2单元1001室，水费1234567.89元，2026年3月5日，合同号20260305001。"
    assert texts.lift_numbers(text).text == text


SAMPLES = [
    ("公交车次太少", "早上等公交车要四十分钟，请增加班次。", "交通"),
    ("公交站牌坏了", "公交站的电子屏不亮，候车不知道车到哪了。", "交通"),
    ("路口红绿灯", "路口红绿灯时间太短，老人过不去马路。", "交通"),
    ("医保报销", "外地住院怎样办理医保报销，报销比例是多少。", "医疗"),
    ("医院挂号难", "人民医院挂号排队太久，能否网上挂号。", "医疗"),
    ("疫苗接种", "社区医院什么时候可以接种流感疫苗。", "医疗"),
]


def test_a_class_is_proposed_with_the_words_that_speak_for_it() -> None:
    lessons = guessing.learn(SAMPLES)
    best, other = guessing.guess(lessons, "公交车晚点", "公交车总是晚点，站牌也不准。")
    assert best.label == "交通" and best.share > 0.8 > other.share
    assert any("公交" in word for word in best.words)


def test_one_known_class_is_no_choice() -> None:
    lessons = guessing.learn(SAMPLES[:2])
    assert guessing.guess(lessons, "", "任何事")[0].label == "交通"
    assert guessing.guess(guessing.Lessons(), "", "任何事") == []


@given(st.text(max_size=60), st.text(max_size=200))
def test_shares_are_shares(title: str, text: str) -> None:
    found = guessing.guess(guessing.learn(SAMPLES), title, text)
    assert abs(sum(g.share for g in found) - 1) < 1e-9


def test_reasons_stand_in_the_text() -> None:
    found = guessing.guess(guessing.learn(SAMPLES), "公交车晚点", "公交车总是晚点。")
    for word in found[0].words:
        assert word in "公交车晚点\n公交车总是晚点。"
