"""Co-sign: by own log-in, or entered from a signed sheet and told at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from renda.assembly.people import api as people
from renda.business.motions import entries, queries, rules
from renda.business.motions.models import CoSignature, Suggestion
from renda.kernel import clock
from renda.kernel.documents import api as documents
from renda.kernel.identity import api as identity
from renda.kernel.refs import Ref
from renda.kernel.workflow import api as workflow
from renda.kernel.workflow.api import WorkflowError


def invite(
    suggestion: Suggestion,
    *,
    actor: identity.Account,
    people: Iterable[people.Person],
    seen: int | None = None,
    happened_at: dt.datetime | None = None,
) -> list[CoSignature]:
    """Ask deputies of the same congress to co-sign; who was asked already is not asked again."""
    assert suggestion.case is not None
    with workflow.step(suggestion.case, "invite", actor=actor, seen=seen, happened_at=happened_at) as act:
        held: Suggestion = act.subject
        known = set(held.cosignatures.values_list("person_id", flat=True)) | {held.lead_id}
        asked = [p for p in people if p.pk not in known]
        if not asked:
            raise WorkflowError("所选代表都已经邀请过，或者就是领衔代表本人。")
        _same_congress(held, [p.pk for p in asked])
        made = CoSignature.objects.bulk_create(
            [CoSignature(suggestion=held, person=p, recorded_at=act.happened_at) for p in asked]
        )
        act.record(entries.CosignInvited(people=[entries.person(p.pk, p.name) for p in asked]))
    return made


def _same_congress(suggestion: Suggestion, person_ids: list[int]) -> None:
    seats = people.seats_of(person_ids, suggestion.term)
    if set(person_ids) - set(seats):
        raise WorkflowError("只能由同一届的代表附议，请核对名单。")


def cosign(
    suggestion: Suggestion,
    *,
    actor: identity.Account,
    seen: int | None = None,
    happened_at: dt.datetime | None = None,
) -> None:
    """Sign by one's own log-in."""
    assert suggestion.case is not None
    with workflow.step(suggestion.case, "cosign", actor=actor, seen=seen, happened_at=happened_at) as act:
        held: Suggestion = act.subject
        row = queries.invitation_of(actor, held)
        assert row is not None  # the policy has asked
        row.state, row.method, row.signed_at, row.entered_by = "signed", "own", act.happened_at, actor
        row.save(update_fields=["state", "method", "signed_at", "entered_by"])
        act.record(
            entries.Cosigned(
                deputy=entries.person(row.person_id, row.person.name), suggestion=held.title, on_sheet=False
            )
        )


def decline(suggestion: Suggestion, *, actor: identity.Account, seen: int | None = None) -> None:
    assert suggestion.case is not None
    with workflow.step(suggestion.case, "decline_cosign", actor=actor, seen=seen) as act:
        row = queries.invitation_of(actor, act.subject)
        assert row is not None
        row.state = "declined"
        row.save(update_fields=["state"])
        act.record(entries.CosignDeclined(deputy=entries.person(row.person_id, row.person.name)))


def enter_from_sheet(
    suggestion: Suggestion,
    *,
    actor: identity.Account,
    person: people.Person,
    signed_on: dt.date,
    sheet: Any,
    seen: int | None = None,
) -> CoSignature:
    """Enter a signature from a signed sheet (代录): scan kept, the deputy told at once, ten days to object.

    Raises:
        WorkflowError: no scan, a day to come, a deputy of another congress, or signed already.
    """
    assert suggestion.case is not None
    if not sheet:
        raise WorkflowError("代录必须附签字件的扫描或照片。")
    if signed_on > clock.today():
        raise WorkflowError("签字日期还没有到，请核对。")
    on_behalf = Ref("people.person", str(person.pk), person.name)
    with workflow.step(
        suggestion.case,
        "enter_cosign",
        actor=actor,
        seen=seen,
        on_behalf_of=on_behalf,
        happened_at=min(clock.combine(signed_on, dt.time(12)), clock.now()),
    ) as act:
        held: Suggestion = act.subject
        if person.pk == held.lead_id:
            raise WorkflowError("领衔代表不需要附议。")
        _same_congress(held, [person.pk])
        row, _ = CoSignature.objects.get_or_create(suggestion=held, person=person)
        if row.state == "signed":
            raise WorkflowError(f"{person.name}已经附议，不需要再录。")
        attachment = documents.attach(sheet, owner=held.ref, actor=actor, name=f"附议签字件 {sheet.name}")
        row.state, row.method, row.sheet = "signed", "sheet", attachment.id
        row.signed_at, row.entered_by, row.recorded_at = act.happened_at, actor, clock.now()
        row.objection_until = clock.today() + dt.timedelta(days=rules.SHEET_OBJECTION_DAYS)
        row.save()
        act.record(
            entries.Cosigned(
                deputy=entries.person(person.pk, person.name), suggestion=held.title, on_sheet=True
            )
        )
        workflow.emit(
            "motions.sheet_signature",
            held.ref,
            {"person": person.pk, "until": row.objection_until.isoformat()},
        )
    return row


def object_to_sheet(
    suggestion: Suggestion, *, actor: identity.Account, text: str, seen: int | None = None
) -> None:
    """“I did not sign this”: the signature is taken off, the sheet and both entries stay."""
    assert suggestion.case is not None
    with transaction.atomic(), workflow.step(suggestion.case, "object_cosign", actor=actor, seen=seen) as act:
        row = next(
            c
            for c in act.subject.cosignatures.filter(method="sheet", state="signed")
            if identity.has(actor, "deputy", f"person:{c.person_id}")
        )
        row.state = "objected"
        row.save(update_fields=["state"])
        act.record(entries.CosignObjected(deputy=entries.person(row.person_id, row.person.name), text=text))
