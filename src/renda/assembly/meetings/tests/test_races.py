"""Two at once at a sitting, on PostgreSQL: nobody is there twice, nobody is there after the end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from renda.assembly.meetings import api as meetings
from renda.assembly.meetings.models import ItemState, Presence, Speech
from renda.assembly.meetings.tests.test_meetings import come, notified, opened
from renda.assembly.votes.tests.conftest import Hall, build
from renda.assembly.votes.tests.test_races import again, at_once
from renda.kernel.workflow import api as workflow

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True, databases=["default", "vault"])]


@pytest.fixture
def hall(transactional_db: None) -> Iterator[Hall]:
    yield from build()


def test_one_who_is_signed_in_at_two_desks_is_there_once(hall: Hall) -> None:
    sitting = notified(hall)
    ids = [one.pk for one in meetings.participants(sitting)][:20]
    works = [
        lambda n=n: meetings.sign(sitting, come=ids, actor=again(hall.office[n]))  # type: ignore[misc]
        for n in range(3)
    ]
    works.append(lambda: meetings.sign_self(sitting, code=sitting.code, actor=again(hall.accounts[0])))
    errors = at_once(*works)
    # Whoever signs himself in after the desk did is told so; nothing else fails.
    assert all("已经签到" in str(error) for error in errors), errors
    assert Presence.objects.count() == 20


def test_nobody_comes_in_after_the_end(hall: Hall) -> None:
    sitting = opened(hall, 30)
    ids = [one.pk for one in meetings.participants(sitting)][30:]
    errors = at_once(
        lambda: meetings.adjourn(meetings.sitting(sitting.pk), actor=again(hall.office[0])),
        lambda: meetings.sign(sitting, come=ids, actor=again(hall.office[1])),
    )
    assert all("不再登记" in str(error) for error in errors), errors
    assert not Presence.objects.filter(until=None).exists()


def test_two_clerks_call_two_items_and_one_is_current(hall: Hall) -> None:
    sitting = opened(hall, 30)
    first, second = meetings.items(sitting)
    step = meetings.sitting(sitting.pk).flow.step
    errors = at_once(
        lambda: meetings.call(first, actor=again(hall.office[0]), seen=step),
        lambda: meetings.call(second, actor=again(hall.office[1]), seen=step),
    )
    assert len(errors) == 1 and isinstance(errors[0], workflow.WorkflowError), errors
    assert sitting.items.filter(state=ItemState.CURRENT).count() == 1


def test_one_speaks_at_a_time(hall: Hall) -> None:
    sitting = opened(hall, 30)
    meetings.call(meetings.items(sitting)[0], actor=hall.office[0])
    asked = [meetings.ask_to_speak(sitting, actor=hall.accounts[n]) for n in range(2)]
    at_once(
        lambda: meetings.give_floor(asked[0], actor=again(hall.office[0])),
        lambda: meetings.give_floor(asked[1], actor=again(hall.office[1])),
    )
    assert Speech.objects.filter(started_at__isnull=False, ended_at=None).count() == 1
    come(hall, sitting, 31)
