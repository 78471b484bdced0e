"""Pure arithmetic and checks of suggestions: no database, no numbers of the law."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

# Practice. A committee's press weighs more than a deputy's, a government office's most.
# The weights are the practice of deployed systems, shown beside the list; they decide nothing.
PRESS_WEIGHTS = {"deputy": 1, "committee": 2, "government": 4}
# Practice. Days in which the same side does not press the same organ again.
PRESS_REST_DAYS = 3
# Practice. Days after the reply on which those who have not rated are reminded.
REMINDERS = (3, 10, 24)
# Practice. Days a deputy has to object to a signature entered from a sheet.
SHEET_OBJECTION_DAYS = 10
# Practice. Days a deputy has to object to a refusal.
REFUSAL_OBJECTION_DAYS = 10

_ITEMS = re.compile(r"(?:^|\n)\s*(?:[（(][一二三四五六七八九十]+[)）]|[一二三四五六七八九十]+、)")
_SPLIT_WORDS = re.compile(r"同时建议|此外[，,]?建议|另外[，,]?建议|另建议|再者[，,]?建议")


@dataclass(frozen=True, slots=True)
class SeveralMatters:
    """Why a text looks as if it asked for more than one thing."""

    signs: tuple[str, ...]

    @property
    def text(self) -> str:
        return "、".join(self.signs)


def several_matters(title: str, proposal: str, organs: Iterable[str] = ()) -> SeveralMatters | None:
    """Whether a suggestion seems to hold several matters (代表建议办理办法 第十条: one matter each).

    Args:
        title: its title; 以及, 和…的两项 and a 、between two verbs are signs.
        proposal: its proposal; connecting words such as 另外建议 are signs.
        organs: organs proposed by past cases; matters of organs that never handled together are a sign.

    Returns:
        the signs, or None; it only warns, the clerk decides.

    >>> several_matters("关于加强小区停车管理的建议", "一、增设车位。二、加强执法。") is None
    True
    >>> several_matters("关于修路的建议", "尽快修路。此外，建议增加公交班次。").text
    '“此外，建议”另起一事'
    """
    signs: list[str] = []
    if re.search(r"以及.*的建议", title):
        signs.append("标题写了“以及”")
    found = _SPLIT_WORDS.search(proposal)
    if found:
        signs.append(f"“{found.group()}”另起一事")
    kinds = list(dict.fromkeys(organs))
    if len(kinds) > 2:
        signs.append("涉及 " + "、".join(kinds) + " 等不相关单位")
    return SeveralMatters(tuple(signs)) if signs else None


def in_session(day: dt.date, opens: dt.date | None, closes: dt.date | None) -> bool:
    """Whether a day lies in a session, first and last day included (民法典 第一千二百五十九条).

    >>> in_session(dt.date(2026, 1, 20), dt.date(2026, 1, 20), dt.date(2026, 1, 23))
    True
    """
    return opens is not None and closes is not None and opens <= day <= closes


def may_press_again(last: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether the rest between two presses of one side is over."""
    return last is None or now - last >= dt.timedelta(days=PRESS_REST_DAYS)


def reminder_due(replied_on: dt.date, today: dt.date, reminded: Sequence[int]) -> int | None:
    """Which reminder is due today, by days after the reply; the latest one that was missed, once.

    >>> d = dt.date
    >>> reminder_due(d(2026, 3, 1), d(2026, 3, 4), []), reminder_due(d(2026, 3, 1), d(2026, 3, 5), [3])
    (3, None)
    >>> reminder_due(d(2026, 3, 1), d(2026, 3, 30), [3])
    24
    """
    passed = (today - replied_on).days
    due = [n for n in REMINDERS if n <= passed]
    return due[-1] if due and due[-1] not in reminded else None


def share(part: int, base: int) -> str:
    """A percentage with one decimal, rounded half up in integers; a dash where the base is empty.

    >>> share(1, 3), share(0, 0), share(353, 353)
    ('33.3%', '—', '100.0%')
    """
    if not base:
        return "—"
    tenths = int(Fraction(part * 1000, base) + Fraction(1, 2))
    return f"{tenths // 10}.{tenths % 10}%"


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """Counts of ratings of results: silence is apart and never in the numerator.

    Args:
        satisfied, basically, dissatisfied: ratings given.
        silent: signers who were asked and did not answer.
    """

    satisfied: int = 0
    basically: int = 0
    dissatisfied: int = 0
    silent: int = 0

    @property
    def rated(self) -> int:
        return self.satisfied + self.basically + self.dissatisfied

    @property
    def asked(self) -> int:
        return self.rated + self.silent

    @property
    def rate(self) -> str:
        """Satisfied and basically satisfied, of those asked: silence does not count as satisfaction.

        >>> Satisfaction(satisfied=6, basically=2, dissatisfied=1, silent=1).rate
        '80.0%'
        """
        return share(self.satisfied + self.basically, self.asked)


def next_after_rating(results: Sequence[str], pending: int, rounds: int, promises_open: int) -> str:
    """Where a suggestion goes after a rating.

    Args:
        results: results rated so far in this round.
        pending: signers who have not rated yet.
        rounds: which answer this was, 1 or 2.
        promises_open: promises on the ledger that are not closed.

    Returns:
        rehandling (any dissatisfaction with the first answer), assessing (with the second), replied (others
        are still asked), following (promises are open) or closed. 代表建议办理办法 第二十二条.

    >>> next_after_rating(["dissatisfied"], 3, 1, 0), next_after_rating(["dissatisfied"], 0, 2, 0)
    ('rehandling', 'assessing')
    >>> next_after_rating(["satisfied"], 1, 1, 2), next_after_rating(["satisfied"], 0, 1, 2)
    ('replied', 'following')
    >>> next_after_rating(["basically"], 0, 2, 0)
    'closed'
    """
    if "dissatisfied" in results:
        return "rehandling" if rounds == 1 else "assessing"
    if pending:
        return "replied"
    return "following" if promises_open else "closed"


def appraisal_mean(points: Sequence[int]) -> str:
    """The mean of an appraisal with one decimal, half up; a dash without sheets.

    >>> appraisal_mean([90, 85, 92]), appraisal_mean([])
    ('89.0', '—')
    """
    if not points:
        return "—"
    tenths = int(Fraction(sum(points) * 10, len(points)) + Fraction(1, 2))
    return f"{tenths // 10}.{tenths % 10}"
