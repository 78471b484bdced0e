"""A computed value that can say why: what models keep and pages explain."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from typing import Any

from renda.kernel.law import words

Value = dt.datetime | dt.date | bool | int | Fraction | tuple[int, int]


def value_to_json(value: Value) -> dict[str, Any]:
    """A tagged value that ``value_from_json`` reads back exactly."""
    if isinstance(value, bool):
        return {"kind": "bool", "value": value}
    if isinstance(value, int):
        return {"kind": "int", "value": value}
    if isinstance(value, Fraction):
        return {"kind": "fraction", "value": str(value)}
    if isinstance(value, dt.datetime):
        return {"kind": "moment", "value": value.isoformat()}
    if isinstance(value, dt.date):
        return {"kind": "date", "value": value.isoformat()}
    return {"kind": "range", "value": list(value)}


def value_from_json(data: Mapping[str, Any]) -> Value:
    """The value again.

    Raises:
        ValueError: an unknown tag.
    """
    kind, raw = data["kind"], data["value"]
    if kind == "bool":
        return bool(raw)
    if kind == "int":
        return int(raw)
    if kind == "fraction":
        return Fraction(raw)
    if kind == "moment":
        return dt.datetime.fromisoformat(raw)
    if kind == "date":
        return dt.date.fromisoformat(raw)
    if kind == "range":
        low, high = raw
        return int(low), int(high)
    raise ValueError(f"不认识的值类型 {kind}")


@dataclass(frozen=True, slots=True)
class LocalNumber:
    """A congress's own number beside the table's: both are shown.

    Args:
        congress: key of the congress.
        table, used: the table's number and the one used, in words (3个月, 2个月).
        since: first day of the setting, ISO.
        reason: why, in Chinese.
    """

    congress: str
    table: str
    used: str
    since: str
    reason: str


@dataclass(frozen=True, slots=True)
class Derived:
    """A value, the rule it comes from and the arithmetic.

    Args:
        value: day, moment, number, yes or no, or a range of two numbers.
        rule: id of the rule.
        version: amendment year of the version used; with ``law``, ``short``, ``article`` what is cited.
        label: what the rule is about, in Chinese.
        formula: the arithmetic in Chinese.
        inputs: what went in, as JSON; with ``rule`` and ``on`` they derive the same value again.
        unit: unit of the rule's number.
        on: the day for which the version was chosen, ISO.
        enforce: ``hard``, ``default`` or ``remind``; ``remind`` never lights a lamp and never blocks.
        roll: ``next`` or ``no``, as used.
        provisional: rests on a year whose arrangement is not known yet (暂定).
        reference: no version was in force on that day (参照现行规定).
        calendar: identity of the calendar tables that mattered; empty where none did.
        local: the congress's own number, if one was used.
        notes: remarks for the page, in Chinese.
    """

    value: Value
    rule: str
    version: str
    law: str
    short: str
    article: str
    label: str
    formula: str
    inputs: Mapping[str, Any] = field(hash=False)
    unit: str = ""
    on: str = ""
    enforce: str = "hard"
    roll: str = "no"
    provisional: bool = False
    reference: bool = False
    calendar: str = ""
    local: LocalNumber | None = None
    notes: tuple[str, ...] = ()

    @property
    def day(self) -> dt.date:
        """The value as a day.

        Raises:
            TypeError: it is none.
        """
        if isinstance(self.value, dt.datetime) or not isinstance(self.value, dt.date):
            raise TypeError(f"{self.rule} 算出的不是日期")
        return self.value

    @property
    def integer(self) -> int:
        """The value as a whole number.

        Raises:
            TypeError: it is none.
        """
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            raise TypeError(f"{self.rule} 算出的不是整数")
        return self.value

    @property
    def lights(self) -> bool:
        """Whether a deadline from it may light a lamp."""
        return self.enforce != "remind"

    def as_json(self) -> dict[str, Any]:
        """A dictionary for a JSONField; ``from_json`` gives the same value back."""
        cells = {name: getattr(self, name) for name in self.__slots__}
        cells["value"] = value_to_json(self.value)
        cells["inputs"] = dict(self.inputs)
        cells["local"] = asdict(self.local) if self.local else None
        cells["notes"] = list(self.notes)
        return cells

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Derived:
        """The value that ``as_json`` wrote; what others put beside it (a pause) is left out."""
        cells = {name: data[name] for name in cls.__slots__ if name in data}
        cells["value"] = value_from_json(data["value"])
        cells["local"] = LocalNumber(**data["local"]) if data.get("local") else None
        cells["notes"] = tuple(data.get("notes", ()))
        return cls(**cells)


ENFORCE = {
    "hard": "",
    "default": "上级规定的一般要求，本级可以另行规定。",
    "remind": "只作提示：依据尚待核实，不亮灯，也不阻止办理。",
}


def explain(derived: Derived) -> list[str]:
    """The lines of a 依据: which article, the arithmetic, and whatever a reader has to know besides."""
    year = f"（{derived.version}年）" if derived.version else ""
    lines = [f"依据：《{derived.law}》{year}{derived.article}　{derived.label}", f"算式：{derived.formula}"]
    if derived.local:
        own = derived.local
        lines.append(
            f"本级规定：自{words.day(dt.date.fromisoformat(own.since))}起为{own.used}"
            f"（上位规定为{own.table}），理由：{own.reason}"
        )
    if derived.reference:
        lines.append("参照现行规定：该日没有施行中的版本，按后来最早的版本计算。")
    if derived.provisional:
        lines.append("暂定：涉及的年份尚未公布放假安排，公布并导入后重新计算。")
    if ENFORCE.get(derived.enforce):
        lines.append(ENFORCE[derived.enforce])
    lines.extend(derived.notes)
    return lines
