"""Lists: what a person may see, with what a row shows, in a constant number of queries."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import OuterRef, Q, QuerySet, Subquery

from renda.business.motions.models import Assignment, CoSignature, KeySuggestion, Reply, Suggestion
from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.workflow import api as workflow

PROCESS = "motions.suggestion"
DRAFTS = ("draft", "transcribing", "confirming")
CONGRESS_ROLES = frozenset({"deputies_office", "chairpersons", "auditor"})
_NUMBER = re.compile(r"^\s*(?:议案)?第?\s*(\d{1,6})\s*[号件]?\s*$")


def scopes(actor: identity.Account, *roles: str) -> list[int]:
    """Ids of the scopes in which one holds one of these roles."""
    found = []
    for holder in identity.holders(actor):
        role, _, scope = holder.partition("@")
        ident = scope.partition(":")[2]
        if role in roles and ident.isdecimal():
            found.append(int(ident))
    return found


def visible(actor: identity.Account) -> QuerySet[Suggestion]:
    """Suggestions that somebody may see.

    A draft belongs to its deputy and secretary, and to those invited to sign it; a handwritten sheet that was
    handed in to the office too. From submission on its deputies, office, committees and leaders see it, a
    government office what goes through it, an organ what it was handed.
    """
    query = _narrow(actor)
    offices = scopes(actor, "deputies_office")
    if offices:
        typed = workflow.Case.objects.filter(process=PROCESS, state__in=["transcribing", "confirming"])
        query |= Q(congress_id__in=offices, case_id__in=typed.values("pk"))
    wide = _wide(actor)
    if wide:
        query |= Q(congress_id__in=wide, submitted_at__isnull=False)
    return Suggestion.objects.filter(query)


def submitted(actor: identity.Account) -> QuerySet[Suggestion]:
    """Of what somebody may see, what was submitted: the list.

    Whoever sees all of a congress and nothing beside it gets a query that one index answers; the general one
    looks at every row (0.3 s of a hundred thousand).
    """
    wide, narrow = _wide(actor), _narrow(actor)
    sent = Suggestion.objects.filter(submitted_at__isnull=False)
    if wide:
        beside = sent.filter(narrow).exclude(congress_id__in=wide)
        if not narrow or not beside.exists():
            return sent.filter(congress_id=wide[0]) if len(wide) == 1 else sent.filter(congress_id__in=wide)
        narrow |= Q(congress_id__in=wide)
    return sent.filter(narrow)


def _wide(actor: identity.Account) -> list[int]:
    """Congresses of which somebody sees everything that was submitted."""
    seats = _congresses_of_deputies(scopes(actor, "deputy"))
    return sorted({*scopes(actor, *CONGRESS_ROLES), *seats, *_congresses_of_committees(actor)})


def _narrow(actor: identity.Account) -> Q:
    """What somebody sees one by one: own, signed, handed, of the delegation, of the committee.

    Subqueries instead of joins: no row comes twice, and each is answered by the index of what it names.
    """
    query = Q(pk__in=[])
    deputy = scopes(actor, "deputy")
    own = scopes(actor, "deputy", "secretary")
    if own:
        query |= Q(lead_id__in=own)
    if deputy:
        query |= Q(pk__in=CoSignature.objects.filter(person_id__in=deputy).values("suggestion_id"))
    delegations = scopes(actor, "delegation_secretary")
    if delegations:
        query |= Q(delegation_id__in=delegations, submitted_at__isnull=False)
    government = scopes(actor, "government_office")
    if government:
        waiting = workflow.Case.objects.filter(process=PROCESS, state="at_government")
        passed = Assignment.objects.filter(through_government=True)
        query |= Q(congress_id__in=government, case_id__in=waiting.values("pk"))
        query |= Q(congress_id__in=government, pk__in=passed.values("suggestion_id"))
    organs = scopes(actor, "handling_organ", "organ_head")
    if organs:
        query |= Q(pk__in=Assignment.objects.filter(organ_id__in=organs).values("suggestion_id"))
    committees = scopes(actor, "committee")
    if committees:
        query |= Q(pk__in=KeySuggestion.objects.filter(committee_id__in=committees).values("suggestion_id"))
    return query


def _congresses_of_committees(actor: identity.Account) -> list[int]:
    """A committee works for its congress and follows up what was handed in there."""
    from renda.assembly.people import api as people

    if not scopes(actor, "committee"):
        return []
    congress = people.congress_for(actor)
    return [congress.pk] if congress is not None else []


def _congresses_of_deputies(person_ids: Iterable[int]) -> list[int]:
    from renda.assembly.people import api as people

    return people.congress_ids_of_deputies(person_ids)


def number_filter(text: str) -> int | None:
    """The number in what somebody typed into the search: 101, 第101号, 第 101 件."""
    found = _NUMBER.match(text)
    return int(found.group(1)) if found else None


def listing(actor: identity.Account, today: dt.date | None = None) -> QuerySet[Suggestion]:
    """What the list page shows: one row a suggestion, with the light of its running deadline."""
    day = today or clock.today()
    running = workflow.Deadline.objects.filter(case=OuterRef("case"), key__in=["reply", "feedback"]).order_by(
        "status", "due_on"
    )
    lit = running.annotate(light_key=workflow.light_expression(day))
    return (
        visible(actor)
        .select_related("case", "lead", "delegation", "category", "session", "term")
        .annotate(
            due_on=Subquery(running.values("due_on")[:1]),
            light_key=Subquery(lit.values("light_key")[:1]),
        )
    )


def latest_replies(suggestion_ids: Iterable[int]) -> dict[int, list[Reply]]:
    """Issued replies of many suggestions at once, for a page of a list."""
    found: dict[int, list[Reply]] = defaultdict(list)
    rows = Reply.objects.filter(suggestion_id__in=list(suggestion_ids), state="issued").select_related(
        "assignment__organ", "reply_class"
    )
    for reply in rows.order_by("suggestion_id", "assignment_id", "round"):
        found[reply.suggestion_id].append(reply)
    return found
