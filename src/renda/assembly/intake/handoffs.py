"""What intake hands to a room above it: the draft of a suggestion for one deputy."""

from __future__ import annotations

from dataclasses import dataclass

SUGGESTION_DRAFT = "suggestion.draft"


@dataclass(frozen=True, slots=True)
class SuggestionDraft:
    """An opinion that one deputy is asked to take up; the receiver makes a draft of it, owned by the deputy.

    The giver says ``workflow.offer(SUGGESTION_DRAFT, SuggestionDraft(…), source=opinion.ref, actor=…)``; the
    receiver registers ``workflow.receive(SUGGESTION_DRAFT, SuggestionDraft)`` and answers with a ``Ref``.

    Args:
        congress_id: the congress that it is for.
        deputy_id: the person (people) who is asked.
        title: of the opinion, as a first title.
        matter: what was said, without the sender and without numbers.
        place: where it is about, as written.
        voices: how many opinions say the same.
        note: what the desk adds for the deputy.
    """

    congress_id: int
    deputy_id: int
    title: str
    matter: str
    place: str = ""
    voices: int = 1
    note: str = ""
