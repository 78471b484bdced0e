"""What a list hands to its template."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from renda.kernel.ui.lists.columns import Column
from renda.kernel.ui.lists.filters import Filter, Option


@dataclass(frozen=True, slots=True)
class BatchAct:
    """Something done with all rows picked: the address gets ``ids`` (or ``every=1`` and ``query``) by POST.

    It leads to a page that shows what would change before anything does; ``Listing.picked`` reads the rows.
    """

    label: str
    url: str
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading as the page shows it."""

    column: Column
    url: str
    direction: str  # "", ascending, descending


@dataclass(frozen=True, slots=True)
class Shown:
    """A filter as the page shows it."""

    filter: Filter
    kind: str
    words: str
    clear: str
    options: list[Option]
    hidden: list[tuple[str, str]]
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class ListRow:
    """A row as the page shows it."""

    obj: Any
    pk: Any
    cells: SafeString
