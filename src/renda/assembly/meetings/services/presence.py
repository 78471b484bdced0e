"""Who takes part: sitting in, leave, signing in and out."""

from __future__ import annotations

import secrets
from collections.abc import Collection

from django.core.cache import cache
from django.db import transaction

from renda.assembly.meetings import entries, policies, queries
from renda.assembly.meetings.models import (
    Capacity,
    How,
    Leave,
    Mode,
    Participant,
    Presence,
    Sitting,
)
from renda.assembly.meetings.services.common import LONGEST, WRONG_CODES, leave_at, note, running
from renda.assembly.people import api as people
from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.live import api as live
from renda.kernel.workflow.api import WorkflowError


def add_attending(
    sitting: Sitting, *, name: str, post: str, actor: identity.Account, person: people.Person | None = None
) -> Participant:
    """Somebody who sits in (列席): heads of organs, deputies, citizens."""
    if not name.strip() or not post.strip():
        raise WorkflowError("列席人员请写明姓名和身份。")
    with transaction.atomic():
        held = running(sitting)
        identity.check("meetings.conduct", actor, held)
        made = Participant.objects.create(
            sitting=held,
            person=person,
            name=name.strip()[:64],
            post=post.strip()[:100],
            capacity=Capacity.ATTENDING,
            place=held.participants.count(),
        )
        note(entries.Attending(made.name, made.post), held, actor)
    return made


def ask_leave(sitting: Sitting, *, reason: str, actor: identity.Account) -> None:
    """Ask for leave of absence, with the reason, before one has come."""
    if not reason.strip():
        raise WorkflowError("请写明请假的事由。")
    with transaction.atomic():
        held = running(sitting)
        identity.check("meetings.attend", actor, held)
        mine = policies.participant_of(actor, held)
        assert mine is not None  # the policy has seen it
        if mine.leave == Leave.GRANTED:
            raise WorkflowError("已经准假，不用再请。")
        if mine.presences.exists():
            raise WorkflowError("您已经到过会；要提前离会，请在离会时签退。")
        mine.leave, mine.leave_reason = Leave.ASKED, reason.strip()[:LONGEST]
        mine.save(update_fields=["leave", "leave_reason"])
        # Without the reason: the timeline is read by more than those who decide.
        note(entries.LeaveMoved(mine.name, "请假"), held, actor)


def decide_leave(participant: Participant, granted: bool, *, actor: identity.Account) -> None:
    """Grant or refuse a leave that was asked for."""
    with transaction.atomic():
        held = running(participant.sitting)
        identity.check("meetings.conduct", actor, held)
        row = Participant.objects.select_for_update().get(pk=participant.pk)
        mine = policies.participant_of(actor, held)
        if mine is not None and mine.pk == row.pk:
            raise WorkflowError("自己的请假由另一位同志批准。")
        if row.leave != Leave.ASKED:
            raise WorkflowError(f"{row.name}现在是“{row.get_leave_display()}”，不用再办。")
        row.leave = Leave.GRANTED if granted else Leave.REFUSED
        row.save(update_fields=["leave"])
        note(entries.LeaveMoved(row.name, row.get_leave_display()), held, actor)


def sign(
    sitting: Sitting,
    *,
    come: Collection[int] = (),
    leave: Collection[int] = (),
    actor: identity.Account,
    how: str = How.DESK,
) -> None:
    """Staff sign people in and out, each an interval of its own.

    Args:
        come, leave: ids of participants; whoever is there already, or not there, stays as he is.
    """
    with transaction.atomic():
        held = running(sitting)
        identity.check("meetings.conduct", actor, held)
        if held.flow.state not in ("notified", "open") or clock.today() < held.first_day:
            raise WorkflowError("发出通知以后，从会议第一天起登记到会。")
        if how == How.VIDEO and held.mode == Mode.HALL:
            raise WorkflowError("这次会议是现场会议，没有视频到会。")
        rows = {one.pk: one for one in held.participants.all()}
        if strangers := (set(come) | set(leave)) - rows.keys():
            raise WorkflowError(f"有 {len(strangers)} 人不在这次会议的名单里，请刷新。")
        came, left = _move(held, [rows[pk] for pk in come], [rows[pk] for pk in leave], actor, how)
        if came or left:
            names = "、".join(one.name for one in (*came, *left))
            entry = entries.Signed(len(came), len(left), How(how).label, names[:LONGEST])
            note(entry, held, actor)


def sign_self(sitting: Sitting, *, code: str, actor: identity.Account) -> None:
    """Sign in with the code that the hall shows.

    Raises:
        WorkflowError: another code, or signed in already.
    """
    with transaction.atomic():
        held = running(sitting)
        identity.check("meetings.attend", actor, held)
        if held.flow.state not in ("notified", "open") or clock.today() < held.first_day:
            raise WorkflowError("还没有到签到的时间，会议第一天再签到。")
        if held.mode == Mode.VIDEO:
            raise WorkflowError("视频会议由工作人员点名登记，不用签到码。")
        tries = f"meetings.code:{held.pk}:{actor.pk}"
        if cache.get(tries, 0) >= WRONG_CODES:
            raise WorkflowError("签到码输错次数太多，请十分钟后再试，或者到签到台签到。")
        if not secrets.compare_digest(code.strip().encode(), held.code.encode()):
            cache.set(tries, cache.get(tries, 0) + 1, timeout=600)
            raise WorkflowError("签到码不对，请看会场大屏上的六位数。")
        mine = policies.participant_of(actor, held)
        assert mine is not None  # the policy has seen it
        came, _ = _move(held, [mine], [], actor, How.CODE)
        if not came:
            raise WorkflowError("您已经签到，不用再签。")
        note(entries.Signed(1, 0, How.CODE.label, mine.name), held, actor)


def leave_self(sitting: Sitting, *, actor: identity.Account) -> None:
    """Sign out before the end."""
    with transaction.atomic():
        held = running(sitting)
        identity.check("meetings.attend", actor, held)
        mine = policies.participant_of(actor, held)
        assert mine is not None  # the policy has seen it
        _, left = _move(held, [], [mine], actor, How.CODE)
        if not left:
            raise WorkflowError("您还没有签到。")
        note(entries.Signed(0, 1, How.CODE.label, mine.name), held, actor)


def _move(
    held: Sitting, come: list[Participant], leave: list[Participant], actor: identity.Account, how: str
) -> tuple[list[Participant], list[Participant]]:
    here, now = queries.here(held.pk), clock.now()
    came = [one for one in come if one.pk not in here]
    left = [one for one in leave if one.pk in here]
    Presence.objects.bulk_create(Presence(participant=one, since=now, how=how, by=actor) for one in came)
    leave_at(Presence.objects.filter(participant__in=left), now)
    live.touch("meetings.sitting", held.pk)
    return came, left
