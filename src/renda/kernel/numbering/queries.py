"""Questions of numbering: the register of a series, the numbers of a thing, the thing of a number."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from renda.kernel.numbering.models import NumberRow, SeriesRow, State
from renda.kernel.numbering.rules import Series, parse, plain
from renda.kernel.refs import Ref


@dataclass(frozen=True, slots=True)
class Number:
    """A number as the register shows it."""

    id: int
    series: Series
    n: int
    text: str
    state: str
    state_label: str
    on_paper: bool
    subject: Ref | None
    reserved_at: datetime | None
    issued_at: datetime | None
    voided_at: datetime | None
    reason: str

    @property
    def given_to(self) -> Ref:
        """What it stands on; only for numbers that are reserved, issued or void."""
        assert self.subject is not None
        return self.subject


@dataclass(frozen=True, slots=True)
class Register:
    """A series from 1 to its highest number, without a gap: unknown ones are listed as 待核."""

    series: Series
    lines: list[Number]
    counts: dict[str, int]
    next_text: str


def view(row: NumberRow) -> Number:
    return Number(
        id=row.pk,
        series=row.series.series,
        n=row.n,
        text=row.text,
        state=row.state,
        state_label=State(row.state).label,
        on_paper=row.on_paper,
        subject=row.subject,
        reserved_at=row.reserved_at,
        issued_at=row.issued_at,
        voided_at=row.voided_at,
        reason=row.reason,
    )


def register(series: Series) -> Register:
    """Every number of a series in order, counts by state, and the number that goes out next. One query."""
    rows = NumberRow.objects.select_related("series").filter(
        series__organ_key=series.organ_key,
        series__mark=series.mark,
        series__year=series.year,
        series__scope=series.scope,
    )
    lines = [view(row) for row in rows.order_by("n")]
    free = next((line.text for line in lines if line.state == State.FREE), None)
    return Register(
        series=series,
        lines=lines,
        counts=dict.fromkeys(State.values, 0) | Counter(line.state for line in lines),
        next_text=free or series.text(lines[-1].n + 1 if lines else 1),
    )


def series_list(organ_key: str | None = None, year: int | None = None) -> list[Series]:
    """The series there are, newest year first."""
    rows = SeriesRow.objects.order_by("-year", "organ_key", "mark", "scope")
    if organ_key is not None:
        rows = rows.filter(organ_key=organ_key)
    if year is not None:
        rows = rows.filter(year=year)
    return [row.series for row in rows]


def numbers_of(subject: Ref) -> list[Number]:
    """The numbers a thing bears, void ones included, oldest first."""
    rows = NumberRow.objects.filter(subject_kind=subject.kind, subject_id=subject.id)
    return [view(row) for row in rows.select_related("series").order_by("pk")]


def get(number_id: int) -> Number:
    """A number by the id that a room keeps.

    Raises:
        NumberRow.DoesNotExist: there is none.
    """
    return view(NumberRow.objects.select_related("series").get(pk=number_id))


def find(text: str, *, organ_key: str | None = None, limit: int = 20) -> list[Number]:
    """Search by the number on paper, however it is typed: 第101号, 101, 安人建[2026]12, 安人建〔2026〕12号.

    Args:
        text: what somebody typed.
        organ_key: only this organ's series.
        limit: at most so many, the latest first.

    Returns:
        Numbers that stand on something; a bare number finds it in every series.
    """
    typed = parse(text)
    rows = NumberRow.objects.select_related("series").exclude(subject_id="")
    if organ_key is not None:
        rows = rows.filter(series__organ_key=organ_key)
    exact = rows.filter(plain=plain(text))
    if typed is not None:
        known = rows.filter(n=typed.n)
        if typed.mark:
            known = known.filter(series__mark=typed.mark, series__year=typed.year)
        exact = exact | known
    return [view(row) for row in exact.order_by("-series__year", "-pk")[:limit]]
