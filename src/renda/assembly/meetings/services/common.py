"""What the verbs of a sitting share: its lock, and what holds while a vote is open."""

from __future__ import annotations

import datetime as dt

from django.db.models import DateTimeField, F, QuerySet, Value
from django.db.models.functions import Greatest

from renda.assembly.meetings import queries
from renda.assembly.meetings.models import (
    ItemVote,
    Presence,
    Sitting,
)
from renda.kernel.workflow.api import WorkflowError

LONGEST = 200  # characters of a title, a reason, a list of names
WRONG_CODES = 5  # in ten minutes, by one account
OVER = ("adjourned", "sealed", "cancelled")


def locked(sitting: Sitting) -> Sitting:
    Sitting.objects.select_for_update().get(pk=sitting.pk)
    # Read again: what is joined to a row that one had to wait for is as it was before the wait.
    return queries.sitting(sitting.pk)


def running(sitting: Sitting) -> Sitting:
    held = locked(sitting)
    if held.flow.state in OVER:
        raise WorkflowError(f"会议{held.flow.state_label}，不再登记。")
    return held


def leave_at(present: QuerySet[Presence], moment: dt.datetime) -> None:
    """End presences at a moment; never before they began, though clocks of two machines differ a little."""
    present.filter(until=None).update(until=Greatest(F("since"), Value(moment), output_field=DateTimeField()))


def no_open_vote(held: Sitting, states: tuple[str, ...] = ("issuing", "open", "disputed")) -> None:
    """Refuse while a vote of the sitting is in one of these states."""
    waiting = ItemVote.objects.filter(item__sitting=held, vote__case__state__in=states).select_related("vote")
    if found := waiting.first():
        raise WorkflowError(f"“{found.vote.title}”还没有表决完，请先结束或者作废这次表决。")
