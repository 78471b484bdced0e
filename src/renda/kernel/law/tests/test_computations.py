"""compute.md: every example, field names, wrong inputs; and the number of every used rule matters."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renda.kernel.law import api
from renda.kernel.law.table import Rule

FIELDS = {
    "due": ["due", "roll", "provisional"],
    "before": ["due"],
    "election_calendar": [
        "roll_published",
        "objections_until",
        "first_list",
        "final_list",
        "suit",
        "first_session_by",
    ],
    "sitting_calendar": [
        "report_to_committee",
        "report_to_standing_committee",
        "to_members",
        "notice",
        "handover_by",
    ],
    "seats": ["seats"],
    "contest": ["min", "max"],
    "verdict": ["quorum", "quorum_needed", "needed", "carried", "missing"],
    "direct_election": ["valid", "why_invalid", "threshold", "elected", "tie", "run_off"],
    "direct_run_off": ["elected", "threshold"],
    "recall": ["carried", "needed"],
    "joint_proposal": ["needed"],
    "suggestion_clock": ["due", "why"],
    "audit_rectification": ["due"],
    "petition_clock": ["notice_by", "result_by"],
}
DISTRICT = "direct_election voters=2000 took_part=1203 issued=1203 returned=1198 valid=1190"
# One call for each computation, and more where other inputs use other rules.
CALLS = [
    "due rule=MOT-021 from=2026-02-28",
    "due rule=MOT-021 from=2026-02-28 extended=yes",
    "due rule=PET-012 from=2026-03-20 extended=yes",
    "before rule=ELE-029 event=2026-12-10",
    "election_calendar election_day=2026-12-10",
    "sitting_calendar first_day=2026-08-27 last_day=2026-08-28 body=standing_committee",
    "sitting_calendar first_day=2026-08-27 last_day=2026-08-28 body=congress",
    "seats level=city population=10300000",
    "seats level=county population=1555000 increase=5",
    "seats level=township population=200000",
    "contest kind=direct seats=3",
    "contest kind=indirect seats=52",
    "contest kind=standing_committee seats=38",
    "contest kind=deputy_chief seats=6",
    "verdict kind=standing_committee members=45 present=30 for=22",
    "verdict kind=congress members=458 present=306 for=230",
    "verdict kind=presidium members=9 present=6 for=5",
    "verdict kind=presidium members=60 present=50 for=31 level=city",
    f"{DISTRICT} seats=2 c.A=800 c.B=650 c.C=650",
    f"{DISTRICT} seats=3 c.A=800 c.B=600 c.C=590 c.D=580 c.E=570",
    f"{DISTRICT} seats=2 c.A=800 c.B=600 c.C=590",
    "direct_run_off returned=901 seats=1 c.A=301 c.B=300",
    "recall voters=4000 for=1900",
    "joint_proposal level=city kind=motion members=458",
    "joint_proposal level=township kind=motion members=85",
    "joint_proposal level=city kind=motion_to_standing_committee members=45",
    "joint_proposal level=county kind=motion_to_standing_committee members=30",
    "joint_proposal level=city kind=interpellation members=458",
    "joint_proposal level=city kind=interpellation members=45",
    "joint_proposal level=county kind=interpellation members=30",
    "joint_proposal level=city kind=special_inquiry members=43",
    "joint_proposal level=city kind=special_inquiry members=458",
    "joint_proposal level=city kind=removal members=458",
    "joint_proposal level=city kind=removal members=45",
    "joint_proposal level=township kind=removal members=85",
    "joint_proposal level=province kind=nomination members=900",
    "joint_proposal level=city kind=nomination members=458",
    "joint_proposal level=county kind=nomination members=312",
    "joint_proposal level=township kind=nomination members=85",
    "suggestion_clock handed_over=2026-03-10 received=2026-03-11 hard=no",
    "suggestion_clock handed_over=2026-03-10 received=2026-03-11 hard=yes",
    "audit_rectification heard=2026-06-25",
    "audit_rectification heard=2026-07-28",
    "petition_clock received=2026-03-10 accepted=2026-03-20 extended=yes",
]


def run(call: str, **more: Any) -> dict[str, Any]:
    name, *pairs = call.split()
    return api.to_json(api.compute(name, dict(pair.split("=", 1) for pair in pairs), **more))  # type: ignore[no-any-return]


def fields(call: str) -> dict[str, Any]:
    answer = run(call)
    return {name: answer[name] for name in FIELDS[call.split()[0]]}


def test_the_names_are_those_of_the_contract() -> None:
    assert set(api.COMPUTATIONS) == set(FIELDS)


@pytest.mark.parametrize("call", CALLS)
def test_every_answer_has_its_fields_and_its_basis(call: str) -> None:
    answer = run(call)
    for name in [*FIELDS[call.split()[0]], "rule", "article", "formula", "inputs"]:
        assert name in answer
    assert answer["rule"]
    assert len(answer["article"]) == len(answer["rule"])
    assert answer["formula"]


@pytest.mark.parametrize(
    ("call", "want"),
    [
        (
            "due rule=MOT-021 from=2026-02-28 roll=no",
            {"due": "2026-05-28", "roll": "no", "provisional": "no"},
        ),
        ("due rule=MOT-022 from=2025-08-31 roll=no", {"due": "2026-02-28"}),
        (
            "election_calendar election_day=2026-12-10",
            {
                "roll_published": "2026-11-20",
                "objections_until": "2026-11-25",
                "first_list": "2026-11-25",
                "final_list": "2026-12-03",
                "suit": "2026-12-05",
                "first_session_by": "2027-02-10",
            },
        ),
        ("seats level=city population=10300000", {"seats": 650}),
        ("seats level=county population=862400", {"seats": 312}),
        ("contest kind=direct seats=3", {"min": 4, "max": 6}),
        ("contest kind=indirect seats=52", {"min": 63, "max": 78}),
        (
            "verdict kind=standing_committee members=45 present=30 for=22",
            {"quorum": "yes", "quorum_needed": 23, "needed": 23, "carried": "no", "missing": 1},
        ),
        (
            "verdict kind=congress members=458 present=306 for=230",
            {"quorum": "yes", "carried": "yes", "missing": 0},
        ),
        (
            "direct_election voters=2000 took_part=1203 issued=1203 returned=1198 valid=1190 seats=2 "
            "c.A=800 c.B=650 c.C=650",
            {
                "valid": "yes",
                "elected": ["A"],
                "tie": ["B", "C"],
                "run_off": {"seats": 1, "candidates": ["B", "C"]},
            },
        ),
        ("recall voters=4000 for=1900", {"carried": "no", "needed": 2001}),
        ("audit_rectification heard=2026-07-28", {"due": "2026-12-31"}),
        (
            "sitting_calendar first_day=2026-08-27 last_day=2026-08-28 body=standing_committee",
            {
                "report_to_committee": "2026-08-07",
                "report_to_standing_committee": "2026-08-17",
                "to_members": "2026-08-20",
                "notice": "2026-08-21",
                "handover_by": "2026-09-07",
            },
        ),
        (
            "sitting_calendar first_day=2026-08-27 last_day=2026-08-28 body=congress",
            {"report_to_committee": "2026-07-28", "notice": "2026-07-27", "handover_by": None},
        ),
        (
            "joint_proposal level=city kind=special_inquiry members=43",
            {"needed": 9, "body": "standing_committee"},
        ),
        ("joint_proposal level=city kind=interpellation members=45", {"needed": 5}),
        ("joint_proposal level=city kind=interpellation members=458", {"needed": 10}),
        ("joint_proposal level=city kind=interpellation members=458 body=standing_committee", {"needed": 5}),
        ("joint_proposal level=county kind=interpellation members=30", {"needed": 3}),
        ("joint_proposal level=city kind=removal members=458", {"needed": 46}),
        ("joint_proposal level=township kind=removal members=85", {"needed": 17}),
    ],
)
def test_examples_of_the_contract(call: str, want: dict[str, Any]) -> None:
    answer = run(call)
    assert {name: answer[name] for name in want} == want


def test_one_seat_indirect_warns() -> None:
    answer = run("contest kind=indirect seats=1")
    assert (answer["min"], answer["max"]) == (2, 2)
    assert "没有符合规定的整数差额" in answer["warning"]
    assert "warning" not in run("contest kind=indirect seats=2")


def test_a_district_of_more_than_three_seats_warns() -> None:
    assert "1名至3名" in run("contest kind=direct seats=4")["warning"]


def _candidates(rule: Rule) -> list[dict[str, Any]]:
    """Other numbers for a rule, one of which has to show in the answer."""
    changes: list[dict[str, Any]] = []
    number = rule.n if rule.n is not None else Fraction(1)
    for other in (number / 2, number / 3, number * 2, number * 3, number - 1, number + 1):
        whole = rule.n is not None and number.denominator == 1
        changes.append({"n": Fraction(int(other)) if whole else other})
    changes = [change for change in changes if change["n"] > 0]
    if rule.n_max is not None:
        changes.append({"n_max": rule.n_max * 2})
    if rule.closes is not None:
        changes.append({"closes": (6, 30)})
    for key in rule.formula:
        changes.append({"formula": {**rule.formula, key: rule.formula[key] * 2}})
    return changes


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_each_used_rules_number_shows_in_the_answer(name: str) -> None:
    calls = [call for call in CALLS if call.split()[0] == name]
    used = {rule_id for call in calls for rule_id in run(call)["rule"]}
    silent = []
    for rule_id in sorted(used):
        rule = api.rule(rule_id, dt.date(2026, 6, 1))

        def shows(change: dict[str, Any], rule_id: str = rule_id) -> bool:
            for call in calls:
                before = fields(call)
                with api.replaced(rule_id, **change):
                    try:
                        if fields(call) != before:
                            return True
                    except api.InputError:  # the number bounds an input: its change is refused or allowed
                        return True
            return False

        if not any(shows(change) for change in _candidates(rule)):
            silent.append(rule_id)
    # Only the size of a district gives a warning instead of a field.
    assert silent == (["ELE-025"] if name == "contest" else [])


def test_the_size_of_a_district_comes_from_its_rule() -> None:
    with api.replaced("ELE-025", n_max=Fraction(2)):
        assert "1名至2名" in run("contest kind=direct seats=3")["warning"]


@pytest.mark.parametrize("key", ["base", "per", "cap_above"])
@pytest.mark.parametrize("level", ["city", "county"])
def test_each_number_of_a_seat_formula_counts(level: str, key: str) -> None:
    call = f"seats level={level} population={10_300_000 if level == 'city' else 1_600_000}"
    rule_id = run(call)["rule"][0]
    formula = dict(api.rule(rule_id, dt.date(2026, 6, 1)).formula)
    change = {"base": Fraction(1), "per": formula["per"] * 2, "cap_above": formula["cap_above"] * 2}
    with api.replaced(rule_id, formula={**formula, key: change[key]}):
        assert run(call)["seats"] != 650 if level == "city" else run(call)["seats"] != 450


def test_fewer_than_the_base_is_a_decision() -> None:
    answer = run("seats level=county population=48000")
    assert answer["seats"] == 149
    assert answer["notes"] == ["人口不足50000，可以决定少于140名"]
    with api.replaced("ELE-013", formula={"base": Fraction(140), "per": Fraction(5000)}):
        assert run("seats level=county population=48000")["notes"] == []


@pytest.mark.parametrize(
    ("call", "key"),
    [
        ("due rule=MOT-021", "from"),
        ("due from=2026-02-28", "rule"),
        ("due rule=MOT-999 from=2026-02-28", "rule"),
        ("due rule=ELE-029 from=2026-02-28", "rule"),
        ("due rule=MOT-023 from=2026-02-28", "rule"),
        ("due rule=MOT-021 from=2026-02-30", "from"),
        ("due rule=MOT-021 from=2026-02-28 extended=maybe", "extended"),
        ("due rule=MOT-034 from=2026-02-28 extended=yes", "extended"),
        ("due rule=MOT-021 from=2026-02-28 roll=back", "roll"),
        ("due rule=MOT-021 from=2026-02-28 until=2026-03-01", "until"),
        ("due rule=MOT-021 from=9999-12-01", "from"),
        ("before rule=MOT-021 event=2026-02-28", "rule"),
        ("before rule=ELE-029", "event"),
        ("election_calendar election_day=2026-12-10 level=city", "level"),
        ("election_calendar", "election_day"),
        ("sitting_calendar first_day=2026-08-28 last_day=2026-08-27 body=congress", "last_day"),
        ("sitting_calendar first_day=2026-08-28 last_day=2026-08-28", "body"),
        ("seats level=village population=1", "level"),
        ("seats level=city population=many", "population"),
        ("seats level=city population=-5", "population"),
        ("seats level=city population=1000 increase=5", "increase"),
        ("seats level=county population=1000 increase=6", "increase"),
        ("seats level=county population=1000 increase=x", "increase"),
        ("contest kind=direct seats=0", "seats"),
        ("contest kind=other seats=1", "kind"),
        ("verdict kind=congress members=458 present=459 for=1", "present"),
        ("verdict kind=congress members=458 present=306 for=307", "for"),
        ("verdict kind=congress members=458 present=306 for=300 against=7", "against"),
        ("verdict kind=congress members=458 present=306 for=300 against=6 abstain=1", "abstain"),
        ("verdict kind=standing_committee members=9 present=9 for=9 level=township", "level"),
        ("direct_election voters=10 took_part=11 issued=10 returned=10 valid=9 seats=1 c.A=9", "took_part"),
        ("direct_election voters=10 took_part=9 issued=9 returned=9 valid=10 seats=1 c.A=9", "valid"),
        ("direct_election voters=10 took_part=9 issued=9 returned=9 valid=9 seats=1 c.A=10", "c.A"),
        ("direct_election voters=10 took_part=9 issued=9 returned=9 valid=9 seats=1 c.A=9 c.B=1", "valid"),
        ("direct_election voters=10 took_part=9 issued=9 returned=9 valid=9 seats=1", "c.姓名"),
        ("direct_election voters=10 took_part=9 issued=9 returned=9 valid=9 seats=1 c.=9", "c."),
        ("direct_run_off returned=9 seats=0 c.A=9", "seats"),
        ("recall voters=10 for=11", "for"),
        ("joint_proposal level=township kind=motion_to_standing_committee members=9", "level"),
        ("joint_proposal level=city kind=motion members=9 body=standing_committee", "body"),
        ("petition_clock received=2026-03-10 accepted=2026-03-09", "accepted"),
        ("audit_rectification heard=28/07/2026", "heard"),
        ("suggestion_clock handed_over=2026-03-10", "received"),
    ],
)
def test_a_wrong_or_missing_input_names_its_key(call: str, key: str) -> None:
    with pytest.raises(api.InputError) as caught:
        run(call)
    assert caught.value.key == key
    assert str(caught.value).startswith(f"{key}：")


def test_an_unknown_computation_says_which_there_are() -> None:
    with pytest.raises(api.LawError, match="direct_election"):
        api.compute("votes", {})


def test_typed_inputs_are_the_same_as_text() -> None:
    typed = api.compute("due", {"rule": "MOT-021", "from": dt.date(2026, 2, 28), "extended": True})
    assert api.to_json(typed) == run("due rule=MOT-021 from=2026-02-28 extended=yes")
    assert typed["due"] == dt.date(2026, 8, 28)


def test_the_law_of_the_day_is_used() -> None:
    assert run("seats level=county population=862400", on=dt.date(2020, 1, 1))["seats"] == 292
    town = run("seats level=township population=150000", on=dt.date(2020, 1, 1))
    assert town["seats"] == 130
    assert "乡、民族乡" in town["notes"][0]
    old = run("sitting_calendar first_day=2022-06-20 last_day=2022-06-21 body=standing_committee")
    assert "监督法（2006年）第12条" in old["article"]
    assert run("audit_rectification heard=2022-07-28")["reference"] == ["BUD-049"]


def test_a_run_off_that_would_part_equals_is_left_to_people() -> None:
    base = "direct_election voters=2000 took_part=1200 issued=1200 returned=1200 valid=1190 seats=2"
    answer = run(f"{base} c.A=700 c.B=500 c.C=400 c.D=400")
    assert answer["elected"] == ["A"]
    assert answer["run_off"]["candidates"] == ["B", "C"]
    assert "C、D得票相同" in answer["notes"][0]
    # Two seats left take 3 or 4 candidates: the fourth equals the fifth, so three stand.
    answer = run(f"{base.replace('seats=2', 'seats=3')} c.A=700 c.B=500 c.C=450 c.D=430 c.E=400 c.F=400")
    assert answer["run_off"] == {"seats": 2, "candidates": ["B", "C", "D"]}


def test_too_few_candidates_for_a_run_off_are_named() -> None:
    base = "direct_election voters=2000 took_part=1200 issued=1200 returned=1200 valid=1190 seats=2"
    answer = run(f"{base} c.A=700 c.B=500")
    assert answer["run_off"] == {"seats": 1, "candidates": ["B"]}
    assert "不足2人" in answer["notes"][0]


@given(
    st.integers(1, 3),
    st.lists(st.integers(0, 400), min_size=1, max_size=8),
    st.integers(400, 900),
)
def test_a_count_never_seats_too_many_nor_below_the_threshold(
    seats: int, votes: list[int], took_part: int
) -> None:
    inputs: dict[str, Any] = {f"c.{number}": count for number, count in enumerate(votes)}
    voters = took_part * 2 - 1
    valid = max(max(votes), -(-sum(votes) // seats))
    if valid > took_part:
        return
    counts = {
        "voters": voters,
        "took_part": took_part,
        "issued": took_part,
        "returned": took_part,
        "valid": valid,
    }
    answer = api.compute("direct_election", {**inputs, **counts, "seats": seats})
    assert answer["valid"]
    elected, tie = answer["elected"], answer["tie"]
    assert len(elected) <= seats
    assert not set(elected) & set(tie)
    for name in [*elected, *tie]:
        assert 2 * votes[int(name)] > took_part
    left = seats - len(elected)
    assert (answer["run_off"] is None) == (left == 0)
    if tie:
        assert len(tie) > left
        assert len({votes[int(name)] for name in tie}) == 1
    assert [votes[int(name)] for name in elected] == sorted(
        (votes[int(name)] for name in elected), reverse=True
    )
