from __future__ import annotations

import datetime as dt
import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renda.kernel.calendar import api as calendar
from renda.kernel.clock import TZ
from renda.kernel.law import api, table
from renda.kernel.law.check import computes, expected, run_example
from renda.kernel.law.derived import value_from_json, value_to_json
from renda.kernel.law.table import Rule

DAYS = st.dates(dt.date(2025, 4, 1), dt.date(2026, 3, 1))
EXAMPLES = [
    pytest.param(rule_id, example, id=f"{rule_id}-{number}")
    for rule_id, entry in table.book().items()
    for number, example in enumerate(entry.examples)
]
PERIODS = [
    rule.id for rule in api.all_rules() if rule.direction == "forward" and rule.n and rule.unit != "hour"
]
BACKWARD = [rule.id for rule in api.all_rules() if rule.direction == "backward" and rule.n]
SHARES = [rule.id for rule in api.all_rules() if rule.n and rule.n.denominator != 1 and rule.n_max is None]


def d(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(("rule_id", "example"), EXAMPLES)
def test_worked_examples(rule_id: str, example: dict[str, object]) -> None:
    got = run_example(rule_id, example)
    want = expected(example["value"])
    assert got == want
    assert type(got) is type(want)


def test_every_rule_that_computes_has_an_example() -> None:
    without = [rule.id for rule in api.all_rules() if computes(rule) and not table.entry(rule.id).examples]
    assert without == []


def test_the_formula_says_the_arithmetic() -> None:
    derived = api.derive("MOT-021", {"from": d("2026-02-28"), "roll": "no"}, d("2026-02-28"))
    assert derived.formula == "自2026年2月28日起满3个月（当日不计入）→ 2026年5月28日"
    derived = api.derive("MOT-021", {"from": d("2026-07-01")}, d("2026-07-01"))
    assert derived.formula.endswith("；该日为国庆节，顺延至2026年10月8日（民法典第203条）")
    derived = api.derive("VOT-002", {"base": 45}, d("2026-01-01"))
    assert derived.formula == "常委会全体组成人员45，过半数：45×二分之一＝22.5，需23"


def test_explain_gives_every_line_a_reader_needs() -> None:
    derived = api.derive("MOT-021", {"from": d("2026-12-01"), "extended": True}, d("2026-12-01"))
    lines = api.explain(derived)
    assert lines[0].startswith("依据：《全国人民代表大会和地方各级人民代表大会代表法》（2025年）第51条")
    assert lines[1].startswith("算式：自2026年12月1日起满6个月")
    assert any(line.startswith("暂定：") for line in lines)
    reminded = api.derive("FIL-028", {"from": d("2026-05-20")}, d("2026-05-20"))
    assert not reminded.lights
    assert any("只作提示" in line for line in api.explain(reminded))
    referred = api.derive("MTG-006", {"base": 458}, d("2021-01-01"))
    assert any(line.startswith("参照现行规定") for line in api.explain(referred))


@pytest.mark.parametrize(
    "rule_id", ["MOT-021", "BUD-044", "FIL-028", "LEG-018", "SUP-028", "VOT-004", "ELE-050"]
)
def test_where_texts_disagree_the_choice_is_said(rule_id: str) -> None:
    """processes.md §13: decided once, the reason on the page."""
    assert api.rule(rule_id, d("2026-03-10")).why
    if rule_id == "MOT-021":
        derived = api.derive(rule_id, {"from": d("2026-03-10")}, d("2026-03-10"))
        assert any(line.startswith("口径：代表法自交办之日起算") for line in api.explain(derived))
        assert api.rule(rule_id, d("2020-03-10")).why == ""  # the weighing is of the present texts


def test_an_extension_replaces_or_adds() -> None:
    longer = api.derive("MOT-021", {"from": d("2025-08-31"), "extended": True, "roll": "no"}, d("2025-08-31"))
    assert (longer.rule, longer.day) == ("MOT-022", d("2026-02-28"))
    added = api.derive("PET-012", {"from": d("2026-03-20"), "extended": True}, d("2026-03-20"))
    assert (added.rule, added.day) == ("PET-012", d("2026-06-18"))
    assert added.notes == ("延长依据：信访工作条例（2022年）第34条　延期",)


def test_an_addition_runs_from_the_last_day_before_it_was_moved() -> None:
    derived = api.derive("FIL-026", {"from": d("2026-04-03"), "extended": True}, d("2026-04-03"))
    assert derived.day == d("2026-06-02")  # 04-03 + 30 + 30, although 05-03 itself would move to 05-06


def test_provisional_and_calendar_version_are_kept() -> None:
    near = api.derive("MOT-021", {"from": d("2026-07-01")}, d("2026-07-01"))
    assert not near.provisional
    assert near.calendar == calendar.version(d("2026-10-01"))
    far = api.derive("MOT-030", {"from": d("2026-12-28")}, d("2026-12-28"))
    assert far.provisional
    assert far.calendar == f"{calendar.version(d('2026-12-29'))},2027:provisional"
    plain = api.derive("ELE-029", {"event": d("2027-02-10")}, d("2027-02-10"))
    assert (plain.provisional, plain.calendar) == (False, "")


def test_hours_need_a_moment() -> None:
    moment = dt.datetime(2026, 3, 5, 20, 0, tzinfo=TZ)
    with api.replaced("SUP-079", n=Fraction(24)):
        derived = api.derive("SUP-079", {"from": moment}, d("2026-03-05"))
        assert derived.value == moment + dt.timedelta(hours=24)
        assert "起满24小时" in derived.formula
        assert api.Derived.from_json(derived.as_json()) == derived
        with pytest.raises(api.InputError, match="from"):
            api.derive("SUP-079", {"from": d("2026-03-05")}, d("2026-03-05"))


@pytest.mark.parametrize(
    ("rule_id", "inputs", "key"),
    [
        ("MOT-021", {}, "from"),
        ("MOT-021", {"from": "2026-02-30"}, "from"),
        ("MOT-021", {"from": dt.datetime(2026, 2, 28, tzinfo=TZ)}, "from"),
        ("MOT-021", {"from": dt.date(2026, 2, 28), "roll": "back"}, "roll"),
        ("MOT-021", {"from": dt.date(2026, 2, 28), "excluded": 3}, "excluded"),
        ("MOT-021", {"from": dt.date(2026, 2, 28), "event": dt.date(2026, 2, 28)}, "event"),
        ("MOT-034", {"from": dt.date(2026, 2, 28), "extended": True}, "extended"),
        ("MOT-034", {"from": dt.date(2026, 2, 28), "extended": "yes"}, "extended"),
        ("ELE-029", {"from": dt.date(2026, 2, 28)}, "event"),
        ("VOT-002", {"base": -1}, "base"),
        ("VOT-002", {"base": True}, "base"),
        ("MOT-044", {}, "year"),
        ("ELE-013", {"population": 1.5}, "population"),
        ("BUD-011", {"base": 0.5}, "base"),
    ],
)
def test_wrong_inputs_name_their_key(rule_id: str, inputs: dict[str, object], key: str) -> None:
    with pytest.raises(api.InputError) as caught:
        api.derive(rule_id, inputs, d("2026-01-01"))
    assert caught.value.key == key
    assert key in str(caught.value)


def test_a_rule_without_number_cannot_compute() -> None:
    with pytest.raises(api.LawError, match="没有可计算的数字"):
        api.derive("MOT-023", {}, d("2026-01-01"))
    with pytest.raises(api.LawError, match="没有可计算的数字"):
        api.number("MOT-023", d("2026-01-01"))


def test_number_is_exact() -> None:
    assert api.number("MOT-001", d("2026-01-01")) == 10
    assert api.number("MTG-006", d("2026-01-01")) == Fraction(2, 3)


def test_typed_access_refuses_other_kinds() -> None:
    day = api.derive("MOT-021", {"from": d("2026-02-28")}, d("2026-02-28"))
    count = api.derive("VOT-002", {"base": 45}, d("2026-01-01"))
    assert count.integer == 23
    with pytest.raises(TypeError):
        _ = day.integer
    with pytest.raises(TypeError):
        _ = count.day
    with pytest.raises(TypeError):
        _ = api.derive("MOT-001", {"count": 9}, d("2026-01-01")).integer


@pytest.mark.parametrize("rule_id", [rule.id for rule in api.all_rules() if computes(rule)])
def test_json_round_trip(rule_id: str) -> None:
    example = table.entry(rule_id).examples[0]
    inputs = {k: d(v) if k in {"from", "event"} else v for k, v in example["inputs"].items()}
    derived = api.derive(rule_id, inputs, d(example["day"]))
    assert api.Derived.from_json(json.loads(json.dumps(derived.as_json()))) == derived


@pytest.mark.parametrize("extended", [False, True])
@pytest.mark.parametrize("rule_id", ["MOT-021", "PET-012", "FIL-026"])
def test_a_kept_value_can_be_derived_again(rule_id: str, extended: bool) -> None:
    """What a new calendar needs: rule, inputs and day as kept give the same value."""
    start = d("2026-03-10")
    first = api.derive(rule_id, {"from": start, "extended": extended, "roll": "next"}, start)
    kept = api.Derived.from_json({**json.loads(json.dumps(first.as_json())), "paused": []})
    again = api.derive(kept.rule, kept.inputs, d(kept.on))
    assert (again.value, again.rule, again.formula) == (first.value, first.rule, first.formula)
    assert api.derive(again.rule, again.inputs, d(again.on)) == again


def test_kept_moments_and_amounts_can_be_derived_again() -> None:
    amount = api.derive("BUD-011", {"base": Fraction(4_820_050, 3)}, d("2026-01-01"))
    assert api.derive("BUD-011", amount.inputs, d("2026-01-01")) == amount
    with api.replaced("SUP-079", n=Fraction(24)):
        moment = api.derive("SUP-079", {"from": dt.datetime(2026, 3, 5, 20, 0, tzinfo=TZ)}, d("2026-03-05"))
        assert api.derive("SUP-079", moment.inputs, d("2026-03-05")).value == moment.value


@given(st.fractions() | st.integers() | st.booleans() | st.dates() | st.tuples(st.integers(), st.integers()))
def test_values_survive_json_with_their_types(value: object) -> None:
    back = value_from_json(json.loads(json.dumps(value_to_json(value))))  # type: ignore[arg-type]
    assert back == value
    assert type(back) is type(value)


@given(st.sampled_from(PERIODS), DAYS, DAYS)
def test_forward_periods_are_monotone_and_never_before_their_start(
    rule_id: str, a: dt.date, b: dt.date
) -> None:
    early, late = sorted((a, b))
    on = d("2026-03-01")
    first = api.derive(rule_id, {"from": early}, on).day
    assert early < first <= api.derive(rule_id, {"from": late}, on).day


@given(st.sampled_from(PERIODS), DAYS)
def test_rolling_never_shortens_and_ends_on_work(rule_id: str, start: dt.date) -> None:
    on = d("2026-03-01")
    plain = api.derive(rule_id, {"from": start, "roll": "no"}, on).day
    rolled = api.derive(rule_id, {"from": start, "roll": "next"}, on).day
    assert plain <= rolled
    assert calendar.is_working_day(rolled).working


@given(st.sampled_from(BACKWARD), DAYS, DAYS)
def test_backward_periods_end_before_the_event_and_are_monotone(rule_id: str, a: dt.date, b: dt.date) -> None:
    early, late = sorted((a, b))
    on = d("2026-03-01")
    first = api.derive(rule_id, {"event": early}, on)
    assert first.day < early
    assert first.day <= api.derive(rule_id, {"event": late}, on).day
    assert first.roll == "no"


@given(st.sampled_from(SHARES), st.integers(0, 5000))
def test_shares_are_the_exact_edge(rule_id: str, base: int) -> None:
    on = d("2026-03-01")
    rule: Rule = api.rule(rule_id, on)
    edge = api.derive(rule_id, {"base": base}, on).integer
    holds = lambda count: api.derive(rule_id, {"count": count, "base": base}, on).value  # noqa: E731
    if rule.comparator == "<=":
        assert holds(max(edge, 0))
        assert not holds(edge + 1)
    else:
        assert holds(edge)
        assert edge == 0 or not holds(edge - 1)
