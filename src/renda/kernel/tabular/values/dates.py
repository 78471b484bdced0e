"""Dates as offices write them: 2026-03-05, 2026/3/5, 2026年3月5日, 20260305, 二〇二六年三月五日, serials."""

from __future__ import annotations

import datetime as dt
import re

from renda.kernel.clock import TZ
from renda.kernel.tabular.reading.sheet import Cell
from renda.kernel.tabular.values.problem import Problem
from renda.kernel.tabular.values.text import plain

_YMD = re.compile(r"(\d{4})\s*[-/.年·]\s*(\d{1,2})\s*[-/.月·]\s*(\d{1,2})\s*[日号]?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MD = re.compile(r"(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?|(\d{1,2})\s*[-/.]\s*(\d{1,2})")
_YM = re.compile(r"(\d{4})\s*(?:[-/.]\s*(\d{1,2})|年\s*(\d{1,2})\s*月?)")
_SHORT_YEAR = re.compile(r"['’]?(\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_RANGE = re.compile(r"\d\s*[日号]?\s*(?:[-—~～]+|至|到)\s*(?:\d{4}年)?(?:\d{1,2}月)?\d{1,2}\s*[日号]")
_TIME = re.compile(
    r"(上午|下午|晚上?|中午|凌晨|早上?)?\s*(\d{1,2})\s*[:时点]\s*(?:(\d{1,2})\s*(?:[:分]\s*(\d{1,2}(?:\.\d+)?)\s*秒?)?)?\s*(AM|PM|am|pm)?"
)
_WEEKDAY = re.compile(r"[(（]?(?:星期|周|礼拜)[一二三四五六日天][)）]?")
_CHINESE = str.maketrans("〇零○Ｏ一二三四五六七八九", "0000123456789")
_CHINESE_DAY = re.compile(r"([〇零○一二三四五六七八九]{4})年(.{1,3})月(.{1,3})[日号]")
_EPOCH = dt.date(1899, 12, 30)  # day 0 of Excel's serials after February 1900
# What a bare number may be taken for: 1954-10-03 to 2064-04-08. Less is an amount, more is no office's date.
_SERIALS = range(20_000, 60_000)


def date(value: Cell, earliest: dt.date, latest: dt.date, year: int | None) -> dt.date | Problem:
    """A day.

    Args:
        value: the raw cell.
        earliest, latest: what is still believed.
        year: for dates that carry none, if the sender has said it.
    """
    found = _moment(value, year)
    if isinstance(found, Problem):
        return found
    day = found.date() if isinstance(found, dt.datetime) else found
    return _within(day, earliest, latest) or day


def datetime(value: Cell, earliest: dt.date, latest: dt.date, year: int | None) -> dt.datetime | Problem:
    """A moment in Asia/Shanghai; a day without a time is its midnight."""
    found = _moment(value, year)
    if isinstance(found, Problem):
        return found
    if not isinstance(found, dt.datetime):
        found = dt.datetime.combine(found, dt.time())
    return _within(found.date(), earliest, latest) or found.replace(tzinfo=TZ)


def _within(day: dt.date, earliest: dt.date, latest: dt.date) -> Problem | None:
    shown = f"{day.year}年{day.month}月{day.day}日"
    if day > latest:
        return Problem(
            "late",
            f"日期 {shown} 太晚（最晚到 {latest.year}年{latest.month}月{latest.day}日），请核对年份。",
            shown,
        )
    if day < earliest:
        return Problem(
            "early",
            f"日期 {shown} 太早（最早从 {earliest.year}年{earliest.month}月{earliest.day}日），请核对年份。",
            shown,
        )
    return None


def _moment(value: Cell, year: int | None) -> dt.date | dt.datetime | Problem:
    if isinstance(value, dt.datetime):
        return value.replace(microsecond=0)
    if isinstance(value, dt.date):
        return value
    if isinstance(value, dt.time | dt.timedelta):
        return Problem("date", "只有时间，没有日期。请写成 2026年3月5日 的样子。", str(value))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(float(value))
    return _written(plain(value), year)


def _number(value: float) -> dt.date | dt.datetime | Problem:
    if int(value) in _SERIALS:
        day = _EPOCH + dt.timedelta(days=int(value))
        seconds = round((value - int(value)) * 86_400)
        return dt.datetime.combine(day, dt.time()) + dt.timedelta(seconds=seconds) if seconds else day
    if value.is_integer() and (match := _COMPACT.fullmatch(str(int(value)))):
        return _day(match[1], match[2], match[3], str(int(value)))
    return Problem("date", "不是日期。请写成 2026年3月5日 或 2026-03-05。", f"{value:g}")


def _written(text: str, year: int | None) -> dt.date | dt.datetime | Problem:
    original = text
    if match := _CHINESE_DAY.search(text):
        figures = f"{match[1].translate(_CHINESE)}年{_small(match[2])}月{_small(match[3])}日"
        text = text[: match.start()] + figures + text[match.end() :]
    text = _WEEKDAY.sub(" ", text).strip().rstrip(".。").replace("T", " ")
    if text.replace(".", "", 1).isdecimal() and int(float(text)) in _SERIALS and len(text.split(".")[0]) == 5:
        return _number(float(text))
    if _RANGE.search(text):
        return Problem("date", "这里是一段日期，请只填一天。", original)
    if match := _YMD.match(text) or _COMPACT.match(text):
        day = _day(match[1], match[2], match[3], original)
        return day if isinstance(day, Problem) else _with_time(day, text[match.end() :], original)
    if (match := _MD.match(text)) and not _YEAR_LAST.match(text) and not _SHORT_YEAR.match(text):
        month, number = match[1] or match[3], match[2] or match[4]
        if year is None:
            return Problem("year", "日期没有写年份。请在本页选定年份，或在表里补上年份。", original)
        day = _day(str(year), month, number, original)
        return day if isinstance(day, Problem) else _with_time(day, text[match.end() :], original)
    if _SHORT_YEAR.match(text):
        return Problem("date", "年份只有两位，请写全四位年份，如 2026-03-05。", original)
    if _YEAR_LAST.match(text):
        return Problem("date", "分不清哪个是月、哪个是日。请写成 2026-03-05 的样子。", original)
    if _YM.fullmatch(text):
        return Problem("date", "日期只写到月，请补上日。", original)
    return Problem("date", "不是日期。请写成 2026年3月5日 或 2026-03-05。", original)


def _day(year: str, month: str, day: str, original: str) -> dt.date | Problem:
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return Problem("date", f"没有 {int(year)}年{int(month)}月{int(day)}日 这一天，请核对。", original)


def _with_time(day: dt.date, rest: str, original: str) -> dt.date | dt.datetime | Problem:
    rest = rest.strip()
    if not rest:
        return day
    match = _TIME.match(rest)
    if not match:
        return Problem("date", f"日期后面多出了“{rest[:12]}”，请只留日期。", original)
    hour, minute = int(match[2]), int(match[3] or 0)
    second = int(float(match[4] or 0))
    afternoon = match[1] in {"下午", "晚", "晚上"} or (match[5] or "").lower() == "pm"
    if afternoon and hour < 12:
        hour += 12
    if (match[5] or "").lower() == "am" and hour == 12:
        hour = 0
    try:
        return dt.datetime.combine(day, dt.time(hour, minute, second))
    except ValueError:
        return Problem("date", f"没有 {rest[:12]} 这个时间，请核对。", original)


def _small(number: str) -> int:
    """三 → 3, 十 → 10, 十二 → 12, 二十 → 20, 三十一 → 31; anything else → 0, which is no day."""
    tens, separator, units = number.partition("十")
    if not separator:
        digits = number.translate(_CHINESE)
        return int(digits) if digits.isdecimal() else 0
    first = tens.translate(_CHINESE) or "1"
    last = units.translate(_CHINESE) or "0"
    return int(first) * 10 + int(last) if first.isdecimal() and last.isdecimal() else 0
