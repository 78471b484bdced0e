"""The desk's side: publishes copies when something changes, and takes in what the public sent.

Imported only where there is a desk; the public zone has neither these rooms nor their tables.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import structlog
from django.db import transaction

from renda.assembly.intake import api as intake
from renda.assembly.people import api as people
from renda.business.motions import api as motions
from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.jobs import api as jobs
from renda.kernel.record import api as record
from renda.kernel.workflow import api as workflow
from renda.publishing.portal import box
from renda.publishing.portal.models import Progress, Publication, Sealed

_log = structlog.get_logger()
# States of a suggestion that the public sees; drafts, reviews and refusals are not published.
PUBLIC_STATES = frozenset(
    {
        "registered",
        "at_government",
        "handling",
        "replied",
        "rehandling",
        "assessing",
        "following",
        "merged",
        "closed",
    }
)


def publish_suggestion(suggestion_id: int) -> bool:
    """Write, refresh or take away the published copy of a suggestion, by the deputy's consent.

    Returns:
        whether it is published now. Safe to call again.
    """
    suggestion = motions.get(suggestion_id)
    key = f"suggestion:{suggestion.pk}"
    case = suggestion.case
    if case is None or case.state not in PUBLIC_STATES or suggestion.consent in {"", motions.Consent.NONE}:
        Publication.objects.filter(pk=key).delete()
        return False
    full = suggestion.consent == motions.Consent.ALL
    replies = motions.current_replies(suggestion)
    promises = motions.promises_of(suggestion)
    state = case.declared.state(case.state)
    parts = (
        [
            {"label": label, "text": text}
            for label, text in (
                ("案由", suggestion.matter),
                ("情况分析", suggestion.analysis),
                ("具体建议", suggestion.proposal),
            )
            if text
        ]
        if full
        else []
    )
    submitted = suggestion.submitted_at or suggestion.created_at
    values: dict[str, Any] = {
        "kind": suggestion.kind,
        "number": suggestion.number_text,
        "serial": suggestion.serial,
        "year": submitted.astimezone(clock.TZ).year,
        "title": suggestion.title,
        "congress": suggestion.congress.name,
        "lead": suggestion.lead.name,
        "cosigners": max(0, len(motions.signer_ids(suggestion)) - 1),
        "category": suggestion.category.label if suggestion.category else "",
        "organs": "、".join(a.organ.name for a in motions.assignments(suggestion))[:300],
        "state": state.public or state.label,
        "submitted_on": submitted.astimezone(clock.TZ).date(),
        "replied_on": max((r.issued_on for r in replies if r.issued_on), default=None),
        "parts": parts,
        "replies": [_reply(r) for r in replies] if full else [],
        "promises": [_promise(p) for p in promises],
        "promised": len(promises),
        "kept": sum(1 for p in promises if _state_of(p) in {"kept", "closed"}),
        "text": "\n".join([suggestion.title, suggestion.number_text, *(p["text"] for p in parts)]),
        "updated_at": clock.now(),
    }
    Publication.objects.update_or_create(key=key, defaults=values)
    return True


def _state_of(promise: motions.Promise) -> str:
    return promise.matter.case.state if promise.matter and promise.matter.case else "open"


def _promise(promise: motions.Promise) -> dict[str, Any]:
    matter = promise.matter
    label = "正在落实"
    if matter is not None and matter.case is not None:
        state = matter.case.declared.state(matter.case.state)
        label = state.public or state.label
    return {
        "text": promise.text,
        "organ": promise.organ.name,
        "due_on": promise.due_on.isoformat(),
        "measure": promise.measure,
        "state": label,
        "key": _state_of(promise),
    }


def _reply(reply: motions.Reply) -> dict[str, Any]:
    return {
        "organ": reply.assignment.organ.name,
        "number": reply.number,
        "signer": reply.signer,
        "day": reply.issued_on.isoformat() if reply.issued_on else "",
        "class": str(reply.reply_class or ""),
        "done": reply.done,
        "planned": reply.planned,
        "cannot": reply.cannot,
    }


def publish_progress(opinion: intake.Opinion, receipt: str = "") -> None:
    """Copy what the sender may know under the hash of the opinion's code, and of the receipt first given."""
    status = intake.public_status(opinion)
    data = {
        "title": status.title,
        "state": status.state,
        "received_on": status.received_on.isoformat(),
        "due_on": status.due_on.isoformat() if status.due_on else "",
        "replies": [
            {"kind": r.kind, "text": r.text, "organ": r.organ, "day": r.day.isoformat()}
            for r in status.replies
        ],
        "may_rate": status.may_rate,
        "rating": status.rating,
        "code": status.code,
    }
    codes = [opinion.code]
    key = opinion.source_key or ""
    if receipt or key.startswith("portal:"):
        codes.append(receipt or key.removeprefix("portal:"))
    for code in codes:
        Progress.objects.update_or_create(
            code_hash=box.code_hash(code), defaults={"status": data, "updated_at": clock.now()}
        )


def take_in(limit: int = 100) -> int:
    """Take what the public sent, each item once; what cannot be registered says why and stays visible.

    Returns:
        how many items were taken.
    """
    taken = 0
    for item in Sealed.objects.filter(taken_at__isnull=True).order_by("pk")[:limit]:
        problem = ""
        try:
            payload = box.open_item(item)
            with transaction.atomic():
                _register(item.kind, payload, item.created_at)
        except (box.BrokenItem, intake.IntakeError, identity.IdentityError) as error:
            problem = str(error)[:300]
            _log.warning("portal.item_refused", item=item.pk, kind=item.kind)
        Sealed.objects.filter(pk=item.pk).update(taken_at=clock.now(), problem=problem, body=b"")
        taken += 1
    return taken


def _register(kind: str, payload: dict[str, Any], moment: dt.datetime) -> None:
    origin = record.Origin.job("portal.take_in")
    if kind == "opinion":
        congress = people.congresses().order_by("division__code").first()
        if congress is None:
            raise intake.IntakeError("还没有登记人大，不能受理。")
        opinion = intake.receive(
            intake.Said(
                text=payload["text"],
                title=payload.get("title", ""),
                name=payload.get("name", ""),
                phone=payload.get("phone", ""),
                place=payload.get("place", ""),
                happened_at=moment,
                source_key=f"portal:{payload['receipt']}",
            ),
            congress,
            actor=None,
            origin=origin,
        )
        publish_progress(opinion, payload["receipt"])
    elif kind == "rating":
        opinion_found = intake.find(payload["code"])
        if opinion_found is None:
            raise intake.IntakeError("没有这个查询码。")
        intake.rate(
            opinion_found,
            payload["attitude"],
            payload["result"],
            payload.get("comment", ""),
            actor=None,
            origin=origin,
        )


def _on_suggestion(event: workflow.Event) -> None:
    publish_suggestion(int(event.subject_id))


def _on_matter(event: workflow.Event) -> None:
    suggestion_id = motions.suggestion_of_matter(int(event.subject_id))
    if suggestion_id is not None:
        publish_suggestion(suggestion_id)


def _on_opinion(event: workflow.Event) -> None:
    publish_progress(intake.opinion(int(event.subject_id)))


def subscribe() -> None:
    """Listen to every step that may change what the public sees."""
    for key in ("motions.suggestion", "motions.handling", "motions.joint"):
        for step in workflow.get(key).transitions:
            workflow.subscribe(f"{key}.{step.key}")(_on_suggestion)
    for step in workflow.get("ledger.matter").transitions:
        workflow.subscribe(f"ledger.matter.{step.key}")(_on_matter)
    for step in workflow.get("intake.opinion").transitions:
        workflow.subscribe(f"intake.opinion.{step.key}")(_on_opinion)


@jobs.loop("portal.take_in")
def _loop() -> None:
    with jobs.lease("portal.take_in", seconds=60) as mine:
        if mine:
            take_in()
