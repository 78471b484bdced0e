"""Boards: few figures, then what is late and why, then each organ; every number opens into its cases."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from renda.assembly.people import api as people
from renda.business.motions.models import KeySuggestion
from renda.business.motions.queries import figures as query
from renda.business.motions.queries import late as late_query
from renda.business.motions.views.common import account
from renda.business.motions.views.listing import Suggestions
from renda.business.motions.views.staff_common import BOARD, congress_of
from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.ui import api as ui

TOP = ("total", "handled", "replied", "in_time", "satisfaction", "kept", "late", "returned")
CHARTED = 12  # organs in the chart; all of them stand in the table
NAMES = {"total": "提出", "in_time": "按期答复率"}


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of the table with where it leads."""

    text: str
    url: str


def year_of(request: HttpRequest, congress: people.Congress) -> tuple[int, list[int]]:
    """The year asked for, else the present one; and the years that there are."""
    known = query.years(congress)
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdecimal() and int(asked) in known else known[0]
    return year, known


def records_url(year: int, key: str, by: str = "", value: str = "") -> str:
    """The list of the suggestions behind a figure."""
    values = {"year": str(year), "figure": key, **({"by": by, "key": value} if by else {})}
    return f"{reverse('motions:records')}?{urlencode(values)}"


def shown(figure: query.Figure, year: int, base_label: str = "应计") -> ui.Figure:
    """A figure for the page."""
    number = figure.number
    text: Any = figure.text.removesuffix("%") if number is not None else None
    return ui.Figure(
        figure.label,
        text,
        unit=figure.unit if number is not None else "",
        base=figure.base if figure.unit == "%" else None,
        base_label=base_label,
        as_of=figure.as_of,
        href=records_url(year, figure.key),
        late=figure.key == "late" and bool(figure.value),
    )


LISTED = 100  # lines of the director's page; the rest stand in the list
BASES = {"satisfaction": "应评", "kept": "到期承诺", "in_time": "应答复"}


@login_required
def board(request: HttpRequest) -> HttpResponseBase:
    """The year's board by one dimension."""
    identity.check("motions.boards", account(request))
    congress = congress_of(request)
    year, years = year_of(request, congress)
    by = request.GET.get("by", "organ")
    if by not in query.DIMENSIONS:
        by = "organ"
    facts = query.facts(congress, year)
    rows = _table(congress, facts, by)
    context = {
        "congress": congress,
        "year": year,
        "figures": [shown(query.figure(facts, key), year, BASES.get(key, "应计")) for key in TOP],
        "rated": query.satisfaction(facts),
        "years": [ui.Tab(f"{y}年", f"?year={y}&by={by}", current=y == year) for y in years[:6]],
        "tabs": [
            ui.Tab(label, f"?year={year}&by={key}", current=key == by)
            for key, label in query.DIMENSIONS.items()
        ],
        "dimension": query.DIMENSIONS[by],
        "heads": [query.figure(facts, key).heading for key in query.BOARD],
        "rows": [(label, cells) for label, cells, _ in rows],
        "chart": _chart(query.DIMENSIONS[by], rows),
        "late": late_query.late(facts, 20).shown,
        "as_of": facts.as_of,
    }
    return render(request, "motions/staff/board.html", context)


Rows = list[tuple[str, list[Cell], dict[str, query.Figure]]]


def _table(congress: people.Congress, facts: query.Facts, by: str) -> Rows:
    """One row a slice, the busiest first."""
    found = query.slices(facts, by)
    names = query.labels(congress, by, list(found))
    rows = []
    for key, part in found.items():
        figures = {name: query.figure(part, name) for name in query.BOARD}
        cells = [
            Cell(figures[name].cell, records_url(facts.year, name, by, key) if figures[name].ids else "")
            for name in query.BOARD
        ]
        rows.append((names.get(key) or "没有填写", cells, figures))
    return sorted(rows, key=lambda row: (-int(row[2]["handled"].value or 0), row[0]))


def _chart(heading: str, rows: Rows) -> ui.ChartTable | None:
    """Satisfied and kept side by side: they are not the same thing."""
    picked = [
        (label, *(_percent(figures[name]) for name in ("satisfaction", "kept")))
        for label, _, figures in rows
        if figures["satisfaction"].base or figures["kept"].base
    ]
    return ui.ChartTable((heading, "满意率", "兑现率"), picked[:CHARTED]) if picked else None


def _percent(figure: query.Figure) -> float | None:
    number = figure.number
    return round(float(number), 1) if number is not None else None


class Records(Suggestions):
    """The suggestions behind a figure: the list of suggestions, narrowed to them."""

    title = "数字背后的建议"

    @cached_property
    def figure(self) -> query.Figure:
        congress = congress_of(self.request)
        asked = self._params
        year = asked.get("year", "")
        key, by = asked.get("figure", ""), asked.get("by", "")
        if (
            not (year.isascii() and year.isdecimal() and 1949 < int(year) < 10000)
            or key not in query.MEASURES
        ):
            raise Http404
        facts = query.facts(congress, int(year))
        if by in query.DIMENSIONS:
            facts = query.narrow(facts, by, asked.get("key", ""))
        return query.figure(facts, key)

    @cached_property
    def where(self) -> dict[str, str]:
        """The words of the address that say which figure it is; the list's own filters stand beside them."""
        return {k: str(self._params[k]) for k in ("year", "figure", "by", "key") if self._params.get(k)}

    def rows(self) -> QuerySet[Any]:
        return super().rows().filter(pk__in=self.figure.ids)

    def url(self, **changes: str | list[str] | None) -> str:
        plain = super().url(**changes)
        path, _, rest = plain.partition("?")
        kept = urlencode({k: v for k, v in self.where.items() if f"{k}=" not in rest})
        return f"{path}?{'&'.join(part for part in (rest, kept) if part)}"


@login_required
def records(request: HttpRequest) -> HttpResponse:
    """The suggestions behind a figure, as a list with its filters and export."""
    identity.check("motions.boards", account(request))
    if "figure" not in request.GET:  # the list's own way back to “everything” names no figure
        return redirect("motions:board")
    listing = Records(request)
    figure = listing.figure
    names = {}
    by = request.GET.get("by", "")
    if by in query.DIMENSIONS:
        names = query.labels(congress_of(request), by, [request.GET.get("key", "")])
    return listing.respond(
        "motions/staff/records.html",
        {
            "figure": figure,
            "slice": names.get(request.GET.get("key", ""), ""),
            "year": request.GET["year"],
            "crumbs": [BOARD],
        },
    )


@login_required
def director(request: HttpRequest) -> HttpResponseBase:
    """One page for the director: what waits, what is late and why, as of now."""
    identity.check("motions.boards", account(request))
    congress = congress_of(request)
    facts = query.facts(congress, clock.today().year)
    waits = late_query.waiting(congress)
    context = {
        "congress": congress,
        "as_of": facts.as_of,
        "waits": waits,
        "may_batch": identity.may("motions.batch", account(request)),
        "figures": [
            shown(query.figure(facts, key), facts.year, BASES.get(key, "应计"))
            for key in ("handled", "replied", "in_time", "satisfaction", "kept")
        ],
        "rated": query.satisfaction(facts),
        "late": late_query.late(facts, LISTED),
        "near": late_query.near(facts, LISTED),
        "broken": late_query.broken_promises(congress),
        "keys": KeySuggestion.objects.filter(suggestion__congress=congress, case__closed_at__isnull=True)
        .select_related("suggestion", "case", "leader", "committee")
        .order_by("-year", "pk"),
        "crumbs": [BOARD],
    }
    return render(request, "motions/staff/director.html", context)
