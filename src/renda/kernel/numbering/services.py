"""Verbs of numbering. The series' row is locked first, so that numbers are given one after another.

A number returns by itself where the caller's transaction fails: nothing is counted outside of it.
Who may reserve, issue or void is the calling room's policy.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, Q

from renda.kernel import clock
from renda.kernel.bulk import api as bulk
from renda.kernel.numbering.entries import Issued, Released, Reserved, Unused, Voided
from renda.kernel.numbering.errors import BadNumber, Taken, WrongState
from renda.kernel.numbering.models import NumberRow, SeriesRow, State
from renda.kernel.numbering.queries import Number, view
from renda.kernel.numbering.rules import Series, plain
from renda.kernel.record import api as record
from renda.kernel.refs import Ref

# A number from paper that is further ahead is a slip of the pen, not a busy year.
_LONGEST_JUMP = 10_000


def _locked(series: Series) -> SeriesRow:
    key: dict[str, Any] = dataclasses.asdict(series)
    rows = SeriesRow.objects.select_for_update()
    return rows.filter(**key).first() or rows.get(pk=SeriesRow.objects.get_or_create(**key)[0].pk)


def _lock_number(number: Number) -> NumberRow:
    row = NumberRow.objects.select_related("series").get(pk=number.id)
    SeriesRow.objects.select_for_update().get(pk=row.series_id)
    row.refresh_from_db()
    return row


def _highest(series: SeriesRow) -> int:
    highest: int | None = series.numbers.aggregate(top=Max("n"))["top"]
    return highest or 0


def _assign(row: NumberRow, subject: Ref) -> None:
    row.subject_kind, row.subject_id, row.subject_title = subject.kind, subject.id, subject.title


def _next(series: Series, subject: Ref) -> NumberRow:
    """The lowest number that was given back, else the next; reserved for the subject, not yet saved."""
    held = _locked(series)
    row = held.numbers.filter(state=State.FREE).order_by("n").first()
    if row is None:
        n = _highest(held) + 1
        row = NumberRow(series=held, n=n, text=series.text(n), plain=plain(series.text(n)))
    row.state, row.reserved_at = State.RESERVED, clock.now()
    _assign(row, subject)
    return row


@transaction.atomic
def reserve(
    series: Series, *, subject: Ref, actor: record.Actor | None, origin: record.Origin | None = None
) -> Number:
    """Keep the next number for a document that is not issued yet.

    A number that was reserved and given back goes out first, so that none stays unused.

    Args:
        series: which.
        subject: what the number is for.
        actor: who.
        origin: where the act came from, as in ``record.write``.
    """
    row = _next(series, subject)
    row.save()
    record.write(Reserved(row.text), subject=subject, actor=actor, origin=origin)
    return view(row)


@transaction.atomic
def issue(number: Number, *, actor: record.Actor | None, origin: record.Origin | None = None) -> Number:
    """Give a reserved number out for good.

    Raises:
        WrongState: it is not reserved.
    """
    row = _lock_number(number)
    if row.state != State.RESERVED:
        raise WrongState(f"文号 {row.text} 现为“{State(row.state).label}”，只有预留的文号可以编发。")
    return _issue(row, actor, origin)


def _issue(row: NumberRow, actor: record.Actor | None, origin: record.Origin | None) -> Number:
    row.state, row.issued_at = State.ISSUED, clock.now()
    row.save()
    number = view(row)
    record.write(Issued(row.text), subject=number.given_to, actor=actor, origin=origin)
    return number


@transaction.atomic
def issue_next(
    series: Series, *, subject: Ref, actor: record.Actor | None, origin: record.Origin | None = None
) -> Number:
    """Reserve and issue in one act: a register that numbers what it receives."""
    return _issue(_next(series, subject), actor, origin)


@transaction.atomic
def release(number: Number, *, actor: record.Actor | None) -> Number:
    """Give a reserved number back: the next reservation of the series takes it.

    Raises:
        WrongState: it is not reserved; an issued number can only be voided.
    """
    row = _lock_number(number)
    if row.state != State.RESERVED:
        raise WrongState(
            f"文号 {row.text} 现为“{State(row.state).label}”，只有预留的文号可以退回；已发的请作废。"
        )
    subject = view(row).given_to
    row.state, row.reserved_at = State.FREE, None
    _assign(row, Ref("", ""))
    row.save()
    record.write(Released(row.text), subject=subject, actor=actor)
    return view(row)


@transaction.atomic
def void(number: Number, reason: str, *, actor: record.Actor | None) -> Number:
    """Declare an issued number void. It stays in the register and is never given again.

    Raises:
        WrongState: it was not issued.
        BadNumber: no reason.
    """
    if not reason.strip():
        raise BadNumber("作废文号要写明事由。")
    row = _lock_number(number)
    if row.state != State.ISSUED:
        raise WrongState(
            f"文号 {row.text} 现为“{State(row.state).label}”，只有已发的文号可以作废；预留的请退回。"
        )
    row.state, row.voided_at, row.reason = State.VOID, clock.now(), reason.strip()
    row.save()
    voided = view(row)
    record.write(Voided(row.text, row.reason), subject=voided.given_to, actor=actor)
    return voided


@dataclass(frozen=True, slots=True)
class Given:
    """A number that was given on paper.

    Args:
        n: the number.
        subject: what it stands on.
        text: its spelling on the paper, where it differs from the series' own.
        happened_at: when it was given; now where omitted.
        origin: the import file and row, where it came from one.
    """

    n: int
    subject: Ref
    text: str | None = None
    happened_at: datetime | None = None
    origin: record.Origin | None = None


def take_given(
    series: Series,
    n: int,
    text: str | None = None,
    *,
    subject: Ref,
    actor: record.Actor | None,
    happened_at: datetime | None = None,
    origin: record.Origin | None = None,
) -> Number:
    """Bring in one number that was already given on paper; see ``take_all_given``."""
    return take_all_given(series, [Given(n, subject, text, happened_at, origin)], actor=actor)[0]


@transaction.atomic
def take_all_given(series: Series, given: Sequence[Given], *, actor: record.Actor | None) -> list[Number]:
    """Bring in numbers that were already given on paper, as they stand there: one, or a whole register.

    Numbers below them that the register does not know become ``open``: they are never given out by guess,
    since the paper may have them; each waits to be taken itself or for ``declare_unused``.

    Args:
        series: which.
        given: the numbers, in any order.
        actor: who; None for an import.

    Returns:
        The numbers in the same order; the same again where one already stands on the same subject.

    Raises:
        Taken: one stands on another subject, or its spelling is another number's.
        BadNumber: below 1, or further ahead than a year can bring.
    """
    held = _locked(series)
    highest = _highest(held)
    spellings = [plain(one.text or series.text(one.n)) for one in given]
    known = held.numbers.all()
    if len(given) == 1:  # a whole register is faster read at once than asked for number by number
        known = known.filter(Q(n=given[0].n) | Q(plain=spellings[0]))
    rows = {row.n: row for row in known}
    old = set(rows)
    bears = {row.plain: row.n for row in rows.values()}
    taken: list[tuple[Given, NumberRow]] = []
    for one, spelling in zip(given, spellings, strict=True):
        if one.n not in rows:
            if one.n < 1 or one.n > highest + _LONGEST_JUMP:
                raise BadNumber(f"文号 {series.text(one.n)} 不合常理（现编到 {highest} 号）：请核对序号。")
            rows[one.n] = NumberRow(series=held, n=one.n)
        if bears.setdefault(spelling, one.n) != one.n:
            raise Taken(f"文号 {one.text or series.text(one.n)} 已在本系列的另一序号下登记，请核对。")
        if _give(rows[one.n], one, spelling, series):
            taken.append((one, rows[one.n]))
    _insert(held, series, highest, [row for n, row in rows.items() if n not in old])
    for _, row in taken:
        if row.n in old:
            row.save()
    record.write_many(
        record.Writing(
            Issued(row.text, on_paper=True), one.subject, actor, happened_at=row.issued_at, origin=one.origin
        )
        for one, row in taken
    )
    return [view(rows[one.n]) for one in given]


def _give(row: NumberRow, one: Given, spelling: str, series: Series) -> bool:
    """Put a number on its subject; False where it already stands there."""
    same = (row.subject_kind, row.subject_id) == (one.subject.kind, one.subject.id)
    if same and row.state in (State.ISSUED, State.VOID):
        return False
    if row.subject_id and not same:
        label = State(row.state).label
        raise Taken(f"文号 {row.text} 已用于《{row.subject_title}》（{label}），不能再用。")
    row.text, row.plain, row.on_paper = one.text or series.text(one.n), spelling, True
    row.state, row.issued_at = State.ISSUED, one.happened_at or clock.now()
    _assign(row, one.subject)
    return True


def _insert(held: SeriesRow, series: Series, highest: int, fresh: list[NumberRow]) -> None:
    """Insert the new rows, and an open one for each number below them that nobody knows."""
    new = {row.n for row in fresh}
    opened = [
        NumberRow(series=held, n=n, text=series.text(n), plain=plain(series.text(n)), state=State.OPEN)
        for n in range(highest + 1, max(new, default=highest))
        if n not in new
    ]
    bulk.insert([*fresh, *opened])


@transaction.atomic
def declare_unused(series: Series, n: int, reason: str, *, actor: record.Actor) -> Number:
    """Say that an open number was never given on paper: the next reservation takes it.

    Raises:
        WrongState: the number is not open.
        BadNumber: no reason.
    """
    if not reason.strip():
        raise BadNumber("核定空号要写明依据，例如“查收发文登记簿，无此号”。")
    held = _locked(series)
    row = held.numbers.filter(n=n).first()
    if row is None or row.state != State.OPEN:
        raise WrongState(f"文号 {series.text(n)} 不在待核之列。")
    row.state = State.FREE
    row.save()
    record.write(
        Unused(row.text, reason.strip()),
        subject=Ref("numbering.series", str(held.pk), str(held)),
        actor=actor,
    )
    return view(row)
