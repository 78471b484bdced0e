"""Verbs of a sitting: the only code that changes one."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection
from typing import IO, Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from renda.assembly.ledger import api as ledger
from renda.assembly.meetings import entries, policies, queries, rules
from renda.assembly.meetings.models import (
    AgendaItem,
    Capacity,
    DeliberationItem,
    How,
    ItemState,
    ItemVote,
    Leave,
    Mode,
    Paper,
    Participant,
    Presence,
    Sitting,
    Speech,
)
from renda.assembly.meetings.profiles import ANSWERS, Profile
from renda.assembly.people import api as people
from renda.assembly.votes import api as votes
from renda.kernel import clock
from renda.kernel.documents import api as documents
from renda.kernel.identity import api as identity
from renda.kernel.law import api as law
from renda.kernel.live import api as live
from renda.kernel.record import api as record
from renda.kernel.workflow import api as workflow
from renda.kernel.workflow.api import WorkflowError

LONGEST = 200
OVER = ("adjourned", "sealed", "cancelled")


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
        title=f"{organ.name}{profile.numbered.format(people.chinese_number(number))}",
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
        raise WorkflowError(f"{organ.name}还没有组成人员，请先在“人员与机构”里登记。")
    try:
        with transaction.atomic():
            sitting.save()
            Participant.objects.bulk_create(
                Participant(
                    sitting=sitting,
                    person_id=one.person_id,
                    name=one.person.name,
                    post=one.post.label if one.post else _post(profile, one.role),
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


def _post(profile: Profile, role: str) -> str:
    return people.office_word(profile.classification, role) if profile.roles else "代表"


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
    """
    if not title.strip():
        raise WorkflowError("请写明议题。")
    with workflow.step(sitting.flow, "add_item", actor=actor) as act:
        held = _locked(sitting)
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
        _locked(item.sitting)
        if item.papers.exists() or item.votes.exists():
            raise WorkflowError("这个议题已经有材料或者表决，不能移出。")
        act.record(entries.ItemDropped(item.title))
        item.delete()


def settle(sitting: Sitting, *, actor: identity.Account, seen: int | None = None) -> None:
    """The agenda is decided by whom the profile names."""
    with workflow.step(sitting.flow, "settle", actor=actor, seen=seen) as act:
        held = _locked(sitting)
        count = held.items.count()
        if not count:
            raise WorkflowError("议程里还没有议题。")
        act.record(entries.Settled(held.declared.agenda_by, count))


def notify(sitting: Sitting, *, actor: identity.Account, seen: int | None = None) -> None:
    """The notice goes out; one that is late says by how much."""
    with workflow.step(sitting.flow, "notify", actor=actor, seen=seen) as act:
        held = _locked(sitting)
        late = ""
        for due in queries.dues(held):
            if due.day.key == "notice" and (said := rules.late_words(due.on, act.day)):
                late = f"通知{said}（{due.derived.short}{due.derived.article}）"
        act.record(entries.Notified(late))


def cancel(sitting: Sitting, *, reason: str, actor: identity.Account, seen: int | None = None) -> None:
    """It is not held."""
    with workflow.step(sitting.flow, "cancel", actor=actor, seen=seen) as act:
        _locked(sitting)
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
        held = _locked(item.sitting)
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
        record.write(entries.PaperIn(paper.title, version, said), subject=held.ref, actor=actor)
    return paper


def add_attending(
    sitting: Sitting, *, name: str, post: str, actor: identity.Account, person: people.Person | None = None
) -> Participant:
    """Somebody who sits in (列席): heads of organs, deputies, citizens."""
    if not name.strip() or not post.strip():
        raise WorkflowError("列席人员请写明姓名和身份。")
    with transaction.atomic():
        held = _running(sitting)
        identity.check("meetings.conduct", actor, held)
        made = Participant.objects.create(
            sitting=held,
            person=person,
            name=name.strip()[:64],
            post=post.strip()[:100],
            capacity=Capacity.ATTENDING,
            place=held.participants.count(),
        )
        record.write(entries.Attending(made.name, made.post), subject=held.ref, actor=actor)
    return made


def ask_leave(sitting: Sitting, *, reason: str, actor: identity.Account) -> None:
    """Ask for leave of absence, with the reason, before one has come."""
    if not reason.strip():
        raise WorkflowError("请写明请假的事由。")
    with transaction.atomic():
        held = _running(sitting)
        identity.check("meetings.attend", actor, held)
        mine = policies.participant_of(actor, held)
        assert mine is not None  # the policy has seen it
        if mine.leave == Leave.GRANTED:
            raise WorkflowError("已经准假，不用再请。")
        if mine.presences.exists():
            raise WorkflowError("您已经到过会；要提前离会，请在离会时签退。")
        mine.leave, mine.leave_reason = Leave.ASKED, reason.strip()[:LONGEST]
        mine.save(update_fields=["leave", "leave_reason"])
        record.write(entries.LeaveMoved(mine.name, "请假", mine.leave_reason), subject=held.ref, actor=actor)


def decide_leave(participant: Participant, granted: bool, *, actor: identity.Account) -> None:
    """Grant or refuse a leave that was asked for."""
    with transaction.atomic():
        held = _running(participant.sitting)
        identity.check("meetings.conduct", actor, held)
        row = Participant.objects.select_for_update().get(pk=participant.pk)
        if row.leave != Leave.ASKED:
            raise WorkflowError(f"{row.name}现在是“{row.get_leave_display()}”，不用再办。")
        row.leave = Leave.GRANTED if granted else Leave.REFUSED
        row.save(update_fields=["leave"])
        record.write(entries.LeaveMoved(row.name, row.get_leave_display()), subject=held.ref, actor=actor)


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
        held = _running(sitting)
        identity.check("meetings.conduct", actor, held)
        rows = {one.pk: one for one in held.participants.all()}
        if strangers := (set(come) | set(leave)) - rows.keys():
            raise WorkflowError(f"有 {len(strangers)} 人不在这次会议的名单里，请刷新。")
        came, left = _move(held, [rows[pk] for pk in come], [rows[pk] for pk in leave], actor, how)
        if came or left:
            names = "、".join(one.name for one in (*came, *left))
            entry = entries.Signed(len(came), len(left), How(how).label, names[:LONGEST])
            record.write(entry, subject=held.ref, actor=actor)


def sign_self(sitting: Sitting, *, code: str, actor: identity.Account) -> None:
    """Sign in with the code that the hall shows.

    Raises:
        WorkflowError: another code, or signed in already.
    """
    with transaction.atomic():
        held = _running(sitting)
        identity.check("meetings.attend", actor, held)
        if not secrets.compare_digest(code.strip().encode(), held.code.encode()):
            raise WorkflowError("签到码不对，请看会场大屏上的六位数。")
        mine = policies.participant_of(actor, held)
        assert mine is not None  # the policy has seen it
        came, _ = _move(held, [mine], [], actor, How.CODE)
        if not came:
            raise WorkflowError("您已经签到，不用再签。")
        record.write(entries.Signed(1, 0, How.CODE.label, mine.name), subject=held.ref, actor=actor)


def leave_self(sitting: Sitting, *, actor: identity.Account) -> None:
    """Sign out before the end."""
    with transaction.atomic():
        held = _running(sitting)
        identity.check("meetings.attend", actor, held)
        mine = policies.participant_of(actor, held)
        assert mine is not None  # the policy has seen it
        _, left = _move(held, [], [mine], actor, How.CODE)
        if not left:
            raise WorkflowError("您还没有签到。")
        record.write(entries.Signed(0, 1, How.CODE.label, mine.name), subject=held.ref, actor=actor)


def _move(
    held: Sitting, come: list[Participant], leave: list[Participant], actor: identity.Account, how: str
) -> tuple[list[Participant], list[Participant]]:
    here, now = queries.here(held.pk), clock.now()
    came = [one for one in come if one.pk not in here]
    left = [one for one in leave if one.pk in here]
    Presence.objects.bulk_create(Presence(participant=one, since=now, how=how, by=actor) for one in came)
    Presence.objects.filter(participant__in=left, until=None).update(until=now)
    live.touch("meetings.sitting", held.pk)
    return came, left


def open_(sitting: Sitting, *, actor: identity.Account, seen: int | None = None) -> None:
    """Open it; not without the quorum that the rule sets.

    Raises:
        WorkflowError: too few are there, with the arithmetic and the article.
    """
    with workflow.step(sitting.flow, "open", actor=actor, seen=seen) as act:
        held = _locked(sitting)
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
        held = _locked(item.sitting)
        _no_open_vote(held)
        _end_speeches(held)
        held.items.filter(state=ItemState.CURRENT).update(state=ItemState.DONE)
        held.items.filter(pk=item.pk).update(state=ItemState.CURRENT, started_at=act.happened_at)
        act.record(entries.ItemCalled(item.title))
        live.touch("meetings.sitting", held.pk)


def ask_to_speak(sitting: Sitting, *, actor: identity.Account) -> Speech:
    """Ask to speak on the item that is being dealt with; the queue is in the order of asking.

    Raises:
        WorkflowError: nothing is being dealt with, one is not there, has asked already, or has spoken as
            often as the rule allows.
    """
    with transaction.atomic():
        held = _running(sitting)
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
        record.write(entries.Spoken(mine.name, "要求发言", item.title), subject=held.ref, actor=actor)
        live.touch("meetings.sitting", held.pk)
    return made


def withdraw_speech(sitting: Sitting, *, actor: identity.Account) -> None:
    """Take back a request that was not called yet."""
    with transaction.atomic():
        held = _running(sitting)
        identity.check("meetings.attend", actor, held)
        mine = policies.participant_of(actor, held)
        waiting = Speech.objects.filter(
            item__sitting=held, participant=mine, started_at=None, ended_at=None
        ).select_related("item", "participant")
        for one in waiting:
            _end(one)
            entry = entries.Spoken(one.participant.name, "撤回发言要求", one.item.title)
            record.write(entry, subject=held.ref, actor=actor)
        live.touch("meetings.sitting", held.pk)


def give_floor(speech: Speech, *, actor: identity.Account) -> None:
    """Let somebody speak; whoever spoke before has ended."""
    with transaction.atomic():
        held = _running(speech.item.sitting)
        identity.check("meetings.conduct", actor, held)
        row = Speech.objects.select_related("item", "participant").get(pk=speech.pk)
        if row.started_at is not None or row.ended_at is not None:
            raise WorkflowError(f"{row.participant.name}已经发言或者撤回了，请刷新。")
        if row.item.state != ItemState.CURRENT:
            raise WorkflowError("这个议题已经过去了，请刷新。")
        _end_speaker(held)
        row.started_at = clock.now()
        row.save(update_fields=["started_at"])
        entry = entries.Spoken(row.participant.name, "发言", row.item.title)
        record.write(entry, subject=held.ref, actor=actor)
        live.touch("meetings.sitting", held.pk)


def end_floor(sitting: Sitting, *, actor: identity.Account) -> None:
    """The speech that is running is over."""
    with transaction.atomic():
        held = _running(sitting)
        identity.check("meetings.conduct", actor, held)
        for one in _end_speaker(held):
            entry = entries.Spoken(one.participant.name, "发言结束", one.item.title)
            record.write(entry, subject=held.ref, actor=actor)
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


def _end_speeches(held: Sitting) -> None:
    """Nobody speaks or waits on an item that is over."""
    Speech.objects.filter(item__sitting=held, ended_at=None).update(ended_at=clock.now())


def prepare_vote(item: AgendaItem, *, title: str, method: str, actor: identity.Account) -> votes.Vote:
    """Prepare a vote under an item; who is there when it is put comes from the presences.

    Raises:
        WorkflowError: this kind of sitting decides nothing by vote here.
    """
    with workflow.step(item.sitting.flow, "prepare_vote", actor=actor) as act:
        held = _locked(item.sitting)
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
        held = _locked(sitting)
        _no_open_vote(held)
        _end_speeches(held)
        Presence.objects.filter(participant__sitting=held, until=None).update(until=act.happened_at)
        held.items.filter(state=ItemState.CURRENT).update(state=ItemState.DONE)
        put_off = held.items.filter(state=ItemState.AHEAD).update(state=ItemState.PUT_OFF)
        held.adjourned_at = act.happened_at
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
    """
    if not text.strip() or not measure.strip():
        raise WorkflowError("审议意见请写明要办什么、怎样算办到。")
    if answer not in {one.key for one in ANSWERS}:
        raise WorkflowError("请选择按哪个期限报告。")
    with workflow.step(item.sitting.flow, "deliberate", actor=actor) as act:
        _locked(item.sitting)
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


def hand_over(sitting: Sitting, *, actor: identity.Account, seen: int | None = None) -> None:
    """Hand the deliberation items over (交办): each becomes a matter with its own clock.

    Raises:
        WorkflowError: there is none that is not handed over yet.
    """
    with workflow.step(sitting.flow, "hand_over", actor=actor, seen=seen) as act:
        held = _locked(sitting)
        waiting = list(
            DeliberationItem.objects.select_related("organ")
            .filter(item__sitting=held, matter=None)
            .order_by("pk")
        )
        if not waiting:
            raise WorkflowError("没有还没交办的审议意见。")
        scope = f"congress:{held.congress_id}"
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
        held = _locked(sitting)
        left = DeliberationItem.objects.filter(item__sitting=held, matter=None).count()
        if left:
            raise WorkflowError(f"还有 {left} 条审议意见没有交办，请先交办。")
        act.record(entries.Sealed())


def _no_open_vote(held: Sitting) -> None:
    waiting = ItemVote.objects.filter(
        item__sitting=held, vote__case__state__in=("issuing", "open", "disputed")
    ).select_related("vote")
    if found := waiting.first():
        raise WorkflowError(f"“{found.vote.title}”还没有表决完，请先结束或者作废这次表决。")


def _locked(sitting: Sitting) -> Sitting:
    Sitting.objects.select_for_update().get(pk=sitting.pk)
    # Read again: what is joined to a row that one had to wait for is as it was before the wait.
    return queries.sitting(sitting.pk)


def _running(sitting: Sitting) -> Sitting:
    held = _locked(sitting)
    if held.flow.state in OVER:
        raise WorkflowError(f"会议{held.flow.state_label}，不再登记。")
    return held
