"""The working sheet of a computation: keys read and checked, rules looked up, arithmetic said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from renda.kernel import clock
from renda.kernel.law import queries
from renda.kernel.law.derive import InputError, as_input, bound, derive, local_number
from renda.kernel.law.derived import Derived
from renda.kernel.law.rules.majorities import Bound
from renda.kernel.law.table import LawError, Rule

Inputs = dict[str, Any]
Fields = dict[str, Any]
VOTES = "c."


def _day(key: str, raw: Any) -> dt.date:
    if isinstance(raw, dt.date) and not isinstance(raw, dt.datetime):
        return raw
    try:
        return dt.date.fromisoformat(str(raw))
    except ValueError:
        raise InputError(key, f"“{raw}”不是日期，请写成 2026-02-28 的样子") from None


def _whole(key: str, raw: Any) -> int:
    text = str(raw)
    if isinstance(raw, bool) or not (text.isascii() and text.isdecimal()):
        raise InputError(key, f"“{raw}”不是整数，请填写不小于零的整数")
    return int(text)


def _yes(key: str, raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    if raw in {"yes", "no"}:
        return bool(raw == "yes")
    raise InputError(key, f"“{raw}”应当是 yes 或者 no")


def _percent(key: str, raw: Any) -> Fraction:
    try:
        value = Fraction(raw)
    except (ValueError, TypeError, ZeroDivisionError):
        raise InputError(key, f"“{raw}”不是百分数，请填写如 5") from None
    if value < 0:
        raise InputError(key, "百分数不能小于零")
    return value


def _text(key: str, raw: Any) -> str:
    return str(raw)


_READ: dict[str, Callable[[str, Any], Any]] = {
    "day": _day,
    "whole": _whole,
    "yes": _yes,
    "percent": _percent,
    "text": _text,
}


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a computation.

    Args:
        name: as typed.
        kind: ``day``, ``whole``, ``yes``, ``percent``, ``text``.
        label: what it is, in Chinese.
        choices: the only values allowed.
        default: value if it is left out; a key without one is required.
        optional: may be left out and is then absent.
    """

    name: str
    kind: str
    label: str
    choices: tuple[str, ...] = ()
    default: Any = None
    optional: bool = False

    def read(self, raw: Any) -> Any:
        """The typed value.

        Raises:
            InputError: it is not of this kind or not among the choices.
        """
        value = _READ[self.kind](self.name, raw)
        if self.choices and value not in self.choices:
            raise InputError(self.name, f"“{raw}”不认识，只能是 {'、'.join(self.choices)}")
        return value


class Sheet:
    """What one run looked up and said; asking it for a rule puts the rule into the answer."""

    def __init__(self, on: dt.date, congress: str | None) -> None:
        self.on = on
        self.congress = congress
        self.used: dict[str, Rule] = {}
        self.said: list[str] = []
        self.notes: list[str] = []
        self.provisional = False

    def rule(self, rule_id: str) -> Rule:
        """A rule of the day, remembered."""
        found = self.used.get(rule_id)
        if found is None:
            found = self.used[rule_id] = queries.rule(rule_id, self.on, self.congress)
        return found

    def bound(self, rule_id: str) -> Bound:
        """A rule as a bound, remembered."""
        return bound(self.rule(rule_id))

    def derive(self, rule_id: str, **inputs: Any) -> Derived:
        """The value of one rule, with its arithmetic said and its remarks kept.

        ``from`` is no name of an argument: write ``start=``.
        """
        if "start" in inputs:
            inputs["from"] = inputs.pop("start")
        found = derive(rule_id, inputs, self.on, self.congress)
        used = self.rule(rule_id)
        self.rule(found.rule)
        if inputs.get("extended") and used.extension is not None:
            self.rule(used.extension.rule)
        self.say(f"{found.label}：{found.formula}")
        self.notes.extend(note for note in found.notes if note not in self.notes)
        self.provisional = self.provisional or found.provisional
        return found

    def say(self, text: str) -> None:
        self.said.append(text)

    def note(self, text: str) -> None:
        if text and text not in self.notes:
            self.notes.append(text)

    def basis(self, inputs: Inputs) -> Fields:
        """What every answer carries besides its fields."""
        rules = list(self.used.values())
        own = [rule for rule in rules if rule.local is not None]
        answer: Fields = {
            "rule": [rule.id for rule in rules],
            "article": [rule.citation for rule in rules],
            "formula": "\n".join(self.said),
            "inputs": {key: as_input(value) for key, value in inputs.items()},
            "on": self.on,
            "reference": [rule.id for rule in rules if rule.reference],
            "remind": [rule.id for rule in rules if rule.enforce == "remind"],
            "notes": list(self.notes),
        }
        for rule in own:
            number = local_number(rule)
            if number is not None:
                said = f"{rule.id} 本级规定为{number.used}（上位规定为{number.table}），理由：{number.reason}"
                answer["notes"].append(said)
        return answer


Run = Callable[[Sheet, Inputs], Fields]


@dataclass(frozen=True, slots=True)
class Computation:
    """A named computation: its keys, its fields with Chinese labels, and which key's day chooses the law."""

    name: str
    label: str
    keys: tuple[Key, ...]
    fields: Mapping[str, str] = field(hash=False)
    run: Run
    anchor: str = ""
    votes: bool = False


COMPUTATIONS: dict[str, Computation] = {}


def computation(
    name: str, label: str, *keys: Key, fields: Mapping[str, str], anchor: str = "", votes: bool = False
) -> Callable[[Run], Run]:
    """Register a computation.

    Args:
        anchor: the key whose day chooses the version of the law; without one, today.
        votes: takes ``c.NAME=votes`` for each candidate.
    """

    def register(run: Run) -> Run:
        COMPUTATIONS[name] = Computation(name, label, keys, fields, run, anchor, votes)
        return run

    return register


def _read(what: Computation, raw: Mapping[str, Any]) -> Inputs:
    known = {key.name: key for key in what.keys}
    for name in raw:
        if name not in known and not (what.votes and name.startswith(VOTES) and len(name) > len(VOTES)):
            allowed = "、".join([*known, *([f"{VOTES}姓名"] if what.votes else [])])
            raise InputError(name, f"{what.name} 没有这个输入，可用的有 {allowed}")
    inputs: Inputs = {}
    for key in what.keys:
        if raw.get(key.name) not in (None, ""):
            inputs[key.name] = key.read(raw[key.name])
        elif key.default is not None:
            inputs[key.name] = key.default
        elif not key.optional:
            raise InputError(key.name, f"缺少这个输入（{key.label}）")
    for name, value in raw.items():
        if name.startswith(VOTES):
            inputs[name] = _whole(name, value)
    return inputs


def ballot(inputs: Inputs) -> dict[str, int]:
    """Votes by candidate.

    Raises:
        InputError: there is no candidate.
    """
    votes = {name.removeprefix(VOTES): count for name, count in inputs.items() if name.startswith(VOTES)}
    if not votes:
        raise InputError(f"{VOTES}姓名", "缺少候选人得票，请写成 c.姓名=票数")
    return votes


def compute(
    name: str, inputs: Mapping[str, Any], on: dt.date | None = None, congress: str | None = None
) -> Fields:
    """One of the named computations (shared/law/compute.md).

    Args:
        name: e.g. ``verdict``.
        inputs: its keys; text as on the command line, or typed values.
        on: the day whose law counts; by default the day of the computation's own event, else today.
        congress: key of a congress whose own settings count.

    Returns:
        The computation's fields (days, whole numbers, booleans) and always ``rule``, ``article``,
        ``formula``, ``inputs``, ``on``, ``reference``, ``remind``, ``notes``; ``to_json`` makes plain JSON.

    Raises:
        InputError: a wrong, missing or unknown input; ``key`` names it.
        LawError: no such computation, or a rule that cannot be used so.
    """
    what = COMPUTATIONS.get(name)
    if what is None:
        raise LawError(f"没有名为 {name} 的计算，可用的有 {'、'.join(COMPUTATIONS)}")
    read = _read(what, inputs)
    sheet = Sheet(on or read.get(what.anchor) or clock.today(), congress)
    with queries.steady():
        fields = what.run(sheet, read)
    return {**fields, **sheet.basis(read)}


def to_json(value: Any) -> Any:
    """An answer as the command line prints it: ISO days, yes/no, exact fractions as text."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return {key: to_json(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [to_json(one) for one in value]
    return as_input(value)
