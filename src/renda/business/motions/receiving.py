"""What comes to this room from below: opinions raised into suggestions, organs that follow one another."""

from __future__ import annotations

from renda.assembly.intake import api as intake
from renda.assembly.people import api as people
from renda.business.motions.models import Assignment, Promise
from renda.business.motions.models.suggestions import Via
from renda.business.motions.services import drafting
from renda.kernel.identity import api as identity
from renda.kernel.refs import Ref
from renda.kernel.workflow import api as workflow


@workflow.receive(intake.SUGGESTION_DRAFT, intake.SuggestionDraft)
def take_up(draft: intake.SuggestionDraft, source: Ref, actor: identity.Account) -> Ref:
    """Make a draft of an opinion, owned by the deputy who is asked, who writes and submits it.

    Raises:
        WorkflowError: the person is no deputy of that congress today.
    """
    congress = people.congress(draft.congress_id)
    term = people.current_term(congress)
    seat = people.seats_of([draft.deputy_id], term).get(draft.deputy_id) if term else None
    if seat is None:
        raise workflow.WorkflowError("所选的人不是本届代表，请另选一位代表。")
    voices = f"（同类意见 {draft.voices} 件）" if draft.voices > 1 else ""
    place = f"地点：{draft.place}。" if draft.place else ""
    suggestion = drafting.start_draft(
        seat,
        actor=actor,
        via=Via.OFFER,
        source=source,
        texts={"title": draft.title, "matter": f"{draft.matter}{voices}", "analysis": f"{place}{draft.note}"},
    )
    return suggestion.ref


@people.on_succession
def succeed(old: int, new: int, actor: identity.Account | None) -> None:
    """Open handling and promises not yet issued go to the successor; what is closed keeps the name."""
    Assignment.objects.filter(organ_id=old, case__closed_at__isnull=True).update(organ_id=new)
    # An answered part is final, but comes back when a promise is broken: it must find the living organ.
    Assignment.objects.filter(organ_id=old, suggestion__case__closed_at__isnull=True).update(organ_id=new)
    Promise.objects.filter(organ_id=old, matter__isnull=True).update(organ_id=new)
