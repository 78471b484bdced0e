"""Whole numbers, decimals and money, never by way of a float that was not in the cell."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from renda.kernel.tabular.reading.sheet import Cell
from renda.kernel.tabular.values.problem import Problem
from renda.kernel.tabular.values.text import plain, written

_TOO_LARGE = Decimal(10) ** 15
UNITS = {
    "元": Decimal(1),
    "百元": Decimal(100),
    "千元": Decimal(1000),
    "万元": Decimal(10_000),
    "百万元": Decimal(1_000_000),
    "亿元": Decimal(100_000_000),
}
_UNIT_IN_HEADING = re.compile(
    r"[（(]\s*(?:单位\s*[:：]?\s*)?(?:人民币)?\s*(百万元|亿元|万元|千元|百元|元)\s*[)）]"
)
_UNIT_IN_TITLE = re.compile(r"单位\s*[:：]\s*(?:人民币)?\s*(百万元|亿元|万元|千元|百元|元)")
_MONEY = re.compile(r"[￥¥]?\s*([+-]?[\d,]*\.?\d+)\s*(百万元?|亿元?|万元?|千元|百元|元)?(?:整|正)?")
_COUNTED = re.compile(r"([+-]?[\d,]*\.?\d+)\s*(?:件|人|名|个|项|条|次|户|份|票|%)?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")


def unit_of_heading(heading: str) -> Decimal | None:
    match = _UNIT_IN_HEADING.search(heading)
    return UNITS[match[1]] if match else None


def unit_of_title(title: str) -> Decimal | None:
    match = _UNIT_IN_TITLE.search(title)
    return UNITS[match[1]] if match else None


def number(value: Cell, minimum: int | Decimal | None, maximum: int | Decimal | None) -> Decimal | Problem:
    """A decimal; thousands separators, a counting word (件 人 票) and full-width digits are understood."""
    found = _decimal(value, _COUNTED)
    if isinstance(found, Problem):
        return found
    return _limits(found, minimum, maximum, value) or found


def integer(value: Cell, minimum: int | Decimal | None, maximum: int | Decimal | None) -> int | Problem:
    found = number(value, minimum, maximum)
    if isinstance(found, Problem):
        return found
    if found != found.to_integral_value():
        return Problem("int", "应填整数。", written(value))
    return int(found)


def money(
    value: Cell, unit: Decimal, minimum: int | Decimal | None, maximum: int | Decimal | None
) -> Decimal | Problem:
    """An amount in yuan. ``unit`` is what a bare number counts in; a unit written in the cell goes first."""
    if isinstance(value, str):
        match = _MONEY.fullmatch(plain(value))
        if match and match[2]:
            written_unit = match[2] if match[2].endswith("元") else f"{match[2]}元"
            unit = UNITS[written_unit]
    found = _decimal(value, _MONEY)
    if isinstance(found, Problem):
        return found
    amount = (found * unit).normalize()
    amount = amount.quantize(Decimal(1)) if amount == amount.to_integral_value() else amount
    return _limits(amount, minimum, maximum, value) or amount


def _decimal(value: Cell, pattern: re.Pattern[str]) -> Decimal | Problem:
    if isinstance(value, bool):
        return Problem("number", "应填数字。", written(value))
    if isinstance(value, int | float):
        # repr gives the shortest decimal that is this float: 0.1 stays 0.1.
        return _believable(Decimal(repr(value)))
    text = plain(value).replace("−", "-")
    match = pattern.fullmatch(text)
    digits = match[1] if match else ""
    if not match or ("," in digits and not _GROUPED.fullmatch(digits)):
        return Problem("number", f"“{text[:20]}”不是数字，请填阿拉伯数字。", text[:40])
    try:
        return _believable(Decimal(digits.replace(",", "")))
    except InvalidOperation:
        return Problem("number", f"“{text[:20]}”不是数字，请填阿拉伯数字。", text[:40])


def _believable(found: Decimal) -> Decimal | Problem:
    """Above 15 digits a spreadsheet has lost some; no office counts that far."""
    if abs(found) >= _TOO_LARGE:
        return Problem("number", "数字太大，请核对。", str(found)[:40])
    return found


def _limits(
    found: Decimal, minimum: int | Decimal | None, maximum: int | Decimal | None, value: Cell
) -> Problem | None:
    if minimum is not None and found < minimum:
        return Problem("small", f"不能小于 {minimum}。", written(value))
    if maximum is not None and found > maximum:
        return Problem("large", f"不能大于 {maximum}。", written(value))
    return None
