"""Counting against a share or a number: exact, with 以上 including the number and 过 not (民法典 1259)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from renda.kernel.law import words


@dataclass(frozen=True, slots=True)
class Bound:
    """What a rule compares with: ``>`` one half, ``>=`` ten, ``<=`` one fifth."""

    comparator: str
    n: Fraction

    def limit(self, base: int = 1) -> int:
        """The smallest (``>``, ``>=``) or largest (``<``, ``<=``) whole number satisfying ``n`` of the base.

        Raises:
            ValueError: an equality whose share of the base is no whole number.
        """
        exact = self.n * base
        if self.comparator == "=" and exact.denominator != 1:
            raise ValueError("按比例算出的数不是整数")
        limits = {">": floor(exact) + 1, ">=": ceil(exact), "<=": floor(exact), "<": ceil(exact) - 1}
        return limits.get(self.comparator, exact.numerator)

    def holds(self, count: int, base: int = 1) -> bool:
        """Whether ``count`` satisfies ``n`` of the base."""
        exact = self.n * base
        return {
            ">": count > exact,
            ">=": count >= exact,
            "<=": count <= exact,
            "<": count < exact,
            "=": count == exact,
        }[self.comparator]

    def words(self, base: int, of: str) -> str:
        """``全体代表458人，过半数：458×二分之一＝229，需230``."""
        said = words.bound(self.comparator, self.n)
        share = f"{base}×{words.number(self.n)}＝{words.figure(self.n * base)}"
        verb = "不超过" if self.comparator in {"<", "<="} else "需"
        return f"{of}{base}，{said}：{share}，{verb}{self.limit(base)}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a body could decide and did.

    Args:
        quorum_needed, needed: fewest present, fewest votes for.
        missing: votes for that were missing.
    """

    quorum: bool
    quorum_needed: int
    needed: int
    carried: bool
    missing: int


def verdict(quorum: Bound, majority: Bound, *, members: int, present: int, votes_for: int) -> Verdict:
    """A vote of a body whose quorum and majority both rest on all its members.

    Args:
        members: all members of the body (those in office, see docs/decisions/0012).
        present: those present.
        votes_for: votes for.
    """
    quorum_needed, needed = quorum.limit(members), majority.limit(members)
    met = quorum.holds(present, members)
    enough = majority.holds(votes_for, members)
    return Verdict(met, quorum_needed, needed, met and enough, max(0, needed - votes_for))


def answer_again(bound: Bound, *, movers: int, dissatisfied: int) -> bool:
    """Whether enough movers of an interpellation are dissatisfied (代表法 20 半数以上, 监督法 53 过半数)."""
    return bound.holds(dissatisfied, movers)
