"""Before a sitting: plan, agenda, notice, papers."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import IO, Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from renda.assembly.meetings import entries, queries, rules
from renda.assembly.meetings.models import (
    AgendaItem,
    Capacity,
    Mode,
    Paper,
    Participant,
    Presence,
    Sitting,
)
from renda.assembly.meetings.profiles import Profile
from renda.assembly.meetings.services.common import (
    LONGEST,
    leave_at,
    locked,
    no_open_vote,
    note,
    post_of,
    refresh,
)
from renda.assembly.people import api as people
from renda.kernel import clock
from renda.kernel.documents import api as documents
from renda.kernel.identity import api as identity
from renda.kernel.workflow import api as workflow
from renda.kernel.workflow.api import WorkflowError


def plan(
    profile: Profile,
    organ: people.Organisation,
    *,
    term: people.Term,
    number: int,
    first_day: dt.date,
    last_day: dt.date,
    place: str,
    actor: identity.Account,
    mode: str = Mode.HALL,
    link: str = "",
) -> Sitting:
    """Set a sitting up; who is entitled is taken from the body's members of today.

    Args:
        number: its number within the term (第二十九次).

    Raises:
        WorkflowError: days out of order, a number given twice, a body without members.
    """
    if last_day < first_day:
        raise WorkflowError("最后一天不能早于第一天。")
    if mode != Mode.HALL and not link:
        raise WorkflowError("有视频的会议，请写明视频会议的链接。")
    sitting = Sitting(
        profile=profile.key,
        term=term,
        organ=organ,
        number=number,
        title=f"{_body(profile, organ, term)}{profile.numbered.format(people.chinese_number(number))}",
        first_day=first_day,
        last_day=last_day,
        place=place.strip()[:100],
        mode=mode,
        link=link,
        code=f"{secrets.randbelow(10**6):06d}",
    )
    identity.check("meetings.conduct", actor, sitting)
    members = queries.entitled(profile, organ, term)
    if not members:
        raise WorkflowError(f"{organ.name}还没有组成人员，请先在“机构”里登记。")
    try:
        with transaction.atomic():
            sitting.save()
            Participant.objects.bulk_create(
                Participant(
                    sitting=sitting,
                    person_id=one.person_id,
                    name=one.person.name,
                    post=post_of(profile, one),
                    capacity=Capacity.ENTITLED,
                    place=place_,
                )
                for place_, one in enumerate(members)
            )
            sitting.case = workflow.start(
                "meetings.sitting",
                sitting.ref,
                scope=f"congress:{term.congress_id}",
                entry=entries.Planned(first_day.isoformat(), last_day.isoformat(), len(members)),
                actor=actor,
            )
            sitting.save(update_fields=["case"])
    except IntegrityError:
        raise WorkflowError(f"{sitting.title}已经建立，请核对次数。") from None
    return sitting


def _body(profile: Profile, organ: people.Organisation, term: people.Term) -> str:
    """The body's full name: 安澜市第十四届人民代表大会常务委员会; others as they are called."""
    if not profile.formal:
        return organ.name
    return f"{term.congress.division.name}{people.term_title(term)}{profile.formal}"


def add_item(
    sitting: Sitting,
    *,
    title: str,
    kind: str,
    actor: identity.Account,
    presenter: str = "",
    because: str = "",
) -> AgendaItem:
    """Put an item on the agenda; after the notice only with a reason.

    Raises:
        WorkflowError: no title; the sitting is over; no reason where one is needed.
        SecretMarks: it bears a mark of state secrecy.
    """
    if not title.strip():
        raise WorkflowError("请写明议题。")
    identity.refuse_secret_marks(f"{title}\n{presenter}\n{because}")
    with workflow.step(sitting.flow, "add_item", actor=actor) as act:
        held = locked(sitting)
        if held.flow.state in ("notified", "open") and not because.strip():
            raise WorkflowError("会议通知已经发出，增加议题请写明理由。")
        last = held.items.order_by("-place").first()
        item = AgendaItem.objects.create(
            sitting=held,
            place=last.place + 1 if last else 1,
            title=title.strip()[:LONGEST],
            kind=kind,
            presenter=presenter.strip()[:100],
            added_because=because.strip()[:LONGEST] if held.flow.state in ("notified", "open") else "",
        )
        act.record(entries.ItemAdded(item.title, item.added_because))
    return item


def drop_item(item: AgendaItem, *, actor: identity.Account) -> None:
    """Take an item off the draft agenda; one with papers or votes stays."""
    with workflow.step(item.sitting.flow, "drop_item", actor=actor) as act:
        locked(item.sitting)
        if item.papers.exists() or item.votes.exists():
            raise WorkflowError("这个议题已经有材料或者表决，不能移出。")
        act.record(entries.ItemDropped(item.title))
        item.delete()


def settle(sitting: Sitting, *, actor: identity.Account, seen: int | None = None) -> None:
    """The agenda is decided by whom the profile names."""
    with workflow.step(sitting.flow, "settle", actor=actor, seen=seen) as act:
        held = locked(sitting)
        count = held.items.count()
        if not count:
            raise WorkflowError("议程里还没有议题。")
        act.record(entries.Settled(held.declared.agenda_by, count))


def notify(sitting: Sitting, *, actor: identity.Account, seen: int | None = None) -> None:
    """The notice goes out; one that is late says by how much."""
    with workflow.step(sitting.flow, "notify", actor=actor, seen=seen) as act:
        held = locked(sitting)
        refresh(held, actor)
        held.notified_at = act.happened_at
        held.save(update_fields=["notified_at"])
        late = ""
        for due in queries.dues(held):
            if due.day.key == "notice" and (said := rules.late_words(due.on, act.day)):
                late = f"通知{said}（{due.derived.short}{due.derived.article}）"
        act.record(entries.Notified(late))


def cancel(sitting: Sitting, *, reason: str, actor: identity.Account, seen: int | None = None) -> None:
    """It is not held."""
    with workflow.step(sitting.flow, "cancel", actor=actor, seen=seen) as act:
        held = locked(sitting)
        no_open_vote(held, ("prepared", "issuing", "open", "disputed"))
        leave_at(Presence.objects.filter(participant__sitting=held), clock.now())
        act.record(entries.Cancelled(reason.strip()[:LONGEST]))


def add_paper(
    item: AgendaItem,
    title: str,
    source: UploadedFile[Any] | IO[bytes] | bytes,
    *,
    actor: identity.Account,
    due_key: str = "",
    name: str = "",
) -> Paper:
    """Take in a paper, or its next version under the same title; none is replaced.

    Raises:
        WorkflowError: no title, or the sitting is filed.
        documents.Refused: the file is not taken.
    """
    if not title.strip():
        raise WorkflowError("请写明是什么材料。")
    with transaction.atomic():
        held = locked(item.sitting)
        identity.check("meetings.conduct", actor, held)
        if held.flow.state in ("sealed", "cancelled"):
            raise WorkflowError(f"会议{held.flow.state_label}，不再收材料。")
        paper, _ = Paper.objects.get_or_create(
            item=item, title=title.strip()[:120], defaults={"due_key": due_key}
        )
        version = len(documents.attachments(paper.ref)) + 1
        late = [
            rules.late_words(due.on, clock.today())
            for due in queries.dues(held)
            if due.day.key == paper.due_key
        ]
        if item.votes.filter(vote__closed_at__isnull=False).exists():
            late.append("在表决以后收到，表决的是以前的稿")
        documents.attach(source, owner=paper.ref, actor=actor, name=name)
        said = "；".join(word for word in late if word)
        note(entries.PaperIn(paper.title, version, said), held, actor)
    return paper
