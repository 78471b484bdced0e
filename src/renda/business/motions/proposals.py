"""Which organ handles a suggestion: proposed from how similar ones were handled, with the reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

ENOUGH = 2  # past cases of one organ that make a proposal
LISTED = 3  # numbers named in the reason


@dataclass(frozen=True, slots=True)
class Past:
    """A similar case of the past years.

    Args:
        number: as on paper, 第12号.
        year: when it was submitted.
        lead: ids of the organs that answered (lead or separate); joint: of those that helped.
        returned: ids of organs that had returned it.
        alike: 0 to 1; 0 where only the category is the same.
    """

    number: str
    year: int
    lead: tuple[int, ...]
    joint: tuple[int, ...] = ()
    returned: tuple[int, ...] = ()
    alike: float = 0.0


@dataclass(frozen=True, slots=True)
class Proposal:
    """An organ with the reason.

    Args:
        organ: its id.
        count, base: led so many of the similar cases.
        numbers: some of them, most alike first.
        returned: how many it had returned.
        by_text: whether the texts are alike, not the category alone.
    """

    organ: int
    count: int
    base: int
    numbers: tuple[str, ...]
    returned: int = 0
    by_text: bool = True

    def reason(self, name: str, years: int = 3) -> str:
        """In a sentence, as the grid shows it.

        >>> Proposal(1, 5, 7, ("2024年第12号",)).reason("市城管局")
        '近3年相似的 7 件中 5 件由市城管局主办：2024年第12号'
        """
        same = "相似的" if self.by_text else "同类的"
        back = f"；它退回过 {self.returned} 件" if self.returned else ""
        more = "等" if self.count > len(self.numbers) else ""
        listed = "、".join(self.numbers)
        return f"近{years}年{same} {self.base} 件中 {self.count} 件由{name}主办：{listed}{more}{back}"


@dataclass(frozen=True, slots=True)
class Proposed:
    """Lead and joint organs proposed, best first."""

    lead: tuple[Proposal, ...] = ()
    joint: tuple[Proposal, ...] = ()


def propose(
    alike: Sequence[Past], same_category: Sequence[Past] = (), living: frozenset[int] | None = None
) -> Proposed:
    """The organs that led, and those that helped, in the cases most like it.

    Args:
        alike: past cases with similar texts, most alike first.
        same_category: past cases of the category; asked only where similar texts say too little.
        living: organs that exist; others are left out (their heirs stand in the cases' place already).

    >>> one = Past("2024年第1号", 2024, (7,), alike=0.5)
    >>> propose([one, one, Past("2024年第2号", 2024, (8,), alike=0.2)]).lead[0].organ
    7
    >>> propose([one]).lead
    ()
    """
    lead = _count(alike, "lead", living, True)
    if not lead:
        lead = _count(same_category, "lead", living, False)
    chosen = {p.organ for p in lead[:1]}
    joint = tuple(p for p in _count(alike, "joint", living, True) if p.organ not in chosen)
    return Proposed(lead, joint)


def _count(
    cases: Sequence[Past], part: str, living: frozenset[int] | None, by_text: bool
) -> tuple[Proposal, ...]:
    numbers: dict[int, list[str]] = defaultdict(list)
    weight: dict[int, float] = defaultdict(float)
    returned: dict[int, int] = defaultdict(int)
    for case in cases:
        for organ in dict.fromkeys(case.lead if part == "lead" else case.joint):
            numbers[organ].append(case.number)
            weight[organ] += 1 + case.alike
        for organ in dict.fromkeys(case.returned):
            returned[organ] += 1
    found = [
        Proposal(organ, len(n), len(cases), tuple(n[:LISTED]), returned[organ], by_text)
        for organ, n in numbers.items()
        if len(n) >= ENOUGH and (living is None or organ in living)
    ]
    return tuple(sorted(found, key=lambda p: (-weight[p.organ], p.organ)))
