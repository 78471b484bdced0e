"""What an organ's page shows of its part, and what its desk lists, in a constant number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Prefetch, QuerySet

from renda.business.motions.models import (
    Assignment,
    Contact,
    Countersign,
    Extension,
    HandlingRole,
    Objection,
    Press,
    Promise,
    Reply,
)
from renda.business.motions.queries.lists import scopes
from renda.kernel.identity import api as identity
from renda.kernel.workflow import api as workflow

GONE = ("returned", "cancelled")
ORGAN_ROLES = ("handling_organ", "organ_head")


@dataclass
class Handling:
    """One organ's part with everything around it."""

    assignment: Assignment
    clocks: list[workflow.Deadline]
    others: list[Assignment]
    contacts: list[Contact]
    presses: list[Press]
    extensions: list[Extension]
    objections: list[Objection]
    replies: list[Reply]
    to_countersign: Countersign | None = None

    @property
    def draft(self) -> Reply | None:
        """The reply of the present round that was not issued yet."""
        return next((r for r in self.replies if r.state in ("draft", "signing")), None)

    @property
    def issued(self) -> list[Reply]:
        return [r for r in self.replies if r.state in ("issued", "withdrawn")]

    @property
    def press_weight(self) -> int:
        return sum(p.weight for p in self.presses)


def handling(pk: int) -> Assignment | None:
    """An assignment with its suggestion and organ."""
    return (
        Assignment.objects.select_related(
            "case",
            "organ",
            "suggestion__case",
            "suggestion__congress",
            "suggestion__term",
            "suggestion__lead",
            "suggestion__delegation",
            "suggestion__category",
        )
        .filter(pk=pk, case__isnull=False)
        .first()
    )


def everything(assignment: Assignment) -> Handling:
    """Read what the page shows."""
    others = (
        Assignment.objects.filter(suggestion_id=assignment.suggestion_id)
        .exclude(pk=assignment.pk)
        .select_related("organ", "case")
        .prefetch_related("case__deadlines")
        .order_by("pk")
    )
    promises = Promise.objects.select_related("organ", "matter__case").order_by("due_on", "pk")
    replies = (
        assignment.replies.select_related("reply_class")
        .prefetch_related(Prefetch("promises", promises), "countersigns__assignment__organ")
        .order_by("-round", "-pk")
    )
    return Handling(
        assignment=assignment,
        clocks=_clocks(assignment),
        others=list(others),
        contacts=list(assignment.contacts.select_related("by").order_by("-happened_at", "-pk")),
        presses=list(assignment.presses.select_related("by").order_by("-happened_at", "-pk")),
        extensions=list(assignment.extensions.select_related("case").order_by("-pk")),
        objections=list(assignment.objections.order_by("-pk")),
        replies=list(replies),
        to_countersign=_to_countersign(assignment),
    )


def _clocks(assignment: Assignment) -> list[workflow.Deadline]:
    assert assignment.case is not None
    order = {"running": 0, "paused": 1, "stopped": 2}
    rows = [d for d in assignment.case.deadlines.all() if d.status in order]
    return sorted(rows, key=lambda d: (order[d.status], d.due_on or dt.date.max))


def _to_countersign(assignment: Assignment) -> Countersign | None:
    if assignment.role != HandlingRole.JOINT:
        return None
    return (
        Countersign.objects.filter(assignment=assignment, answered_at__isnull=True, reply__state="draft")
        .select_related("reply__assignment__organ", "reply__reply_class")
        .order_by("-pk")
        .first()
    )


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One line of an organ's desk: what waits, and until when."""

    assignment: Assignment
    deadline: workflow.Deadline | None
    weight: int = 0


@dataclass
class Desk:
    """An organ's desk: what waits for it by the step it is at."""

    mine: list[DeskRow] = field(default_factory=list)
    others: list[DeskRow] = field(default_factory=list)
    done: int = 0


def organ_desk(actor: identity.Account) -> Desk:
    """What the organs of an account have in hand, what is due first at the top; three queries."""
    organs = scopes(actor, *ORGAN_ROLES)
    heads = set(scopes(actor, "organ_head"))
    rows = list(in_hand(organs))
    desk = Desk(
        done=Assignment.objects.filter(organ_id__in=organs, case__closed_at__isnull=False)
        .exclude(case__state__in=GONE)
        .count()
    )
    for assignment in rows:
        assert assignment.case is not None
        row = DeskRow(assignment, running(assignment), sum(p.weight for p in assignment.presses.all()))
        state = assignment.case.state
        waits = state in {"handed", "accepted", "rehandling"} or (
            state in {"signing", "resigning", "countersigning"} and assignment.organ_id in heads
        )
        (desk.mine if waits else desk.others).append(row)
    for part in (desk.mine, desk.others):
        part.sort(key=_due)
    return desk


def _due(row: DeskRow) -> tuple[dt.date, int]:
    due = row.deadline.due_on if row.deadline else None
    return (due or dt.date.max, row.assignment.pk)


def in_hand(organ_ids: Sequence[int]) -> QuerySet[Assignment]:
    """What organs have not finished, with what a line of a list shows."""
    return (
        Assignment.objects.filter(organ_id__in=organ_ids, case__closed_at__isnull=True)
        .select_related("case", "organ", "suggestion__lead", "suggestion__case")
        .prefetch_related("case__deadlines", "presses")
        .order_by("handed_over_on", "pk")
    )


def running(assignment: Assignment) -> workflow.Deadline | None:
    """The clock that the present state runs by; a loaded case needs no query."""
    assert assignment.case is not None
    key = assignment.case.declared.state(assignment.case.state).deadline
    return next((d for d in assignment.case.deadlines.all() if d.key == key), None)


def owed(assignment: Assignment) -> workflow.Deadline | None:
    """The running clock of the answer, the second before the first, whatever the present state waits for."""
    assert assignment.case is not None
    found = {d.key: d for d in assignment.case.deadlines.all() if d.status == "running"}
    return found.get("rehandle") or found.get("reply") or found.get("opinion")
