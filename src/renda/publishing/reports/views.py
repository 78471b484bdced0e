"""Pages of the work report's figures: the year, the paper, the entries behind a figure."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from renda.assembly.people import api as people
from renda.kernel import clock
from renda.kernel.documents import api as documents
from renda.kernel.identity import api as identity
from renda.kernel.ui import api as ui
from renda.publishing.reports import papers, queries
from renda.publishing.reports.catalogue import BY_KEY, ITEMS, PARTS, UNKEPT, Item

YEARS = 6  # years offered as tabs; any other is reached by its address
CHUNK = 1000  # entries read at a time for an export


def _asked(request: HttpRequest, year: int) -> tuple[people.Congress, queries.Year]:
    """The congress of the account and the year's figures.

    Raises:
        Http404: no congress yet, or a year that nobody can mean.
        identity.Forbidden: the policy says no.
    """
    who = cast("identity.Account", request.user)
    identity.check("reports.view", who)
    congress = people.congress_for(who)
    if congress is None or not 1949 <= year <= clock.today().year:
        raise Http404
    identity.check("reports.view", who, congress)
    return congress, queries.year_of(congress, year)


def _figure(item: Item, year: queries.Year) -> ui.Figure:
    counted = year.counted[item.key]
    return ui.Figure(
        item.label,
        counted.value,
        unit=item.unit,
        base=counted.base,
        base_label=item.base_label,
        as_of=year.as_of,
        href=reverse("reports:entries", args=[year.year, item.key]) if counted.ids else "",
        note=item.note,
    )


@login_required
@require_GET
def now(request: HttpRequest) -> HttpResponse:
    """The present year's page."""
    return HttpResponseRedirect(reverse("reports:work", args=[clock.today().year]))


@login_required
@require_GET
def work(request: HttpRequest, year: int) -> HttpResponse:
    """A year's figures, each opening into its entries; what no room keeps is named at the foot."""
    congress, found = _asked(request, year)
    this = clock.today().year
    texts = dict(papers.paragraphs(found))
    context = {
        "congress": congress,
        "year": year,
        "as_of": found.as_of,
        "years": [
            ui.Tab(f"{y}年", reverse("reports:work", args=[y]), current=y == year)
            for y in sorted({*range(this - YEARS + 1, this + 1), year}, reverse=True)
        ],
        "parts": [
            (part, texts[part], [_figure(item, found) for item in ITEMS if item.part == part])
            for part in PARTS
        ],
        "unkept": [f"{label}（{unit}）" for label, unit in UNKEPT],
    }
    return render(request, "reports/work.html", context)


@login_required
@require_GET
def paper(request: HttpRequest, year: int) -> HttpResponse:
    """The figures as text: page, PDF and Word file."""
    congress, found = _asked(request, year)
    made = papers.paper(congress.name, found)
    return documents.paper_page(request, made, template="reports/paper.html", context={"year": year})


class Entries(ui.Listing):
    """The record's entries behind a figure. They come from the record's door, a page at a time."""

    title = "工作报告数字的记录"
    unit = "条记录"
    columns = (
        ui.Column("subject", "事由", lambda t: t.line.subject.title, main=True, href=lambda t: t.url),
        ui.Column("happened", "发生时间", lambda t: t.line.happened_at, kind="moment"),
        ui.Column("sentence", "记录", lambda t: t.line.sentence, wide=True),
        ui.Column("actor", "经办", lambda t: t.line.actor_name),
        ui.Column("recorded", "入库时间", lambda t: t.line.recorded_at, kind="moment", shown=False),
        ui.Column("origin", "来源", lambda t: t.line.origin.text, shown=False),
        ui.Column("id", "记录号", lambda t: t.line.id, kind="number"),
    )

    def __init__(self, request: HttpRequest, title: str, ids: tuple[int, ...]) -> None:
        super().__init__(request)
        self.heading = title
        self.ids = ids

    @property
    def account(self) -> identity.Account:
        """Who reads; the view lets nobody in without a log-in."""
        assert isinstance(self.request.user, identity.Account)
        return self.request.user

    @property
    def note(self) -> str:
        return f"{self.heading}；{super().note}"

    @cached_property
    def total(self) -> int:
        return len(self.ids)

    @cached_property
    def shown_rows(self) -> list[Any]:
        start = (self.page - 1) * ui.PAGE_SIZE
        return [self.row(one) for one in queries.told(self.ids[start : start + ui.PAGE_SIZE], self.account)]

    def sheet(self) -> Iterator[list[Any]]:
        for start in range(0, len(self.ids), CHUNK):
            for one in queries.told(self.ids[start : start + CHUNK], self.account):
                yield [column.sheet(one) for column in self.chosen]


@login_required
@require_GET
def entries(request: HttpRequest, year: int, key: str) -> HttpResponse:
    """What a figure counted, entry by entry, with export."""
    item = BY_KEY.get(key)
    if item is None:
        raise Http404
    _, found = _asked(request, year)
    counted = found.counted[key]
    listing = Entries(request, f"{year}年{item.label}", counted.ids)
    return listing.respond(
        "reports/entries.html",
        {
            "year": year,
            "item": item,
            "figure": _figure(item, found),
            "crumbs": [("工作报告数字", reverse("reports:work", args=[year]))],
        },
    )
