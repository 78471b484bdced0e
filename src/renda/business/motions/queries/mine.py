"""A deputy's own page: what waits, what is on its way, what one signed; the secretary's drafts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from renda.assembly.people import api as people
from renda.business.motions.models import CoSignature, Suggestion
from renda.business.motions.queries.lists import DRAFTS, scopes
from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.workflow import api as workflow

WRITING = (*DRAFTS, "returned")
SHOWN = 50  # rows of each part; the rest is in the list


@dataclass
class Mine:
    """The page's parts, each newest first."""

    seats: Sequence[people.Membership] = ()
    serves: Sequence[people.Membership] = ()
    drafts: list[Suggestion] = field(default_factory=list)
    sent: list[Suggestion] = field(default_factory=list)
    cosigned: list[Suggestion] = field(default_factory=list)
    to_sign: list[CoSignature] = field(default_factory=list)
    to_rate: list[workflow.Turn] = field(default_factory=list)
    to_check: list[workflow.Turn] = field(default_factory=list)

    @property
    def is_deputy(self) -> bool:
        return bool(self.seats)

    @property
    def waiting(self) -> int:
        return len(self.to_sign) + len(self.to_rate) + len(self.to_check)


def seats_for(actor: identity.Account) -> tuple[list[people.Membership], list[people.Membership]]:
    """The seats one may write for: one's own, and those of the deputies whose secretary one is."""
    own = people.deputies_of(actor)
    served = scopes(actor, "secretary")
    serves: list[people.Membership] = []
    if served:
        for congress_id in people.congress_ids_of_deputies(served):
            term = people.current_term(people.congress(congress_id))
            if term is not None:
                serves.extend(people.seats_of(served, term).values())
    return own, serves


def mine(actor: identity.Account) -> Mine:
    """Everything of the page in a constant number of queries."""
    seats, serves = seats_for(actor)
    own = [s.person_id for s in seats]
    written = [*own, *(s.person_id for s in serves)]
    found = Mine(seats=seats, serves=serves)
    if not written:
        return found
    rows = (
        Suggestion.objects.filter(lead_id__in=written, case__isnull=False)
        .select_related("case", "lead")
        .prefetch_related("case__deadlines")
    )
    found.drafts = list(rows.filter(case__state__in=WRITING).order_by("-saved_at")[:SHOWN])
    if not own:
        return found
    rows = rows.filter(lead_id__in=own)
    sent = rows.filter(submitted_at__isnull=False).exclude(case__state__in=WRITING)
    found.sent = list(sent.order_by("-submitted_at", "-pk")[:SHOWN])
    signatures = CoSignature.objects.filter(person_id__in=own).select_related(
        "suggestion__case", "suggestion__lead", "suggestion__delegation"
    )
    found.to_sign = list(
        signatures.filter(state="invited", suggestion__case__state__in=["draft", "returned", "confirming"])
    )
    found.cosigned = [
        c.suggestion
        for c in signatures.filter(state="signed")
        .prefetch_related("suggestion__case__deadlines")
        .order_by("-signed_at", "-pk")[:SHOWN]
    ]
    turns = workflow.turns({f"deputy@person:{pk}" for pk in own}, clock.today()).filter(
        case__process__in=["motions.suggestion", "ledger.matter"], case__state__in=["replied", "asked"]
    )
    for turn in turns[: SHOWN * 2]:
        (found.to_rate if turn.case.state == "replied" else found.to_check).append(turn)
    return found


def current_deadline(suggestion: Suggestion) -> workflow.Deadline | None:
    """The deadline of the present state, from what the page has loaded."""
    case = suggestion.case
    if case is None:
        return None
    key = case.declared.state(case.state).deadline
    return next((d for d in deadlines_of(case) if d.key == key), None) if key else None


def deadlines_of(case: workflow.Case) -> Iterable[workflow.Deadline]:
    """What a list has loaded under ``clocks`` (a list of its own is far cheaper than a related manager), else
    the manager's."""
    loaded: Iterable[workflow.Deadline] | None = getattr(case, "clocks", None)
    return case.deadlines.all() if loaded is None else loaded
