"""The desk's list: what came, whose turn it is, what is late."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib.auth.decorators import login_required
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from renda.assembly.intake import indexing
from renda.assembly.intake.models import Channel, Opinion, Outcome
from renda.assembly.intake.processes import OPINION
from renda.assembly.intake.queries import categories, visible
from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.search import api as search
from renda.kernel.ui import api as ui

if TYPE_CHECKING:
    from renda.kernel.identity.api import Account
    from renda.kernel.workflow.api import Deadline

_FOUND = 500  # hits of a word search that the list shows


def account(request: HttpRequest) -> Account:
    """The account that is logged in; pages here need one."""
    return cast("Account", request.user)


def _url(opinion: Opinion) -> str:
    return reverse("intake:opinion", args=[opinion.pk])


def current(opinion: Opinion) -> Deadline | None:
    """The deadline that runs now; from what the list has loaded."""
    case = opinion.case
    if case is None:
        return None
    key = case.declared.state(case.state).deadline
    return next((d for d in case.deadlines.all() if d.key == key), None) if key else None


def _state(opinion: Opinion) -> str:
    return opinion.case.state_label if opinion.case else ""


def _tone(opinion: Opinion) -> str:
    state = opinion.case.state if opinion.case else ""
    return {"registered": "amber", "accepted": "blue", "with_organ": "blue", "answered": "jade"}.get(
        state, ""
    )


def _overdue() -> Q:
    return Q(
        case__closed_at__isnull=True,
        case__deadlines__status="running",
        case__deadlines__key__in=["notice", "result"],
        case__deadlines__due_on__lt=clock.today(),
    )


class Opinions(ui.Listing):
    """Opinions that the account may see, newest first."""

    title = "群众意见"
    unit = "件"
    columns = (
        ui.Column("title", "意见", main=True, href=_url, sub=lambda o: o.place),
        ui.Column("state", "状态", _state, kind="tag", tone=_tone, sort="case__state"),
        ui.Column("due", "期限", current, kind="light"),
        ui.Column("channel", "渠道", lambda o: o.get_channel_display(), sort="channel"),
        ui.Column(
            "category", "分类", lambda o: o.category.name if o.category else "", sort="category__order"
        ),
        ui.Column("organ", "办理机关", lambda o: (o.organ.short_name or o.organ.name) if o.organ else ""),
        ui.Column("outcome", "结果", lambda o: o.get_outcome_display(), sort="outcome", shown=False),
        ui.Column("group", "同类", lambda o: o.group.title if o.group else "", shown=False),
        ui.Column("supporters", "附和人数", kind="number", sort="supporters", shown=False),
        ui.Column("happened_at", "反映时间", kind="moment", sort="happened_at"),
    )
    default_sort = "-happened_at"
    batch = (ui.BatchAct("归为同类", "/intake/group/"),)

    def __init__(self, request: HttpRequest, params: Any = None) -> None:
        super().__init__(request, params)
        self.filters = (
            ui.Words("q", "查意见", apply_with=self._words, placeholder="内容、标题里的词"),
            ui.Choice(
                "state",
                "状态",
                field="case__state",
                choices=[(s.key, s.label) for s in OPINION.states],
                multiple=True,
                counts=True,
            ),
            ui.Flag(
                "late", "逾期", condition=lambda: Q(pk__in=Opinion.objects.filter(_overdue()).values("pk"))
            ),
            ui.Choice("channel", "渠道", choices=Channel.choices, counts=True),
            ui.Choice(
                "category",
                "分类",
                field="category_id",
                choices=lambda: [(str(c.pk), c.name) for c in categories()],
                counts=True,
            ),
            ui.Choice("outcome", "结果", choices=Outcome.choices, counts=True),
            ui.Flag("grouped", "有同类", condition=Q(group__isnull=False)),
            ui.Days("day", "反映时间", field="happened_at", moment=True),
        )

    def _words(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        scopes = search.scopes_of(account(self.request))
        return rows.filter(pk__in=search.find(text, scopes=scopes, kind=indexing.KIND, most=_FOUND))

    def rows(self) -> QuerySet[Opinion]:
        return (
            visible(account(self.request))
            .select_related("case", "category", "organ", "group")
            .prefetch_related("case__deadlines")
            .order_by(F("happened_at").desc(), "-pk")
        )


@login_required
def opinions(request: HttpRequest) -> HttpResponse:
    """The list."""
    identity.check("intake.view", account(request))
    return Opinions(request).respond(
        "intake/opinions.html",
        {
            "may_enter": identity.may("intake.enter", account(request)),
            "may_import": identity.may("intake.import", account(request)),
        },
    )
