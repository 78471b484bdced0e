"""Direct elections: validity, who is elected, who is voted on again; joint nominations and single ballots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from renda.kernel.law.rules.majorities import Bound
from renda.kernel.law.rules.seats import Contest


@dataclass(frozen=True, slots=True)
class RunOff:
    """A further vote.

    Args:
        seats: seats left.
        candidates: who stands, in first-round order.
        warning: what has to be settled by hand, in Chinese.
    """

    seats: int
    candidates: tuple[str, ...]
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A count.

    Args:
        valid: the election is valid.
        why_invalid: why not, in Chinese; empty where it is.
        threshold: fewest votes to be elected.
        elected: in the order of votes.
        tie: those with equal votes among whom the last seats cannot be given.
        run_off: the further vote that follows; ``None`` where none is needed.
    """

    valid: bool
    why_invalid: str
    threshold: int
    elected: tuple[str, ...]
    tie: tuple[str, ...] = ()
    run_off: RunOff | None = None


def _ranked(votes: Mapping[str, int]) -> list[str]:
    """Names by votes, the given order among equals."""
    return sorted(votes, key=lambda name: -votes[name])


def _seated(votes: Mapping[str, int], threshold: int, seats: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The elected in order, and those tied for what is left."""
    enough = [name for name in _ranked(votes) if votes[name] >= threshold]
    if len(enough) <= seats:
        return tuple(enough), ()
    edge = votes[enough[seats - 1]]
    if votes[enough[seats]] < edge:
        return tuple(enough[:seats]), ()
    elected = tuple(name for name in enough if votes[name] > edge)
    return elected, tuple(name for name in enough if votes[name] == edge)


def run_off_candidates(
    votes: Mapping[str, int], elected: Sequence[str], left: int, range_: Contest
) -> RunOff:
    """Candidates of the further vote by first-round order (选举法 45): the most that do not part equals.

    Args:
        left: seats left.
        range_: how many candidates these seats need.
    """
    order = [name for name in _ranked(votes) if name not in elected]
    most = min(len(order), range_.max)
    if len(order) < range_.min:
        short = f"得票人只剩{len(order)}人，不足{range_.min}人，差额不够，请依选举办法另行确定候选人"
        return RunOff(left, tuple(order), short)
    for count in range(most, range_.min - 1, -1):
        if count == len(order) or votes[order[count]] < votes[order[count - 1]]:
            return RunOff(left, tuple(order[:count]))
    edge = votes[order[most - 1]]
    equal = "、".join(name for name in order if votes[name] == edge)
    return RunOff(
        left, tuple(order[:most]), f"{equal}得票相同，名单只能取{most}人，法律未规定次序，请依选举办法确定"
    )


def direct(
    *,
    turnout: Bound,
    majority: Bound,
    overcount: Bound,
    voters: int,
    took_part: int,
    returned: int,
    seats: int,
    votes: Mapping[str, int],
) -> Outcome:
    """The first round of a direct election (选举法 44, 45), without the list of a further vote.

    Args:
        turnout: voters who took part against all voters of the district.
        majority: votes against voters who took part (not valid ballots).
        overcount: ballots returned against voters who took part.
        voters, took_part: all voters; those who took part, proxied voters included.
        returned: ballots taken out of the boxes.
        votes: by candidate or person written in.
    """
    threshold = majority.limit(took_part)
    if not turnout.holds(took_part, voters):
        needed = turnout.limit(voters)
        why = f"参加投票的选民{took_part}人，没有超过选区全体选民{voters}人的半数（至少{needed}人），选举无效"
        return Outcome(False, why, threshold, ())
    if not overcount.holds(returned, took_part):
        why = f"收回选票{returned}张，多于投票人数{took_part}人，选举无效"
        return Outcome(False, why, threshold, ())
    elected, tie = _seated(votes, threshold, seats)
    left = seats - len(elected)
    again = RunOff(left, tie) if tie else None
    return Outcome(True, "", threshold, elected, tie, again)


def second_round(bound: Bound, *, returned: int, seats: int, votes: Mapping[str, int]) -> Outcome:
    """A further vote: most votes, and not fewer than the share of that round's ballots (选举法 45)."""
    threshold = bound.limit(returned)
    elected, tie = _seated(votes, threshold, seats)
    return Outcome(True, "", threshold, elected, tie)


@dataclass(frozen=True, slots=True)
class Nomination:
    """One candidate's joint nomination after the cap per voter: valid signers, and whether they suffice."""

    signers: tuple[str, ...]
    enough: bool


def joint_nominations(
    sheets: Mapping[str, Sequence[str]], *, seats: int, needed: Bound
) -> dict[str, Nomination]:
    """Joint nominations in the order they came in; no voter may back more candidates than seats (选举法 30).

    Args:
        sheets: signers by candidate, in order of arrival; a signature beyond the voter's cap does not count.
    """
    used: dict[str, int] = {}
    out: dict[str, Nomination] = {}
    for candidate, signers in sheets.items():
        valid = []
        for signer in dict.fromkeys(signers):
            if used.get(signer, 0) < seats:
                used[signer] = used.get(signer, 0) + 1
                valid.append(signer)
        out[candidate] = Nomination(tuple(valid), needed.holds(len(valid)))
    return out


def ballot_counts(cap: Bound, *, marks: int, seats: int) -> bool:
    """Whether one ballot is good: not more marks than seats (选举法 44)."""
    return cap.holds(marks, seats)
