"""Everything of a suggestion's page; as many queries for one organ and signer as for many."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Prefetch, prefetch_related_objects

from renda.business.motions import rules
from renda.business.motions.models import (
    Assignment,
    CoSignature,
    KeySuggestion,
    Promise,
    Rating,
    Reply,
    Suggestion,
)
from renda.business.motions.queries.alike import Kept, count_kept
from renda.kernel.identity import api as identity
from renda.kernel.workflow import api as workflow

GONE = ("returned", "cancelled")
SHOWN = ("issued", "withdrawn")


@dataclass
class Part:
    """One organ's part as the page shows it."""

    assignment: Assignment
    deadline: workflow.Deadline | None
    replies: list[Reply] = field(default_factory=list)

    @property
    def gone(self) -> bool:
        return self.assignment.case is not None and self.assignment.case.state in GONE

    @property
    def state(self) -> str:
        return self.assignment.case.state_label if self.assignment.case else ""


@dataclass(frozen=True, slots=True)
class Pending:
    """Whose turn it is: names, what they do now, until when."""

    who: str
    state: str
    deadline: workflow.Deadline | None


@dataclass
class Page:
    """The parts of the page."""

    suggestion: Suggestion
    parts: list[Part]
    replies: list[Reply]
    pending: list[Pending]
    signatures: list[CoSignature]
    promises: list[Promise]
    merged: list[Suggestion]
    split: list[Suggestion]
    key: KeySuggestion | None

    @property
    def kept(self) -> Kept:
        return count_kept(self.promises)

    @property
    def mean(self) -> str:
        """The mean of the appraisal, where one was held."""
        sheets = [a.points for a in self.key.appraisals.all()] if self.key else []
        return rules.appraisal_mean(sheets) if sheets else ""

    @property
    def signed(self) -> list[CoSignature]:
        return [c for c in self.signatures if c.state == "signed"]

    @property
    def asked(self) -> list[CoSignature]:
        return [c for c in self.signatures if c.state != "signed"]


def page(suggestion: Suggestion) -> Page:
    """Read it all.

    Args:
        suggestion: with ``case``, ``lead`` and ``merged_into`` loaded; its co-signers are
            prefetched onto it, so that policies asked afterwards need no query of their own.
    """
    _prefetch(suggestion)
    assignments: list[Assignment] = list(suggestion.assignments.all())
    main = suggestion.merged_into or suggestion
    replies = _replies(main)
    by_organ: dict[int, list[Reply]] = defaultdict(list)
    for reply in replies:
        by_organ[reply.assignment_id].append(reply)
    return Page(
        suggestion=suggestion,
        parts=[Part(a, _clock(a.case), by_organ[a.pk]) for a in assignments],
        replies=replies,
        pending=_pending(suggestion, assignments),
        signatures=list(suggestion.cosignatures.all()),
        promises=[p for r in replies if r.state == "issued" for p in r.promises.all()],
        merged=list(suggestion.merged.all()),
        split=list(suggestion.parts.all()),
        key=getattr(suggestion, "key", None),
    )


def _prefetch(suggestion: Suggestion) -> None:
    open_turns = Prefetch(
        "case__turns", workflow.Turn.objects.filter(ended_at__isnull=True).select_related("deadline")
    )
    prefetch_related_objects(
        [suggestion],
        "case__deadlines",
        open_turns,
        Prefetch("cosignatures", CoSignature.objects.select_related("person", "entered_by").order_by("pk")),
        Prefetch("assignments", Assignment.objects.select_related("organ", "case").order_by("pk")),
        "assignments__case__deadlines",
        Prefetch(
            "assignments__case__turns",
            workflow.Turn.objects.filter(ended_at__isnull=True).select_related("deadline"),
        ),
        "assignments__contacts",
        "assignments__presses",
        "assignments__extensions",
        "assignments__objections",
        Prefetch("merged", Suggestion.objects.select_related("case", "lead").order_by("pk")),
        Prefetch("parts", Suggestion.objects.select_related("case", "lead").order_by("pk")),
        Prefetch("key", KeySuggestion.objects.select_related("case", "leader", "committee")),
        "key__visits",
        "key__appraisals",
    )
    for assignment in suggestion.assignments.all():
        assignment.suggestion = suggestion


def _replies(main: Suggestion) -> list[Reply]:
    rows = Reply.objects.filter(suggestion=main, state__in=SHOWN).select_related(
        "assignment__organ", "assignment__case", "reply_class"
    )
    rows = rows.prefetch_related(
        Prefetch(
            "promises", Promise.objects.select_related("organ", "matter__case").order_by("due_on", "pk")
        ),
        "promises__matter__case__deadlines",
        Prefetch("ratings", Rating.objects.select_related("person").order_by("pk")),
        "countersigns__assignment__organ",
    )
    return list(rows.order_by("-issued_at", "-pk"))


def _clock(case: workflow.Case | None) -> workflow.Deadline | None:
    """The deadline that the present state runs by, else the one that was answered by."""
    if case is None:
        return None
    loaded = {d.key: d for d in case.deadlines.all()}
    key = case.declared.state(case.state).deadline
    if key is not None:
        return loaded.get(key)
    stopped = [
        d for d in loaded.values() if d.status == "stopped" and d.key in ("reply", "rehandle", "opinion")
    ]
    return max(stopped, key=lambda d: d.stopped_on or d.due_on, default=None)  # type: ignore[arg-type, return-value]


def _pending(suggestion: Suggestion, assignments: Sequence[Assignment]) -> list[Pending]:
    """Open turns of the case and of its organs' parts, as names; what is due first at the top."""
    names = {f"org:{a.organ_id}": a.organ.name for a in assignments}
    names[f"person:{suggestion.lead_id}"] = f"{suggestion.lead.name}代表"
    for signature in suggestion.cosignatures.all():
        names[f"person:{signature.person_id}"] = f"{signature.person.name}代表"
    found: dict[tuple[str, int | None], tuple[list[str], workflow.Deadline | None]] = {}
    for case in (suggestion.case, *(a.case for a in assignments)):
        if case is None:
            continue
        for turn in case.turns.all():
            who = _name(turn.holder, names, suggestion)
            key = (case.state_label, turn.deadline_id if case is not suggestion.case else case.pk)
            found.setdefault(key, ([], turn.deadline))[0].append(who)
    rows = [Pending(_joined(who), state, deadline) for (state, _), (who, deadline) in found.items()]
    last = dt.date.max
    return sorted(rows, key=lambda p: (p.deadline.due_on if p.deadline else None) or last)


def _name(holder: str, names: dict[str, str], suggestion: Suggestion) -> str:
    role, _, scope = holder.partition("@")
    if scope in names:
        head = "负责人" if role == "organ_head" else ""
        return names[scope] + head
    if scope.startswith("delegation:") and suggestion.delegation is not None:
        return f"{suggestion.delegation.name}工作人员"
    return identity.role(role).label


def _joined(names: Sequence[str]) -> str:
    unique = list(dict.fromkeys(names))
    return "、".join(unique) if len(unique) <= 3 else f"{'、'.join(unique[:3])}等 {len(unique)} 位"
