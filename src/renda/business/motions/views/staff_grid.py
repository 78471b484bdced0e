"""The clerk's grid: type or paste, look at what would change, then do it for all rows or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from renda.assembly.people import api as people
from renda.business.motions.models import Category, Suggestion
from renda.business.motions.queries import grid as query
from renda.business.motions.queries import past
from renda.business.motions.services import batch, handover
from renda.business.motions.views.common import REFUSALS, account, said, suggestion_for
from renda.business.motions.views.staff_common import GRID, congress_of
from renda.kernel.identity import api as identity
from renda.kernel.numbering import api as numbering
from renda.kernel.ui import api as ui
from renda.kernel.workflow import api as workflow

CELLS = ("n", "c", "h", "l", "j", "s")  # number, category, hard, lead, joint, separate


@dataclass
class Line:
    """A row of the grid as typed.

    Args:
        problem: what stands in the way of the act that is previewed.
        plan: who would handle it, where that is previewed.
    """

    suggestion: Suggestion
    number: str = ""
    category: str = ""
    hard: bool = False
    lead: str = ""
    joint: str = ""
    separate: str = ""
    seen: str = ""
    picked: bool = False
    problem: str = ""
    due: Any = None
    plan: list[str] = field(default_factory=list)

    @property
    def fields(self) -> list[tuple[str, str]]:
        """Everything typed, to be carried through the preview."""
        values = {
            "n": self.number,
            "c": self.category,
            "h": "1" if self.hard else "",
            "l": self.lead,
            "j": self.joint,
            "s": self.separate,
            "seen": self.seen,
        }
        return [(f"{key}-{self.suggestion.pk}", value) for key, value in values.items() if value]

    def fits(self, go: str) -> bool:
        """Whether something was typed that the act needs."""
        if go == "register":
            return bool(self.category)
        return bool(self.lead or self.separate) if go == "hand_over" else False


def _line(suggestion: Suggestion, request: HttpRequest) -> Line:
    given = request.POST

    def read(key: str) -> str:
        return given.get(f"{key}-{suggestion.pk}", "").strip()

    assert suggestion.case is not None
    return Line(
        suggestion,
        number=read("n"),
        category=read("c") or (str(suggestion.category_id) if suggestion.category_id else ""),
        hard=bool(read("h")) or (not given and suggestion.hard),
        lead=read("l"),
        joint=read("j"),
        separate=read("s"),
        seen=read("seen") or str(suggestion.case.step),
        picked=str(suggestion.pk) in given.getlist("ids"),
    )


@login_required
def grid(request: HttpRequest) -> HttpResponseBase:
    """The grid; a POST is either a preview, a row to fill from past cases, or back from the preview."""
    who = account(request)
    identity.check("motions.batch", who)
    stages = query.stages_for(who)
    wanted = request.POST.get("stage") or request.GET.get("stage")
    stage = next((s for s in stages if s.key == wanted), None)
    tally = query.counts(who)
    if stage is None:
        stage = next((s for s in stages if tally[s.key]), stages[0])
    go = request.POST.get("go", "")
    if request.method == "POST" and go in {"register", "to_government", "hand_over"}:
        return _preview(request, stage, go)
    pages = Paginator(query.rows(who, stage), query.SIZE)
    page = pages.get_page(request.POST.get("page") or request.GET.get("page"))
    lines = [_line(s, request) for s in page.object_list]
    if go.startswith("fill:"):
        _fill([line for line in lines if go in ("fill:all", f"fill:{line.suggestion.pk}")], who)
    congress = congress_of(request)
    context = {
        "stage": stage,
        "tabs": [
            ui.Tab(
                s.label,
                f"{reverse('motions:grid')}?{urlencode({'stage': s.key})}",
                current=s == stage,
                count=tally[s.key],
            )
            for s in stages
        ],
        "lines": lines,
        "page": page,
        "categories": _categories(congress),
        "organs": [o.shown_name for o in people.handling_organs(congress)],
        "batches": query.batches(who),
        "filled": go.startswith("fill:"),
    }
    return render(request, "motions/staff/grid.html", context)


def _categories(congress: people.Congress) -> list[Category]:
    return list(Category.objects.filter(congress=congress))


def _fill(lines: Sequence[Line], who: identity.Account) -> None:
    """Put the proposed organs into rows that have none; the person still decides."""
    for line in lines:
        if line.lead or line.separate:
            continue
        advice = past.advice(line.suggestion, who)
        if advice.lead:
            line.lead = advice.lead[0][0].shown_name
            line.joint = line.joint or "、".join(o.shown_name for o, _ in advice.joint)


@login_required
def advice(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What past cases say of one suggestion; a part of the grid's row, and a page of its own."""
    suggestion = suggestion_for(request, pk, "motions.distribute")
    context = {
        "suggestion": suggestion,
        "advice": past.advice(suggestion, account(request)),
        "crumbs": [GRID],
    }
    part = "_advice.html" if request.headers.get("HX-Request") else "advice.html"
    return render(request, f"motions/staff/{part}", context)


# — preview and apply —


def _chosen(request: HttpRequest, go: str) -> list[Line]:
    """Rows that were ticked; where none was, those in which something was typed for the act."""
    ids = {int(i) for i in request.POST.getlist("ids") if i.isdecimal()}
    typed = {
        int(key[2:])
        for key, value in request.POST.items()
        if len(key) > 2 and key[1] == "-" and key[0] in CELLS and key[2:].isdecimal() and value
    }
    rows = query.picked(account(request), ids or typed)
    lines = [_line(s, request) for s in rows]
    return lines if ids else [line for line in lines if line.fits(go)]


def _preview(request: HttpRequest, stage: query.Stage, go: str) -> HttpResponseBase:
    who = account(request)
    lines = _chosen(request, go)
    if not lines:
        messages.info(request, "没有选中的行：请在左边勾选，或者先在格子里填写。")
        return redirect(f"{reverse('motions:grid')}?stage={stage.key}")
    congress = congress_of(request)
    if go == "register":
        found = batch.preview_register(_registering(lines, _categories(congress)), actor=who)
        for line, row in zip(lines, found, strict=True):
            line.problem = row.problem
            line.category = str(row.category.pk) if row.category else ""
    elif go == "to_government":
        sending = [batch.Sending(line.suggestion) for line in lines]
        for line, sent in zip(lines, batch.preview_government(sending, actor=who), strict=True):
            line.problem = sent.problem
    else:
        _preview_plans(lines, congress, who)
    labels = {str(c.pk): c.label for c in _categories(congress)}
    context = {
        "stage": stage,
        "go": go,
        "act": dict((query.REGISTER, query.GOVERNMENT, query.HAND_OVER))[go],
        "lines": [(line, labels.get(line.category, "")) for line in lines],
        "bad": sum(bool(line.problem) for line in lines),
        "organs": _by_organ(lines),
        "page": request.POST.get("page", ""),
        "crumbs": [GRID],
    }
    return render(request, "motions/staff/grid_preview.html", context)


def _by_organ(lines: Sequence[Line]) -> list[tuple[str, int]]:
    tally: dict[str, int] = {}
    for line in lines:
        for words in line.plan:
            tally[words] = tally.get(words, 0) + 1
    return sorted(tally.items(), key=lambda pair: (-pair[1], pair[0]))


def _registering(lines: Sequence[Line], categories: Sequence[Category]) -> list[batch.Registering]:
    known = {str(c.pk): c for c in categories} | {c.label: c for c in categories}
    return [
        batch.Registering(
            line.suggestion, line.number, known.get(line.category), line.hard, int(line.seen or 0)
        )
        for line in lines
    ]


def _plans(
    lines: Sequence[Line], congress: people.Congress
) -> tuple[list[tuple[Suggestion, handover.Plan]], list[str]]:
    """Who handles each row, from the names typed; and what is not understood, by row."""
    names = {
        n
        for line in lines
        for text in (line.lead, line.joint, line.separate)
        for n in people.split_names(text)
    }
    known = people.resolve_organisations(names, division=congress.division)

    def organs(text: str, notes: list[str]) -> tuple[people.Organisation, ...]:
        found = []
        for name in people.split_names(text):
            if known[name].organisation is None:
                notes.append(known[name].note)
            else:
                found.append(known[name].organisation)
        return tuple(o for o in found if o is not None)

    plans, problems = [], []
    for line in lines:
        notes: list[str] = []
        lead = organs(line.lead, notes)
        if len(lead) > 1:
            notes.append("主办单位只能有一个；各自答复的请填在“分办”里。")
        plan = handover.Plan(
            lead[0] if lead else None, organs(line.joint, notes), organs(line.separate, notes)
        )
        plans.append((line.suggestion, plan))
        problems.append("".join(notes))
    return plans, problems


def _preview_plans(lines: Sequence[Line], congress: people.Congress, who: identity.Account) -> None:
    plans, problems = _plans(lines, congress)
    for line, row, problem in zip(lines, handover.preview_batch(plans, actor=who), problems, strict=True):
        line.plan, line.due, line.problem = row.plan.words(), row.due, problem or row.problem


@login_required
@require_POST
def apply(request: HttpRequest) -> HttpResponseBase:
    """Do what was previewed: all rows, or none with the reason."""
    who = account(request)
    identity.check("motions.batch", who)
    go = request.POST.get("go", "")
    lines = _chosen(request, go)
    stage = request.POST.get("stage", "")
    back = redirect(f"{reverse('motions:grid')}?{urlencode({'stage': stage})}")
    congress = congress_of(request)
    try:
        if not lines:
            messages.warning(request, "这些行已经不在您能办的范围里，请刷新后再选。")
        elif go == "register":
            n = batch.register(_registering(lines, _categories(congress)), actor=who)
            messages.success(request, f"已编号登记 {n} 件。")
        elif go == "to_government":
            n = batch.to_government([batch.Sending(x.suggestion, int(x.seen or 0)) for x in lines], actor=who)
            messages.success(request, f"已交政府督查机构 {n} 件。")
        elif go == "hand_over":
            plans, problems = _plans(lines, congress)
            if any(problems):
                raise workflow.WorkflowError("".join(problems))
            made, assignments = handover.hand_over_batch(plans, actor=who)
            messages.success(
                request, f"已交办 {len(lines)} 件，{len({a.organ_id for a in assignments})} 个单位。"
            )
            return redirect("motions:grid_batch", batch=made)
    except (*REFUSALS, numbering.NumberingError) as refused:
        messages.error(request, said(refused))
        return _preview(request, next(s for s in query.STAGES if s.key == stage), go)
    return back
