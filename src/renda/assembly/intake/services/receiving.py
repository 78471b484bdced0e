"""An opinion comes in: from the public page, by telephone, on paper, from another organ."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from renda.assembly.intake import entries, indexing, texts
from renda.assembly.intake.errors import IntakeError
from renda.assembly.intake.models import Category, Channel, Opinion
from renda.assembly.people import api as people
from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.record import api as record
from renda.kernel.refs import Ref
from renda.kernel.workflow import api as workflow

LONGEST = 5000  # characters of an opinion's text
TITLE = 120


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody of the public says, however it came.

    Args:
        text: the opinion in its own words; numbers in it go to the vault.
        title: one line; made from the text where empty.
        name, phone, address: who says it; all may be empty (an anonymous opinion is taken, but not told).
        place: where it is about.
        channel: one of ``Channel``.
        transferred_from: the organ that passed it on.
        category: a class, where the sender or the clerk chose one.
        happened_at: when it was said (the letter's day, the call), aware; now by default.
        source_key: identifies the message at its source; the same key comes in once.
        supporters: how many others supported it where it was published.
    """

    text: str
    title: str = ""
    name: str = ""
    phone: str = ""
    address: str = ""
    place: str = ""
    channel: str = Channel.PAGE
    transferred_from: str = ""
    category: Category | None = None
    happened_at: dt.datetime | None = None
    source_key: str | None = None
    supporters: int = 0


@dataclass(frozen=True, slots=True)
class Clean:
    """What is kept of an opinion in clear, and the numbers that go to the vault."""

    title: str
    text: str
    phones: tuple[str, ...]
    citizens: tuple[str, ...]


def clean(said: Said) -> Clean:
    """Bring an opinion into the form in which it is kept.

    Raises:
        IntakeError: nothing is said, or too much.
        SecretMarks: it bears a mark of state secrecy.
    """
    text = texts.tidy(said.text)
    title = texts.tidy(said.title).replace("\n", " ")
    if not text and not title:
        raise IntakeError("请写下您要反映的事情。")
    if len(text) > LONGEST:
        raise IntakeError(f"内容有 {len(text)} 字，最多 {LONGEST} 字；较长的材料请寄送纸质件。")
    identity.refuse_secret_marks(f"{title}\n{text}")
    body = texts.lift_numbers(text or title)
    head = texts.lift_numbers(title or texts.title_of(text))
    return Clean(
        head.text[:TITLE],
        body.text,
        tuple(dict.fromkeys((*head.phones, *body.phones))),
        tuple(dict.fromkeys((*head.citizens, *body.citizens))),
    )


def receive(
    said: Said,
    congress: people.Congress,
    *,
    actor: identity.Account | None,
    origin: record.Origin | None = None,
) -> Opinion:
    """Register an opinion; its clock starts on the day it was received.

    Args:
        said: what was said.
        congress: whose desk it comes to.
        actor: the clerk who types it; None for the public page's queue and for imports, which name themselves
            in ``origin``.

    Returns:
        The opinion with its look-up code. The same ``source_key`` again returns the first one.

    Raises:
        IntakeError: nothing is said, a number that cannot be one, a day in the future.
        SecretMarks: it bears a mark of state secrecy.
    """
    if said.source_key and (known := Opinion.objects.filter(source_key=said.source_key).first()):
        return known
    if actor is not None:
        identity.check("intake.enter", actor)
    kept = clean(said)
    moment = said.happened_at or clock.now()
    if moment > clock.now():
        raise IntakeError("反映时间在将来，请核对。")
    source = origin or (record.Origin.page() if actor else record.Origin.job("intake.receive"))
    try:
        with transaction.atomic():
            opinion = _create(said, kept, congress, moment)
            opinion.case = workflow.start(
                "intake.opinion",
                opinion.ref,
                scope=f"congress:{congress.pk}",
                entry=entries.Received(Channel(said.channel).label, said.transferred_from),
                actor=actor,
                happened_at=moment,
                origin=source,
                open_turns=False,
            )
            opinion.save(update_fields=["case"])
            _store_sender(opinion, said, kept)
            # The term runs from the day of receipt (收到之日), not from the day a letter bears.
            workflow.run_clock(opinion.case, workflow.Clock("start", "notice"), clock.today())
            workflow.settle(opinion.case)
            indexing.index([opinion])
    except identity.IdentityError as error:
        raise IntakeError(error.messages[0]) from error
    except IntegrityError:
        # The same message came in by another worker at this moment.
        again = Opinion.objects.filter(source_key=said.source_key).first() if said.source_key else None
        if again is None:
            raise
        return again
    return opinion


def _create(said: Said, kept: Clean, congress: people.Congress, moment: dt.datetime) -> Opinion:
    opinion = Opinion(
        congress=congress,
        code=texts.new_code(),
        source_key=said.source_key or None,
        channel=said.channel,
        title=kept.title,
        text=kept.text,
        place=said.place.strip()[:120],
        transferred_from=said.transferred_from.strip()[:120],
        happened_at=moment,
        category=said.category,
        supporters=said.supporters,
    )
    opinion.save(force_insert=True)
    return opinion


def _store_sender(opinion: Opinion, said: Said, kept: Clean) -> None:
    """Name and numbers to the vault; a number in the text is the sender's where none was given."""
    subject = opinion.ref
    phone = said.phone.strip() or (kept.phones[0] if kept.phones else "")
    if said.name.strip():
        opinion.sender_name = identity.vault_put("name", said.name, subject)
    if phone:
        opinion.sender_phone = identity.vault_put("phone", phone, subject)
    if said.address.strip():
        opinion.sender_address = identity.vault_put("address", said.address, subject)
    others = [str(identity.vault_put("phone", p, subject)) for p in kept.phones if p != phone]
    others += [i for i in (_citizen(c, subject) for c in kept.citizens) if i]
    opinion.lifted = others
    opinion.save(update_fields=["sender_name", "sender_phone", "sender_address", "lifted"])


def _citizen(number: str, subject: Ref) -> str:
    """A number that only looks like a citizen ID is no personal datum and is not kept."""
    try:
        return str(identity.vault_put("citizen_id", number, subject))
    except identity.IdentityError:
        return ""
