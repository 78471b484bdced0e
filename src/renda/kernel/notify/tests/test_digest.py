"""One digest a day, on working days, of what is unread and was in none before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from renda.kernel import clock
from renda.kernel.calendar import api as calendar
from renda.kernel.identity.api import Account
from renda.kernel.jobs import api as jobs
from renda.kernel.notify import api as notify
from renda.kernel.notify.models import Delivery
from renda.kernel.notify.rules import DIGEST_AT
from renda.kernel.notify.services import prefer
from renda.kernel.notify.tests.conftest import tell

pytestmark = pytest.mark.django_db
Make = Callable[..., Account]
THURSDAY = dt.date(2026, 3, 5)


def morning(day: dt.date) -> int:
    with clock.travel(clock.combine(day, DIGEST_AT)):
        return notify.make_digests()


def titles(account: Account) -> list[str]:
    return [d.title for d in Delivery.objects.filter(account=account).order_by("digest_day")]


def test_the_timetable_has_it_at_half_past_eight() -> None:
    jobs.sync()
    (line,) = [state for state in jobs.timetable_state() if state.name == "notify.digest"]
    assert line.due_at.astimezone(clock.TZ).time() == dt.time(8, 30)


def test_a_digest_holds_what_is_unread_and_not_urgent(make: Make) -> None:
    li, wang = make("li"), make("wang")
    with clock.travel(clock.combine(THURSDAY, dt.time(8))):
        read = tell(li, title="看过的")
        tell(li, title="没看的", body="请答复。")
        tell(li, title="急的", urgent=True)
        notify.mark_read(li, [read])
        tell(wang, title="他的", kind="notifytest.replied")
    assert morning(THURSDAY) == 2
    mine = Delivery.objects.get(account=li, digest_day=THURSDAY)
    assert (mine.title, mine.long, mine.url) == (
        "3月5日消息摘要：1 件",
        "催办（1 件）\n· 没看的\n  请答复。",
        "/messages/",
    )
    assert Delivery.objects.get(account=wang).long == "答复（1 件）\n· 他的"


def test_one_digest_a_day_and_each_message_in_one(make: Make) -> None:
    li = make("li")
    with clock.travel(THURSDAY):
        tell(li, title="一")
    assert morning(THURSDAY) == 1
    assert morning(THURSDAY) == 0
    with clock.travel(clock.combine(THURSDAY, dt.time(10))):
        tell(li, title="二")
    assert morning(THURSDAY) == 0  # taken over by another worker on the same day
    assert morning(THURSDAY + dt.timedelta(days=1)) == 1
    assert Delivery.objects.get(digest_day=THURSDAY + dt.timedelta(days=1)).long == "催办（1 件）\n· 二"
    assert morning(THURSDAY + dt.timedelta(days=4)) == 0


def test_on_rest_days_messages_wait_for_the_next_working_day(make: Make) -> None:
    """清明 2026: 4 to 6 April are off, Tuesday the 7th is a working day again."""
    li = make("li")
    with clock.travel(clock.combine(dt.date(2026, 4, 3), dt.time(17))):
        tell(li, title="放假前")
    assert [morning(dt.date(2026, 4, day)) for day in (4, 5, 6)] == [0, 0, 0]
    with clock.travel(clock.combine(dt.date(2026, 4, 5), dt.time(10))):
        tell(li, title="放假中")
    assert morning(dt.date(2026, 4, 7)) == 1
    assert Delivery.objects.get().long == "催办（2 件）\n· 放假前\n· 放假中"


def test_a_weekend_made_up_is_a_working_day(make: Make) -> None:
    """2026-02-14 is a Saturday that is worked for the Spring Festival."""
    assert calendar.is_working_day(dt.date(2026, 2, 14)).working
    li = make("li")
    with clock.travel(clock.combine(dt.date(2026, 2, 13), dt.time(17))):
        tell(li, title="一")
    assert morning(dt.date(2026, 2, 14)) == 1


def test_a_stopped_kind_is_not_sent_and_does_not_come_later(make: Make) -> None:
    li = make("li")
    prefer(li, email="", wecom="", stopped=["notifytest.pressed", "notifytest.served"])
    with clock.travel(THURSDAY):
        tell(li, title="停了的")
        tell(li, title="停不了的", kind="notifytest.served")
    assert morning(THURSDAY) == 1
    assert Delivery.objects.get().long == "送达（1 件）\n· 停不了的"
    assert notify.unread(li) == 2  # both still stand in the list
    prefer(li, email="", wecom="", stopped=[])
    assert morning(THURSDAY + dt.timedelta(days=1)) == 0


def test_a_stopped_kind_alone_makes_no_digest(make: Make) -> None:
    li = make("li")
    prefer(li, email="", wecom="", stopped=["notifytest.pressed"])
    with clock.travel(THURSDAY):
        tell(li)
        tell(li, urgent=True)
    assert morning(THURSDAY) == 0
    assert not Delivery.objects.exists()
