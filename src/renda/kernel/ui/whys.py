"""A computed value explained: law, article, arithmetic, inputs, version."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from renda.kernel.ui import formats

# How the law kernel's inputs are called on a page.
INPUTS = {
    "from": "起算",
    "event": "事件",
    "year": "年份",
    "base": "基数",
    "count": "数目",
    "seats": "名额",
    "population": "人口",
    "extended": "延长",
    "excluded": "扣除天数",
    "roll": "遇节假日",
}


@dataclass(frozen=True, slots=True)
class Why:
    """What the 依据 mark opens, in words."""

    rule: str
    law: str
    article: str
    version: str
    formula: str
    value: str
    inputs: list[tuple[str, str]]
    reference: bool
    provisional: bool
    local: str = ""
    notes: tuple[str, ...] = ()

    @property
    def plain(self) -> str:
        """The whole explanation as text, for the copy button."""
        lines = [f"{self.law} {self.article}".strip(), self.formula]
        lines += [f"{label}：{value}" for label, value in self.inputs]
        lines += [self.local, *self.notes]
        lines.append(f"规则 {self.rule}，{self.version}")
        if self.reference:
            lines.append("参照现行规定")
        if self.provisional:
            lines.append("暂定：当年放假安排公布后重新计算")
        return "\n".join(line for line in lines if line)


def explain(derived: Any) -> Why | None:
    """Explain a ``law.api.Derived``, or the JSON it was kept as; None for nothing."""
    if not derived:
        return None
    read = (
        derived.get if isinstance(derived, dict) else lambda key, default=None: getattr(derived, key, default)
    )
    rule = read("rule", "")
    local = read("local")
    version = read("version", "")
    return Why(
        rule=str(getattr(rule, "id", rule)),
        law=str(read("law", "") or ""),
        article=str(read("article", "") or ""),
        version=f"{version} 年文本" if str(version).isdecimal() else str(version),
        formula=str(read("formula", "") or ""),
        value=_text(read("value")),
        inputs=[
            (INPUTS.get(key, str(key)), _text(value)) for key, value in (read("inputs", {}) or {}).items()
        ],
        reference=bool(read("reference", False)),
        provisional=bool(read("provisional", False)),
        local=_local(local) if local else "",
        notes=tuple(read("notes", ()) or ()),
    )


def _local(local: Any) -> str:
    """The congress's own number beside the law's: both are shown."""
    read = local.get if isinstance(local, dict) else lambda key: getattr(local, key)
    return f"本级规定 {read('used')}（法定 {read('table')}），自{_text(read('since'))}起：{read('reason')}"


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return _text(value.get("value"))
    if isinstance(value, dt.datetime):
        return formats.moment_text(value)
    if isinstance(value, dt.date):
        return formats.day_text(value)
    if isinstance(value, str) and len(value) == 10 and value[4:5] == value[7:8] == "-":
        return formats.day_text(value)
    if isinstance(value, list | tuple):
        return "、".join(_text(one) for one in value)
    if isinstance(value, Fraction):
        return formats.number_text(value)
    return formats.number_text(value)
