from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

import renda
from renda.kernel.calendar import builtin

SOURCE = Path(renda.__file__).parent.parent


def names(year: int) -> dict[str, list[dt.date]]:
    out: dict[str, list[dt.date]] = {}
    for day, known in sorted(builtin.table(year).special.items()):
        for name in known.name.split("、"):
            out.setdefault(name, []).append(day)
    return out


def test_the_library_year_has_chinese_names_and_made_up_days() -> None:
    table = builtin.table(2026)
    assert not table.provisional
    assert table.version.startswith("cn-2026.")
    assert table.day(dt.date(2026, 2, 17)).name == "春节"
    assert table.day(dt.date(2026, 2, 14)).name == "调休上班"
    assert table.day(dt.date(2026, 2, 14)).working
    assert not table.day(dt.date(2026, 3, 7)).working


def test_later_years_are_provisional_by_weekday_and_feast() -> None:
    feasts = names(2027)
    day = dt.date
    assert feasts["元旦"] == [day(2027, 1, 1)]
    assert feasts["春节"] == [day(2027, 2, 5), day(2027, 2, 6), day(2027, 2, 7), day(2027, 2, 8)]
    assert feasts["清明节"] == [day(2027, 4, 5)]
    assert feasts["劳动节"] == [day(2027, 5, 1), day(2027, 5, 2)]
    assert feasts["端午节"] == [day(2027, 6, 9)]
    assert feasts["中秋节"] == [day(2027, 9, 15)]
    assert feasts["国庆节"] == [day(2027, 10, 1), day(2027, 10, 2), day(2027, 10, 3)]
    table = builtin.table(2027)
    assert table.version == "2027:provisional"
    assert table.day(day(2027, 6, 9)).working is False
    assert all(table.day(day(2027, 1, n)).provisional for n in range(1, 32))


def test_every_year_the_lunar_library_reaches_has_all_feasts() -> None:
    for year in (2028, 2033, 2050, 2099):
        feasts = names(year)
        assert set(feasts) == {"元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节"}
        assert all(day.year == year for days in feasts.values() for day in days)


def test_a_year_beyond_the_lunar_library_still_counts_by_weekday() -> None:
    assert set(names(2150)) == {"元旦", "劳动节", "国庆节"}
    assert builtin.table(2150).day(dt.date(2150, 3, 4)).provisional


def test_two_feasts_on_one_day_are_both_named() -> None:
    assert builtin.table(2028).day(dt.date(2028, 10, 3)).name == "中秋节、国庆节"


def test_the_provisional_feasts_agree_with_the_last_published_years() -> None:
    """Each feast day by the rule was a day off, by the notices, in the years the library knows since 2025."""
    for year in (2025, 2026):
        published = builtin.table(year)
        for feast in builtin._feasts():
            first = builtin._first_day(feast, year)
            assert first is not None
            for offset in range(feast["days"]):
                day = first + dt.timedelta(days=offset)
                assert not published.day(day).working, (feast["name"], day)


def test_arithmetic_works_without_django() -> None:
    code = (
        "import datetime as d; from renda.kernel.calendar import api;"
        "print(api.roll_forward(d.date(2026, 10, 1)), api.version(d.date(2026, 1, 1), d.date(2027, 1, 1)))"
    )
    out = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": "src", "PATH": ""},
    )
    day, version = out.stdout.split()
    assert day == "2026-10-08"
    assert version.endswith(",2027:provisional")
