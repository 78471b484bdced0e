"""The rule table: every version of every rule, and which one is in force on a day."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

FOLDER = Path(__file__).with_name("rules")
ID = re.compile(r"\b[A-Z]{3}-\d{3}\b")

# libyaml's loader, in every wheel of PyYAML, is ten times as fast; both are safe ones.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class LawError(Exception):
    """A rule cannot be used as asked: the message says why and what to do, in Chinese."""


class UnknownRule(LawError):
    """No rule has this id."""


@dataclass(frozen=True, slots=True)
class Extension:
    """The rule by which a period may be extended; ``adds`` tells an addition from a longer whole."""

    rule: str
    adds: bool


@dataclass(frozen=True, slots=True)
class Local:
    """A congress's own setting on top of a rule.

    Args:
        congress: key of the congress.
        table_n, table_roll: what the rule table says.
        since, until: first and last day of the setting.
        reason: why, in Chinese.
    """

    congress: str
    table_n: Fraction | None
    table_roll: str
    since: dt.date
    until: dt.date | None
    reason: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of a rule; the columns are those of the rule table (see docs/law.md).

    Args:
        n: the number, exact; the lower bound of a range; the cap of a seat formula; ``None`` without one.
        version: year of the amendment, as cited; empty for practice.
        n_max: upper bound of a range.
        opens, closes: fixed days of each year, ``(month, day)``.
        why: where texts disagree, which one counts and why, in Chinese.
        reference: no version was in force on the day; this is the earliest later one (参照现行规定).
        local: the congress's own setting, already applied to ``n`` and ``roll``.
    """

    id: str
    law: str
    short: str
    version: str
    article: str
    domain: str
    kind: str
    trigger: str
    value: str
    calendar: str = ""
    consequence: str = ""
    confidence: str = ""
    note: str = ""
    comparator: str = ""
    n: Fraction | None = None
    unit: str = ""
    direction: str = ""
    anchor: str = ""
    base: str = ""
    level: str = ""
    in_force_from: dt.date | None = None
    in_force_until: dt.date | None = None
    enforce: str = "remind"
    roll: str = "no"
    tighten: str = "none"
    n_max: Fraction | None = None
    opens: tuple[int, int] | None = None
    closes: tuple[int, int] | None = None
    strict: bool = False
    extension: Extension | None = None
    excludes: str = ""
    formula: Mapping[str, Fraction] = field(default_factory=dict, hash=False)
    summary: str = ""
    why: str = ""
    reference: bool = False
    local: Local | None = None

    @property
    def label(self) -> str:
        """What the rule is about, in Chinese, without the table's remarks."""
        return self.trigger.split("; note=")[0]

    @property
    def levels(self) -> frozenset[str]:
        """The levels it binds."""
        every = {"national", "province", "city", "county", "township"}
        return frozenset(every if self.level == "all" else self.level.split("+"))

    @property
    def citation(self) -> str:
        """``代表法（2025年）第51条``: how a page cites it."""
        year = f"（{self.version}年）" if self.version else ""
        return f"{self.short}{year}{self.article}"

    @property
    def caveats(self) -> tuple[str, ...]:
        """What a reader has to know about the rule's reach, in Chinese: 参照, 省级, 范本, not verified."""
        said = []
        if "（参照）" in self.trigger:
            said.append("国家层面的规定，地方参照执行")
        elif self.level == "province":
            said.append("约束省级，市县可以参照")
        if "濮阳范本" in self.note:
            said.append("以濮阳市的条例为范本，本市的规定未入库")
        if self.confidence == "from-memory":
            said.append("条文未据原文核对")
        return tuple(said)

    def covers(self, day: dt.date) -> bool:
        """Whether this version is in force on a day."""
        begun = self.in_force_from is None or self.in_force_from <= day
        return begun and (self.in_force_until is None or day <= self.in_force_until)


def loosens(rule: Rule, number: Fraction) -> bool:
    """Whether a congress's own number is laxer than the rule's: what a hard rule forbids."""
    if rule.n is None or number == rule.n:
        return False
    return {"lower": number > rule.n, "higher": number < rule.n}.get(rule.tighten, True)


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _month_day(text: str | None) -> tuple[int, int] | None:
    if not text:
        return None
    month, day = text.split("-")
    return int(month), int(day)


def _number(text: str | None) -> Fraction | None:
    return Fraction(text) if text else None


RENAMED = {"law_zh": "law", "trigger_zh": "trigger", "anchor_zh": "anchor", "base_zh": "base"}
RENAMED["amendment_year"] = "version"
_READ: dict[str, Callable[[Any], Any]] = {
    "n": _number,
    "n_max": _number,
    "opens": _month_day,
    "closes": _month_day,
    "in_force_from": _day,
    "in_force_until": _day,
    "extension": lambda raw: Extension(raw["rule"], bool(raw["adds"])),
    "formula": lambda raw: {key: Fraction(value) for key, value in raw.items()},
}


def _rule(rule_id: str, law: str, short: str, raw: Mapping[str, Any]) -> Rule:
    cells: dict[str, Any] = {"law": law, "short": short, "version": "", "article": "", "value": ""}
    for key, value in raw.items():
        cells[RENAMED.get(key, key)] = _READ[key](value) if key in _READ else value
    return Rule(id=rule_id, **cells)


def document(path: Path) -> Any:
    """One law's file: ``law``, ``short`` and ``rules`` by id."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506  both loaders are safe


@dataclass(frozen=True, slots=True)
class Entry:
    """All versions of a rule, newest first, and its worked examples."""

    versions: tuple[Rule, ...]
    examples: tuple[Mapping[str, Any], ...] = ()


@lru_cache(maxsize=1)
def book() -> Mapping[str, Entry]:
    """The whole table by id, in the order of the ids."""
    entries: dict[str, Entry] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        law = document(path)
        for rule_id, raw in law["rules"].items():
            versions = [_rule(rule_id, law["law"], law["short"], one) for one in raw["versions"]]
            versions.sort(key=lambda rule: rule.in_force_from or dt.date.min, reverse=True)
            entries[rule_id] = Entry(tuple(versions), tuple(raw.get("examples", ())))
    return dict(sorted(entries.items()))


_Changes = Mapping[str, Mapping[str, Any]]
_replaced: ContextVar[_Changes] = ContextVar("renda_law_replaced", default=MappingProxyType({}))


@contextmanager
def replaced(rule_id: str, **columns: Any) -> Iterator[None]:
    """Run a block with other columns in every version of one rule: for tests and for 如果改了会怎样.

    Example: ``with replaced("MOT-021", n=Fraction(2)): …``

    Raises:
        UnknownRule: no such id.
    """
    entry(rule_id)
    token = _replaced.set({**_replaced.get(), rule_id: {**_replaced.get().get(rule_id, {}), **columns}})
    try:
        yield
    finally:
        _replaced.reset(token)


def entry(rule_id: str) -> Entry:
    """All versions of a rule.

    Raises:
        UnknownRule: no such id.
    """
    try:
        return book()[rule_id]
    except KeyError:
        raise UnknownRule(f"规则表里没有编号 {rule_id}，请用 renda law list 查找") from None


def rule(rule_id: str, on: dt.date) -> Rule:
    """The version in force on a day; else the earliest later one, marked ``reference`` (参照现行规定).

    Raises:
        UnknownRule: no such id.
        LawError: the rule has been repealed before that day and nothing took its place.
    """
    later: Rule | None = None
    for version in entry(rule_id).versions:
        if version.covers(on):
            return _changed(version)
        if version.in_force_from is not None and version.in_force_from > on:
            later = version
    if later is None:
        raise LawError(f"规则 {rule_id} 在 {on.isoformat()} 已经失效，也没有后来的版本可以参照")
    return replace(_changed(later), reference=True)


def _changed(version: Rule) -> Rule:
    columns = _replaced.get().get(version.id)
    return replace(version, **columns) if columns else version
