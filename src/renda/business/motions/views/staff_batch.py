"""A hand-over in batch after it was done: take back, send notices, papers by organ as PDF, Word and Excel."""

from __future__ import annotations

import io
import uuid
import zipfile

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header

from renda.business.motions import staff_papers
from renda.business.motions.models import Assignment, Suggestion
from renda.business.motions.queries import grid as query
from renda.business.motions.queries.handling import owed
from renda.business.motions.services import handover
from renda.business.motions.views.common import REFUSALS, account, said
from renda.business.motions.views.staff_common import GRID
from renda.kernel import clock
from renda.kernel.documents import api as documents
from renda.kernel.identity import api as identity
from renda.kernel.numbering import api as numbering
from renda.kernel.tabular import api as tabular
from renda.kernel.ui import api as ui

COLUMNS = [
    tabular.Column("organ", "承办单位", width=26),
    tabular.Column("role", "分工", width=8),
    tabular.Column("number", "编号", width=10),
    tabular.Column("title", "标题", width=48),
    tabular.Column("lead", "领衔代表", width=12),
    tabular.Column("category", "类别", width=14),
    tabular.Column("handed", "交办日期", kind="date", width=14),
    tabular.Column("due", "答复期限", kind="date", width=14),
]


class UndoForm(forms.Form):
    """Why it is taken back."""

    reason = forms.CharField(label="收回的原因", widget=ui.LongText({"rows": 2}))


def _parts(request: HttpRequest, batch: uuid.UUID) -> list[Assignment]:
    """The organs' parts of a batch that stand, for whoever may hand over.

    Raises:
        Http404: there is none, or it was taken back.
    """
    who = account(request)
    identity.check("motions.batch", who)
    found = [
        a
        for a in query.in_batch(str(batch), who)
        if a.case is not None and a.case.state not in ("cancelled", "returned")
    ]
    if not found or not identity.may("motions.distribute", who, found[0].suggestion):
        raise Http404
    return found


def _suggestions(parts: list[Assignment]) -> list[Suggestion]:
    return list({a.suggestion_id: a.suggestion for a in parts}.values())


@login_required
def batch_page(request: HttpRequest, batch: uuid.UUID) -> HttpResponseBase:
    """What was handed over; until notices are sent it can be taken back as a whole."""
    parts = _parts(request, batch)
    who = account(request)
    undo = UndoForm(request.POST if request.POST.get("go") == "undo" else None)
    if request.method == "POST":
        try:
            if request.POST.get("go") == "send":
                _send(parts, batch, who)
                n = len({a.organ_id for a in parts})
                messages.success(request, f"交办通知已发出，{n} 个单位。交办函可以在下面成套打印。")
                return redirect("motions:grid_batch", batch=batch)
            if undo.is_valid():
                n = handover.undo_batch(batch, actor=who, reason=undo.cleaned_data["reason"])
                messages.success(request, f"已收回 {n} 件，回到待交办。")
                return redirect("motions:grid")
        except (*REFUSALS, numbering.NumberingError) as refused:
            messages.error(request, said(refused))
    organs = {a.organ_id: a.organ for a in parts}
    numbers = staff_papers.numbers_given(batch, list(organs.values()))
    context = {
        "batch": batch,
        "groups": [
            (organ, numbers.get(pk, ""), [(a, owed(a)) for a in parts if a.organ_id == pk])
            for pk, organ in organs.items()
        ],
        "suggestions": _suggestions(parts),
        "unsent": any(a.notices_sent_at is None for a in parts),
        "sent_at": max((a.notices_sent_at for a in parts if a.notices_sent_at), default=None),
        "undo": undo,
        "day": parts[0].handed_over_on,
        "crumbs": [GRID],
    }
    return render(request, "motions/staff/batch.html", context, status=422 if undo.is_bound else 200)


def _send(parts: list[Assignment], batch: uuid.UUID, who: identity.Account) -> None:
    """Notices and numbers of the letters in one transaction."""
    with transaction.atomic():
        handover.send_notices(_suggestions(parts), actor=who)
        staff_papers.number_letters(
            batch,
            list({a.organ_id: a.organ for a in parts}.values()),
            parts[0].suggestion.congress,
            through_government=parts[0].through_government,
            day=clock.today(),
            actor=who,
        )


@login_required
def papers(request: HttpRequest, batch: uuid.UUID, form: str) -> HttpResponseBase:
    """The letters of all organs: one PDF to print, Word files in a ZIP, the list as a workbook."""
    parts = _parts(request, batch)
    day = parts[0].handed_over_on
    name = f"{ui.day_text(day, weekday=False)}交办函"
    if form == "xlsx":
        return tabular.download(_workbook(parts, name), f"{ui.day_text(day, weekday=False)}交办清单.xlsx")
    organs = {a.organ_id: a.organ for a in parts}
    made = staff_papers.handover_papers(parts, staff_papers.numbers_given(batch, list(organs.values())), day)
    if form == "pdf":
        return documents.pdf_response(made, name)
    if form == "zip":
        return zip_response(made, list(organs.values()), name)
    raise Http404


def zip_response(made: list[documents.Paper], organs: list[object], name: str) -> HttpResponse:
    """Papers as Word files in one ZIP, named by organ."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (paper, organ) in enumerate(zip(made, organs, strict=True), start=1):
            archive.writestr(f"{number:02d} {organ}.docx", documents.docx(paper))
    response = HttpResponse(buffer.getvalue(), content_type="application/zip")
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.zip") or "attachment"
    return response


def _workbook(parts: list[Assignment], title: str) -> bytes:
    rows = []
    for a in parts:
        deadline = owed(a)
        rows.append(
            {
                "organ": a.organ.name,
                "role": a.get_role_display(),
                "number": a.suggestion.number_text,
                "title": a.suggestion.title,
                "lead": a.suggestion.lead.name,
                "category": a.suggestion.category.label if a.suggestion.category else "",
                "handed": a.handed_over_on,
                "due": deadline.due_on if deadline else None,
            }
        )
    return tabular.export(COLUMNS, rows, title)
