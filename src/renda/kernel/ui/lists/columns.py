"""Columns of a list: what a cell holds, how it is written on the page and in the exported sheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from renda.kernel.ui import formats
from renda.kernel.ui.marks import light_mark

CellKind = Literal["text", "number", "day", "moment", "money", "light", "tag", "people"]

Value = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list.

    Args:
        key: its name in the URL and in what is remembered; never change it.
        label: its heading.
        value: attribute path (``"lead.name"``) or a function of the row's object; the key when left out.
        kind: how the value is written: text, number, day, moment, money (a Decimal in 元), light (a Deadline
            or Light), tag (a short state), people (a list of names).
        sort: ORM fields to sort by, ``"due_on"`` or ``("organ__order", "id")``; empty: cannot be sorted.
        href: address of the row's thing; the main column has one.
        sub: a second, muted line under the value.
        tone: for tag: a function giving "", "blue", "jade", "amber" or "red".
        wide: texts of several names or words, which need room.
        main: the column that names the row; always shown, first on a phone.
        shown: shown until somebody chooses otherwise.
    """

    key: str
    label: str
    value: str | Value = ""
    kind: CellKind = "text"
    sort: str | tuple[str, ...] = ()
    href: Callable[[Any], str] | None = None
    sub: Value | None = None
    tone: Callable[[Any], str] | None = None
    wide: bool = False
    main: bool = False
    shown: bool = True
    opening: str = field(init=False, repr=False, default="")

    def __post_init__(self) -> None:
        label = "" if self.main else f' data-label="{escape(self.label)}"'
        object.__setattr__(self, "opening", f'<td class="{self.css}"{label}>')

    @property
    def order(self) -> tuple[str, ...]:
        """The ORM fields to sort by."""
        return (self.sort,) if isinstance(self.sort, str) and self.sort else tuple(self.sort)

    @property
    def css(self) -> str:
        """Class of its cells."""
        if self.main:
            return "main"
        if self.kind in {"number", "money"}:
            return "num"
        if self.kind in {"text", "people"}:
            return "wide" if self.wide else ""
        return "nowrap"

    def read(self, obj: Any) -> Any:
        """The value of one row."""
        if callable(self.value):
            return self.value(obj)
        found = obj
        for part in (self.value or self.key).split("."):
            if found is None:
                return None
            found = getattr(found, part)
        return found

    def cell(self, obj: Any) -> str:
        """The value as the page shows it: safe HTML."""
        value = self.read(obj)
        shown = "" if value is None or value == "" else self._mark(value, obj)
        if self.href is not None and shown:
            shown = f'<a href="{escape(self.href(obj))}">{shown}</a>'
        sub = self.sub(obj) if self.sub else ""
        return f'{shown}<span class="sub">{escape(sub)}</span>' if sub else shown

    def sheet(self, obj: Any) -> Any:
        """The value as the exported sheet holds it: days stay days, numbers stay numbers."""
        value = self.read(obj)
        if self.kind == "light":
            return _light(value)[1] if value is not None else ""
        if self.kind == "people":
            return "、".join(str(name) for name in value or ())
        if self.kind == "moment" and isinstance(value, dt.datetime):
            return value
        if self.kind == "day":
            return formats.as_day(value)
        if value is None or isinstance(value, int | Decimal | dt.date):
            return value
        return str(value)

    def _mark(self, value: Any, obj: Any) -> str:
        if self.kind == "light":
            return light_mark(*_light(value))
        if self.kind == "tag":
            return f'<span class="tag {escape(self.tone(obj)) if self.tone else ""}">{escape(value)}</span>'
        return escape(value if self.kind == "text" else self._text(value))

    def _text(self, value: Any) -> str:
        if self.kind == "day":
            return formats.day_text(value)
        if self.kind == "moment":
            return formats.moment_text(value)
        if self.kind == "money":
            return formats.money_text(value)
        if self.kind == "number":
            return formats.number_text(value)
        if self.kind == "people":
            return formats.people_text([str(name) for name in value])
        return str(value)


def _light(value: Any) -> tuple[str, str]:
    shown = value.light() if hasattr(value, "light") else value
    return shown.key, shown.text


def cells(columns: Sequence[Column], obj: Any) -> SafeString:
    """The cells of a row, written without templates: fifty rows of ten cells are most of a page's time."""
    return mark_safe("".join([f"{column.opening}{column.cell(obj)}</td>" for column in columns]))  # noqa: S308
