"""One rule, some inputs, one value that can say why.

What a rule computes follows from its columns: a period forward or backward, a fixed day of the year, a share
of a base, a range of candidates, a number of seats, or its bare number.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from renda.kernel.calendar import api as calendar
from renda.kernel.law import queries, words
from renda.kernel.law.derived import Derived, LocalNumber, Value
from renda.kernel.law.rules import money, periods
from renda.kernel.law.rules import seats as seating
from renda.kernel.law.rules.majorities import Bound
from renda.kernel.law.table import LawError, Rule

ONE = Fraction(1)
ROLL_WORDS = {"next": "顺延", "no": "不顺延"}


class InputError(LawError):
    """A wrong or missing input: ``key`` names it."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(f"{key}：{message}")
        self.key = key


@dataclass(frozen=True, slots=True)
class Result:
    """A value with its arithmetic, before the rule is attached."""

    value: Value
    formula: str
    roll: str = "no"
    provisional: bool = False
    seen: tuple[dt.date, dt.date] | None = None
    notes: tuple[str, ...] = ()


def _from_text(read: Callable[[str], Any], value: Any) -> Any:
    """A value that was kept as text (``as_input``) as it was; anything else as it is."""
    try:
        return read(value) if isinstance(value, str) else value
    except (ValueError, ZeroDivisionError):
        return value


class Inputs:
    """The inputs of one derivation: typed access, and whatever nobody asked for is an error.

    Inputs as a ``Derived`` keeps them (ISO text) are read as well: a kept value can be derived again.
    """

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self._raw = dict(raw)
        self._asked: set[str] = set()

    def has(self, key: str) -> bool:
        self._asked.add(key)
        return self._raw.get(key) is not None

    def _get(self, key: str) -> Any:
        self._asked.add(key)
        if self._raw.get(key) is None:
            raise InputError(key, "缺少这个输入")
        return self._raw[key]

    def day(self, key: str) -> dt.date:
        value = _from_text(dt.date.fromisoformat, self._get(key))
        if isinstance(value, dt.datetime) or not isinstance(value, dt.date):
            raise InputError(key, "应当是日期")
        return value

    def moment(self, key: str) -> dt.datetime:
        value = _from_text(dt.datetime.fromisoformat, self._get(key))
        if not isinstance(value, dt.datetime) or value.tzinfo is None:
            raise InputError(key, "应当是带时区的时刻")
        return value

    def whole(self, key: str, default: int | None = None) -> int:
        if default is not None and not self.has(key):
            return default
        value = self._get(key)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise InputError(key, "应当是不小于零的整数")
        return value

    def amount(self, key: str) -> money.Amount:
        value = _from_text(Fraction, self._get(key))
        if isinstance(value, bool) or not isinstance(value, int | Fraction):
            raise InputError(key, "应当是整数或者分数")
        return value

    def flag(self, key: str) -> bool:
        if not self.has(key):
            return False
        value = self._get(key)
        if not isinstance(value, bool):
            raise InputError(key, "应当是 yes 或者 no")
        return value

    def choice(self, key: str, allowed: tuple[str, ...]) -> str | None:
        if not self.has(key):
            return None
        value = self._get(key)
        if value not in allowed:
            raise InputError(key, f"只能是 {'、'.join(allowed)}")
        return str(value)

    def finish(self) -> None:
        """Raise if an input was given that this computation does not know."""
        for key in self._raw:
            if key not in self._asked:
                raise InputError(key, "这项计算没有这个输入，请去掉")


def bound(rule: Rule) -> Bound:
    """A rule as a bound; without a number it compares with the base itself.

    Raises:
        LawError: the rule compares nothing.
    """
    if not rule.comparator:
        raise LawError(f"规则 {rule.id} 没有可比较的数")
    return Bound(rule.comparator, ONE if rule.n is None else rule.n)


def needs_number(rule: Rule) -> Fraction:
    """The rule's number.

    Raises:
        LawError: it has none.
    """
    if rule.n is None:
        raise LawError(f"规则 {rule.id}（{rule.label}）没有可计算的数字")
    return rule.n


def upper_number(rule: Rule) -> Fraction:
    """The upper bound of a range.

    Raises:
        LawError: the rule has none.
    """
    if rule.n_max is None:
        raise LawError(f"规则 {rule.id}（{rule.label}）没有上限")
    return rule.n_max


def shares(rule: Rule) -> bool:
    """Whether a surplus of candidates is a share of the seats; otherwise it is a number of persons."""
    return needs_number(rule).denominator != 1 or upper_number(rule).denominator != 1


Related = Callable[[str], Rule]


def _forward(rule: Rule, inputs: Inputs, related: Related) -> Result:
    n = needs_number(rule)
    if rule.unit == "hour":
        moment = inputs.moment("from")
        end = calendar.add_hours(moment, int(n))
        return Result(
            end, f"自{words.day(moment)}{moment:%H:%M}起满{int(n)}小时 → {words.day(end)}{end:%H:%M}"
        )
    start = inputs.day("from")
    parts = [(n, rule.unit)]
    notes: tuple[str, ...] = ()
    if inputs.flag("extended"):
        if rule.extension is None:
            raise InputError("extended", f"规则 {rule.id} 没有延长的规定")
        longer = related(rule.extension.rule)
        parts.append((needs_number(longer), longer.unit))
        notes = (f"延长依据：{longer.citation}　{longer.label}",)
    excluded = inputs.whole("excluded", 0)
    if excluded and not rule.excludes:
        raise InputError("excluded", f"规则 {rule.id} 没有不计入期间的时间")
    roll = inputs.choice("roll", ("next", "no")) or rule.roll
    if roll != rule.roll:
        notes += (f"末日遇休息日的处理由输入改为{ROLL_WORDS[roll]}",)
    span = periods.forward(
        calendar.lookup(), start, parts, roll=roll == "next", excluded=excluded, excludes=rule.excludes
    )
    return Result(span.day, span.words, roll, span.provisional, span.seen, notes)


def _backward(rule: Rule, inputs: Inputs, related: Related) -> Result:
    event = inputs.day("event")
    if rule.strict:
        span = periods.before(event)
    else:
        span = periods.backward(event, needs_number(rule), rule.unit, within=rule.comparator == "<=")
    return Result(span.day, span.words)


def _yearly(rule: Rule, inputs: Inputs, related: Related) -> Result:
    if rule.closes is None:
        raise LawError(f"规则 {rule.id} 没有固定的日期")
    span = periods.yearly(inputs.whole("year"), rule.opens, rule.closes)
    return Result(span.day, span.words)


def _seats(rule: Rule, inputs: Inputs, related: Related) -> Result:
    found = seating.seats(rule.formula, needs_number(rule), inputs.whole("population"))
    return Result(found.seats, found.words, notes=found.warnings)


def _contest(rule: Rule, inputs: Inputs, related: Related) -> Result:
    low, high = needs_number(rule), upper_number(rule)
    found = seating.contest(inputs.whole("seats"), low, high, shares=shares(rule))
    return Result((found.min, found.max), found.words, notes=(found.warning,) if found.warning else ())


def _compare(rule: Rule, inputs: Inputs, related: Related) -> Result:
    """Does a count satisfy the rule?"""
    against, count = bound(rule), inputs.whole("count")
    base = inputs.whole("base", 1)
    holds = against.holds(count, base)
    limit = f"{words.bound(rule.comparator, against.n)}"
    of = f"{rule.base}{base}的{limit}" if inputs.has("base") else f"{limit}"
    return Result(holds, f"{count}，要求{of}：{'符合' if holds else '不符合'}")


def _share(rule: Rule, inputs: Inputs, related: Related) -> Result:
    n = needs_number(rule)
    if rule.unit == "percent":
        amount = inputs.amount("base")
        part = money.share(n, amount)
        said = f"{rule.base}{words.figure(amount)}×{words.figure(n)}％＝{words.figure(part)}"
        return Result(part, f"{said}（{words.bound(rule.comparator, n, '％')}）")
    base = inputs.whole("base")
    return Result(bound(rule).limit(base), bound(rule).words(base, rule.base))


def _bare(rule: Rule, inputs: Inputs, related: Related) -> Result:
    n = needs_number(rule)
    value = n.numerator if n.denominator == 1 else n
    high = f"至{words.number(rule.n_max)}" if rule.n_max is not None else ""
    said = words.bound(rule.comparator, n) if rule.comparator and not high else f"{words.number(n)}{high}"
    return Result(value, f"{rule.base or rule.label}：{said}{words.UNITS.get(rule.unit, '')}")


Shape = Callable[[Rule, Inputs, Related], Result]


def shape(rule: Rule) -> Shape:
    """How a rule computes."""
    spans = {"day", "month", "year", "working_day", "hour"}
    if rule.formula:
        return _seats
    if rule.n_max is not None and rule.kind == "ratio":
        return _contest
    if rule.closes is not None:
        return _yearly
    if rule.direction == "forward" and rule.unit in spans:
        return _forward
    if rule.direction == "backward" and (rule.unit in spans or rule.strict):
        return _backward
    if rule.n is not None and (rule.n.denominator != 1 or rule.unit == "percent"):
        return _share
    return _bare


def local_number(rule: Rule) -> LocalNumber | None:
    """The congress's own number beside the table's, for the page."""
    if rule.local is None:
        return None
    turned = rule.local.table_roll != rule.roll

    def said(n: Fraction | None, roll: str) -> str:
        parts = [] if n is None else [words.span(n, rule.unit)]
        return "，".join([*parts, ROLL_WORDS[roll]] if turned else parts)

    return LocalNumber(
        congress=rule.local.congress,
        table=said(rule.local.table_n, rule.local.table_roll),
        used=said(rule.n, rule.roll),
        since=rule.local.since.isoformat(),
        reason=rule.local.reason,
    )


def as_input(value: Any) -> Any:
    """An input as it is kept: days and moments as ISO text, fractions as text."""
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    return str(value) if isinstance(value, Fraction) else value


def derive(rule_id: str, inputs: Mapping[str, Any], on: dt.date, congress: str | None = None) -> Derived:
    """The value of one rule.

    Args:
        rule_id: e.g. ``MOT-021``.
        inputs: by the rule's shape: ``from`` (day; for hours a moment) with ``extended``, ``excluded`` (days)
            and ``roll``; ``event`` (day); ``year``; ``base`` (whole number, for percent an exact amount);
            ``seats``; ``population``; ``count`` (with ``base`` for shares): does a number satisfy the rule?
        on: the day whose law counts, usually the day the period starts or the act happens.
        congress: key of a congress whose own settings count.

    Raises:
        UnknownRule: no such id.
        InputError: an input is missing, wrong or not known to this rule.
        LawError: the rule has nothing to compute, or no version for that day.
    """
    rule = queries.rule(rule_id, on, congress)
    used = {key: value for key, value in inputs.items() if value is not None}
    given = Inputs(used)
    if rule.extension is not None and not rule.extension.adds and given.flag("extended"):
        # The longer period takes the place of the shorter one: it is the rule that counts.
        rule = queries.rule(rule.extension.rule, on, congress)
        used.pop("extended")
        given = Inputs(used)
    how: Shape = _compare if "count" in used else shape(rule)
    try:
        result = how(rule, given, lambda other: queries.rule(other, on, congress))
    except OverflowError:
        raise InputError(next(iter(used)), "算出的日期超出日历的范围") from None
    given.finish()
    return Derived(
        value=result.value,
        rule=rule.id,
        version=rule.version,
        law=rule.law,
        short=rule.short,
        article=rule.article,
        label=rule.label,
        formula=result.formula,
        inputs={key: as_input(value) for key, value in used.items()},
        unit=rule.unit,
        on=on.isoformat(),
        enforce=rule.enforce,
        roll=result.roll,
        provisional=result.provisional,
        reference=rule.reference,
        calendar=calendar.version(*result.seen) if result.seen else "",
        local=local_number(rule),
        notes=(*result.notes, *rule.caveats, *([f"口径：{rule.why}"] if rule.why else [])),
    )


def number(rule_id: str, on: dt.date, congress: str | None = None) -> int | Fraction:
    """The bare number of a rule, the congress's own setting applied.

    Raises:
        UnknownRule: no such id.
        LawError: the rule has no number.
    """
    n = needs_number(queries.rule(rule_id, on, congress))
    return n.numerator if n.denominator == 1 else n
