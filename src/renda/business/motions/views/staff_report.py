"""The yearly handling report and the compilation: a page whose figures open, and the same as PDF and Word."""

from __future__ import annotations

from itertools import groupby

from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from renda.assembly.people import api as people
from renda.business.motions import staff_papers
from renda.business.motions.models import Reply, Suggestion
from renda.business.motions.queries import facts as fact_query
from renda.business.motions.queries import figures as query
from renda.business.motions.views.common import account
from renda.business.motions.views.staff_board import BASES, records_url, shown
from renda.business.motions.views.staff_common import BOARD, congress_of
from renda.kernel.documents import api as documents
from renda.kernel.identity import api as identity
from renda.kernel.ui import api as ui

TABLES = ("organ", "category", "delegation")


def _facts(request: HttpRequest, year: int) -> tuple[people.Congress, query.Facts]:
    identity.check("motions.boards", account(request))
    congress = congress_of(request)
    if not 1950 <= year <= 9998:
        raise Http404
    return congress, query.facts(congress, year)


Table = tuple[str, str, list[tuple[str, str, dict[str, query.Figure]]]]


def _tables(congress: people.Congress, facts: query.Facts) -> list[Table]:
    """Dimension, its key, and rows of key, label and figures, the busiest first."""
    made = []
    for by in TABLES:
        found = query.slices(facts, by)
        names = query.labels(congress, by, list(found))
        rows = [
            (key, names.get(key) or "没有填写", {name: query.figure(part, name) for name in query.BOARD})
            for key, part in found.items()
        ]
        rows.sort(key=lambda row: (-int(row[2]["handled"].value or 0), row[1]))
        made.append((query.DIMENSIONS[by], by, rows))
    return made


@login_required
def report(request: HttpRequest, year: int) -> HttpResponseBase:
    """The report as a page: every figure leads to its suggestions."""
    congress, facts = _facts(request, year)
    context = {
        "congress": congress,
        "year": year,
        "chapters": [
            (title, [shown(f, year, BASES.get(f.key, "应计")) for f in figures])
            for title, figures in staff_papers.report_figures(facts)
        ],
        "heads": [query.figure(facts, key).heading for key in query.BOARD],
        "tables": [
            (
                dimension,
                [
                    (
                        label,
                        [
                            (f.cell, records_url(year, f.key, by, key) if f.ids else "")
                            for f in figures.values()
                        ],
                    )
                    for key, label, figures in rows
                ],
            )
            for dimension, by, rows in _tables(congress, facts)
        ],
        "as_of": facts.as_of,
        "years": [
            ui.Tab(f"{y}年", reverse("motions:report", args=[y]), current=y == year)
            for y in query.years(congress)[:6]
        ],
        "crumbs": [BOARD],
    }
    return render(request, "motions/staff/report.html", context)


@login_required
def report_file(request: HttpRequest, year: int, form: str) -> HttpResponseBase:
    """The report on paper: the same figures as the page."""
    congress, facts = _facts(request, year)
    tables = [
        (dimension, [(label, [f.cell for f in figures.values()]) for _, label, figures in rows])
        for dimension, _, rows in _tables(congress, facts)
    ]
    paper = staff_papers.report_paper(congress, facts, tables)
    return _file(paper, form, f"{year}年办理情况报告")


@login_required
def compilation(request: HttpRequest, year: int, form: str) -> HttpResponseBase:
    """The printed compilation: all numbered suggestions of a year with their letters, by category."""
    congress, _ = _facts(request, year)
    letters = (
        Reply.objects.filter(state="issued")
        .select_related("assignment__organ", "reply_class")
        .order_by("assignment_id", "round")
    )
    rows = (
        fact_query.submitted_in(congress, year)
        .filter(serial__isnull=False)
        .select_related("lead", "delegation", "category")
        .prefetch_related(Prefetch("replies", letters, to_attr="letters"))
        .order_by("category__order", "category_id", "kind", "serial")
    )
    chapters = [
        (title, [(s, _letters(s)) for s in group])
        for title, group in groupby(rows, key=lambda s: s.category.label if s.category else "其他")
    ]
    return _file(staff_papers.compilation_paper(congress, year, chapters), form, f"{year}年建议汇编")


def _letters(suggestion: Suggestion) -> list[Reply]:
    found: list[Reply] = suggestion.letters  # type: ignore[attr-defined]
    return found


def _file(paper: documents.Paper, form: str, name: str) -> HttpResponseBase:
    if form == "pdf":
        return documents.pdf_response(paper, name)
    if form == "docx":
        return documents.docx_response(paper, name)
    raise Http404
