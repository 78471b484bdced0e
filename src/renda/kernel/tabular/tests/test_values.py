"""Cells: what offices write, what is understood, what is refused and how to mend it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renda.kernel.clock import TZ
from renda.kernel.tabular.values import dates, numbers, text
from renda.kernel.tabular.values.problem import Problem

FROM, TO = dt.date(1900, 1, 1), dt.date(2031, 12, 31)
DAY = dt.date(2026, 3, 5)
NAIVE = dt.datetime  # as a spreadsheet gives moments: without a zone


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-05", "2026/3/5", "2026.3.5", "2026．03．05", "2026年3月5日", "2026 年 3 月 5 日", "20260305",
        "２０２６年３月５日", "二〇二六年三月五日", "2026年3月5日（星期四）", "2026-3-5 周四",
        "2026年3月5号", "2026.03.05.", 20260305, 20260305.0, 46086, 46086.0, "46086",
        dt.date(2026, 3, 5), NAIVE(2026, 3, 5, 9, 30),
        "2026/3/5 09:30:00", "2026-03-05T09:30:00",
    ],
)  # fmt: skip
def test_one_day_in_every_usual_way(written: Any) -> None:
    assert dates.date(written, FROM, TO, None) == DAY


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("3月5日", "没有写年份"),
        ("3.5", "没有写年份"),
        ("26-3-5", "两位"),
        ("5/3/2026", "分不清"),
        ("2026年3月", "补上日"),
        ("2026-02-30", "没有 2026年2月30日"),
        ("2026年3月5日-8日", "一段日期"),
        ("3月5日至8日", "一段日期"),
        ("2062-01-01", "太晚"),
        ("1026-01-01", "太早"),
        ("年底前", "不是日期"),
        (12, "不是日期"),
        (20261305, "没有 2026年13月5日"),
        (True, "不是日期"),
        (dt.time(9, 30), "没有日期"),
        ("2026-03-05前后", "多出了"),
    ],
)
def test_dates_that_are_none_say_how_to_write_them(written: Any, said: str) -> None:
    found = dates.date(written, FROM, TO, None)
    assert isinstance(found, Problem)
    assert said in found.message


def test_the_year_completes_a_day_without_one() -> None:
    assert dates.date("3月5日", FROM, TO, 2026) == DAY
    assert isinstance(dates.date("2月29日", FROM, TO, 2026), Problem)


@pytest.mark.parametrize(
    ("written", "hour", "minute"),
    [
        ("2026-03-05 14:30", 14, 30),
        ("2026年3月5日下午2时30分", 14, 30),
        ("2026/3/5 2:30 PM", 14, 30),
        ("2026/3/5 12:30 AM", 0, 30),
        (46086 + 14.5 / 24, 14, 30),
        (NAIVE(2026, 3, 5, 14, 30), 14, 30),
    ],
)
def test_moments_are_in_the_office_s_zone(written: Any, hour: int, minute: int) -> None:
    assert dates.datetime(written, FROM, TO, None) == dt.datetime(2026, 3, 5, hour, minute, tzinfo=TZ)


@given(st.dates(dt.date(1950, 1, 1), dt.date(2031, 12, 31)), st.sampled_from(["-", "/", "."]), st.booleans())
def test_any_day_written_in_figures_comes_back(day: dt.date, mark: str, padded: bool) -> None:
    month, number = (f"{day:%m}", f"{day:%d}") if padded else (str(day.month), str(day.day))
    assert dates.date(f"{day.year}{mark}{month}{mark}{number}", FROM, TO, None) == day
    assert dates.date(f"{day.year}年{month}月{number}日", FROM, TO, None) == day


@given(st.dates(dt.date(1955, 1, 1), dt.date(2031, 12, 31)))
def test_any_serial_comes_back(day: dt.date) -> None:
    assert dates.date((day - dt.date(1899, 12, 30)).days, FROM, TO, None) == day


_UNITS = "〇一二三四五六七八九"


def _in_words(number: int) -> str:
    if number < 10:
        return _UNITS[number]
    tens, units = divmod(number, 10)
    return ("" if tens == 1 else _UNITS[tens]) + "十" + (_UNITS[units] if units else "")


@given(st.dates(dt.date(1950, 1, 1), dt.date(2031, 12, 31)))
def test_any_day_in_chinese_numerals_comes_back(day: dt.date) -> None:
    year = "".join(_UNITS[int(digit)] for digit in str(day.year))
    assert dates.date(f"{year}年{_in_words(day.month)}月{_in_words(day.day)}日", FROM, TO, None) == day


@given(st.text(max_size=30))
def test_no_text_breaks_the_reader_of_dates(written: str) -> None:
    assert isinstance(dates.datetime(written, FROM, TO, 2026), dt.datetime | Problem)


@pytest.mark.parametrize(
    ("written", "unit", "yuan"),
    [
        ("1,234.50", 1, "1234.50"),
        ("￥1234.5", 1, "1234.5"),
        ("12.5万元", 1, "125000"),
        ("12万", 1, "120000"),
        ("1.2亿元", 1, "120000000"),
        ("300元整", 10_000, "300"),
        (0.1, 1, "0.1"),
        (12.5, 10_000, "125000"),
        ("-30", 10_000, "-300000"),
        ("１２３", 1, "123"),
    ],
)
def test_money_is_exact_and_in_yuan(written: Any, unit: int, yuan: str) -> None:
    assert numbers.money(written, Decimal(unit), None, None) == Decimal(yuan)


@pytest.mark.parametrize("written", ["1,2,3", "十万", "1e5", "约300", "", True])
def test_amounts_that_are_none(written: Any) -> None:
    assert isinstance(numbers.money(written, Decimal(1), None, None), Problem)


def test_units_of_headings_and_titles() -> None:
    assert numbers.unit_of_heading("预算数（万元）") == 10_000
    assert numbers.unit_of_heading("金额 (单位：亿元)") == 100_000_000
    assert numbers.unit_of_heading("金额") is None
    assert numbers.unit_of_title("  单位：万元") == 10_000


def test_counts() -> None:
    assert numbers.integer("３件", None, None) == 3
    assert numbers.integer(3.0, None, None) == 3
    assert isinstance(numbers.integer(3.5, None, None), Problem)
    assert isinstance(numbers.integer(-1, 0, None), Problem)
    assert isinstance(numbers.integer(11, 0, 10), Problem)


@pytest.mark.parametrize("written", [4.10502199001011e17, "4.10502E+17", "4.10502e17", 410502199001011234])
def test_numbers_that_lost_their_last_digits_say_how_to_mend_it(written: Any) -> None:
    found = text.citizen_id(written)
    assert isinstance(found, Problem)
    assert "设为“文本”" in found.message


@pytest.mark.parametrize(
    ("written", "good"),
    [
        ("999901199003071233", None),
        ("11010519491231002X", "11010519491231002X"),
        ("11010519491231002x", "11010519491231002X"),
        (" 110105 19491231 002X", "11010519491231002X"),
        ("110105194912310021", None),
        ("110105194913310029", None),
        ("110105491231002", None),
        ("11010519491231002", None),
    ],
)
def test_citizen_ids_by_gb_11643(written: str, good: str | None) -> None:
    found = text.citizen_id(written)
    assert found == good if good else isinstance(found, Problem)


@given(st.text(alphabet="0123456789", min_size=17, max_size=17), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(digits: str, place: int, step: int) -> None:
    body = digits[:6] + "19900307" + digits[14:17]
    total = sum(int(d) * w for d, w in zip(body, text._ID_WEIGHTS, strict=True))
    number = body + text._ID_CHECK[total % 11]
    assert text.citizen_id(number) == number
    changed = str((int(number[place]) + step) % 10)
    assert isinstance(text.citizen_id(number[:place] + changed + number[place + 1 :]), Problem)


@pytest.mark.parametrize(
    ("written", "good"),
    [
        ("13800000000", "13800000000"),
        (13800000000.0, "13800000000"),
        ("138-0000-0000", "13800000000"),
        ("+86 138 0000 0000", "13800000000"),
        ("0372-2123456", "03722123456"),
        ("12345", "12345"),
        ("1380000000", None),
        ("13800000000/13900000000", None),
    ],
)
def test_telephone_numbers(written: Any, good: str | None) -> None:
    found = text.phone(written)
    assert found == good if good else isinstance(found, Problem)


def test_names_lose_the_padding_that_aligns_them() -> None:
    assert text.name("丁　一", None) == "丁一"
    assert text.name(" 阿依古丽•买买提 ", None) == "阿依古丽·买买提"
    assert isinstance(text.name("张三3", None), Problem)


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("财政局、教育局；公安局", ["财政局", "教育局", "公安局"]),
        ("财政局,教育局，公安局;民政局", ["财政局", "教育局", "公安局", "民政局"]),
        ("住建局（主办）、城管局（会办、配合）", ["住建局（主办）", "城管局（会办、配合）"]),
        ("财政局\n教育局", ["财政局", "教育局"]),
        ("、财政局、", ["财政局"]),
    ],
)
def test_several_values_in_a_cell(written: str, parts: list[str]) -> None:
    assert text.split(written) == parts


def test_names_separated_by_spaces_alone() -> None:
    assert text.split_spaces("丁　一 王小二 李四") == ["丁一", "王小二", "李四"]


@given(st.text(max_size=40))
def test_splitting_loses_nothing_but_separators(written: str) -> None:
    kept = "".join(text.split(written))
    lost = [c for c in text.written(written) if not c.isspace() and c not in "、；;，,/"]
    assert [c for c in kept if not c.isspace() and c not in "、；;，,/"] == lost


def test_yes_and_no() -> None:
    assert text.flag("√") is True
    assert text.flag("否") is False
    assert isinstance(text.flag("也许"), Problem)


@pytest.mark.parametrize("written", ["#REF!", "#N/A", "#DIV/0!"])
def test_formulas_that_failed(written: str) -> None:
    found = text.formula_error(written)
    assert found is not None and "公式出错" in found.message
