"""What the verbs of a sitting share: its lock, and what holds while a vote is open."""

from __future__ import annotations

import datetime as dt

from django.db.models import DateTimeField, F, QuerySet, Value
from django.db.models.functions import Greatest

from renda.assembly.meetings import entries, queries
from renda.assembly.meetings.models import (
    Capacity,
    ItemVote,
    Participant,
    Presence,
    Sitting,
)
from renda.assembly.meetings.profiles import Profile
from renda.assembly.people import api as people
from renda.kernel.identity import api as identity
from renda.kernel.record import api as record
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


def note(entry: record.Entry, held: Sitting, actor: identity.Account) -> None:
    """Write what happened besides the steps of the process."""
    try:
        record.write(entry, subject=held.ref, actor=actor)
    except record.PersonalData as refused:
        raise WorkflowError(
            "填写的内容里像有电话号码或者证件号码，工作记录里不能写，请去掉再提交。"
        ) from refused


def refresh(held: Sitting, actor: identity.Account) -> None:
    """Bring the list of those entitled up to the body's members of today; whoever has been there stays."""
    members = {one.person_id: one for one in queries.entitled(held.declared, held.organ, held.term)}
    rows = {one.person_id: one for one in held.participants.filter(capacity=Capacity.ENTITLED)}
    gone = [one for pk, one in rows.items() if pk not in members and not one.presences.exists()]
    added = [one for pk, one in members.items() if pk not in rows]
    Participant.objects.filter(pk__in=[one.pk for one in gone]).delete()
    for place, one in enumerate(added, start=len(rows)):
        Participant.objects.create(
            sitting=held,
            person_id=one.person_id,
            name=one.person.name,
            post=post_of(held.declared, one),
            capacity=Capacity.ENTITLED,
            place=place,
        )
    if gone or added:
        names = ("、".join(one.person.name for one in added), "、".join(one.name for one in gone))
        note(entries.RollMoved(names[0][:LONGEST], names[1][:LONGEST]), held, actor)


def post_of(profile: Profile, one: people.Membership) -> str:
    """How somebody's office is called there."""
    if one.post:
        return one.post.label
    return people.office_word(profile.classification, one.role) if profile.roles else "代表"


def no_open_vote(held: Sitting, states: tuple[str, ...] = ("issuing", "open", "disputed")) -> None:
    """Refuse while a vote of the sitting is in one of these states."""
    waiting = ItemVote.objects.filter(item__sitting=held, vote__case__state__in=states).select_related("vote")
    if found := waiting.first():
        raise WorkflowError(f"“{found.vote.title}”还没有表决完，请先结束或者作废这次表决。")
