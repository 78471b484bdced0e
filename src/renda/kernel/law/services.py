"""A congress's own settings: hard rules may only be made stricter, the rest may be changed; both show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from django.db import transaction

from renda.kernel.law import table, words
from renda.kernel.law.models import LocalSetting
from renda.kernel.law.table import LawError, Rule


class Actor(Protocol):
    """Who does it: an account. Identity stands above this package, so only its key is known here."""

    pk: object


@dataclass(frozen=True, slots=True)
class SettingChange:
    """A setting that was just made; listeners write the record entry.

    Args:
        setting: id of the row.
        congress, rule: whose, and which rule.
        table, value: the table's number and the congress's, in words.
        roll: ``next``, ``no`` or empty (as the table says).
        from_day, until, reason: as given.
        actor: the account.
    """

    setting: int
    congress: str
    rule: str
    table: str
    value: str
    roll: str
    from_day: dt.date
    until: dt.date | None
    reason: str
    actor: Actor


Listener = Callable[[SettingChange], object]
_listeners: list[Listener] = []


def on_setting(listener: Listener) -> Listener:
    """Register ``listener(change)``, called inside the transaction of each setting. Usable as decorator."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def _check_hard(rule: Rule, value: Fraction | None, roll: str) -> None:
    """Refuse what would loosen a rule fixed by law."""
    where = f"《{rule.law}》{rule.article}"
    if roll == "next" and rule.roll == "no":
        raise LawError(f"{where}的期限不顺延，本级不得改为顺延")
    if value is None or rule.n is None:
        return
    if rule.tighten == "none":
        raise LawError(f"{where}的规定（{words.span(rule.n, rule.unit)}）本级不得改动")
    if table.loosens(rule, value):
        said = "不得超过" if rule.tighten == "lower" else "不得少于"
        own = f"本级只能从严，{said}{words.span(rule.n, rule.unit)}"
        raise LawError(f"{where}定为{words.span(rule.n, rule.unit)}，{own}")


def _versions(rule_id: str, since: dt.date, until: dt.date | None) -> list[Rule]:
    """The versions that the setting's days meet: each of them must allow it."""
    met = [
        version
        for version in table.entry(rule_id).versions
        if (version.in_force_until is None or version.in_force_until >= since)
        and (until is None or version.in_force_from is None or version.in_force_from <= until)
    ]
    return met or [table.rule(rule_id, since)]


@transaction.atomic
def set_local(
    congress: str,
    rule_id: str,
    value: int | Fraction | str | None,
    reason: str,
    *,
    actor: Actor,
    from_day: dt.date,
    until: dt.date | None = None,
    roll: str = "",
) -> LocalSetting:
    """Make a congress's own setting of a rule; a later setting takes the place of an earlier one.

    Args:
        congress: key of the congress, e.g. ``congress:1``.
        rule_id: the rule.
        value: its number (a whole number or a fraction like ``"1/2"``); ``None`` keeps the table's.
        reason: why, with the local document it rests on.
        actor: the account.
        from_day, until: the days on which it counts.
        roll: ``next`` or ``no`` for last days on rest days; empty keeps the table's.

    Raises:
        UnknownRule: no such id.
        LawError: it loosens a rule fixed by law; no reason; nothing set; the rule has no number.
    """
    if not reason.strip():
        raise LawError("请写明本级规定的依据和理由")
    if until is not None and until < from_day:
        raise LawError("截止日早于起始日，请检查")
    try:
        number = None if value is None else Fraction(value)
    except (ValueError, ZeroDivisionError):
        raise LawError(f"“{value}”不是整数或者分数，请填写如 2 或者 1/2") from None
    if roll not in {"", "next", "no"} or (number is None and not roll):
        raise LawError("请填写本级的数，或者选择末日遇休息日是否顺延")
    rule = table.rule(rule_id, from_day)
    for version in _versions(rule_id, from_day, until):
        if number is not None and version.n is None:
            raise LawError(f"规则 {rule_id} 没有数字，不能设定本级的数")
        if number is not None and (number <= 0 or _whole_needed(version, number)):
            raise LawError(f"规则 {rule_id} 的数应当是大于零的整数，原定为比例的才可以写分数")
        if version.enforce == "hard":
            _check_hard(version, number, roll)
    row = LocalSetting.objects.create(
        congress=congress,
        rule_id=rule_id,
        value="" if number is None else str(number),
        roll=roll,
        from_day=from_day,
        until=until,
        reason=reason.strip(),
        actor_id=str(actor.pk),
    )
    change = SettingChange(
        setting=row.pk,
        congress=congress,
        rule=rule_id,
        table="" if rule.n is None else words.span(rule.n, rule.unit),
        value="" if number is None else words.span(number, rule.unit),
        roll=roll,
        from_day=from_day,
        until=until,
        reason=row.reason,
        actor=actor,
    )
    for listener in _listeners:
        listener(change)
    return row


def _whole_needed(rule: Rule, number: Fraction) -> bool:
    """Whether a fraction stands where the rule counts whole things."""
    return rule.n is not None and rule.n.denominator == 1 and number.denominator != 1
