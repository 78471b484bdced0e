"""The ledger and the page of a matter."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from renda.assembly.ledger import listing, queries
from renda.assembly.ledger.kinds import kind_label
from renda.assembly.ledger.models import Matter, Note
from renda.kernel.documents import api as documents
from renda.kernel.identity import api as identity
from renda.kernel.record import api as record
from renda.kernel.ui import api as ui
from renda.kernel.workflow import api as workflow

LEDGER = ("督办台账", "/ledger/")
LINES = 40  # entries of the timeline on one page


def _account(request: HttpRequest) -> identity.Account:
    return cast(identity.Account, request.user)


@login_required
def ledger(request: HttpRequest) -> HttpResponse:
    """The list, or its export."""
    identity.check("ledger.list", _account(request))
    found = listing.Matters(request)
    return found.respond("ledger/list.html", {"rate": queries.kept_rate(found.found)})


@login_required
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """What was promised, by whom, until when; how one sees that it is done; what was done so far."""
    try:
        matter = queries.matter(pk)
    except Matter.DoesNotExist as error:
        raise Http404 from error
    who = _account(request)
    identity.check("ledger.view", who, matter)
    case = matter.flow
    deadlines = {d.key: d for d in case.deadlines.all()}
    notes = list(matter.notes.select_related("by").order_by("pk"))
    files = documents.attachments_of("ledger.note", [str(note.pk) for note in notes])
    before = request.GET.get("before", "")
    lines = record.timeline(
        matter.ref, limit=LINES + 1, before=int(before) if before.isascii() and before.isdecimal() else None
    )
    state = case.declared.state(case.state)
    acts = ui.acts(
        workflow.available(case, who, matter), lambda t: reverse("cases:act", args=[case.pk, t.key])
    )
    context = {
        "matter": matter,
        "case": case,
        "tone": listing.tone(matter),
        "kind": kind_label(matter.kind),
        "source_url": queries.source_url(matter),
        "promise": deadlines.get("promise"),
        "turn_deadline": deadlines.get(state.deadline) if state.deadline else None,
        "who": _waits_for(matter),
        "acts": acts,
        "notes": [(note, files.get(str(note.pk), [])) for note in reversed(notes)],
        "look_backs": _shown(queries.look_backs(matter, notes)),
        "lines": lines[:LINES],
        "older": f"?before={lines[LINES - 1].id}#history" if len(lines) > LINES else "",
        "svg": workflow.diagram(case.declared, case.state),
        "steps": workflow.process_table(case.declared),
        "crumbs": [LEDGER],
    }
    return render(request, "ledger/matter.html", context)


def _waits_for(matter: Matter) -> str:
    """Whose turn it is, in words."""
    holders = matter.flow.declared.state(matter.flow.state).holders
    if "organ" in holders:
        return matter.organ.name + (f" {matter.person}" if matter.person else "")
    if "deputy" in holders and matter.asked_first is not None:
        return f"代表{matter.asked_first.name}"
    if "supervisor" in holders:
        role, _, scope = matter.supervisor.partition("@")
        kind = scope.partition(":")[0]
        # A committee is called by its name, an office of the congress by its role.
        return identity.scope_title(scope) if kind == "org" else identity.role(role).label
    return "不再等待"


def _shown(plan: list[queries.LookBack]) -> list[tuple[queries.LookBack, Note | None, bool]]:
    """Each look-back with its note and whether it is the next one."""
    following = next((look for look in plan if look.note is None), None)
    return [(look, look.note, look is following) for look in plan]
