"""The tables that come with the program: years the library knows, and provisional ones for all others."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from importlib.metadata import version as package_version
from pathlib import Path
from typing import Any

from renda.kernel.calendar.rules import SATURDAY, Day, YearTable

LUNAR_YEARS = range(1901, 2100)  # what the lunar library can convert


@lru_cache(maxsize=1)
def _library() -> tuple[dict[dt.date, str], frozenset[dt.date], range, str]:
    """Feast days with Chinese names, made-up working days, known years and the library's version."""
    from chinese_calendar import constants

    names = {feast.value: str(feast.chinese) for feast in constants.Holiday}
    feasts = {day: names.get(name, str(name)) for day, name in constants.holidays.items()}
    known = range(min(feasts).year, max(feasts).year + 1)
    release = ".".join(package_version("chinesecalendar").split(".")[:2])
    return feasts, frozenset(constants.workdays), known, release


def known_years() -> range:
    """Years whose arrangement by the State Council the library knows."""
    return _library()[2]


@lru_cache(maxsize=1)
def _feasts() -> list[dict[str, Any]]:
    import yaml

    text = Path(__file__).with_name("feasts.yaml").read_text(encoding="utf-8")
    return list(yaml.safe_load(text))


def _first_day(feast: dict[str, Any], year: int) -> dt.date | None:
    """The first day off of a feast in a year; ``None`` where the lunar library does not reach."""
    if "solar" in feast:
        month, day = map(int, feast["solar"].split("-"))
        return dt.date(year, month, day)
    if year not in LUNAR_YEARS:
        return None
    from borax.calendars.lunardate import LunarDate, TermUtils

    if "term" in feast:
        found: dt.date = TermUtils.nth_term_day(year, TermUtils.get_index_for_name(feast["term"]))
        return found
    month, day = map(int, feast["lunar"].split("-"))
    solar: dt.date = LunarDate(year, month, day).to_solar_date()
    return solar + dt.timedelta(days=feast.get("from", 0))


@lru_cache(maxsize=64)
def table(year: int) -> YearTable:
    """The table of a year as the program knows it, without anything imported."""
    feasts, workdays, known, release = _library()
    if year in known:
        special = {day: Day(day, False, name=name) for day, name in feasts.items() if day.year == year}
        special |= {day: Day(day, True, name="调休上班") for day in workdays if day.year == year}
        return YearTable(
            year, f"cn-{year}.{release}", special, source=f"chinesecalendar {release}（国务院办公厅放假安排）"
        )
    special = {}
    for feast in _feasts():
        first = _first_day(feast, year)
        if first is None:
            continue
        for offset in range(feast["days"]):
            day = first + dt.timedelta(days=offset)
            # A feast of this lunar year may begin in December of the year before: not this table's day.
            if day.year == year:
                name = f"{special[day].name}、{feast['name']}" if day in special else feast["name"]
                special[day] = Day(day, False, True, name)
    return YearTable(
        year,
        f"{year}:provisional",
        special,
        provisional=True,
        source="按星期和法定节日推定，放假安排尚未公布",
    )


def is_ordinary(day: dt.date, working: bool) -> bool:
    """Whether a row says only what the weekday says."""
    return working == (day.weekday() < SATURDAY)
