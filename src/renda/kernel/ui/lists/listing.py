"""A list page: what a room declares once, and what a request makes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

from django.core.exceptions import ValidationError
from django.db.models import Count, F, OrderBy, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render

from renda.kernel import clock
from renda.kernel.ui import formats
from renda.kernel.ui.lists.columns import Column, cells
from renda.kernel.ui.lists.filters import Choice, Filter, Flag, Option, Words
from renda.kernel.ui.lists.shown import BatchAct, Heading, ListRow, Shown

PAGE_SIZE = 50
SHEET_KINDS: dict[str, Any] = {"number": "int", "day": "date", "moment": "datetime", "money": "money"}
MOST_PICKED = 10_000
CHUNK = 1000  # rows read at a time for an export
YEAR = 365 * 24 * 3600  # seconds that a choice of columns is remembered


class Listing:
    """Base of a room's lists; subclass it, declare, and give the rows that the person may see.

    ::

        class Suggestions(ui.Listing):
            title = "建议"
            columns = (Column("number", "编号", sort="number"), Column("title", "标题", main=True, href=…), …)
            filters = (Words("q", "查找", fields=("title",)), Choice("state", "状态", choices=…, counts=True))
            default_sort = "-number"

            def rows(self):
                return models.Suggestion.objects.visible_to(self.request.user).select_related("organ")

        def suggestions(request):
            return Suggestions(request).respond("motions/suggestions.html")

    The template says ``<c-list :listing="listing">…what to do when it is empty…</c-list>``.
    """

    title: ClassVar[str] = ""
    unit: ClassVar[str] = "件"
    columns: Sequence[Column] = ()
    filters: Sequence[Filter] = ()
    default_sort: ClassVar[str] = ""
    batch: Sequence[BatchAct] = ()
    exportable: ClassVar[bool] = True

    def __init__(self, request: HttpRequest, params: QueryDict | None = None) -> None:
        self.request = request
        self._params = request.GET if params is None else params

    # — what a room gives —

    def rows(self) -> QuerySet[Any]:
        """All rows that the person may see, with everything their cells need (select_related, prefetch)."""
        raise NotImplementedError

    # — what the URL says —

    @cached_property
    def values(self) -> dict[str, list[str]]:
        """What the URL asks for, as far as the filters understand it."""
        given = {key: self._params.getlist(key) for key in self._params}
        kept: dict[str, list[str]] = {}
        for one in self.filters:
            kept.update(one.clean(given))
        return kept

    @cached_property
    def ignored(self) -> list[str]:
        """Filters whose value in the URL means nothing here; the page says so instead of failing."""
        return [
            one.label
            for one in self.filters
            for param in one.params
            if self._params.get(param) and param not in self.values
        ]

    @cached_property
    def sort(self) -> str:
        asked = self._params.get("sort", "")
        return asked if asked.lstrip("-") in self._sortable else self.default_sort

    @cached_property
    def _sortable(self) -> dict[str, Column]:
        return {column.key: column for column in self.columns if column.order}

    @cached_property
    def chosen(self) -> list[Column]:
        """The columns shown: as remembered for this page, otherwise those declared; the main one always."""
        remembered = self.request.COOKIES.get("cols", "").split(".")
        known = {column.key for column in self.columns}
        wanted = [key for key in remembered if key in known]
        if not wanted:
            return [column for column in self.columns if column.main or column.shown]
        return [column for column in self.columns if column.main or column.key in wanted]

    # — what the database says —

    @cached_property
    def found(self) -> QuerySet[Any]:
        """The rows that fit the filters, unordered."""
        return self._fitting(None)

    def _fitting(self, without: Filter | None) -> QuerySet[Any]:
        found = self.rows()
        for one in self.filters:
            if one is not without:
                found = one.apply(found, self.values)
        return found

    @cached_property
    def ordered(self) -> QuerySet[Any]:
        """The rows that fit, in order; the primary key last, so that pages never overlap."""
        key = self.sort.lstrip("-")
        if key not in self._sortable:
            return self.found if self.found.ordered else self.found.order_by("pk")
        down = self.sort.startswith("-")
        order = [_order(name, down) for name in self._sortable[key].order]
        return self.found.order_by(*order, "-pk" if down else "pk")

    @cached_property
    def total(self) -> int:
        """How many rows fit; counted without what only cells need."""
        return self.found.order_by().values("pk").count()

    @cached_property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))

    @cached_property
    def page(self) -> int:
        asked = self._params.get("page", "1")
        number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 8 else 1
        return min(max(number, 1), self.pages)

    @cached_property
    def shown_rows(self) -> list[ListRow]:
        """The rows of this page."""
        start = (self.page - 1) * PAGE_SIZE
        if self.total == 0:
            return []
        return [self.row(obj) for obj in self.ordered[start : start + PAGE_SIZE]]

    def row(self, obj: Any) -> ListRow:
        """One row with its cells, for lists that fetch a page in a way of their own."""
        return ListRow(obj, obj.pk, cells(self.chosen, obj))

    @property
    def first(self) -> int:
        return (self.page - 1) * PAGE_SIZE + 1

    @property
    def last(self) -> int:
        return min(self.page * PAGE_SIZE, self.total)

    # — what the page shows —

    def url(self, **changes: str | list[str] | None) -> str:
        """The address of this list with some values changed; None takes one away. Any change but of the page
        goes back to the first page."""
        query: dict[str, list[str]] = dict(self.values)
        if self.sort != self.default_sort:
            query["sort"] = [self.sort]
        for key, value in changes.items():
            if value is None or value == []:
                query.pop(key, None)
            else:
                query[key] = value if isinstance(value, list) else [value]
        return f"{self.request.path}?{urlencode(query, doseq=True)}" if query else self.request.path

    @cached_property
    def headings(self) -> list[Heading]:
        made = []
        for column in self.chosen:
            if not column.order:
                made.append(Heading(column, "", ""))
                continue
            here = self.sort.lstrip("-") == column.key
            down = self.sort.startswith("-")
            target = f"-{column.key}" if here and not down else column.key
            direction = ("descending" if down else "ascending") if here else ""
            made.append(
                Heading(column, self.url(sort=None if target == self.default_sort else target), direction)
            )
        return made

    @cached_property
    def bar(self) -> list[Shown]:
        """The filters as chips, with their choices and counts."""
        flags = self.flag_counts()
        made = []
        for one in self.filters:
            if isinstance(one, Words):
                continue
            clear = self.url(**dict.fromkeys(one.params))
            options = self._options(one) if isinstance(one, Choice) else []
            if isinstance(one, Flag):
                on = one.key in self.values
                target = clear if on else self.url(**{one.key: "1"})
                options = [Option("1", one.label, target, on, flags.get(one.key))]
            mine = set(one.params)
            hidden = [
                (key, value) for key, values in self.values.items() if key not in mine for value in values
            ]
            if self.sort != self.default_sort:
                hidden.append(("sort", self.sort))
            values = {
                param.removeprefix(f"{one.key}_"): "".join(self.values.get(param, [])) for param in one.params
            }
            made.append(Shown(one, one.kind, one.words(self.values), clear, options, hidden, values))
        return made

    @cached_property
    def seek(self) -> Shown | None:
        """The list's own search field, where it has one."""
        for one in self.filters:
            if isinstance(one, Words):
                hidden = [
                    (key, value) for key, values in self.values.items() if key != one.key for value in values
                ]
                return Shown(
                    one, "words", one.words(self.values), self.url(**{one.key: None}), [], hidden, {}
                )
        return None

    def _options(self, one: Choice) -> list[Option]:
        tally = self.tally(one) if one.counts else None
        chosen = self.values.get(one.key, [])
        options = []
        for value, label in one.offered():
            here = value in chosen
            if one.multiple:
                target = [other for other in chosen if other != value] if here else [*chosen, value]
            else:
                target = [] if here else [value]
            count = None if tally is None else tally.get(value, 0)
            if count == 0 and not here:
                continue
            options.append(Option(value, label, self.url(**{one.key: target}), here, count))
        return options

    def tally(self, one: Choice) -> dict[str, int]:
        """How many rows each value of a choice would leave, the other filters kept."""
        return one.tally(self._fitting(one))

    def flag_counts(self) -> dict[str, int]:
        """How many rows each flag would leave, all in one query."""
        wanted = [one for one in self.filters if isinstance(one, Flag) and one.counts]
        if not wanted:
            return {}
        rows = self._fitting(None).order_by()
        found: dict[str, int] = rows.aggregate(
            **{f"flag_{one.key}": Count("pk", filter=one.q(), distinct=False) for one in wanted}
        )
        return {one.key: found[f"flag_{one.key}"] for one in wanted}

    @property
    def filtered(self) -> bool:
        return bool(self.values)

    @property
    def clear_url(self) -> str:
        return self.request.path

    @property
    def export_url(self) -> str:
        return self.url(export="xlsx")

    @property
    def previous_url(self) -> str:
        return self.url(page=str(self.page - 1)) if self.page > 1 else ""

    @property
    def next_url(self) -> str:
        return self.url(page=str(self.page + 1)) if self.page < self.pages else ""

    @property
    def query(self) -> str:
        """The filters as a query string, for acts on every row that fits."""
        return urlencode(self.values, doseq=True)

    @property
    def state_fields(self) -> list[tuple[str, str]]:
        """The filters and sort as hidden fields, for forms that must not lose them."""
        pairs = [(key, value) for key, values in self.values.items() for value in values]
        return [*pairs, *([("sort", self.sort)] if self.sort != self.default_sort else [])]

    # — answers —

    def respond(self, template: str, context: Mapping[str, Any] | None = None) -> HttpResponse:
        """The answer to the request: the page, the exported sheet, or the remembered columns."""
        if "cols" in self._params:
            return self._remember()
        if self.exportable and self._params.get("export") == "xlsx":
            return self.workbook()
        return render(self.request, template, {"listing": self, **(context or {})})

    def _remember(self) -> HttpResponse:
        known = {column.key for column in self.columns}
        wanted = [key for key in self._params.getlist("cols") if key in known]
        response = HttpResponseRedirect(self.url())
        if wanted:
            response.set_cookie(
                "cols", ".".join(wanted), max_age=YEAR, path=self.request.path, samesite="Lax", httponly=True
            )
        else:
            response.delete_cookie("cols", path=self.request.path)
        return response

    def sheet(self) -> Iterator[list[Any]]:
        """Exactly what is shown: the same columns, filters and order, all pages."""
        for obj in self.ordered.iterator(chunk_size=CHUNK):
            yield [column.sheet(obj) for column in self.chosen]

    def workbook(self) -> HttpResponse:
        """The exported sheet, with the filters and the moment in a line above the table."""
        from renda.kernel.tabular import api as tabular  # the public zone has no spreadsheets

        columns = [tabular.Column(c.key, c.label, kind=SHEET_KINDS.get(c.kind, "text")) for c in self.chosen]
        content = tabular.export(columns, self.sheet(), self.title, note=self.note)
        response = HttpResponse(
            content, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        )
        response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(self.title or '列表')}.xlsx"
        return response

    @property
    def note(self) -> str:
        """What the rows are: how many, by which filters, as of when."""
        chosen = [f"{one.label} {one.words(self.values)}" for one in self.filters if one.words(self.values)]
        parts = [f"共 {self.total} {self.unit}", *chosen, f"截至 {formats.moment_text(clock.now())}"]
        return "；".join(parts)

    @classmethod
    def picked(cls, request: HttpRequest) -> QuerySet[Any]:
        """The rows that a batch act is for: those picked, or every row that the filters left.

        Args:
            request: the POST of the list's form. Only rows that the person may see are ever returned.
        """
        if request.POST.get("every") == "1":
            return cls(request, QueryDict(request.POST.get("query", ""))).ordered
        rows = cls(request, QueryDict("")).rows()
        ids = []
        for text in request.POST.getlist("ids")[:MOST_PICKED]:
            try:
                ids.append(rows.model._meta.pk.clean(text, None))
            except ValidationError:
                continue  # not an id: nothing of ours has it
        return rows.filter(pk__in=ids)


def _order(name: str, down: bool) -> OrderBy:
    """Order by a field; what has no value comes last either way, on both databases."""
    field = F(name.removeprefix("-"))
    return field.desc(nulls_last=True) if down != name.startswith("-") else field.asc(nulls_last=True)
