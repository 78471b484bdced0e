"""Budgets: over-collection, the reserve, unused items. Amounts are exact numbers in one unit (万元 or 元)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

Amount = int | Fraction


@dataclass(frozen=True, slots=True)
class Collection:
    """Revenue against what was approved (预算法实施条例 78): positive is 超收, negative 短收."""

    own: Amount
    difference: Amount

    @property
    def short(self) -> bool:
        return self.difference < 0


def collection(*, approved: Amount, inflow: Amount, transfers: Amount, debt: Amount) -> Collection:
    """Own revenue against the approved number: transfers and borrowed money do not count."""
    own = inflow - transfers - debt
    return Collection(own, own - approved)


def share(n: Fraction, base: Amount) -> Amount:
    """``n`` percent of an amount, exact."""
    exact = n * base / 100
    return exact.numerator if exact.denominator == 1 else exact


def surplus_at_end_of(year: int, following: Fraction) -> int:
    """The year at whose end an unused item of ``year``'s budget is surplus (预算法 42, 实施条例 50)."""
    return year + int(following)
