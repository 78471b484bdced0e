"""Who signs, who still rates, who presses."""

from __future__ import annotations

from django.db.models import QuerySet

from renda.assembly.people import api as people
from renda.business.motions.models import Assignment, CoSignature, HandlingRole, Rating, Reply, Suggestion
from renda.business.motions.queries.lists import visible
from renda.kernel.identity import api as identity
from renda.kernel.refs import Ref


def signer_ids(suggestion: Suggestion) -> list[int]:
    """The lead and the co-signers who signed, the lead first: each gets the reply and rates it."""
    if "cosignatures" in getattr(suggestion, "_prefetched_objects_cache", {}):
        # A page has them loaded; policies asked once an organ must not ask the database again.
        others = [c.person_id for c in suggestion.cosignatures.all() if c.state == "signed"]
    else:
        signed = suggestion.cosignatures.filter(state="signed").order_by("pk")
        others = list(signed.values_list("person_id", flat=True))
    return [suggestion.lead_id, *(pk for pk in others if pk != suggestion.lead_id)]


def signers(suggestion: Suggestion) -> list[people.Person]:
    found = people.persons(signer_ids(suggestion))
    return [found[pk] for pk in signer_ids(suggestion) if pk in found]


def invitation_of(actor: identity.Account, suggestion: Suggestion) -> CoSignature | None:
    """The open invitation to co-sign of whoever is logged in."""
    return next(
        (
            c
            for c in suggestion.cosignatures.filter(state="invited")
            if identity.has(actor, "deputy", f"person:{c.person_id}")
        ),
        None,
    )


def answering(suggestion: Suggestion) -> Suggestion:
    """Whose replies answer this one: the case it was merged into, or itself."""
    return suggestion.merged_into if suggestion.merged_into is not None else suggestion


def active_assignments(suggestion: Suggestion) -> QuerySet[Assignment]:
    """Organs that are handling it: neither returned nor taken back."""
    return (
        suggestion.assignments.exclude(case__state__in=["returned", "cancelled"])
        .select_related("organ", "case")
        .order_by("pk")
    )


def current_replies(suggestion: Suggestion) -> list[Reply]:
    """The newest issued reply of each organ that owes one."""
    main = answering(suggestion)
    replies = (
        Reply.objects.filter(suggestion=main, state="issued")
        .exclude(assignment__case__state__in=["returned", "cancelled"])
        .exclude(assignment__role=HandlingRole.JOINT)
        .select_related("assignment", "assignment__organ", "reply_class")
        .order_by("assignment_id", "round")
    )
    return list({r.assignment_id: r for r in replies}.values())


def pending_by_person(suggestion: Suggestion) -> dict[int, list[Reply]]:
    """Replies that each signer has not rated yet, by person."""
    replies = current_replies(suggestion)
    rated = set(Rating.objects.filter(reply__in=replies).values_list("reply_id", "person_id"))
    pending: dict[int, list[Reply]] = {}
    for person_id in signer_ids(suggestion):
        missing = [r for r in replies if (r.pk, person_id) not in rated]
        if missing:
            pending[person_id] = missing
    return pending


def pending_raters(suggestion: Suggestion) -> list[int]:
    """Signers who have not rated every reply, in signing order."""
    return list(pending_by_person(suggestion))


def press_side(actor: identity.Account, assignment: Assignment) -> str | None:
    """As which side somebody may press: the deputy who signed, the congress or the government office."""
    congress = f"congress:{assignment.suggestion.congress_id}"
    if identity.has(actor, "deputies_office", congress):
        return "committee"
    if assignment.through_government and identity.has(actor, "government_office", congress):
        return "government"
    if any(identity.has(actor, "deputy", f"person:{pk}") for pk in signer_ids(assignment.suggestion)):
        return "deputy"
    return None


def acts_for_organ(actor: identity.Account, assignment: Assignment) -> bool:
    """Whether an office acts for an organ without an account: it enters what came back on paper."""
    if not identity.has(actor, "deputies_office", f"congress:{assignment.suggestion.congress_id}"):
        return False
    known: frozenset[str] | None = getattr(actor, "_organs_with_account", None)
    if known is None:
        known = identity.scopes_held("handling_organ", "organ_head")
        actor._organs_with_account = known  # type: ignore[attr-defined]  # one query a request, not one an organ
    return f"org:{assignment.organ_id}" not in known and "all" not in known


def behalf(actor: identity.Account, assignment: Assignment) -> Ref | None:
    """The organ in whose name an office acts, written beside the actor; None where the organ acts itself."""
    if any(
        identity.has(actor, role, f"org:{assignment.organ_id}") for role in ("handling_organ", "organ_head")
    ):
        return None
    organ = assignment.organ
    return people.organ_ref(organ) if acts_for_organ(actor, assignment) else None


def get(pk: int) -> Suggestion:
    """A suggestion with what its page needs.

    Raises:
        Suggestion.DoesNotExist: there is none.
    """
    return Suggestion.objects.select_related(
        "case", "congress", "term", "session", "lead", "delegation", "category", "merged_into", "split_from"
    ).get(pk=pk)


def assignments(suggestion: Suggestion) -> list[Assignment]:
    """The organs' parts as they stand, the active ones only, lead first."""
    order = {HandlingRole.LEAD: 0, HandlingRole.SEPARATE: 1, HandlingRole.JOINT: 2}
    rows = active_assignments(suggestion).select_related("suggestion__case")
    return sorted(rows, key=lambda a: (order[HandlingRole(a.role)], a.pk))


def may_read_files(account: identity.Account, suggestion_id: str) -> bool:
    """Who reads photos, sheets and other files: those who work on it and who signed, not every deputy."""
    found = visible(account).filter(pk=suggestion_id).first() if suggestion_id.isdecimal() else None
    return found is not None and sees_files(account, found)


def sees_files(account: identity.Account, suggestion: Suggestion) -> bool:
    """The same for a suggestion that the account may see."""
    if any(not holder.startswith("deputy@") for holder in identity.holders(account)):
        return True
    mine = [*signer_ids(suggestion), *(c.person_id for c in suggestion.cosignatures.all())]
    return any(identity.has(account, "deputy", f"person:{pk}") for pk in mine)
