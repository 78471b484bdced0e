"""Chinese words for days, numbers and bounds, as they stand in a formula."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

_DIGITS = "零一二三四五六七八九"
_HALF = Fraction(1, 2)
UNITS = {
    "day": "日",
    "month": "个月",
    "year": "年",
    "working_day": "个工作日",
    "hour": "小时",
    "deputy": "名代表",
    "member": "名组成人员",
    "voter": "名选民",
    "person": "人",
    "vote": "票",
    "time": "次",
    "percent": "％",
    "yuan": "元",
}
LEVELS = {"national": "全国", "province": "省级", "city": "设区的市", "county": "县级", "township": "乡级"}


def day(value: dt.date) -> str:
    """2026年2月28日."""
    return f"{value.year}年{value.month}月{value.day}日"


def month_day(value: tuple[int, int]) -> str:
    """12月31日."""
    return f"{value[0]}月{value[1]}日"


def chinese(number: int) -> str:
    """A whole number below 100 in characters (三、十、二十五); larger ones in figures."""
    if number < 10:
        return _DIGITS[number]
    if number > 99:
        return str(number)
    tens, ones = divmod(number, 10)
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def number(value: Fraction | int) -> str:
    """3; 三分之二 for a fraction."""
    exact = Fraction(value)
    if exact.denominator == 1:
        return str(exact.numerator)
    return f"{chinese(exact.denominator)}分之{chinese(exact.numerator)}"


def figure(value: Fraction | int) -> str:
    """An exact figure: 602, 601.5 where the decimal ends, else 1834/3."""
    exact = Fraction(value)
    if exact.denominator == 1:
        return str(exact.numerator)
    left = exact.denominator
    for prime in (2, 5):
        while left % prime == 0:
            left //= prime
    if left != 1:
        return f"{exact.numerator}/{exact.denominator}"
    digits = 0
    while (exact * 10**digits).denominator != 1:
        digits += 1
    whole, rest = divmod(abs(exact.numerator * 10**digits // exact.denominator), 10**digits)
    return f"{'-' if exact < 0 else ''}{whole}.{rest:0{digits}d}"


def bound(comparator: str, value: Fraction, unit: str = "") -> str:
    """过半数, 半数以上, 三分之二以上, 不超过五分之一, 1％以上: a bound as the law says it."""
    if value == _HALF and comparator == ">":
        return "过半数"
    said = "半数" if value == _HALF else number(value) + unit
    return {
        ">": f"超过{said}",
        ">=": f"{said}以上",
        "<=": f"不超过{said}",
        "<": f"不足{said}",
        "=": said,
    }[comparator]


def span(count: Fraction, unit: str) -> str:
    """3个月, 20日, 10个工作日."""
    return f"{number(count)}{UNITS.get(unit, '')}"


def yes(value: bool) -> str:
    return "是" if value else "否"
