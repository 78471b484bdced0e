"""Past messages with their replies come in as they were: both times kept, each a case of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from renda.assembly.intake import entries, indexing, texts
from renda.assembly.intake.errors import IntakeError
from renda.assembly.intake.models import Category, Channel, Opinion, Outcome, Reply, ReplyKind, Told
from renda.assembly.intake.services.receiving import Clean
from renda.assembly.people import api as people
from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.record import api as record
from renda.kernel.workflow import api as workflow

_START, _STOP = workflow.Clock("start", "result"), workflow.Clock("stop", "result")


@dataclass(frozen=True, slots=True)
class Message:
    """A past message as a file has it.

    Args:
        key: identifies it at its source.
        title, text: as written.
        sender: what the file calls the sender; goes to the vault.
        happened_at: when it was written.
        reply, replied_at: what was answered and when; both or neither.
        organ: who answered, where the file says it.
        category: its class, where the file says it.
        supporters: how many supported it.
        origin: file and row.
    """

    key: str
    title: str
    text: str
    sender: str
    happened_at: dt.datetime
    reply: str
    replied_at: dt.datetime | None
    organ: people.Organisation | None
    category: Category | None
    supporters: int
    origin: record.Origin


def take_in(
    messages: Sequence[Message], congress: people.Congress, *, actor: identity.Account | None
) -> list[Opinion]:
    """Bring in messages that are new; answered ones are closed as they were, open ones wait on the desk.

    Args:
        actor: who imports; the entries say the file and the row.
    """
    if actor is not None:
        identity.check("intake.import", actor)
    opinions: list[Opinion] = []
    names: list[tuple[str, Opinion]] = []
    phones: list[tuple[str, Opinion]] = []
    with transaction.atomic():
        for message in messages:
            kept = _clean(message)
            opinion = _one(message, kept, congress, actor)
            opinions.append(opinion)
            if message.sender:
                names.append((message.sender, opinion))
            if kept.phones:
                phones.append((kept.phones[0], opinion))
        for kind, rows in (("name", names), ("phone", phones)):
            ids = identity.vault_put_many(kind, [(value, opinion.ref) for value, opinion in rows])
            for vault_id, (_, opinion) in zip(ids, rows, strict=True):
                setattr(opinion, f"sender_{kind}", vault_id)
        Opinion.objects.bulk_update(opinions, ["sender_name", "sender_phone"], batch_size=200)
        indexing.index(opinions)
    return opinions


def _clean(message: Message) -> Clean:
    """Like a typed opinion, but of any length: what was published once is not cut."""
    text = texts.tidy(message.text)
    identity.refuse_secret_marks(f"{message.title}\n{text}")
    body, head = texts.lift_numbers(text), texts.lift_numbers(texts.tidy(message.title).replace("\n", " "))
    title = head.text or texts.title_of(body.text)
    return Clean(title[:200], body.text or title, body.phones, body.citizens)


def _one(message: Message, kept: Clean, congress: people.Congress, actor: identity.Account | None) -> Opinion:
    answered = bool(message.reply)
    outcome = "" if not answered else Outcome.PASSED if message.organ else Outcome.ANSWERED
    opinion = Opinion(
        congress=congress,
        code=texts.new_code(),
        source_key=message.key,
        channel=Channel.BOARD,
        title=kept.title,
        text=kept.text,
        happened_at=message.happened_at,
        category=message.category,
        organ=message.organ,
        outcome=outcome,
        supporters=message.supporters,
    )
    opinion.save(force_insert=True)
    case = workflow.start(
        "intake.opinion",
        opinion.ref,
        scope=f"congress:{congress.pk}",
        entry=entries.Received(Channel.BOARD.label),
        actor=actor,
        happened_at=message.happened_at,
        origin=message.origin,
        state="answered" if answered else None,
        open_turns=False,
    )
    opinion.case = case
    opinion.save(update_fields=["case"])
    if answered:
        _answered(opinion, message, actor)
    else:
        workflow.run_clock(case, workflow.Clock("start", "notice"), clock.today())
        with workflow.quietly():
            workflow.settle(case)
    return opinion


def _answered(opinion: Opinion, message: Message, actor: identity.Account | None) -> None:
    """The reply of the file, at its own time; the term runs from the message to it."""
    assert message.replied_at is not None and opinion.case is not None
    workflow.run_clock(opinion.case, _START, message.happened_at.astimezone(clock.TZ).date())
    workflow.run_clock(opinion.case, _STOP, message.replied_at.astimezone(clock.TZ).date())
    reply_text(opinion, message, actor)
    record.write(
        entries.Answered(
            Outcome(opinion.outcome).label, Told.BOARD.label, message.organ.name if message.organ else ""
        ),
        subject=opinion.ref,
        actor=actor,
        happened_at=message.replied_at,
        origin=message.origin,
    )
    opinion.case.closed_at = message.replied_at
    opinion.case.moved_at = message.replied_at
    opinion.case.save(update_fields=["closed_at", "moved_at"])


def reply_text(opinion: Opinion, message: Message, actor: identity.Account | None) -> Reply:
    """Keep the file's reply; numbers of private telephones are taken out of it as well."""
    assert message.replied_at is not None
    return Reply.objects.create(
        opinion=opinion,
        kind=ReplyKind.ANSWER,
        text=texts.lift_numbers(texts.tidy(message.reply)).text,
        organ=message.organ,
        told_by=Told.BOARD,
        happened_at=message.replied_at,
        by=actor,
    )


def correct(opinion: Opinion, message: Message, *, actor: identity.Account | None) -> None:
    """A later file says more of a known message: its reply has come, or its texts were corrected.

    Raises:
        IntakeError: it was handled here in the meantime; the file does not overwrite that.
    """
    if actor is not None:
        identity.check("intake.import", actor, opinion)
    with transaction.atomic():
        held = Opinion.objects.select_for_update().get(pk=opinion.pk)
        case = opinion.case
        assert case is not None
        if case.step > 0:
            raise IntakeError(f"“{held.title}”已在本系统办理，不能用文件更正。")
        kept = _clean(message)
        held.title, held.text, held.category = kept.title, kept.text, message.category or held.category
        held.supporters = message.supporters
        held.save(update_fields=["title", "text", "category", "supporters"])
        workflow.retitle(held.ref, held.title)
        present = held.replies.filter(kind=ReplyKind.ANSWER).first()
        if message.reply and present is None:
            _close_by_file(held, message, actor)
        elif message.reply and present is not None:
            present.text = texts.lift_numbers(texts.tidy(message.reply)).text
            present.save(update_fields=["text"])
        indexing.index([held])
        record.write(entries.Corrected(), subject=held.ref, actor=actor, origin=message.origin)


def _close_by_file(opinion: Opinion, message: Message, actor: identity.Account | None) -> None:
    assert opinion.case is not None and message.replied_at is not None
    with workflow.step(
        opinion.case, "answer", actor=actor, happened_at=message.replied_at, origin=message.origin
    ) as act:
        held: Opinion = act.subject
        held.organ = message.organ
        held.outcome = Outcome.PASSED if message.organ else Outcome.ANSWERED
        held.save(update_fields=["organ", "outcome"])
        reply_text(held, message, actor)
        act.record(entries.Answered(Outcome(held.outcome).label, Told.BOARD.label))


def take_back(opinions: Sequence[Opinion], *, actor: identity.Account | None) -> None:
    """Undo an import: opinions that nobody has touched since go, with their cases; the record stays.

    Raises:
        IntakeError: one was handled in the meantime.
    """
    with transaction.atomic():
        for opinion in opinions:
            case = opinion.case
            assert case is not None
            if case.step > 0 or opinion.group_id is not None:
                raise IntakeError(f"“{opinion.title}”导入后已经办理，不能整批撤销，请逐件处理。")
            ref = opinion.ref
            indexing.forget(opinion)
            opinion.replies.all().delete()
            case.turns.all().delete()
            case.deadlines.all().delete()
            opinion.delete()
            case.delete()
            identity.vault_shred(ref, actor=actor, reason="随导入撤销")
            origin = record.Origin.page() if actor else record.Origin.job("intake.import")
            record.write(entries.ImportUndone(), subject=ref, actor=actor, origin=origin)
