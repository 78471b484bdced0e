"""The page of one suggestion, for every role: where it stands, whose turn it is, what one may do now."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from renda.business.motions import queries
from renda.business.motions.models import Reply, Suggestion
from renda.business.motions.queries.page import Page, Part
from renda.business.motions.queries.page import page as everything_of
from renda.business.motions.services import filling
from renda.business.motions.views.common import LIST, MINE, account, case_of, suggestion_for
from renda.business.motions.views.staff_entry import office_acts
from renda.kernel.documents import api as documents
from renda.kernel.identity import api as identity
from renda.kernel.record import api as record
from renda.kernel.ui import api as ui
from renda.kernel.workflow import api as workflow

LINES = 40  # entries of the timeline on one page
TONES = {
    "draft": "",
    "returned": "amber",
    "refused": "amber",
    "handling": "blue",
    "rehandling": "amber",
    "replied": "blue",
    "assessing": "amber",
    "following": "blue",
    "closed": "jade",
}
# Acts that have a page of their own in this room; the others are forms made from the declaration.
OWN_PAGES = {"submit": "motions:submit", "invite": "motions:cosign", "cosign": "motions:sign"}
# Offered together with another act on its page.
ON_OTHER_PAGES = frozenset({"decline_cosign", "reject_transcript"})


@login_required
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything of one suggestion."""
    suggestion = suggestion_for(request, pk)
    who = account(request)
    case = case_of(suggestion)
    found = everything_of(suggestion)
    before = request.GET.get("before", "")
    lines = record.timeline(
        suggestion.ref,
        limit=LINES + 1,
        before=int(before) if before.isascii() and before.isdecimal() else None,
    )
    pending = queries.pending_by_person(suggestion) if case.state == "replied" else {}
    context = {
        "suggestion": suggestion,
        "case": case,
        "page": found,
        "tone": TONES.get(case.state, ""),
        "meta": _meta(suggestion, found),
        "acts": _acts(suggestion, found, who, pending),
        "parts": [(part, _organ_acts(part, who)) for part in found.parts],
        "ratings": [(reply, _ratings(reply, found)) for reply in found.replies],
        "files": documents.attachments(suggestion.ref) if queries.sees_files(who, suggestion) else [],
        "lines": lines[:LINES],
        "older": f"?before={lines[LINES - 1].id}#history" if len(lines) > LINES else "",
        "returned_why": _why_returned(case, lines),
        "progress": [line for line in lines if line.kind in ("motions.progressed", "motions.opined")],
        "key_acts": _case_acts(found.key.case, who, found.key) if found.key and found.key.case else [],
        "works": any(not h.startswith(("deputy@", "secretary@")) for h in identity.holders(who)),
        "svg": workflow.diagram(case.declared, case.state),
        "crumbs": [MINE if _is_mine(suggestion, who) else LIST],
    }
    return render(request, "motions/case.html", context)


def _is_mine(suggestion: Suggestion, who: identity.Account) -> bool:
    return any(identity.has(who, "deputy", f"person:{pk}") for pk in queries.signer_ids(suggestion))


def _meta(suggestion: Suggestion, found: Page) -> str:
    parts = [f"领衔 {suggestion.lead.name}"]
    if found.signed:
        parts.append(f"附议 {len(found.signed)} 人")
    if suggestion.delegation is not None:
        parts.append(suggestion.delegation.name)
    if suggestion.category is not None:
        parts.append(suggestion.category.label)
    if suggestion.submitted_at is not None:
        parts.append(f"{ui.day_text(suggestion.submitted_at, weekday=False)}提交")
        parts.append("会议期间" if suggestion.session_id else "闭会期间")
    return " · ".join(parts)


def _acts(
    suggestion: Suggestion, found: Page, who: identity.Account, pending: dict[int, list[Reply]]
) -> list[ui.Act]:
    """What this person may do now; the first primary one stays primary."""
    case = case_of(suggestion)
    acts: list[ui.Act] = []
    for person_id, replies in pending.items():
        if identity.has(who, "deputy", f"person:{person_id}"):
            acts += [_rate_act(suggestion, reply, len(replies) > 1) for reply in replies]
    if case.state in filling.WRITING and identity.may("motions.edit", who, suggestion):
        if case.state == "confirming":
            acts.append(
                ui.Act("核对录入的文字", reverse("motions:confirm", args=[suggestion.pk]), primary=True)
            )
        acts.append(ui.Act("接着写", reverse("motions:edit", args=[suggestion.pk]), icon="pencil"))
    acts += _case_acts(case, who, suggestion)
    acts += office_acts(suggestion, who)
    return _one_primary(acts)


def _rate_act(suggestion: Suggestion, reply: Reply, named: bool) -> ui.Act:
    organ = reply.assignment.organ
    label = f"评价{organ.short_name or organ.name}的答复" if named else "评价答复"
    return ui.Act(label, reverse("motions:rate", args=[suggestion.pk, reply.pk]), primary=True)


def _case_acts(case: workflow.Case, who: identity.Account, subject: Any) -> list[ui.Act]:
    acts = []
    for each in workflow.available(case, who, subject):
        if each.key in ON_OTHER_PAGES:
            continue
        own = OWN_PAGES.get(each.key)
        url = reverse(own, args=[subject.pk]) if own else reverse("cases:act", args=[case.pk, each.key])
        label = {"submit": "核对并提交", "cosign": "阅读并附议"}.get(each.key, each.label)
        acts.append(ui.Act(label, url, primary=each.primary, danger=each.danger))
    return acts


def _organ_acts(part: Part, who: identity.Account) -> list[ui.Act]:
    """What may be done about one organ's part: pressing and contacts here, its own work on its own page."""
    if part.gone or part.assignment.case is None:
        return []
    return _case_acts(part.assignment.case, who, part.assignment)


def _one_primary(acts: list[ui.Act]) -> list[ui.Act]:
    taken = False
    made = []
    for act in acts:
        made.append(ui.Act(act.label, act.url, act.primary and not taken, act.danger, icon=act.icon))
        taken = taken or act.primary
    return made


def _ratings(reply: Reply, found: Page) -> list[tuple[str, Any]]:
    """Every signer with the rating, or None: silence is shown as silence."""
    given = {r.person_id: r for r in reply.ratings.all()}
    people = [(found.suggestion.lead_id, found.suggestion.lead.name)]
    people += [(c.person_id, c.person.name) for c in found.signed]
    known = {pk for pk, _ in people}
    others = [(r.person_id, r.person.name) for r in given.values() if r.person_id not in known]
    return [(name, given.get(pk)) for pk, name in (*people, *others)]


def _why_returned(case: workflow.Case, lines: list[record.Line]) -> str:
    if case.state not in ("returned", "refused", "not_accepted"):
        return ""
    kinds = {"motions.sent_back", "motions.refused", "motions.refusal_final"}
    return next((line.sentence for line in lines if line.kind in kinds), "")
