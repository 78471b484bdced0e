"""How days, spans, money and names are written: as an office writes and a citizen understands."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import Any

from renda.kernel import clock

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


def as_day(value: Any) -> dt.date | None:
    """A day from a date, an aware moment (in Asia/Shanghai) or an ISO text; None from nothing."""
    if value is None or value == "":
        return None
    if isinstance(value, dt.datetime):
        return value.astimezone(clock.TZ).date()
    if isinstance(value, dt.date):
        return value
    return dt.date.fromisoformat(str(value)[:10])


def day_text(value: Any, *, weekday: bool = True) -> str:
    """``2026年3月5日 周四``; empty for None."""
    day = as_day(value)
    if day is None:
        return ""
    text = f"{day.year}年{day.month}月{day.day}日"
    return f"{text} {WEEKDAYS[day.weekday()]}" if weekday else text


def moment_text(value: dt.datetime | str | None) -> str:
    """``2026年3月5日 周四 14:02``; empty for None."""
    if not value:
        return ""
    moment = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
    local = moment.astimezone(clock.TZ)
    return f"{day_text(local)} {local:%H:%M}"


def span_text(value: Any, today: dt.date | None = None) -> str:
    """How far a day is from today, in natural days: ``还有 3 天``, ``今天``, ``已过 3 天``."""
    day = as_day(value)
    if day is None:
        return ""
    days = (day - (today or clock.today())).days
    if days == 0:
        return "今天"
    return f"还有 {days} 天" if days > 0 else f"已过 {-days} 天"


def ago_text(value: dt.datetime, now: dt.datetime | None = None) -> str:
    """A moment as one says it today: ``刚刚``, ``12 分钟前``, ``今天 14:02``, ``昨天 9:30``, then the day."""
    local = value.astimezone(clock.TZ)
    here = (now or clock.now()).astimezone(clock.TZ)
    seconds = (here - local).total_seconds()
    if 0 <= seconds < 60:
        return "刚刚"
    if 0 <= seconds < 3600:
        return f"{int(seconds // 60)} 分钟前"
    days = (here.date() - local.date()).days
    if days == 0:
        return f"今天 {local:%H:%M}"
    if days == 1:
        return f"昨天 {local:%H:%M}"
    return f"{day_text(local, weekday=False)} {local:%H:%M}"


def money_text(value: Decimal | int | str | None, unit: str = "元") -> str:
    """An amount with thousands and unit: ``1,234,567.00 元``.

    Args:
        value: the amount in ``unit``; never a float.
        unit: 元, 万元 or 亿元.
    """
    if value is None or value == "":
        return ""
    if isinstance(value, float):
        raise TypeError("金额不用浮点数")
    return f"{Decimal(value):,.2f} {unit}"


def number_text(value: Any) -> str:
    """A number with thousands; a fraction as ``三分之二``-style ``2/3``; anything else as it is."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, Fraction):
        return f"{value.numerator:,}" if value.denominator == 1 else f"{value.numerator}/{value.denominator}"
    if isinstance(value, Decimal):
        return f"{value:,f}"
    return "" if value is None else str(value)


def people_text(names: list[str], limit: int = 3) -> str:
    """Names joined as an office does: ``张三、李四、王五等 12 人``."""
    if len(names) <= limit:
        return "、".join(names)
    return f"{'、'.join(names[:limit])}等 {len(names)} 人"
