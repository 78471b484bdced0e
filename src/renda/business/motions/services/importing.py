"""Past suggestions come in as they were: numbers from paper, days from the file, nothing invented.

What the workbook does not say stays unsaid: an empty rating is no statement (未表态), an empty class is none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db import transaction

from renda.assembly.people import api as people
from renda.business.motions import entries
from renda.business.motions.models import (
    Assignment,
    Category,
    CoSignature,
    Grade,
    HandlingRole,
    Kind,
    Method,
    Rating,
    Reply,
    ReplyClass,
    Suggestion,
)
from renda.business.motions.models.suggestions import Via
from renda.business.motions.services.handover import NORMAL
from renda.business.motions.services.review import series_of
from renda.kernel import clock
from renda.kernel.bulk import api as bulk
from renda.kernel.identity import api as identity
from renda.kernel.law import api as law
from renda.kernel.numbering import api as numbering
from renda.kernel.record import api as record
from renda.kernel.workflow import api as workflow
from renda.kernel.workflow.api import WorkflowError

NOON, EVENING = dt.time(12), dt.time(17)
UNSAID = "（历史登记未写明）"


@dataclass(frozen=True, slots=True)
class Past:
    """One row of a term's workbook, with everything looked up.

    Args:
        lead: the lead deputy's membership; cosigners: person ids.
        organs: (organ id, role) in the order of the file.
        result: how the lead rated the result; empty where nobody said anything.
    """

    serial: int
    title: str
    text: str
    lead: people.Membership
    cosigners: tuple[int, ...]
    submitted_on: dt.date
    category: Category | None
    organs: tuple[tuple[int, HandlingRole], ...]
    handed_over_on: dt.date | None
    replied_on: dt.date | None
    letter: str
    reply_class: ReplyClass | None
    result: str
    consent: str
    kind: str
    origin: record.Origin


def state_of(row: Past) -> str:
    """Where the workbook leaves it."""
    if row.replied_on is not None:
        return "closed"
    return "handling" if row.organs and row.handed_over_on else "registered"


def take_in(rows: Sequence[Past], term: people.Term, *, actor: identity.Account | None) -> list[Suggestion]:
    """Bring past suggestions in, in bulk.

    Raises:
        WorkflowError: two rows bear one number, or a number stands on something else already.
    """
    if actor is not None:
        identity.check("motions.import", actor, term.congress)
    with transaction.atomic():
        made = [_suggestion(row, term) for row in rows]
        for suggestion, number in zip(made, bulk.reserve(Suggestion, len(made)), strict=True):
            suggestion.pk = number  # known before the row is written: its case comes first
        pairs = list(zip(rows, made, strict=True))
        names = people.organisations({organ for row in rows for organ, _ in row.organs})
        scope = f"congress:{term.congress_id}"
        cases = workflow.start_many(
            "motions.suggestion", scope, [_past(row, s, names) for row, s in pairs], actor=actor
        )
        for suggestion, case in zip(made, cases, strict=True):
            suggestion.case = case
        bulk.insert(made)
        bulk.insert(
            [
                CoSignature(
                    suggestion=s,
                    person_id=pk,
                    state="signed",
                    signed_at=clock.combine(row.submitted_on, NOON),
                )
                for row, s in pairs
                for pk in row.cosigners
            ]
        )
        _handling(pairs, names, scope, actor)
        _numbers(pairs, actor)
    return made


def _suggestion(row: Past, term: people.Term) -> Suggestion:
    at = clock.combine(row.submitted_on, NOON)
    return Suggestion(
        congress=term.congress,
        term=term,
        kind=row.kind,
        serial=row.serial,
        title=row.title[:100],
        proposal=row.text,
        category=row.category,
        consent=row.consent,
        lead=row.lead.person,
        delegation=row.lead.delegation,
        via=Via.IMPORT,
        created_at=at,
        saved_at=at,
        submitted_at=at,
        handed_over_on=row.handed_over_on,
    )


@lru_cache(maxsize=4096)
def _due(day: dt.date, congress: str) -> dt.date:
    return law.derive(NORMAL, {"from": day}, on=day, congress=congress).day


def _past(row: Past, suggestion: Suggestion, names: dict[int, people.Organisation]) -> workflow.Past:
    at = clock.combine(row.submitted_on, NOON)
    told: list[tuple[record.Entry, dt.datetime]] = [
        (
            entries.Submitted(
                deputy=entries.person(row.lead.person_id, row.lead.person.name),
                title=row.title,
                when="据历史登记",
                cosigners=len(row.cosigners),
                consent=suggestion.get_consent_display() or "未说明",
            ),
            at,
        )
    ]
    moved = at
    deadlines = []
    congress = f"congress:{suggestion.congress_id}"
    if row.handed_over_on is not None and row.organs:
        moved = clock.combine(row.handed_over_on, NOON)
        due = _due(row.handed_over_on, congress)
        words = [f"{HandlingRole(role).label}{names[organ].name}" for organ, role in row.organs]
        told.append((entries.HandedOver(organs=words, due_on=due.isoformat(), rule=NORMAL), moved))
        deadlines.append(workflow.PastDeadline("reply", row.handed_over_on, due, row.replied_on))
    if row.replied_on is not None:
        moved = clock.combine(row.replied_on, EVENING)
        lead = names[row.organs[0][0]].name if row.organs else "承办单位"
        told.append(
            (
                entries.Replied(
                    organ=lead,
                    number=row.letter or "（文号未登记）",
                    signer="（据历史登记）",
                    reply_class=row.reply_class.code if row.reply_class else "未分",
                    promises=0,
                    in_time=not deadlines or row.replied_on <= deadlines[0].due_on,
                ),
                moved,
            )
        )
        told.append(
            (
                entries.Closed(
                    kind_label=Kind(row.kind).label,
                    title=row.title,
                    solved=bool(row.reply_class and row.reply_class.solved),
                    kept=0,
                    promised=0,
                ),
                moved,
            )
        )
    state = state_of(row)
    holders = {"office": [f"deputies_office@{congress}"]} if state == "registered" else {}
    return workflow.Past(
        suggestion.ref, state, at, moved, told, row.origin, deadlines=deadlines, holders=holders
    )


def _handling(
    pairs: Sequence[tuple[Past, Suggestion]],
    names: dict[int, people.Organisation],
    scope: str,
    actor: identity.Account | None,
) -> None:
    parts = [
        (
            row,
            Assignment(
                suggestion=s,
                organ_id=organ,
                role=role,
                handed_over_on=row.handed_over_on,
                received_at=clock.combine(row.handed_over_on, NOON),
                notices_sent_at=clock.combine(row.handed_over_on, NOON),
                created_at=clock.combine(row.handed_over_on, NOON),
            ),
        )
        for row, s in pairs
        if row.handed_over_on is not None
        for organ, role in row.organs
    ]
    for (_, assignment), number in zip(parts, bulk.reserve(Assignment, len(parts)), strict=True):
        assignment.pk = number
    for joint in (False, True):
        chosen = [(row, a) for row, a in parts if (a.role == HandlingRole.JOINT) == joint]
        cases = workflow.start_many(
            "motions.joint" if joint else "motions.handling",
            scope,
            [_part(row, a, scope, joint) for row, a in chosen],
            actor=actor,
        )
        for (_, assignment), case in zip(chosen, cases, strict=True):
            assignment.case = case
    made = bulk.insert([a for _, a in parts])
    _replies([(row, a) for (row, _), a in zip(parts, made, strict=True)], names, actor)


def _part(row: Past, assignment: Assignment, scope: str, joint: bool) -> workflow.Past:
    assert row.handed_over_on is not None
    at = clock.combine(row.handed_over_on, NOON)
    done = row.replied_on is not None
    state = ("opined" if joint else "replied") if done else "accepted"
    deadlines = (
        []
        if joint
        else [
            workflow.PastDeadline(
                "reply", row.handed_over_on, _due(row.handed_over_on, scope), row.replied_on
            )
        ]
    )
    moved = clock.combine(row.replied_on, EVENING) if row.replied_on else at
    return workflow.Past(
        assignment.ref,
        state,
        at,
        moved,
        (),
        row.origin,
        parent=assignment.suggestion.case,
        about=assignment.suggestion.ref,
        deadlines=deadlines,
        holders={} if done else {"organ": [f"handling_organ@org:{assignment.organ_id}"]},
    )


def _replies(
    parts: Sequence[tuple[Past, Assignment]],
    names: dict[int, people.Organisation],
    actor: identity.Account | None,
) -> None:
    """One reply an answered lead or separate organ where the class is known: else there is no letter.

    A register says how the deputy found the result, not when: the rating stands on the reply's day.
    """
    answered = [
        (row, a)
        for row, a in parts
        if row.replied_on is not None and row.reply_class is not None and a.role != HandlingRole.JOINT
    ]
    made = bulk.insert(
        [
            Reply(
                assignment=a,
                suggestion=a.suggestion,
                state="issued",
                number=row.letter,
                reply_class=row.reply_class,
                issued_on=row.replied_on,
                issued_at=clock.combine(row.replied_on, EVENING),  # type: ignore[arg-type]
                saved_at=clock.combine(row.replied_on, EVENING),  # type: ignore[arg-type]
            )
            for row, a in answered
        ]
    )
    rated = [(row, a, reply) for (row, a), reply in zip(answered, made, strict=True) if row.result]
    bulk.insert(
        [
            Rating(
                reply=reply,
                person=row.lead.person,
                result=row.result,
                reason=UNSAID if row.result == Grade.DISSATISFIED else "",
                method=Method.REGISTER,
                entered_by=actor,
                rated_at=clock.combine(row.replied_on, EVENING),  # type: ignore[arg-type]
            )
            for row, _, reply in rated
        ]
    )
    record.write_many(
        record.Writing(
            entries.Rated(
                deputy=entries.person(row.lead.person_id, row.lead.person.name),
                organ=names[a.organ_id].name,
                attitude="",
                result=Grade(row.result).label,
                reason=UNSAID if row.result == Grade.DISSATISFIED else "",
                on_sheet=False,
            ),
            a.suggestion.ref,
            actor,
            happened_at=reply.issued_at,
            origin=row.origin,
        )
        for row, a, reply in rated
    )


def _numbers(pairs: Sequence[tuple[Past, Suggestion]], actor: identity.Account | None) -> None:
    for kind in Kind.values:
        chosen = [(row, s) for row, s in pairs if row.kind == kind]
        if not chosen:
            continue
        given = [
            numbering.Given(row.serial, s.ref, None, clock.combine(row.submitted_on, NOON), row.origin)
            for row, s in chosen
        ]
        try:
            numbering.take_all_given(series_of(chosen[0][1]), given, actor=actor)
        except numbering.NumberingError as error:
            raise WorkflowError(str(error)) from error


@dataclass(frozen=True)
class _Undone(record.Entry):
    """The import that brought it in was taken back."""

    title: str

    def sentence(self) -> str:
        return f"导入撤销，《{self.title}》移出；记录保留"


ImportUndone = record.entry("motions.import_undone", label="撤销导入")(_Undone)


def take_back(suggestions: Sequence[Suggestion], *, actor: identity.Account | None) -> None:
    """Undo an import: suggestions that nobody has touched since go, their numbers are void; the record stays.

    Raises:
        WorkflowError: one was handled in the meantime.
    """
    origin = record.Origin.page() if actor else record.Origin.job("motions.import")
    with transaction.atomic():
        for suggestion in suggestions:
            case = suggestion.case
            assert case is not None
            parts = list(suggestion.assignments.select_related("case"))
            cases = [a.case for a in parts if a.case is not None] + [case]
            if any(c.step for c in cases):
                raise WorkflowError(f"“{suggestion.title}”导入后已经办理，不能整批撤销，请逐件处理。")
            ref = suggestion.ref
            Rating.objects.filter(reply__suggestion=suggestion).delete()
            suggestion.replies.all().delete()
            for held in cases:
                held.turns.all().delete()
                held.deadlines.all().delete()
            suggestion.assignments.all().delete()
            suggestion.cosignatures.all().delete()
            suggestion.delete()
            for held in cases:
                held.delete()
            for number in numbering.numbers_of(ref):
                numbering.void(number, "导入撤销", actor=actor)
            record.write(ImportUndone(title=ref.title), subject=ref, actor=actor, origin=origin)
