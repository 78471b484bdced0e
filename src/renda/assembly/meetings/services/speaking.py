"""Speaking: asked, queued, given the floor, ended."""

from __future__ import annotations

from django.db import transaction

from renda.assembly.meetings import entries, policies
from renda.assembly.meetings.models import (
    ItemState,
    Sitting,
    Speech,
)
from renda.assembly.meetings.services.common import note, running
from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.live import api as live
from renda.kernel.workflow.api import WorkflowError


def ask_to_speak(sitting: Sitting, *, actor: identity.Account) -> Speech:
    """Ask to speak on the item that is being dealt with; the queue is in the order of asking.

    Raises:
        WorkflowError: nothing is being dealt with, one is not there, has asked already, or has spoken as
            often as the rule allows.
    """
    with transaction.atomic():
        held = running(sitting)
        identity.check("meetings.attend", actor, held)
        mine = policies.participant_of(actor, held)
        assert mine is not None  # the policy has seen it
        item = held.items.filter(state=ItemState.CURRENT).first()
        if held.flow.state != "open" or item is None:
            raise WorkflowError("现在没有正在审议的议题，不能要求发言。")
        if not mine.presences.filter(until=None).exists():
            raise WorkflowError("您还没有签到，签到以后再要求发言。")
        before = list(item.speeches.filter(participant=mine))
        if any(one.ended_at is None for one in before):
            raise WorkflowError("您已经要求发言，请等主持人请您发言。")
        spoken = sum(one.started_at is not None for one in before)
        most = len(held.declared.speech)
        if held.declared.speech_capped and spoken >= most:
            raise WorkflowError(f"同一个议题最多发言 {most} 次，您已经发言 {spoken} 次。")
        made = Speech.objects.create(item=item, participant=mine)
        note(entries.Spoken(mine.name, "要求发言", item.title), held, actor)
        live.touch("meetings.sitting", held.pk)
    return made


def withdraw_speech(sitting: Sitting, *, actor: identity.Account) -> None:
    """Take back a request that was not called yet."""
    with transaction.atomic():
        held = running(sitting)
        identity.check("meetings.attend", actor, held)
        mine = policies.participant_of(actor, held)
        waiting = Speech.objects.filter(
            item__sitting=held, participant=mine, started_at=None, ended_at=None
        ).select_related("item", "participant")
        for one in waiting:
            _end(one)
            entry = entries.Spoken(one.participant.name, "撤回发言要求", one.item.title)
            note(entry, held, actor)
        live.touch("meetings.sitting", held.pk)


def give_floor(speech: Speech, *, actor: identity.Account) -> None:
    """Let somebody speak; whoever spoke before has ended."""
    with transaction.atomic():
        held = running(speech.item.sitting)
        identity.check("meetings.conduct", actor, held)
        row = Speech.objects.select_related("item", "participant").get(pk=speech.pk)
        if row.started_at is not None or row.ended_at is not None:
            raise WorkflowError(f"{row.participant.name}已经发言或者撤回了，请刷新。")
        if not row.participant.presences.filter(until=None).exists():
            raise WorkflowError(f"{row.participant.name}已经离会。")
        if row.item.state != ItemState.CURRENT:
            raise WorkflowError("这个议题已经过去了，请刷新。")
        _end_speaker(held)
        row.started_at = clock.now()
        row.save(update_fields=["started_at"])
        entry = entries.Spoken(row.participant.name, "发言", row.item.title)
        note(entry, held, actor)
        live.touch("meetings.sitting", held.pk)


def end_floor(sitting: Sitting, *, actor: identity.Account) -> None:
    """The speech that is running is over."""
    with transaction.atomic():
        held = running(sitting)
        identity.check("meetings.conduct", actor, held)
        for one in _end_speaker(held):
            entry = entries.Spoken(one.participant.name, "发言结束", one.item.title)
            note(entry, held, actor)
        live.touch("meetings.sitting", held.pk)


def _end_speaker(held: Sitting) -> list[Speech]:
    running = Speech.objects.filter(item__sitting=held, started_at__isnull=False, ended_at=None)
    found = list(running.select_related("item", "participant"))
    for one in found:
        _end(one)
    return found


def _end(speech: Speech) -> None:
    speech.ended_at = clock.now()
    speech.save(update_fields=["ended_at"])


def end_speeches(held: Sitting) -> None:
    """Nobody speaks or waits on an item that is over."""
    Speech.objects.filter(item__sitting=held, ended_at=None).update(ended_at=clock.now())
