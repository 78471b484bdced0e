"""Figures of a year: each with value, base, unit, day and the suggestions behind it, into which it opens.

A board by organ, one by delegation and the yearly report count the same rows of ``facts``: they say the same.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from renda.assembly.people import api as people
from renda.business.motions import rules
from renda.business.motions.models import Category, Kind
from renda.business.motions.queries.facts import Case, Facts, Part, facts, years
from renda.kernel.workflow import api as workflow

__all__ = [
    "BOARD",
    "DIMENSIONS",
    "Case",
    "Facts",
    "Figure",
    "Part",
    "facts",
    "figure",
    "labels",
    "narrow",
    "satisfaction",
    "slices",
    "years",
]
KEPT = ("kept", "closed")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as it may be shown.

    Args:
        key, label: which; unit: 件, 次, %, 天.
        value: the number, a Fraction for a mean; part: numerator of a rate.
        base: of how many eligible; None where it stands for itself.
        as_of: the moment it holds for.
        ids: the suggestions behind it.
    """

    key: str
    label: str
    value: int | Fraction | None
    unit: str
    as_of: dt.datetime
    base: int | None = None
    ids: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        """In digits: a rate in percent, a mean with one decimal, a dash where nothing is known."""
        if self.value is None:
            return "—"
        if self.unit == "%":
            return rules.share(int(self.value), self.base or 0)
        if isinstance(self.value, Fraction):
            tenths = int(self.value * 10 + Fraction(1, 2))
            return f"{tenths // 10}.{tenths % 10}"
        return str(self.value)

    @property
    def shown(self) -> str:
        """The text with what it is of: 80.0%（8/10）."""
        if self.unit == "%":
            return f"{self.text}（{self.value}/{self.base}）" if self.base else "—"
        return f"{self.text}{self.unit}" if self.value is not None else "—"

    @property
    def cell(self) -> str:
        """As a table shows it, whose heading has the unit."""
        return self.shown if self.unit == "%" else self.text

    @property
    def heading(self) -> str:
        """Label with the unit: 办理（件）."""
        return self.label if self.unit == "%" else f"{self.label}（{self.unit}）"

    @property
    def number(self) -> Fraction | None:
        """The number that a chart draws: percent for a rate."""
        if self.value is None or (self.unit == "%" and not self.base):
            return None
        return Fraction(int(self.value) * 100, self.base or 1) if self.unit == "%" else Fraction(self.value)


# — what is counted —

Count_ = Callable[[Facts], Figure]


def _ids(parts: Iterable[Part]) -> tuple[int, ...]:
    return tuple(sorted({p.case.id for p in parts}))


def _parts(key: str, label: str, unit: str, test: Callable[[Part, dt.date], bool]) -> Count_:
    """How many organs' parts fit; the suggestions behind them."""

    def counted(f: Facts) -> Figure:
        today = f.today
        found = [p for p in f.parts if test(p, today)]
        return Figure(key, label, len(found), unit, f.as_of, ids=_ids(found))

    return counted


def _cases(key: str, label: str, test: Callable[[Case], bool]) -> Count_:
    def counted(f: Facts) -> Figure:
        found = [c for c in f.cases if test(c)]
        return Figure(key, label, len(found), "件", f.as_of, ids=tuple(c.id for c in found))

    return counted


def _handled(f: Facts) -> Figure:
    found = [p for p in f.parts if p.answers]
    return Figure("handled", "办理", len({p.case.id for p in found}), "件", f.as_of, ids=_ids(found))


def _in_time(f: Facts) -> Figure:
    """Answered by the day of the law, of all whose day has come or who have answered."""
    base = [p for p in f.parts if p.answers and (p.issued or p.overdue(f.today))]
    found = [p for p in base if p.in_time]
    return Figure("in_time", "按期答复率", len(found), "%", f.as_of, len(base), _ids(base))


def _presses(f: Facts) -> Figure:
    found = [p for p in f.parts if p.presses]
    return Figure("presses", "催办", sum(p.presses for p in found), "次", f.as_of, ids=_ids(found))


def satisfaction(f: Facts) -> rules.Satisfaction:
    """Ratings of the newest letters, silence apart."""
    counted: dict[str, int] = defaultdict(int)
    for part in f.parts:
        if part.answers:
            for result in part.results:
                counted[result] += 1
            counted["silent"] += part.asked - len(part.results)
    return rules.Satisfaction(
        counted["satisfied"], counted["basically"], counted["dissatisfied"], counted["silent"]
    )


def _satisfied(f: Facts) -> Figure:
    rated = satisfaction(f)
    found = [p for p in f.parts if p.answers and p.asked]
    return Figure(
        "satisfaction", "满意率", rated.satisfied + rated.basically, "%", f.as_of, rated.asked, _ids(found)
    )


def _graded(grade: str, label: str) -> Count_:
    def counted(f: Facts) -> Figure:
        found = [p for p in f.parts if p.answers and grade in p.results]
        n = sum(p.results.count(grade) for p in found)
        return Figure(grade, label, n, "人次", f.as_of, ids=_ids(found))

    return counted


def _silent(f: Facts) -> Figure:
    found = [p for p in f.parts if p.answers and p.asked > len(p.results)]
    n = sum(p.asked - len(p.results) for p in found)
    return Figure("silent", "未表态", n, "人次", f.as_of, ids=_ids(found))


def _promise_due(state: str, due: dt.date, today: dt.date) -> bool:
    return state != "dropped" and (due < today or state in (*KEPT, "broken"))


def _kept(f: Facts) -> Figure:
    """Promises kept, of those whose day has come; those not yet due and dropped ones are outside the base."""
    due = [(p, s) for p in f.parts for s, day in p.promises if _promise_due(s, day, f.today)]
    kept = sum(s in KEPT for _, s in due)
    return Figure("kept", "兑现率", kept, "%", f.as_of, len(due), _ids(p for p, _ in due))


def _days(f: Facts) -> Figure:
    """Mean days from hand-over to the first letter."""
    found = [p for p in f.parts if p.answers and p.issued is not None]
    spans = [(p.issued - p.handed).days for p in found if p.issued is not None]
    mean = Fraction(sum(spans), len(spans)) if spans else None
    return Figure("days", "平均办理天数", mean, "天", f.as_of, len(spans), _ids(found))


MEASURES: dict[str, Count_] = {
    "total": _cases("total", "提出", lambda c: True),
    "motions": _cases("motions", "代表议案", lambda c: c.kind == Kind.MOTION),
    "suggestions": _cases("suggestions", "代表建议", lambda c: c.kind == Kind.SUGGESTION),
    "in_session": _cases("in_session", "会议期间", lambda c: c.in_session),
    "between": _cases("between", "闭会期间", lambda c: not c.in_session),
    "merged": _cases("merged", "并案", lambda c: c.merged),
    "refused": _cases("refused", "不予受理", lambda c: c.state == "not_accepted"),
    "handled": _handled,
    "replied": _parts("replied", "已答复", "份", lambda p, t: p.answers and p.issued is not None),
    "in_time": _in_time,
    "late": _parts("late", "逾期未答复", "件", lambda p, t: p.overdue(t)),
    "returned": _parts("returned", "退回", "次", lambda p, t: p.state == "returned"),
    "presses": _presses,
    "extended": _parts("extended", "延期", "件", lambda p, t: p.extended),
    "rehandled": _cases("rehandled", "重新办理", lambda c: c.round > 1),
    "satisfaction": _satisfied,
    "satisfied": _graded("satisfied", "满意"),
    "basically": _graded("basically", "基本满意"),
    "dissatisfied": _graded("dissatisfied", "不满意"),
    "silent": _silent,
    "kept": _kept,
    "days": _days,
}
BOARD = (
    "handled",
    "replied",
    "in_time",
    "late",
    "satisfaction",
    "kept",
    "returned",
    "presses",
    "extended",
    "days",
)


def figure(f: Facts, key: str) -> Figure:
    return MEASURES[key](f)


# — slices —

DIMENSIONS = {
    "organ": "承办单位",
    "delegation": "代表团",
    "category": "类别",
    "class": "答复分类",
    "stage": "办理阶段",
}


def key_of(by: str, part: Part | None, case: Case) -> str:
    """In which slice something is counted."""
    if by == "organ":
        return str(part.organ) if part else ""
    if by == "class":
        return part.reply_class if part else ""
    if by == "delegation":
        return str(case.delegation or "")
    return str(case.category or "") if by == "category" else case.state


def slices(f: Facts, by: str) -> dict[str, Facts]:
    """The facts by one dimension; what has no value stands under an empty key."""
    parts: dict[str, list[Part]] = defaultdict(list)
    cases: dict[str, dict[int, Case]] = defaultdict(dict)
    for part in f.parts:
        key = key_of(by, part, part.case)
        parts[key].append(part)
        cases[key][part.case.id] = part.case
    if by not in ("organ", "class"):
        for case in f.cases:
            cases[key_of(by, None, case)][case.id] = case
    return {key: f.slice(found.values(), parts[key]) for key, found in cases.items()}


def narrow(f: Facts, by: str, key: str) -> Facts:
    """One slice; empty where there is nothing under the key."""
    return slices(f, by).get(key, f.slice((), ()))


def labels(congress: people.Congress, by: str, keys: Sequence[str]) -> dict[str, str]:
    """Names of the slices, in one query."""
    ids = [int(k) for k in keys if k.isdecimal()]
    if by == "organ":
        return {str(pk): o.shown_name for pk, o in people.organisations(ids).items()}
    if by == "delegation":
        return {str(d.pk): d.name for t in people.terms(congress) for d in people.delegations(t)}
    if by == "category":
        return {str(c.pk): c.label for c in Category.objects.filter(congress=congress)}
    if by == "class":
        return {k: f"{k} 类" if k else "还没有答复" for k in keys}
    declared = workflow.get("motions.suggestion")
    return {k: declared.state(k).label for k in keys if k}
