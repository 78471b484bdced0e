"""What components are given: acts, steps, tabs and figures as plain values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Act:
    """Something a person may do now.

    Args:
        label: a verb, as an office writes it: 交办, 退回补正.
        url: a page with a form, or with ``post`` the address that does it at once.
        primary: the one act that most people want here.
        danger: asks once more on its page; stands apart.
        post: a button that posts, instead of a link.
        dialog: id of a dialog on the page that shows the same form.
        refused: why it cannot be done now and what to do; then it is written, not offered.
    """

    label: str
    url: str = ""
    primary: bool = False
    danger: bool = False
    post: bool = False
    dialog: str = ""
    icon: str = ""
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a long form; ``state`` is "", "done", "here" or "wrong"."""

    label: str
    url: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab or chip: each is an address of its own."""

    label: str
    url: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as it may be shown: never without base and day.

    Args:
        label: what is counted.
        value: the number; a Decimal or Fraction for a rate, None where nothing is known yet.
        unit: 件, %, 万元.
        base: of how many eligible; None where the number stands for itself.
        base_label: what the base is called: 应评, 应到.
        as_of: the day or moment the number holds for.
        href: the list of the records behind it.
        derived: where a rule of law computed it.
        note: a few words more.
        late: it says that something is overdue.
    """

    label: str
    value: Any
    unit: str = ""
    base: int | None = None
    base_label: str = "应计"
    as_of: dt.date | dt.datetime | None = None
    href: str = ""
    derived: Any = None
    note: str = ""
    late: bool = False


@dataclass(frozen=True, slots=True)
class ChartTable:
    """The table under a chart, from which the chart is drawn.

    Args:
        heads: the heading of the first column, then one name a series.
        rows: a label, then one number a series (None where there is none).
    """

    heads: Sequence[str]
    rows: Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class GridColumn:
    """A column of a typing grid.

    Args:
        name: cells post as ``name-0``, ``name-1``, …
        type: text, date or number.
        inputmode: the phone's keyboard: numeric, tel, decimal.
    """

    name: str
    label: str
    type: str = "text"
    inputmode: str = ""
