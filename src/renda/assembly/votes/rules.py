"""Pure arithmetic of a vote: what the numbers say in words. The law's shares come from the law kernel."""

from __future__ import annotations

from dataclasses import dataclass

# Practice.
SMALLEST_SECRET = 5  # persons: with fewer, the numbers alone say who voted how


@dataclass(frozen=True, slots=True)
class Tally:
    """The four results of a vote, in persons.

    Args:
        not_pressed: present and did nothing; a result of its own, never an abstention.
    """

    votes_for: int
    votes_against: int
    abstentions: int
    not_pressed: int

    @property
    def present(self) -> int:
        return self.votes_for + self.votes_against + self.abstentions + self.not_pressed


def tally(present: int, votes_for: int, votes_against: int, abstentions: int) -> Tally:
    """Make the books balance: whoever is present and in none of the three did not press.

    Raises:
        ValueError: more votes than persons present; the sentence names the difference.
    """
    cast = votes_for + votes_against + abstentions
    if cast > present:
        raise ValueError(
            f"赞成 {votes_for}、反对 {votes_against}、弃权 {abstentions}，合计 {cast} 票，"
            f"比到会的 {present} 人多 {cast - present} 票，请重新清点。"
        )
    return Tally(votes_for, votes_against, abstentions, present - cast)


def verdict_words(found: Tally, *, members: int, needed: int, missing: int, carried: bool, hand: bool) -> str:
    """The result as the chair reads it out, with its arithmetic.

    Args:
        members: all members or deputies in office, the base of the majority.
        needed: votes in favour that carry it.
        missing: how many were missing; 0 when enough.
        hand: hands were counted: then nobody “pressed”.
    """
    rest = "未表示" if hand else "未按表决器"
    counted = (
        f"赞成 {found.votes_for} 票，反对 {found.votes_against} 票，弃权 {found.abstentions} 票，"
        f"{rest} {found.not_pressed} 人"
    )
    end = "通过" if carried else f"还差 {missing} 票，没有通过" if missing else "没有通过"
    return f"{counted}。全体 {members} 人，须 {needed} 票赞成，{end}"
