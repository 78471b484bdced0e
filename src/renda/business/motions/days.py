"""Days as Chinese sentences say them: 2026年6月底前, 年内, 三季度, 15个工作日内; relative to a base day.

Working days are counted by weekday: what is read here is proposed to a person, never a deadline.
"""

from __future__ import annotations

import calendar as months
import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

HALF_A_YEAR = dt.timedelta(days=183)
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_N = r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3})"
_Y = r"(?:(?P<year>\d{4}|[一二三四五六七八九〇零]{4})\s*年|(?P<near>今年|本年度?|当年|明年|次年|后年))"
_EDGE = r"(?:\s*(?:以前|之前|前|内|期间|左右))?"


@dataclass(frozen=True, slots=True)
class Mention:
    """A day found in a text.

    Args:
        start, end: where the words stand.
        words: as written.
        day: the last day they allow; None where no calendar can tell (春节前, 近期).
        bare: only a year is named (2018年); it says a day only where the sentence speaks of the future.
    """

    start: int
    end: int
    words: str
    day: dt.date | None
    bare: bool = False


def number(text: str) -> int:
    """A number in digits or Chinese numerals up to ninety-nine.

    >>> number("15"), number("十五"), number("二十"), number("三十一"), number("两")
    (15, 15, 20, 31, 2)
    """
    if text.isdecimal():
        return int(text)
    if "十" not in text:
        value = 0
        for char in text:
            value = value * 10 + _DIGITS[char]
        return value
    tens, _, ones = text.partition("十")
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)


def _month_end(year: int, month: int) -> dt.date:
    return dt.date(year, month, months.monthrange(year, month)[1])


def _in_month(year: int, month: int, part: str | None) -> dt.date | None:
    if not 1 <= month <= 12:
        return None
    if part in ("上旬", "初"):
        return dt.date(year, month, 10)
    if part == "中旬":
        return dt.date(year, month, 20)
    return _month_end(year, month)


def _year(found: re.Match[str], base: dt.date) -> int | None:
    if found["year"]:
        written = found["year"]
        return int(written) if written.isdecimal() else number(written)
    near = found["near"]
    if near is None:
        return None
    return base.year + {"明年": 1, "次年": 1, "后年": 2}.get(near, 0)


def _safe(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _full_day(found: re.Match[str], base: dt.date) -> dt.date | None:
    year = _year(found, base)
    month, day = number(found["month"]), number(found["day"])
    if year is not None:
        return _safe(year, month, day)
    made = _safe(base.year, month, day)
    return _safe(base.year + 1, month, day) if _to_come(found, made, base) else made


def _to_come(found: re.Match[str], made: dt.date | None, base: dt.date) -> bool:
    """Whether a day of this year that is over means the next: 3月底前 does, 6月7日 happened in June."""
    if made is None or made >= base:
        return False
    return found.group().rstrip().endswith(("前", "内")) or base - made > HALF_A_YEAR


def _month(found: re.Match[str], base: dt.date) -> dt.date | None:
    """6月底前 is its last day; 6月前 is the day before it begins."""
    year = _year(found, base)
    month = number(found["month"])
    if not found["part"] and found.group().rstrip().endswith("前") and 1 <= month <= 12:
        first = dt.date(year if year is not None else base.year, month, 1)
        if year is None and first <= base:
            first = first.replace(year=first.year + 1)
        return first - dt.timedelta(days=1)
    if year is not None:
        return _in_month(year, month, found["part"])
    made = _in_month(base.year, month, found["part"])
    return _in_month(base.year + 1, month, found["part"]) if _to_come(found, made, base) else made


_QUARTER = {"一": 3, "二": 6, "三": 9, "四": 12, "1": 3, "2": 6, "3": 9, "4": 12}


def _part_of_year(found: re.Match[str], base: dt.date) -> dt.date | None:
    year = _year(found, base)
    if found["quarter"]:
        month = _QUARTER[found["quarter"]]
    else:
        month = {"上半年": 6, "下半年": 12}.get(found["half"] or "", 12)
    if year is None:
        year = base.year
        if _month_end(year, month) < base:
            year += 1
    return _month_end(year, month)


def _near_month(found: re.Match[str], base: dt.date) -> dt.date | None:
    ahead = 0 if found["which"] in ("本月", "这个月", "当月", "月") else 1
    month = base.month - 1 + ahead
    return _in_month(base.year + month // 12, month % 12 + 1, found["part"])


def _near_week(found: re.Match[str], base: dt.date) -> dt.date | None:
    ahead = 7 if found["which"].startswith("下") else 0
    return base + dt.timedelta(days=6 - base.weekday() + ahead)


def _within(found: re.Match[str], base: dt.date) -> dt.date | None:
    n = number(found["n"])
    unit = found["unit"]
    if unit in ("个月", "月"):
        month = base.month - 1 + n
        year, month = base.year + month // 12, month % 12 + 1
        return dt.date(year, month, min(base.day, months.monthrange(year, month)[1]))
    if unit in ("周", "个星期", "星期"):
        return base + dt.timedelta(days=7 * n)
    if unit in ("年",):
        return _safe(base.year + n, base.month, min(base.day, 28))
    if unit in ("个工作日", "工作日"):
        day = base
        while n:
            day += dt.timedelta(days=1)
            n -= day.weekday() < 5
        return day
    return base + dt.timedelta(days=n)


def _season(found: re.Match[str], base: dt.date) -> dt.date | None:
    """Before the Spring Festival, soon: a time that no calendar of days can tell."""
    return None


def _five_years(found: re.Match[str], base: dt.date) -> dt.date | None:
    """The end of a five-year plan; the thirteenth ended with 2020."""
    return dt.date(2020 + 5 * (number(found["plan"]) - 3), 12, 31)


_NO_YEAR = r"(?P<year>(?!))?(?P<near>(?!))?"
_ALONE = r"(?<![0-9个每近多历去前往])"  # 9月 of 9个月 and 每月 is no month, 年底 of 去年底 is over
_PARTS = r"(?P<part>底|末|初|上旬|中旬|下旬|份)"
_QUARTERS = r"(?:第?(?P<quarter>[一二三四1-4])季度|(?P<half>上半年|下半年)"
_UNITS = r"(?P<unit>个工作日|工作日|个月|个星期|星期|周|天|日)"
_FEASTS = r"(?:春节|国庆|中秋|汛期|冬季|供暖期?|入冬|开学|雨季)(?:之前|以前|前)"
Reader = Callable[[re.Match[str], dt.date], dt.date | None]
# Words, how they are read, and whether they are bare (a year or month alone). The first reading counts.
_PATTERNS: tuple[tuple[re.Pattern[str], Reader, bool], ...] = (
    (re.compile(rf"(?:{_Y}\s*)?(?P<month>{_N})\s*月\s*(?P<day>{_N})\s*[日号]{_EDGE}"), _full_day, False),
    (re.compile(rf"{_Y}\s*(?P<month>{_N})\s*月{_PARTS}?{_EDGE}"), _month, False),
    (re.compile(rf"{_Y}\s*{_QUARTERS}|年?[底末内])(?:底|末)?{_EDGE}"), _part_of_year, False),
    (re.compile(rf"{_NO_YEAR}{_QUARTERS}|{_ALONE}年[底末内])(?:底|末)?{_EDGE}"), _part_of_year, False),
    (re.compile(rf"{_NO_YEAR}{_ALONE}(?P<month>{_N})\s*月{_PARTS}{_EDGE}"), _month, False),
    (re.compile(rf"{_NO_YEAR}{_ALONE}(?P<month>{_N})\s*月(?P<part>)(?:以前|之前|前)"), _month, False),
    (re.compile(r"[“\"]?十(?P<plan>[三四五六])五[”\"]?(?:规划)?(?:期间|末|时期)"), _five_years, False),
    (re.compile(rf"(?P<which>本月|这个月|当月|下个?月){_PARTS}?{_EDGE}"), _near_month, False),
    (
        re.compile(rf"(?<![0-9一二三四五六七八九十个])(?P<which>月)(?=[底末]){_PARTS}{_EDGE}"),
        _near_month,
        False,
    ),
    (re.compile(rf"(?P<which>本周|这周|下周){_EDGE}"), _near_week, False),
    (re.compile(rf"(?P<n>{_N})\s*{_UNITS}(?:之内|以内|内)"), _within, False),
    (re.compile(rf"{_FEASTS}|近期内?|近日|不日"), _season, False),
    (re.compile(rf"{_Y}(?P<quarter>)(?P<half>)"), _part_of_year, True),
    (re.compile(rf"{_NO_YEAR}{_ALONE}(?P<month>{_N})\s*月(?P<part>)"), _month, True),
)


def mentions(text: str, base: dt.date) -> Iterator[Mention]:
    """The days a text names, in order; of words that overlap the longest reading counts.

    Args:
        text: a sentence.
        base: the day it was written; 年内 and 6月底 count from it.

    >>> [m.day.isoformat() for m in mentions("2026年6月底前完成勘查，年内动工", dt.date(2026, 3, 5))]
    ['2026-06-30', '2026-12-31']
    >>> [m.day.isoformat() for m in mentions("三季度完成，9月15日前报告", dt.date(2026, 3, 5))]
    ['2026-09-30', '2026-09-15']
    """
    found: list[Mention] = []
    for pattern, read, bare in _PATTERNS:
        for match in pattern.finditer(text):
            if match.start() == match.end() or any(
                m.start < match.end() and match.start() < m.end for m in found
            ):
                continue
            found.append(Mention(match.start(), match.end(), match.group(), read(match, base), bare))
    yield from sorted(found, key=lambda m: m.start)
