"""During and after a sitting: open, go through the agenda, vote, adjourn, hand over, file."""

from __future__ import annotations

import datetime as dt

from renda.assembly.ledger import api as ledger
from renda.assembly.meetings import entries, queries, rules
from renda.assembly.meetings.models import (
    AgendaItem,
    DeliberationItem,
    ItemState,
    ItemVote,
    Presence,
    Sitting,
)
from renda.assembly.meetings.profiles import ANSWERS
from renda.assembly.meetings.services.common import LONGEST, leave_at, locked, no_open_vote, refresh
from renda.assembly.meetings.services.speaking import end_speeches
from renda.assembly.people import api as people
from renda.assembly.votes import api as votes
from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.law import api as law
from renda.kernel.live import api as live
from renda.kernel.workflow import api as workflow
from renda.kernel.workflow.api import WorkflowError


def open_(sitting: Sitting, *, actor: identity.Account, seen: int | None = None) -> None:
    """Open it; not without the quorum that the rule sets.

    Raises:
        WorkflowError: too few are there, with the arithmetic and the article.
    """
    with workflow.step(sitting.flow, "open", actor=actor, seen=seen) as act:
        held = locked(sitting)
        refresh(held, actor)
        found = queries.quorum(held)
        if not found.reached:
            raise WorkflowError(
                f"不能开会：应到 {found.entitled} 人，实到 {found.present} 人{found.words}。"
                f"依据：{'、'.join(found.articles)}。请先签到。"
            )
        held.opened_at = act.happened_at
        held.save(update_fields=["opened_at"])
        act.record(entries.Opened(found.entitled, found.present, found.words))
        live.touch("meetings.sitting", held.pk)


def call(item: AgendaItem, *, actor: identity.Account, seen: int | None = None) -> None:
    """Go on to an item; the one before is done.

    Raises:
        WorkflowError: a vote of the item before is still open.
    """
    with workflow.step(item.sitting.flow, "call", actor=actor, seen=seen) as act:
        held = locked(item.sitting)
        no_open_vote(held)
        end_speeches(held)
        held.items.filter(state=ItemState.CURRENT).update(state=ItemState.DONE)
        held.items.filter(pk=item.pk).update(state=ItemState.CURRENT, started_at=act.happened_at)
        act.record(entries.ItemCalled(item.title))
        live.touch("meetings.sitting", held.pk)


def prepare_vote(item: AgendaItem, *, title: str, method: str, actor: identity.Account) -> votes.Vote:
    """Prepare a vote under an item; who is there when it is put comes from the presences.

    Raises:
        WorkflowError: this kind of sitting decides nothing by vote here.
    """
    with workflow.step(item.sitting.flow, "prepare_vote", actor=actor) as act:
        held = locked(item.sitting)
        body = held.declared.body
        if not body:
            raise WorkflowError(f"{held.declared.label}不在这里表决。")
        vote = votes.prepare(
            congress=held.term.congress,
            body=body,
            organ=None if body == votes.Body.CONGRESS else held.organ,
            title=title,
            method=method,
            actor=actor,
        )
        ItemVote.objects.create(item=item, vote=vote)
        act.record(entries.VotePrepared(vote.title, vote.get_method_display()))
    return vote


def adjourn(sitting: Sitting, *, actor: identity.Account, seen: int | None = None) -> None:
    """Close it: everybody still there leaves with this moment; what was not reached is named."""
    with workflow.step(sitting.flow, "adjourn", actor=actor, seen=seen) as act:
        held = locked(sitting)
        no_open_vote(held, ("prepared", "issuing", "open", "disputed"))
        end_speeches(held)
        # Not the moment of the act, which is before the wait for the lock: somebody may have come since.
        now = clock.now()
        leave_at(Presence.objects.filter(participant__sitting=held), now)
        held.items.filter(state=ItemState.CURRENT).update(state=ItemState.DONE)
        put_off = held.items.filter(state=ItemState.AHEAD).update(state=ItemState.PUT_OFF)
        held.adjourned_at = now
        held.save(update_fields=["adjourned_at"])
        words = [one.word for one in queries.attendance(held)]
        counts = (words.count("到会"), words.count("缺席"), words.count("请假"))
        act.record(entries.Adjourned(*counts, put_off))
        live.touch("meetings.sitting", held.pk)


def deliberate(
    item: AgendaItem,
    *,
    text: str,
    measure: str,
    organ: people.Organisation,
    answer: str,
    actor: identity.Account,
    raised_by: str = "",
) -> DeliberationItem:
    """Write a deliberation item down: what, by whom, and how one sees that it is done.

    Args:
        answer: key of the rule by which the organ has to report.

    Raises:
        WorkflowError: something of it is missing.
        SecretMarks: it bears a mark of state secrecy.
    """
    if not text.strip() or not measure.strip():
        raise WorkflowError("审议意见请写明要办什么、怎样算办到。")
    identity.refuse_secret_marks(f"{text}\n{measure}")
    if answer not in {one.key for one in ANSWERS}:
        raise WorkflowError("请选择按哪个期限报告。")
    with workflow.step(item.sitting.flow, "deliberate", actor=actor) as act:
        locked(item.sitting)
        made = DeliberationItem.objects.create(
            item=item,
            text=text.strip()[:300],
            measure=measure.strip()[:300],
            organ=organ,
            answer=answer,
            raised_by=raised_by.strip()[:100],
        )
        act.record(entries.Deliberated(made.text, organ.name))
    return made


def unsay(said: DeliberationItem, *, actor: identity.Account) -> None:
    """Take a deliberation item off that was written down wrong and is not handed over yet."""
    with workflow.step(said.item.sitting.flow, "unsay", actor=actor) as act:
        locked(said.item.sitting)
        row = DeliberationItem.objects.get(pk=said.pk)
        if row.matter_id is not None:
            raise WorkflowError("这条审议意见已经交办，到督办台账上办理。")
        act.record(entries.Unsaid(row.text))
        row.delete()


def hand_over(sitting: Sitting, *, actor: identity.Account, seen: int | None = None) -> None:
    """Hand the deliberation items over (交办): each becomes a matter with its own clock.

    Raises:
        WorkflowError: there is none that is not handed over yet.
    """
    with workflow.step(sitting.flow, "hand_over", actor=actor, seen=seen) as act:
        held = locked(sitting)
        waiting = list(
            DeliberationItem.objects.select_related("organ")
            .filter(item__sitting=held, matter=None)
            .order_by("pk")
        )
        if not waiting:
            raise WorkflowError("没有还没交办的审议意见。")
        scope = f"congress:{held.congress_id}"
        if gone := [one.organ.name for one in waiting if one.organ.dissolved is not None]:
            raise WorkflowError(f"{'、'.join(gone)}已经撤销，请撤下那一条，改交现在的单位。")
        for one in waiting:
            rule = next(answer.rule for answer in ANSWERS if answer.key == one.answer)
            due = law.derive(rule, {"from": act.day}, act.day, scope).value
            assert isinstance(due, dt.date)  # a rule of days
            one.matter = ledger.open_matter(
                congress_id=held.congress_id,
                kind="deliberation",
                source=held.ref,
                title=one.text,
                measure=one.measure,
                evidence_kind=ledger.EvidenceKind.DOCUMENT,  # 监督法第十七条：书面报告
                organ_id=one.organ_id,
                due_on=due,
                supervisor=f"meetings_office@{scope}",
                actor=actor,
                happened_at=act.happened_at,
            )
            one.save(update_fields=["matter"])
        late = [
            f"交办{said}（{due.derived.short}{due.derived.article}）"
            for due in queries.dues(held)
            if due.day.key == "handover" and (said := rules.late_words(due.on, act.day))
        ]
        organs = "、".join(dict.fromkeys(one.organ.name for one in waiting))
        act.record(entries.HandedOver(len(waiting), organs[:LONGEST], "".join(late)))


def seal(sitting: Sitting, *, actor: identity.Account, seen: int | None = None) -> None:
    """File it: from here on nothing of it changes."""
    with workflow.step(sitting.flow, "seal", actor=actor, seen=seen) as act:
        held = locked(sitting)
        left = DeliberationItem.objects.filter(item__sitting=held, matter=None).count()
        if left:
            raise WorkflowError(f"还有 {left} 条审议意见没有交办，请先交办。")
        act.record(entries.Sealed())
