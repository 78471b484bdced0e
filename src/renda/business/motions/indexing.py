"""Suggestions in the search index: from submission on, for whoever may see them; drafts never."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import Prefetch

from renda.assembly.people import api as people
from renda.business.motions.models import Consent, Reply, Suggestion
from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.search import api as search

KIND = "motions.suggestion"
_OFFICES = ("deputies_office", "chairpersons", "auditor")
_ORGANS = ("handling_organ", "organ_head")


def declare() -> None:
    """Let suggestions be searched; called when the room is ready."""
    search.declare(KIND, "代表建议", lambda ref: f"/motions/{ref.id}/", documents=documents)
    search.more_scopes(deputies_of)


def deputies_of(account: identity.Account) -> set[str]:
    """Every deputy of a congress sees what was submitted to it."""
    seats = [
        int(holder.partition("@person:")[2])
        for holder in identity.holders(account)
        if holder.startswith("deputy@person:")
    ]
    return {f"deputy@congress:{pk}" for pk in people.congress_ids_of_deputies(seats)} if seats else set()


def _rows() -> list[str | Prefetch[str]]:
    return [
        "assignments__case",
        "cosignatures",
        Prefetch("replies", Reply.objects.filter(state="issued").order_by("round", "pk"), to_attr="issued"),
    ]


def document(suggestion: Suggestion) -> search.Document:
    """What is searched, and who may find it: the same people as ``queries.visible``."""
    scopes = {f"{role}@congress:{suggestion.congress_id}" for role in (*_OFFICES, "deputy")}
    for person_id in (suggestion.lead_id, *(c.person_id for c in suggestion.cosignatures.all())):
        scopes.add(f"deputy@person:{person_id}")
    scopes.add(f"secretary@person:{suggestion.lead_id}")
    if suggestion.delegation_id:
        scopes.add(f"delegation_secretary@delegation:{suggestion.delegation_id}")
    assignments = list(suggestion.assignments.all())
    if any(a.through_government for a in assignments) or (
        suggestion.case is not None and suggestion.case.state == "at_government"
    ):
        scopes.add(f"government_office@congress:{suggestion.congress_id}")
    scopes |= {f"{role}@org:{a.organ_id}" for a in assignments for role in _ORGANS}
    key = getattr(suggestion, "key", None)
    if key is not None and key.committee_id:
        scopes.add(f"committee@org:{key.committee_id}")
    replies: list[Reply] = suggestion.issued  # type: ignore[attr-defined]
    day = (suggestion.submitted_at or suggestion.created_at).astimezone(clock.TZ).date()
    return search.Document(
        ref=suggestion.ref,
        title=suggestion.title,
        body="\n".join([suggestion.text, *(r.text for r in replies)]),
        scopes=frozenset(scopes),
        extra={
            "day": day.isoformat(),
            "lead": suggestion.lead.name,
            "organs": [a.organ.name for a in assignments if a.case and not _gone(a.case.state)],
            "open": suggestion.consent == Consent.ALL,
        },
        number=suggestion.number_text if suggestion.serial else "",
    )


def _gone(state: str) -> bool:
    return state in {"returned", "cancelled"}


def documents() -> Iterator[search.Document]:
    """All that were submitted, oldest first, for a rebuild."""
    rows = Suggestion.objects.filter(submitted_at__isnull=False).select_related("lead", "case", "key")
    for row in rows.prefetch_related("assignments__organ", *_rows()).order_by("pk").iterator(chunk_size=500):
        yield document(row)


def index(ids: Iterable[int]) -> None:
    """Bring suggestions up to date in the index; what was taken back before submission is removed."""
    rows = Suggestion.objects.filter(pk__in=list(ids)).select_related("lead", "case", "key")
    found = list(rows.prefetch_related("assignments__organ", *_rows()))
    search.index_many(KIND, [document(row) for row in found if row.submitted_at is not None])


def similar(
    suggestion: Suggestion, text: str, *, account: identity.Account, limit: int = 6
) -> list[search.Similar]:
    """Suggestions of all years like a text, among those that the account may see."""
    return search.similar(
        text,
        scopes=search.scopes_of(account),
        kind=KIND,
        title=suggestion.title,
        exclude=suggestion.ref,
        limit=limit,
    )
