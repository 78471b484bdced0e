"""Each letter as a page (WeChat shows no PDF), as PDF and as Word."""

from __future__ import annotations

from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from renda.business.motions import papers, queries
from renda.business.motions.models import HandlingRole, Promise, Reply
from renda.business.motions.views.common import LIST, account
from renda.kernel.documents import api as documents
from renda.kernel.identity import api as identity

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def _reply(request: HttpRequest, pk: int) -> Reply:
    """A letter that was sent, for those who may see the suggestion; drafts are the organ's own."""
    found = (
        Reply.objects.select_related(
            "suggestion__congress",
            "suggestion__lead",
            "suggestion__case",
            "assignment__organ",
            "assignment__case",
            "reply_class",
        )
        .filter(pk=pk, state__in=["issued", "withdrawn"])
        .first()
    )
    if found is None:
        raise Http404
    found.assignment.suggestion = found.suggestion
    identity.check("motions.view", account(request), found.suggestion)
    return found


def _paper(reply: Reply) -> documents.Paper:
    promises = list(Promise.objects.filter(reply=reply).select_related("organ").order_by("due_on", "pk"))
    joint = [
        a.organ.name
        for a in reply.suggestion.assignments.filter(role=HandlingRole.JOINT)
        .exclude(case__state__in=["returned", "cancelled"])
        .select_related("organ")
    ]
    names = [p.name for p in queries.signers(reply.suggestion)]
    return papers.reply_paper(reply, promises, names, joint)


@login_required
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter, and what one may do about it."""
    reply = _reply(request, pk)
    who = account(request)
    pending = queries.pending_by_person(reply.suggestion)
    mine = any(identity.has(who, "deputy", f"person:{p}") and reply in pending[p] for p in pending)
    rates = mine and reply.suggestion.case is not None and reply.suggestion.case.state == "replied"
    context = {
        "reply": reply,
        "suggestion": reply.suggestion,
        "html": documents.html(_paper(reply)),
        "rates": rates,
        "crumbs": [LIST, (reply.suggestion.number_text, reply.suggestion.get_absolute_url())],
    }
    return render(request, "motions/reply.html", context)


@login_required
def file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The letter as PDF or Word."""
    if form not in TYPES:
        raise Http404
    reply = _reply(request, pk)
    paper = _paper(reply)
    content = documents.pdf(paper) if form == "pdf" else documents.docx(paper)
    response = HttpResponse(content, content_type=TYPES[form])
    where = "inline" if form == "pdf" else "attachment"
    response["Content-Disposition"] = f"{where}; filename*=UTF-8''{quote(papers.file_name(reply))}.{form}"
    return response
