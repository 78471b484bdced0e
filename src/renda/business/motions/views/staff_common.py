"""What the staff's pages share: which part of a case, acts as links, numbers typed into addresses."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse

from renda.assembly.people import api as people
from renda.business.motions.models import Assignment
from renda.business.motions.queries import handling as query
from renda.business.motions.views.common import account
from renda.kernel.identity import api as identity
from renda.kernel.ui import api as ui
from renda.kernel.workflow import api as workflow

GRID = ("审查交办", "/motions/grid/")
DESK = ("承办台", "/motions/handling/")
GOVERNMENT = ("催办督查", "/motions/government/")
KEYS = ("重点建议", "/motions/key/")
BOARD = ("办理情况", "/motions/board/")


def assignment_for(request: HttpRequest, pk: int, policy: str = "motions.view_handling") -> Assignment:
    """One organ's part, for whoever may.

    Raises:
        Http404: there is none.
        identity.Forbidden: the policy says no.
    """
    found = query.handling(pk)
    if found is None:
        raise Http404
    identity.check(policy, account(request), found)
    return found


def congress_of(request: HttpRequest) -> people.Congress:
    """The congress whose work the account does.

    Raises:
        Http404: the installation has none yet.
    """
    found = people.congress_for(account(request))
    if found is None:
        raise Http404
    return found


def case_acts(
    case: workflow.Case,
    who: identity.Account,
    subject: Any,
    own: dict[str, str] | None = None,
    without: frozenset[str] = frozenset(),
) -> list[ui.Act]:
    """What this person may do now, as links: to a page of this room where there is one, else to a form.

    Args:
        own: addresses of this room's own pages, by act.
        without: acts that are offered elsewhere on the page.
    """
    pages = own or {}
    return [
        ui.Act(
            t.label,
            pages.get(t.key) or reverse("cases:act", args=[case.pk, t.key]),
            primary=t.primary,
            danger=t.danger,
        )
        for t in workflow.available(case, who, subject)
        if t.key not in without
    ]


def one_primary(acts: list[ui.Act]) -> list[ui.Act]:
    """The first primary act stays primary; two would be none."""
    taken = False
    made = []
    for act in acts:
        made.append(
            ui.Act(act.label, act.url, act.primary and not taken, act.danger, act.post, icon=act.icon)
        )
        taken = taken or act.primary
    return sorted(made, key=lambda act: (not act.primary, act.danger))


def seen_of(request: HttpRequest) -> int | None:
    """The case's step when the form was drawn."""
    text = request.POST.get("seen", "")
    return int(text) if text.isascii() and text.isdecimal() else None
