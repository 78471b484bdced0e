from __future__ import annotations

import datetime as dt
import threading
import time

import pytest

from renda.kernel import clock


def test_now_is_aware_and_in_shanghai() -> None:
    now = clock.now()
    assert now.utcoffset() == dt.timedelta(hours=8)
    assert abs(now.timestamp() - time.time()) < 5


def test_today_is_the_day_in_shanghai_not_in_utc() -> None:
    with clock.travel(dt.datetime(2026, 3, 4, 17, 0, tzinfo=dt.UTC)):  # 01:00 of the 5th in Shanghai
        assert clock.today() == dt.date(2026, 3, 5)


def test_combine_gives_an_aware_moment() -> None:
    assert clock.combine(dt.date(2026, 3, 5), dt.time(8, 30)).isoformat() == "2026-03-05T08:30:00+08:00"


def test_travel_to_a_day_starts_at_nine_and_time_goes_on() -> None:
    with clock.travel(dt.date(2026, 3, 5)):
        first = clock.now()
        time.sleep(0.01)
        second = clock.now()
    assert first.isoformat()[:16] == "2026-03-05T09:00"
    assert second > first


def test_travel_nests_and_comes_back_even_after_an_error() -> None:
    with clock.travel(dt.date(2026, 3, 5)):
        with pytest.raises(RuntimeError), clock.travel(dt.date(2030, 1, 1)):
            assert clock.today().year == 2030
            raise RuntimeError
        assert clock.today() == dt.date(2026, 3, 5)
    assert clock.today().year != 2030


def test_travel_does_not_reach_other_threads() -> None:
    seen: list[dt.date] = []
    with clock.travel(dt.date(2030, 1, 1)):
        thread = threading.Thread(target=lambda: seen.append(clock.today()))
        thread.start()
        thread.join()
    assert seen[0].year != 2030
