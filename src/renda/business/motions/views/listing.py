"""The list of all suggestions that one may see: chips, columns, search by number or words, export."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse

from renda.assembly.people import api as people
from renda.business.motions import indexing, queries
from renda.business.motions.models import (
    Assignment,
    Category,
    HandlingRole,
    Kind,
    Promise,
    Rating,
    Reply,
    ReplyClass,
    Suggestion,
)
from renda.business.motions.processes import SUGGESTION
from renda.business.motions.queries.alike import count_kept
from renda.business.motions.queries.lists import PROCESS
from renda.business.motions.queries.mine import current_deadline, deadlines_of
from renda.business.motions.views.case import TONES
from renda.business.motions.views.common import account
from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.search import api as search
from renda.kernel.ui import api as ui
from renda.kernel.workflow import api as workflow

FOUND = 500  # hits of a word search that the list shows
LONG = ("matter", "analysis", "proposal", "source")  # texts that no cell shows
GONE = ("returned", "cancelled")
RUNNING = ("reply", "feedback", "rehandle")


def _organs(row: Suggestion) -> list[str]:
    return [
        (a.organ.short_name or a.organ.name)
        + ("" if a.role == HandlingRole.LEAD else f"（{a.get_role_display()}）")
        for a in row.handled_by  # type: ignore[attr-defined]
        if a.case is not None and a.case.state not in GONE
    ]


def _last_replies(row: Suggestion) -> list[Reply]:
    """The newest letter of each organ, from what the list has loaded."""
    return list({r.assignment_id: r for r in row.issued}.values())  # type: ignore[attr-defined]


def _classes(row: Suggestion) -> str:
    return "、".join(r.reply_class.code for r in _last_replies(row) if r.reply_class)


def _rating(row: Suggestion) -> str:
    """The worst result of those who rated the newest letters; nobody's silence becomes a grade."""
    order = {"dissatisfied": 0, "basically": 1, "satisfied": 2}
    given = [rating for reply in _last_replies(row) for rating in reply.rated]  # type: ignore[attr-defined]
    return min(given, key=lambda r: order[r.result]).get_result_display() if given else ""


def _kept(row: Suggestion) -> str:
    return count_kept([p for r in row.issued for p in r.promised]).short  # type: ignore[attr-defined]


def _light(row: Suggestion) -> Any:
    """The worst running clock: of the case itself, else of an organ's second answer."""
    deadline = current_deadline(row)
    if deadline is not None and deadline.status == "running":
        return deadline
    loaded = [
        d
        for a in row.handled_by  # type: ignore[attr-defined]
        if a.case is not None and a.case.state not in GONE
        for d in deadlines_of(a.case)
        if d.status == "running" and d.key in RUNNING
    ]
    return min(loaded, key=lambda d: d.due_on, default=deadline)


def _state(row: Suggestion) -> str:
    return row.case.state_label if row.case else ""


def _lit(light: str) -> Q:
    """Cases with a running clock that is over, or near: by the index of deadlines alone."""
    today = clock.today()
    running = workflow.Deadline.objects.filter(status="running")
    if light == "overdue":
        running = running.filter(due_on__lt=today)
    else:
        running = running.filter(due_on__gte=today, warn_on__lte=today)
    own = running.filter(key__in=["reply", "feedback"], case__process=PROCESS)
    again = running.filter(key="rehandle", case__parent__isnull=False)
    return Q(case_id__in=own.values("case_id")) | Q(case_id__in=again.values("case__parent_id"))


class Suggestions(ui.Listing):
    """Suggestions that the account may see, newest first."""

    title = "代表建议"
    unit = "件"
    columns = (
        ui.Column("number", "编号", lambda s: s.number_text if s.serial else "", sort="serial"),
        ui.Column("title", "标题", main=True, href=lambda s: s.get_absolute_url()),
        ui.Column(
            "lead",
            "领衔代表",
            "lead.name",
            sub=lambda s: s.delegation.name if s.delegation else "",
        ),
        ui.Column(
            "delegation", "代表团", "delegation.name", sort=("delegation_id", "-submitted_at"), shown=False
        ),
        ui.Column("organ", "承办单位", _organs, kind="people"),
        ui.Column("state", "状态", _state, kind="tag", tone=lambda s: TONES.get(s.case.state, "")),
        ui.Column("due", "时限", _light, kind="light"),
        ui.Column("class", "类", _classes),
        ui.Column("rating", "评价", _rating),
        ui.Column("kept", "承诺", _kept),
        ui.Column("category", "类别", "category.label", sort=("category_id", "-submitted_at"), shown=False),
        ui.Column(
            "session",
            "提出时间",
            lambda s: "会议期间" if s.session_id else "闭会期间",
            sort="session",
            shown=False,
        ),
        ui.Column("submitted", "提交日期", "submitted_at", kind="day", sort="submitted_at", shown=False),
        ui.Column("handed", "交办日期", "handed_over_on", kind="day", shown=False),
        ui.Column("kind", "种类", lambda s: s.get_kind_display(), shown=False),
    )
    default_sort = "-submitted"

    def __init__(self, request: HttpRequest, params: Any = None) -> None:
        super().__init__(request, params)
        self.filters = (
            ui.Words("q", "查找", apply_with=self._words, placeholder="编号（第101号）或标题、内容里的词"),
            ui.Choice(
                "state",
                "状态",
                field="case__state",
                choices=[(s.key, s.label) for s in SUGGESTION.states if s.key != "draft"],
                multiple=True,
            ),
            ui.Flag("late", "逾期", condition=lambda: _lit("overdue"), counts=False),
            ui.Flag("near", "快到期", condition=lambda: _lit("near"), counts=False),
            ui.Choice("year", "年度", choices=lambda: self._years, apply_with=self._in_year),
            ui.Choice("organ", "承办单位", choices=lambda: self._organ_choices, apply_with=self._by_organ),
            ui.Choice(
                "delegation",
                "代表团",
                field="delegation_id",
                choices=lambda: self._delegations,
                multiple=True,
            ),
            ui.Choice(
                "category", "类别", field="category_id", choices=lambda: self._categories, multiple=True
            ),
            ui.Choice("class", "答复类别", choices=lambda: self._class_choices, apply_with=self._by_class),
            ui.Choice(
                "session",
                "提出时间",
                choices=[("in", "会议期间"), ("between", "闭会期间")],
                apply_with=lambda rows, values: rows.filter(session__isnull=values[-1] != "in"),
            ),
            ui.Choice("kind", "种类", choices=Kind.choices),
            ui.Flag("key", "重点建议", condition=Q(key__chosen_on__isnull=False), counts=False),
        )

    def rows(self) -> QuerySet[Suggestion]:
        # A cell shows the light, not its reasons: those are most of what a clock weighs.
        clocks = workflow.Deadline.objects.defer("derived")
        parts = Assignment.objects.select_related("organ", "case").order_by("pk")
        parts = parts.prefetch_related(Prefetch("case__deadlines", clocks, to_attr="clocks"))
        issued = Reply.objects.filter(state="issued").select_related("reply_class").order_by("round", "pk")
        issued = issued.defer("opening", "done", "planned", "cannot").prefetch_related(
            Prefetch("promises", Promise.objects.select_related("matter__case"), to_attr="promised"),
            Prefetch("ratings", Rating.objects.order_by("pk"), to_attr="rated"),
        )
        return (
            queries.submitted(account(self.request))
            .select_related("case", "lead", "delegation", "category")
            .defer(*LONG)
            .prefetch_related(
                Prefetch("case__deadlines", clocks, to_attr="clocks"),
                Prefetch("assignments", parts, to_attr="handled_by"),
                Prefetch("replies", issued, to_attr="issued"),
            )
        )

    @cached_property
    def shown_rows(self) -> list[ui.ListRow]:
        """The rows of this page: first their ids, so that a page far down doesn't read the rows before it."""
        start = (self.page - 1) * ui.PAGE_SIZE
        plain = self.ordered.select_related(None).prefetch_related(None).defer(None)
        ids = list(plain.values_list("pk", flat=True)[start : start + ui.PAGE_SIZE])
        found = {row.pk: row for row in self.rows().filter(pk__in=ids)}
        return [self.row(found[pk]) for pk in ids if pk in found]

    # — filters —

    @cached_property
    def _congress(self) -> people.Congress | None:
        return people.congress_for(account(self.request))

    def _words(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        number = queries.number_filter(text)
        if number is not None:
            return rows.filter(serial=number)
        scopes = search.scopes_of(account(self.request))
        return rows.filter(pk__in=search.find(text, scopes=scopes, kind=indexing.KIND, most=FOUND))

    @cached_property
    def _terms(self) -> list[people.Term]:
        return list(people.terms(self._congress)) if self._congress else []

    @cached_property
    def _years(self) -> list[tuple[str, str]]:
        if not self._terms:
            return []
        first = min(term.begins.year for term in self._terms)
        return [(str(year), f"{year}年") for year in range(clock.today().year, first - 1, -1)]

    def _in_year(self, rows: QuerySet[Any], values: list[str]) -> QuerySet[Any]:
        year = int(values[-1])
        return rows.filter(
            submitted_at__gte=clock.combine(clock.today().replace(year, 1, 1)),
            submitted_at__lt=clock.combine(clock.today().replace(year + 1, 1, 1)),
        )

    @cached_property
    def _organ_choices(self) -> list[tuple[str, str]]:
        if self._congress is None:
            return []
        return [(str(o.pk), o.short_name or o.name) for o in people.handling_organs(self._congress)]

    def _by_organ(self, rows: QuerySet[Any], values: list[str]) -> QuerySet[Any]:
        ids = [int(value) for value in values]
        handled = Assignment.objects.filter(organ_id__in=ids).exclude(case__state__in=GONE)
        return rows.filter(pk__in=handled.values("suggestion_id"))

    @cached_property
    def _delegations(self) -> list[tuple[str, str]]:
        return [(str(d.pk), d.name) for t in self._terms[:1] for d in people.delegations(t)]

    @cached_property
    def _categories(self) -> list[tuple[str, str]]:
        found = (
            Category.objects.filter(congress=self._congress) if self._congress else Category.objects.none()
        )
        return [(str(c.pk), c.label) for c in found]

    @cached_property
    def _class_choices(self) -> list[tuple[str, str]]:
        found = ReplyClass.objects.filter(term__in=self._terms[:1])
        return [(c.code, f"{c.code} 类") for c in found]

    def _by_class(self, rows: QuerySet[Any], values: list[str]) -> QuerySet[Any]:
        replies = Reply.objects.filter(state="issued", reply_class__code__in=values)
        return rows.filter(pk__in=replies.values("suggestion_id"))


@login_required
def suggestions(request: HttpRequest) -> HttpResponse:
    """The list page, or its export."""
    who = account(request)
    identity.check("motions.list", who)
    return Suggestions(request).respond(
        "motions/list.html", {"may_write": identity.may("motions.draft", who, None)}
    )
