"""The door of the law: rules by id and day, values that can say why, the named computations, own settings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from renda.kernel.law.computations import COMPUTATIONS, compute, to_json
from renda.kernel.law.derive import InputError, bound, derive, number
from renda.kernel.law.derived import Derived, LocalNumber, explain
from renda.kernel.law.queries import rule, steady, without_database
from renda.kernel.law.rules import elections, majorities, money, periods, seats
from renda.kernel.law.rules.majorities import Bound
from renda.kernel.law.table import Extension, LawError, Local, Rule, UnknownRule, replaced
from renda.kernel.law.table import book as _book
from renda.kernel.law.table import entry as _entry
from renda.kernel.law.table import rule as _table_rule

if TYPE_CHECKING:
    from renda.kernel.law.services import SettingChange, on_setting, set_local

# What needs the application registry is fetched when used: the command line asks the law without it.
_SERVICES = frozenset({"SettingChange", "on_setting", "set_local"})


def __getattr__(name: str) -> Any:
    if name in _SERVICES:
        from renda.kernel.law import services

        return getattr(services, name)
    raise AttributeError(name)


def all_rules(on: dt.date | None = None) -> list[Rule]:
    """Every rule in the order of ids: the newest version, or the one for a day (参照 marked)."""
    if on is None:
        return [entry.versions[0] for entry in _book().values()]
    return [_table_rule(rule_id, on) for rule_id in _book()]


def versions(rule_id: str) -> Sequence[Rule]:
    """All versions of a rule, newest first.

    Raises:
        UnknownRule: no such id.
    """
    return _entry(rule_id).versions


__all__ = [
    "COMPUTATIONS",
    "Bound",
    "Derived",
    "Extension",
    "InputError",
    "LawError",
    "Local",
    "LocalNumber",
    "Rule",
    "SettingChange",
    "UnknownRule",
    "all_rules",
    "bound",
    "compute",
    "derive",
    "elections",
    "explain",
    "majorities",
    "money",
    "number",
    "on_setting",
    "periods",
    "replaced",
    "rule",
    "seats",
    "set_local",
    "steady",
    "to_json",
    "versions",
    "without_database",
]
