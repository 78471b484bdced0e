"""The reply editor: class, text, promises proposed from the letter and confirmed; autosave; preview."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from renda.assembly.ledger import api as ledger
from renda.assembly.people import api as people
from renda.business.motions import papers, promises, queries
from renda.business.motions.models import Assignment, HandlingRole, Promise, Reply, ReplyClass
from renda.business.motions.queries.people import active_assignments
from renda.business.motions.services import editing, replying
from renda.business.motions.services.editing import TypedRow
from renda.business.motions.views.common import REFUSALS, account, said
from renda.business.motions.views.staff_common import DESK, assignment_for
from renda.kernel import clock
from renda.kernel.documents import api as documents
from renda.kernel.identity import api as identity
from renda.kernel.ui import api as ui

ROW = ("text", "organ", "due_on", "condition", "measure", "evidence_kind", "proposed")
HELP = {
    "opening": "可以不写，信里会自动写明收悉哪一件",
    "done": "已经做完的事，写事实和日期",
    "planned": "还要做的事，每项写清做什么、什么时候完成；下面的承诺表由此提出",
    "cannot": "做不到的写明原因和依据",
}


class ReplyForm(forms.Form):
    """The letter's text and class; nothing is chosen beforehand."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    reply_class = forms.ChoiceField(label="答复分类", widget=ui.Boxed)
    opening = forms.CharField(
        label="开头", required=False, help_text=HELP["opening"], widget=ui.LongText({"rows": 2})
    )
    done = forms.CharField(
        label="已经做了什么", required=False, help_text=HELP["done"], widget=ui.LongText({"rows": 6})
    )
    planned = forms.CharField(
        label="打算做什么", required=False, help_text=HELP["planned"], widget=ui.LongText({"rows": 6})
    )
    cannot = forms.CharField(
        label="做不到的和原因", required=False, help_text=HELP["cannot"], widget=ui.LongText({"rows": 3})
    )
    contact = forms.CharField(
        label="联系人", required=False, max_length=40, help_text="经办人和办公电话，写在信末"
    )

    def __init__(self, *args: Any, classes: Sequence[ReplyClass], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reply_class"].choices = [(str(c.pk), str(c)) for c in classes]  # type: ignore[attr-defined]

    def full_clean(self) -> None:
        """A draft is kept without a class; the label does not say so, since the letter needs one."""
        self.fields["reply_class"].required = False
        super().full_clean()
        self.fields["reply_class"].required = True


def _rows(request: HttpRequest) -> list[TypedRow]:
    columns = {key: request.POST.getlist(f"p_{key}") for key in ROW}
    return [
        TypedRow(**{key: (columns[key][n].strip() if n < len(columns[key]) else "") for key in ROW})
        for n in range(len(columns["text"]))
    ]


def _draft(request: HttpRequest, pk: int) -> tuple[Assignment, Reply | None]:
    """The part and the letter being written, made when it is opened for the first time."""
    assignment = assignment_for(request, pk, "motions.handle")
    case = assignment.case
    assert case is not None
    if assignment.role == HandlingRole.JOINT or case.state not in {"accepted", "rehandling"}:
        return assignment, None
    return assignment, replying.open_draft(assignment, actor=account(request))


@login_required
def write(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Write the letter. Each act of the page saves first."""
    assignment, reply = _draft(request, pk)
    if reply is None:
        messages.info(request, f"现在是“{assignment.case.state_label}”，不能起草答复。")  # type: ignore[union-attr]
        return redirect("motions:handling", pk=pk)
    classes = list(ReplyClass.objects.filter(term_id=assignment.suggestion.term_id))
    if request.method != "POST":
        return render(request, "motions/staff/reply_edit.html", _context(assignment, reply, classes))
    form = ReplyForm(request.POST, classes=classes)
    rows = _rows(request)
    go = request.POST.get("go", "save")
    if go.startswith("drop:"):
        rows = [row for n, row in enumerate(rows) if f"drop:{n}" != go]
    elif go.startswith("take:"):
        rows = [*(r for r in rows if not r.empty), *_taken(request, go, assignment)]
    elif go == "row":
        rows = [*rows, TypedRow()]
    error: Exception | None = None
    if form.is_valid():
        try:
            reply = _save(request, reply, form, rows, classes)
            if go == "head":
                replying.send_to_head(reply, actor=account(request))
                messages.success(request, "已送负责人审签。")
                return redirect("motions:handling", pk=pk)
            if go == "countersign":
                asked = replying.ask_countersigns(reply, actor=account(request))
                messages.success(
                    request, f"已送 {len(asked)} 个会办单位会签。" if asked else "会办单位都已会签或在会签。"
                )
        except REFUSALS as refused:
            error = refused
    if error is None and form.is_valid() and go not in ("row", "check"):
        where = "#promises" if go.startswith(("take:", "drop:")) else ""
        return redirect(f"{reverse('motions:write_reply', args=[pk])}{where}")
    context = _context(assignment, reply, classes, form=form, rows=rows)
    context["error"] = said(error) if error else ""
    context["theirs"] = _theirs(reply, form) if isinstance(error, editing.Overtaken) else []
    return render(request, "motions/staff/reply_edit.html", context, status=422 if error else 200)


@login_required
@require_POST
def save(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Autosave: keeps texts and rows, complete or not."""
    assignment, reply = _draft(request, pk)
    if reply is None:
        return JsonResponse({"message": "答复已经送审或者发出，不能再改。"}, status=409)
    classes = list(ReplyClass.objects.filter(term_id=assignment.suggestion.term_id))
    form = ReplyForm(request.POST, classes=classes)
    if not form.is_valid():
        return JsonResponse({"message": "有一栏超过了字数，改短后自动保存。"}, status=422)
    try:
        saved = _save(request, reply, form, _rows(request), classes)
    except REFUSALS as refused:
        return JsonResponse({"message": said(refused)}, status=409)
    return JsonResponse({"saved": saved.saved_at.isoformat(), "values": {"seen": editing.token(saved)}})


def _save(
    request: HttpRequest, reply: Reply, form: ReplyForm, rows: list[TypedRow], classes: list[ReplyClass]
) -> Reply:
    chosen = {str(c.pk): c for c in classes}.get(form.cleaned_data["reply_class"])
    return editing.save(
        reply,
        actor=account(request),
        texts={key: form.cleaned_data[key] for key in replying.TEXTS},
        reply_class=chosen,
        rows=rows,
        seen="" if request.POST.get("override") else form.cleaned_data["seen"],
    )


def _theirs(reply: Reply, form: ReplyForm) -> list[tuple[str, str]]:
    """What was saved meanwhile and differs from what is in this window."""
    held = Reply.objects.get(pk=reply.pk)
    labels = {name: str(field.label) for name, field in form.fields.items()}
    return [
        (labels[key], getattr(held, key))
        for key in replying.TEXTS
        if getattr(held, key) != form.cleaned_data.get(key)
    ]


def _taken(request: HttpRequest, go: str, assignment: Assignment) -> list[TypedRow]:
    """The proposed sentence that a person took: the act and its day; the rest is for the person to fill."""
    wanted = go.removeprefix("take:")
    found = promises.propose(request.POST.get("planned", ""), clock.today())
    return [
        TypedRow(
            text=p.act,
            organ=str(assignment.organ_id),
            due_on=p.due.isoformat() if p.due else "",
            condition=p.condition,
            proposed=p.sentence[:300],
        )
        for n, p in enumerate(found)
        if str(n) == wanted
    ]


def _context(
    assignment: Assignment,
    reply: Reply,
    classes: list[ReplyClass],
    form: ReplyForm | None = None,
    rows: list[TypedRow] | None = None,
) -> dict[str, Any]:
    suggestion = assignment.suggestion
    typed = editing.rows_of(reply) if rows is None else rows
    shown = form or ReplyForm(
        classes=classes,
        initial={
            "seen": editing.token(reply),
            "reply_class": str(reply.reply_class_id or ""),
            **{key: getattr(reply, key) for key in replying.TEXTS},
        },
    )
    planned = form.data.get("planned", "") if form is not None else reply.planned
    parts = list(active_assignments(suggestion))
    taken = {row.proposed for row in typed}
    joint = [a for a in parts if a.role == HandlingRole.JOINT]
    signs = {c.assignment_id: c for c in reply.countersigns.all()}
    return {
        "assignment": assignment,
        "suggestion": suggestion,
        "reply": reply,
        "form": shown,
        "rows": [(row, row.missing() if not row.empty else []) for row in typed] or [(TypedRow(), [])],
        "organs": _organs(suggestion, parts),
        "kinds": ledger.EvidenceKind.choices,
        "proposals": [
            (n, p)
            for n, p in enumerate(promises.propose(planned, clock.today()))
            if p.sentence[:300] not in taken
        ],
        "problems": replying.problems(reply),
        "joint": [(a, signs.get(a.pk)) for a in joint],
        "crumbs": [DESK, (suggestion.title, reverse("motions:handling", args=[assignment.pk]))],
    }


def _organs(suggestion: Any, parts: list[Assignment]) -> list[tuple[str, str]]:
    """Organs to choose from: those of the case first, then every handling organ of the congress."""
    here = [a.organ for a in parts]
    known = {o.pk for o in here}
    others = [o for o in people.handling_organs(suggestion.congress) if o.pk not in known]
    return [(str(o.pk), o.shown_name) for o in (*here, *others)]


def paper_of(reply: Reply) -> documents.Paper:
    """The letter as it would go out; a draft has neither number nor day yet."""
    suggestion = reply.suggestion
    found = list(Promise.objects.filter(reply=reply).select_related("organ").order_by("due_on", "pk"))
    joint = [a.organ.name for a in active_assignments(suggestion).filter(role=HandlingRole.JOINT)]
    paper = papers.reply_paper(reply, found, [p.name for p in queries.signers(suggestion)], joint)
    return paper if reply.issued_on else dataclasses.replace(paper, day=clock.today())


def _letter(request: HttpRequest, assignment: Assignment) -> Reply | None:
    """The letter in work of this part, as those see it who write, sign or countersign it."""
    return (
        Reply.objects.filter(suggestion_id=assignment.suggestion_id, state__in=["draft", "signing"])
        .filter(assignment=assignment)
        .select_related("suggestion__congress", "suggestion__lead", "assignment__organ", "reply_class")
        .order_by("-round")
        .first()
    )


@login_required
def preview(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The letter as a page, before it is signed."""
    assignment = assignment_for(request, pk, "motions.handle")
    reply = _letter(request, assignment)
    if reply is None:
        return redirect("motions:handling", pk=pk)
    context = {
        "assignment": assignment,
        "suggestion": assignment.suggestion,
        "reply": reply,
        "html": documents.html(paper_of(reply)),
        "may_sign": identity.may("motions.issue_reply", account(request), assignment),
        "crumbs": [DESK, (assignment.suggestion.title, reverse("motions:handling", args=[pk]))],
    }
    return render(request, "motions/staff/reply_preview.html", context)
