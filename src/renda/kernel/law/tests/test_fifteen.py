"""The fifteen computations that naive code gets wrong (shared/law/processes.md §12), with every number."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest

from renda.kernel.law import api
from renda.kernel.law.rules import elections, majorities, money

ON = dt.date(2026, 6, 1)


def d(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def due(rule: str, start: str, **inputs: Any) -> str:
    return api.derive(rule, {"from": d(start), **inputs}, d(start)).day.isoformat()


def before(rule: str, event: str) -> str:
    return api.derive(rule, {"event": d(event)}, d(event)).day.isoformat()


def bound(rule: str) -> api.Bound:
    return api.bound(api.rule(rule, ON))


def compute(name: str, **inputs: Any) -> dict[str, Any]:
    return api.compute(name, inputs)


def test_01_backward_and_forward_days_in_one_flow() -> None:
    assert before("ELE-029", "2026-12-10") == "2026-11-20"
    assert d("2026-11-21") > d(before("ELE-029", "2026-12-10"))  # the 21st is too late
    assert due("ELE-030", "2026-11-20") == "2026-11-25"
    assert due("ELE-031", "2026-11-25") == "2026-11-28"
    assert before("ELE-032", "2026-12-10") == "2026-12-05"  # a Saturday, not moved
    assert d("2026-12-05").weekday() == 5
    assert before("ELE-040", "2026-12-10") == "2026-11-25"
    assert before("ELE-041", "2026-12-10") == "2026-12-03"
    assert before("ELE-033", "2026-12-10") == "2026-12-09"  # judgment before election day


@pytest.mark.parametrize(
    ("level", "population", "seats"),
    [
        ("city", 5_470_000, 458),
        ("city", 10_000_000, 640),
        ("city", 10_100_000, 644),
        ("city", 10_300_000, 650),
        ("county", 862_400, 312),
        ("county", 1_550_000, 450),
        ("county", 1_555_000, 450),
        ("county", 48_000, 149),
        ("township", 61_300, 85),
        ("township", 172_500, 160),
        ("township", 200_000, 160),
    ],
)
def test_02_seat_formulas(level: str, population: int, seats: int) -> None:
    assert compute("seats", level=level, population=population)["seats"] == seats


def test_02_bases_of_120_and_40_are_the_law_of_2015() -> None:
    old = d("2019-06-01")
    assert api.compute("seats", {"level": "county", "population": 862_400}, on=old)["seats"] == 120 + 172
    assert api.compute("seats", {"level": "township", "population": 61_300}, on=old)["seats"] == 40 + 40
    assert "可以决定少于140名" in compute("seats", level="county", population=48_000)["notes"][0]


@pytest.mark.parametrize(
    ("kind", "seats", "low", "high"),
    [
        ("direct", 1, 2, 2),
        ("direct", 2, 3, 4),
        ("direct", 3, 4, 6),
        ("indirect", 2, 3, 3),
        ("indirect", 6, 8, 9),
        ("indirect", 30, 36, 45),
        ("indirect", 52, 63, 78),
        ("indirect", 1, 2, 2),
        ("standing_committee", 38, 42, 45),
        ("standing_committee", 40, 44, 48),
        ("deputy_chief", 6, 7, 9),
    ],
)
def test_03_contest_ratios(kind: str, seats: int, low: int, high: int) -> None:
    answer = compute("contest", kind=kind, seats=seats)
    assert (answer["min"], answer["max"]) == (low, high)
    assert ("warning" in answer) == (kind == "indirect" and seats == 1)


@pytest.mark.parametrize("rule", ["ELE-080", "ELE-099"])
def test_03_a_by_election_may_be_uncontested(rule: str) -> None:
    assert api.derive(rule, {"count": 2, "base": 2}, ON).value is True
    assert api.derive(rule, {"count": 1, "base": 2}, ON).value is False


def test_04_joint_nomination_counts_the_cap_per_voter() -> None:
    ten = [f"选民{number}" for number in range(10)]
    needed = bound("ELE-034")
    seats = bound("ELE-036").limit(2)
    sheets = {
        "A": [*ten[:1], *(f"甲{n}" for n in range(9))],
        "B": [*ten[:1], *(f"乙{n}" for n in range(9))],
        "C": ten,
    }
    found = elections.joint_nominations(sheets, seats=seats, needed=needed)
    assert found["A"].enough
    assert found["B"].enough
    assert len(found["C"].signers) == 9
    assert not found["C"].enough
    assert ten[0] not in found["C"].signers
    again = elections.joint_nominations({**sheets, "C": [*ten, "又一人"]}, seats=seats, needed=needed)
    assert len(again["C"].signers) == 10
    assert again["C"].enough
    twice = elections.joint_nominations({"C": [*ten[:9], ten[0]]}, seats=seats, needed=needed)
    assert len(twice["C"].signers) == 9  # one voter, one signature on a sheet


def test_05_validity_and_majority() -> None:
    count = {"voters": 2000, "issued": 1203, "returned": 1198, "valid": 1190, "seats": 2}
    half = {**count, "issued": 1000, "returned": 1000, "valid": 1000}
    answer = compute("direct_election", **half, took_part=1000, **{"c.A": 900})
    assert not answer["valid"]
    assert "1001" in answer["why_invalid"]
    assert answer["elected"] == []
    assert answer["run_off"] is None
    assert compute("direct_election", **half, took_part=1001, **{"c.A": 900})["valid"]
    answer = compute("direct_election", **count, took_part=1203, **{"c.A": 600})
    assert (answer["threshold"], answer["elected"]) == (602, [])
    assert compute("direct_election", **count, took_part=1203, **{"c.A": 601})["elected"] == []  # 1202 < 1203
    assert compute("direct_election", **count, took_part=1203, **{"c.A": 602})["elected"] == ["A"]
    over = {**count, "returned": 1210}
    answer = compute("direct_election", **over, took_part=1203, **{"c.A": 800})
    assert not answer["valid"]
    assert "1210" in answer["why_invalid"]
    assert answer["elected"] == []
    cap = bound("VOT-017")
    assert not elections.ballot_counts(cap, marks=3, seats=2)
    assert elections.ballot_counts(cap, marks=2, seats=2)
    assert elections.ballot_counts(cap, marks=1, seats=2)


def test_06_too_many_tie_too_few() -> None:
    count = {"voters": 2000, "took_part": 1203, "issued": 1203, "returned": 1198, "valid": 1190}
    answer = compute("direct_election", **count, seats=2, **{"c.A": 800, "c.B": 650, "c.C": 650})
    assert (answer["elected"], answer["tie"]) == (["A"], ["B", "C"])
    assert answer["run_off"] == {"seats": 1, "candidates": ["B", "C"]}
    votes = {"c.A": 800, "c.B": 500, "c.C": 400, "c.D": 300, "c.E": 200, "c.F": 100}
    answer = compute("direct_election", **count, seats=3, **votes)
    assert answer["elected"] == ["A"]
    assert answer["run_off"] == {"seats": 2, "candidates": ["B", "C", "D", "E"]}
    answer = compute(
        "direct_election", **count, seats=3, **{k: votes[k] for k in ("c.A", "c.B", "c.C", "c.D")}
    )
    assert answer["run_off"]["candidates"] == ["B", "C", "D"]  # 3 or 4
    # Three above half for two seats: those with more votes.
    small = {**count, "took_part": 1000, "returned": 1000, "valid": 1000, "voters": 1900}
    answer = compute("direct_election", **small, seats=2, **{"c.A": 520, "c.B": 700, "c.C": 510})
    assert answer["elected"] == ["B", "A"]
    run_off = {"returned": 900, "seats": 1}
    assert compute("direct_run_off", **run_off, **{"c.A": 300, "c.B": 299})["elected"] == ["A"]
    answer = compute("direct_run_off", returned=901, seats=1, **{"c.A": 300, "c.B": 200})
    assert (answer["elected"], answer["threshold"]) == ([], 301)
    assert compute("direct_run_off", returned=901, seats=1, **{"c.A": 301, "c.B": 200})["elected"] == ["A"]
    # The indirect re-election keeps more than half of all deputies.
    assert bound("ELE-059").limit(458) == 230


def test_07_recall_rests_on_all_voters() -> None:
    assert bound("ELE-064").limit() == 50
    answer = compute("recall", voters=4000, **{"for": 1900})
    assert (answer["carried"], answer["needed"]) == (False, 2001)
    # Of the 2,300 who voted, 1,900 would be plenty: the elected's base is another one.
    assert bound("ELE-054").holds(1900, 2300)
    assert compute("recall", voters=4000, **{"for": 2001})["carried"]


def test_08_decision_of_a_standing_committee() -> None:
    answer = compute(
        "verdict", kind="standing_committee", members=45, present=30, **{"for": 22}, against=2, abstain=6
    )
    assert (answer["quorum"], answer["quorum_needed"], answer["needed"]) == (True, 23, 23)
    assert (answer["carried"], answer["missing"]) == (False, 1)
    assert (
        compute("verdict", kind="standing_committee", members=44, present=30, **{"for": 23})["needed"] == 23
    )
    assert compute("verdict", kind="standing_committee", members=43, present=30, **{"for": 22})["carried"]


def test_09_congress() -> None:
    answer = compute("verdict", kind="congress", members=458, present=306, **{"for": 230})
    assert (answer["quorum"], answer["quorum_needed"], answer["needed"]) == (True, 306, 230)
    assert not compute("verdict", kind="congress", members=458, present=305, **{"for": 230})["quorum"]
    assert (
        compute("verdict", kind="congress", members=450, present=300, **{"for": 226})["quorum_needed"] == 300
    )
    lost = compute("verdict", kind="congress", members=458, present=320, **{"for": 229})
    assert (lost["quorum"], lost["carried"]) == (True, False)
    no_quorum = compute("verdict", kind="congress", members=458, present=300, **{"for": 240})
    assert (no_quorum["carried"], no_quorum["missing"]) == (False, 0)


def test_10_half_or_more_and_more_than_half() -> None:
    congress, committee = bound("SUP-040"), bound("SUP-039")
    assert majorities.answer_again(congress, movers=10, dissatisfied=5)
    assert not majorities.answer_again(congress, movers=10, dissatisfied=4)
    assert not majorities.answer_again(committee, movers=6, dissatisfied=3)
    assert majorities.answer_again(committee, movers=6, dissatisfied=4)
    assert compute("joint_proposal", level="city", kind="special_inquiry", members=43)["needed"] == 9
    assert compute("joint_proposal", level="city", kind="removal", members=458)["needed"] == 46
    assert bound("MTG-005").limit(458) == 92
    assert compute("joint_proposal", level="township", kind="removal", members=85)["needed"] == 17


def test_11_suggestion_clock() -> None:
    assert due("MOT-021", "2026-02-28") == "2026-05-28"
    assert (
        d("2026-02-28") + dt.timedelta(days=90)
    ).isoformat() == "2026-05-29"  # what ninety days would give
    assert due("MOT-021", "2025-11-30", roll="no") == "2026-02-28"
    assert due("MOT-021", "2026-07-01", roll="no") == "2026-10-01"
    assert due("MOT-021", "2026-07-01") == "2026-10-08"
    assert due("MOT-021", "2025-08-31", extended=True, roll="no") == "2026-02-28"
    answer = compute("suggestion_clock", handed_over=d("2026-03-10"), received=d("2026-03-12"))
    assert answer["due"] == d("2026-06-10")  # by receipt it would be 06-12
    assert "取较早的2026-06-10" in answer["why"]
    earlier = compute("suggestion_clock", handed_over=d("2026-03-12"), received=d("2026-03-10"))
    assert earlier["due"] == d("2026-06-10")
    hard = compute("suggestion_clock", handed_over=d("2025-08-29"), received=d("2025-08-31"), hard=True)
    assert hard["due"] == d("2026-02-28")
    # Re-assigned after an objection: a new hand-over day, a new clock for the new unit.
    assert due("MOT-021", "2026-03-31") == "2026-06-30"


def test_12_audit_and_budget_clocks() -> None:
    assert compute("audit_rectification", heard=d("2026-06-25"))["due"] == d("2026-12-25")
    assert compute("audit_rectification", heard=d("2026-07-28"))["due"] == d("2026-12-31")
    assert due("BUD-049", "2026-07-28") == "2027-01-28"
    assert due("BUD-015", "2026-01-16") == due("BUD-019", "2026-01-16") == "2026-02-05"
    assert due("BUD-020", "2026-01-30", roll="no") == "2026-02-19"
    assert due("BUD-020", "2026-01-30", roll="next") == "2026-02-24"
    assert due("BUD-016", "2026-01-30") == "2026-02-14"  # a made-up working Saturday
    assert due("BUD-021", "2026-02-10") == "2026-03-02"


def test_13_over_collection_reserve_and_unused_items() -> None:
    found = money.collection(approved=2_150_000, inflow=2_210_000, transfers=40_000, debt=30_000)
    assert (found.own, found.difference, found.short) == (2_140_000, -10_000, True)
    low = api.derive("BUD-011", {"base": 4_820_000}, ON).value
    high = api.derive("BUD-080", {"base": 4_820_000}, ON).value
    assert (low, high) == (48_200, 144_600)
    odd = api.derive("BUD-011", {"base": 4_820_050}, ON)
    assert odd.value == Fraction(96_401, 2)  # exact, not rounded
    following = api.rule("BUD-033", ON).n
    assert following is not None
    assert money.surplus_at_end_of(2024, following) == 2025


def test_14_filing() -> None:
    assert due("FIL-001", "2026-03-02") == "2026-04-01"
    assert due("FIL-026", "2026-04-03", roll="no") == "2026-05-03"
    assert due("FIL-026", "2026-04-03") == "2026-05-06"  # 3 May lies in the feast
    assert due("FIL-026", "2026-04-03", extended=True) == "2026-06-02"
    assert due("FIL-028", "2026-05-20", roll="no") == "2026-06-19"
    assert due("FIL-028", "2026-05-20", roll="next") == "2026-06-22"


def test_15_petition() -> None:
    answer = compute("petition_clock", received=d("2026-03-10"), accepted=d("2026-03-20"))
    assert (answer["notice_by"], answer["result_by"]) == (d("2026-03-25"), d("2026-05-19"))
    longer = compute("petition_clock", received=d("2026-03-10"), accepted=d("2026-03-20"), extended=True)
    assert longer["result_by"] == d("2026-06-18") == d("2026-03-20") + dt.timedelta(days=90)
    assert due("PET-008", "2026-04-02") == "2026-04-10"
    start = d("2026-03-10")
    assert d(due("PET-017", "2026-03-10", excluded=12)) == start + dt.timedelta(days=42)
    assert due("PET-014", "2026-03-10") == "2026-04-09"
