"""Pure arithmetic of matters: look-backs and rates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


def next_lookback(done: int, plan: Sequence[int]) -> int | None:
    """Months after closing of the next look-back, None when the plan is done.

    Args:
        done: how many look-backs there were.
        plan: months after closing, ascending.

    >>> next_lookback(0, (3, 6, 12)), next_lookback(2, (3, 6, 12)), next_lookback(3, (3, 6, 12))
    (3, 12, None)
    """
    return plan[done] if done < len(plan) else None


@dataclass(frozen=True, slots=True)
class KeptRate:
    """How many of the promises whose day has come were kept.

    Matters not yet due and matters dropped with a recorded reason are outside the base.

    Args:
        kept: closed by another person on evidence.
        due: those whose day has come or that were closed before it.
    """

    kept: int
    due: int

    @property
    def share(self) -> tuple[int, int]:
        return self.kept, self.due

    @property
    def percent(self) -> str:
        """One decimal, rounded half up in integers; a dash where nothing was due.

        >>> KeptRate(1, 2).percent, KeptRate(0, 0).percent, KeptRate(2, 3).percent
        ('50.0%', '—', '66.7%')
        """
        if not self.due:
            return "—"
        tenths = (self.kept * 2000 + self.due) // (2 * self.due)
        return f"{tenths // 10}.{tenths % 10}%"
