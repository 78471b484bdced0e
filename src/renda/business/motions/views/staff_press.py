"""Follow-up desk of both offices: returns to rule, extensions to decide, and the press list by weight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template import loader
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from renda.assembly.people import api as people
from renda.business.motions import staff_papers
from renda.business.motions.models import Assignment, Extension, HandlingRole
from renda.business.motions.queries import figures as figure_query
from renda.business.motions.queries import grid as grid_query
from renda.business.motions.queries import handling as query
from renda.business.motions.queries import late as late_query
from renda.business.motions.queries.lists import scopes
from renda.business.motions.services import pressing
from renda.business.motions.views.common import REFUSALS, account, said
from renda.business.motions.views.staff_common import GOVERNMENT, assignment_for, congress_of
from renda.kernel import clock
from renda.kernel.documents import api as documents
from renda.kernel.identity import api as identity
from renda.kernel.ui import api as ui
from renda.kernel.workflow import api as workflow

OPEN = ("handed", "accepted", "signing", "rehandling", "resigning")
CLOCKS = ("reply", "rehandle")


def _in_scope(who: identity.Account) -> QuerySet[Assignment]:
    """Parts whose organs this office presses: the congress's office all, a government office its own."""
    offices = scopes(who, "deputies_office")
    government = scopes(who, "government_office")
    return Assignment.objects.filter(
        Q(suggestion__congress_id__in=offices)
        | Q(suggestion__congress_id__in=government, through_government=True)
    )


def _due() -> Subquery:
    """The day of the clock that runs, in the same query."""
    running = workflow.Deadline.objects.filter(case=OuterRef("case"), status="running", key__in=CLOCKS)
    return Subquery(running.order_by("due_on").values("due_on")[:1])


@dataclass(frozen=True, slots=True)
class PressColumn(ui.Column):
    """One field and one button on the row: a telephone press is logged without leaving the list."""

    request: HttpRequest | None = None

    def cell(self, obj: Any) -> str:
        """The form of this row, drawn with the token and the address of the page it comes back to."""
        assert self.request is not None
        context = {
            "assignment": obj,
            "back": self.request.get_full_path(),
            "csrf_token": get_token(self.request),
        }
        return loader.get_template("motions/staff/_press.html").render(context)

    def sheet(self, obj: Any) -> Any:
        """Nothing of it is exported."""
        return ""


def _times(assignment: Any) -> str:
    return f"{assignment.press_count} 次" if assignment.press_count else ""


class PressList(ui.Listing):
    """Organs that owe an answer: the most pressed first, then by day."""

    title = "催办清单"
    unit = "件"
    columns: Sequence[ui.Column] = (
        ui.Column(
            "title",
            "建议",
            lambda a: a.suggestion.title,
            main=True,
            href=lambda a: f"/motions/handling/{a.pk}/",
            sub=lambda a: f"{a.suggestion.number_text} · {a.suggestion.lead.name}",
        ),
        ui.Column("organ", "承办单位", "organ.shown_name", sort=("organ__order", "organ_id")),
        ui.Column("state", "现在", lambda a: a.case.state_label),
        ui.Column("due", "答复时限", query.owed, kind="light", sort="due"),
        ui.Column("weight", "分量", "press_weight", kind="number", sort="press_weight", sub=_times),
        ui.Column("last", "上次催办", "last_press", kind="moment", sort="last_press", shown=False),
    )
    default_sort = "-weight"

    def __init__(self, request: HttpRequest, *args: Any) -> None:
        super().__init__(request, *args)
        today = clock.today()
        self.columns = (*type(self).columns, PressColumn("press", "电话催办", request=request))
        self.filters = (
            ui.Words("q", "查找", fields=("suggestion__title", "organ__name")),
            ui.Choice("organ", "承办单位", field="organ_id", choices=self._organs, multiple=True),
            ui.Flag("late", "逾期", condition=Q(due__lt=today)),
            ui.Flag("unreceived", "没有签收", condition=Q(case__state="handed")),
            ui.Flag("pressed", "催办过", condition=Q(press_count__gt=0)),
        )

    def _organs(self) -> list[tuple[str, str]]:
        congress = people.congress_for(account(self.request))
        return [(str(o.pk), o.shown_name) for o in people.handling_organs(congress)] if congress else []

    def rows(self) -> QuerySet[Assignment]:
        return (
            _in_scope(account(self.request))
            .filter(case__state__in=OPEN)
            .exclude(role=HandlingRole.JOINT)
            .select_related("organ", "case", "suggestion__lead")
            .prefetch_related("case__deadlines")
            .annotate(
                due=_due(),
                press_count=Count("presses"),
                press_weight=Coalesce(Sum("presses__weight"), 0),
                last_press=Max("presses__happened_at"),
            )
        )


@login_required
def desk(request: HttpRequest) -> HttpResponseBase:
    """What this office distributes, rules, decides and presses."""
    who = account(request)
    identity.check("motions.batch", who)
    parts = _in_scope(who)
    listing = PressList(request)
    tally = grid_query.counts(who)
    office = bool(scopes(who, "deputies_office"))
    returns = (
        parts.filter(case__state="objected")
        .select_related("organ", "case", "suggestion__lead")
        .prefetch_related("case__deadlines", "objections")
        .order_by("pk")
    )
    extensions = (
        Extension.objects.filter(assignment__in=parts, case__state="asked")
        .select_related("assignment__organ", "assignment__suggestion", "case")
        .order_by("asked_at")
        if office
        else Extension.objects.none()
    )
    counted = parts.filter(case__state="returned").values("organ__name").annotate(n=Count("pk"))
    context = {
        "office": office,
        "government_waits": tally["government"],
        "registered_waits": tally["registered"],
        "returns": [
            (a, a.objections.all()[0] if a.objections.all() else None, query.running(a)) for a in returns
        ],
        "returned": list(counted.order_by("-n", "organ__name")[:10]),
        "extensions": extensions,
    }
    return listing.respond("motions/staff/government.html", context)


@login_required
@require_POST
def press(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A telephone press, logged on the row in one field; without a script it comes back to the list."""
    assignment = assignment_for(request, pk, "motions.press")
    said_ = ""
    done = False
    try:
        pressing.press(
            assignment,
            actor=account(request),
            channel="phone",
            text=request.POST.get("text", "").strip()[:300],
        )
        done = True
    except REFUSALS as refused:
        said_ = said(refused)
    if request.headers.get("HX-Request"):
        return render(
            request,
            "motions/staff/_press.html",
            {
                "assignment": assignment,
                "done": done,
                "said": said_,
                "back": request.POST.get("back", ""),
                "text": request.POST.get("text", ""),
            },
        )
    if done:
        messages.success(request, f"已登记电话催办{assignment.organ.shown_name}。")
    else:
        messages.error(request, said_)
    back = request.POST.get("back", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = GOVERNMENT[1]
    return redirect(back)


@login_required
def notices(request: HttpRequest) -> HttpResponseBase:
    """Press notices to every organ that is late, as one PDF to print."""
    who = account(request)
    identity.check("motions.batch", who)
    congress = congress_of(request)
    mine = set(_in_scope(who).filter(case__state__in=OPEN).values_list("pk", flat=True))
    lines = []
    for year in figure_query.years(congress)[:2]:
        found = late_query.late(figure_query.facts(congress, year))
        lines += [line for line in found.shown if line.assignment.pk in mine]
    if not lines:
        messages.info(request, "没有逾期未答复的，不用发催办通知。")
        return redirect(f"{GOVERNMENT[1]}?{urlencode({'late': 1})}")
    papers = staff_papers.press_papers(lines, congress, clock.today())
    return documents.pdf_response(papers, f"{ui.day_text(clock.today(), weekday=False)}催办通知")
