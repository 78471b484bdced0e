"""A series' life: reserve, issue, give back, void, and numbers that paper had first."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from renda.kernel import clock
from renda.kernel.numbering import api as numbering
from renda.kernel.numbering.models import NumberRow, State
from renda.kernel.numbering.rules import Typed, parse
from renda.kernel.record import api as record
from renda.kernel.refs import Ref

LETTERS = numbering.Series("org:1", "安人建", 2026)
RUNNING = numbering.Series.running("congress:1", "session:5", "代表建议")
ACTOR = SimpleNamespace(pk=1, display_name="周敏")


def thing(n: int) -> Ref:
    return Ref("numberingtest.letter", str(n), f"第 {n} 件的答复")


def issued(n: int = 0, series: numbering.Series = LETTERS) -> numbering.Number:
    return numbering.issue_next(series, subject=thing(n), actor=ACTOR)


def states(series: numbering.Series = LETTERS) -> list[tuple[int, str]]:
    return [(line.n, line.state) for line in numbering.register(series).lines]


@pytest.mark.django_db
def test_a_letters_number_is_written_as_the_standard_says() -> None:
    number = numbering.reserve(LETTERS, subject=thing(1), actor=ACTOR)
    assert (number.text, number.state) == ("安人建〔2026〕1号", "reserved")
    number = numbering.issue(number, actor=ACTOR)
    assert (number.state, number.issued_at is not None) == ("issued", True)
    assert issued(2).text == "安人建〔2026〕2号"
    assert numbering.register(LETTERS).next_text == "安人建〔2026〕3号"


@pytest.mark.django_db
def test_each_organ_mark_year_and_session_counts_for_itself() -> None:
    others = [
        numbering.Series("org:2", "安人建", 2026),
        numbering.Series("org:1", "安人办", 2026),
        numbering.Series("org:1", "安人建", 2027),
        RUNNING,
        numbering.Series.running("congress:1", "session:6", "代表建议"),
    ]
    issued()
    assert [issued(series=series).text for series in others] == [
        "安人建〔2026〕1号",
        "安人办〔2026〕1号",
        "安人建〔2027〕1号",
        "第1号",
        "第1号",
    ]
    assert numbering.series_list("org:1", 2026) == [others[1], LETTERS]
    assert len(numbering.series_list()) == 6


@pytest.mark.django_db
def test_a_reserved_number_given_back_goes_out_next() -> None:
    one, two, _ = (numbering.reserve(LETTERS, subject=thing(n), actor=ACTOR) for n in range(3))
    numbering.release(two, actor=ACTOR)
    numbering.release(one, actor=ACTOR)
    assert numbering.register(LETTERS).next_text == "安人建〔2026〕1号"
    assert [issued(n).n for n in (7, 8, 9)] == [1, 2, 4]
    assert [(line.n, line.subject) for line in numbering.register(LETTERS).lines][2] == (3, thing(2))


@pytest.mark.django_db
def test_a_void_number_stays_listed_and_is_never_given_again() -> None:
    one = issued(1)
    voided = numbering.void(one, "主送机关有误，另行发文", actor=ACTOR)
    assert (voided.state, voided.reason) == ("void", "主送机关有误，另行发文")
    assert issued(2).n == 2
    assert states() == [(1, "void"), (2, "issued")]
    assert numbering.register(LETTERS).counts == {"open": 0, "free": 0, "reserved": 0, "issued": 1, "void": 1}


@pytest.mark.django_db
def test_acts_out_of_order_are_refused_in_words() -> None:
    reserved = numbering.reserve(LETTERS, subject=thing(1), actor=ACTOR)
    with pytest.raises(numbering.WrongState, match="现为“预留”，只有已发的文号可以作废；预留的请退回"):
        numbering.void(reserved, "误", actor=ACTOR)
    numbering.issue(reserved, actor=ACTOR)
    with pytest.raises(numbering.WrongState, match="只有预留的文号可以编发"):
        numbering.issue(reserved, actor=ACTOR)
    with pytest.raises(numbering.WrongState, match="已发的请作废"):
        numbering.release(reserved, actor=ACTOR)
    with pytest.raises(numbering.BadNumber, match="写明事由"):
        numbering.void(reserved, "  ", actor=ACTOR)


@pytest.mark.django_db
def test_every_act_is_in_the_record_of_what_is_numbered() -> None:
    kept = numbering.reserve(LETTERS, subject=thing(1), actor=ACTOR)
    numbering.release(kept, actor=ACTOR)
    numbering.void(issued(1), "重号", actor=ACTOR)
    assert [line.sentence for line in record.timeline(thing(1))] == [
        "文号 安人建〔2026〕1号 作废：重号",
        "编发文号 安人建〔2026〕1号",
        "退回预留的文号 安人建〔2026〕1号",
        "预留文号 安人建〔2026〕1号",
    ]
    assert [number.text for number in numbering.numbers_of(thing(1))] == ["安人建〔2026〕1号"]


@pytest.mark.django_db(transaction=True)
def test_a_number_returns_where_the_act_fails() -> None:
    issued(1)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        issued(2)
        raise ZeroDivisionError
    assert issued(3).n == 2
    assert record.timeline(thing(2)) == []


# --- numbers that paper had first


@pytest.mark.django_db
def test_a_number_from_paper_comes_in_as_it_is() -> None:
    day = clock.combine(dt.date(2026, 3, 5))
    number = numbering.take_given(
        LETTERS, 3, "安人建[2026]第3号", subject=thing(3), actor=None, happened_at=day,
        origin=record.Origin.file("登记簿.xlsx", "", 4),
    )  # fmt: skip
    assert (number.text, number.on_paper, number.issued_at) == ("安人建[2026]第3号", True, day)
    assert states() == [(1, "open"), (2, "open"), (3, "issued")]
    (line,) = record.timeline(thing(3))
    assert (line.sentence, line.happened_at) == ("登记纸上已编的文号 安人建[2026]第3号", day)


@pytest.mark.django_db
def test_what_paper_may_have_is_never_given_out_by_guess() -> None:
    numbering.take_given(LETTERS, 3, subject=thing(3), actor=ACTOR)
    assert issued(4).n == 4
    numbering.take_given(LETTERS, 1, subject=thing(1), actor=ACTOR)
    numbering.declare_unused(LETTERS, 2, "查登记簿，无此号", actor=ACTOR)
    assert numbering.register(LETTERS).next_text == "安人建〔2026〕2号"
    assert issued(5).n == 2
    assert [state for _, state in states()] == ["issued"] * 4


@pytest.mark.django_db
def test_a_number_stands_on_one_thing() -> None:
    taken = numbering.take_given(LETTERS, 1, subject=thing(1), actor=ACTOR)
    assert numbering.take_given(LETTERS, 1, subject=thing(1), actor=ACTOR) == taken
    assert len(record.timeline(thing(1))) == 1
    with pytest.raises(numbering.Taken, match="已用于《第 1 件的答复》"):
        numbering.take_given(LETTERS, 1, subject=thing(2), actor=ACTOR)
    with pytest.raises(numbering.Taken, match="另一序号"):
        numbering.take_given(LETTERS, 2, "安人建(2026)1号", subject=thing(2), actor=ACTOR)


@pytest.mark.django_db
def test_a_whole_register_comes_in_at_once_and_twice_changes_nothing() -> None:
    issued(3)
    register = [numbering.Given(n, thing(n)) for n in (9, 3, 7, 1)]
    register[1] = numbering.Given(3, thing(3), "安人建[2026]第3号")
    with pytest.raises(numbering.Taken, match="已用于《第 3 件的答复》"):
        numbering.take_all_given(LETTERS, register, actor=ACTOR)
    register[3] = numbering.Given(1, thing(3))
    taken = numbering.take_all_given(LETTERS, register, actor=ACTOR)
    assert [number.n for number in taken] == [9, 3, 7, 1]
    assert [number.text for number in taken][1] == "安人建[2026]第3号"
    assert numbering.register(LETTERS).counts["open"] == 5
    before = record.count()
    assert numbering.take_all_given(LETTERS, register, actor=ACTOR) == taken
    assert record.count() == before

    def queries(*numbers: int) -> int:
        with CaptureQueriesContext(connection) as asked:
            numbering.take_all_given(LETTERS, [numbering.Given(n, thing(n)) for n in numbers], actor=ACTOR)
        return len(asked)

    assert queries(10, 11) == queries(*range(40, 80))  # a long register asks no more than a short one

    twice = [numbering.Given(120, thing(120)), numbering.Given(120, thing(121))]
    with pytest.raises(numbering.Taken, match="第 120 件"):
        numbering.take_all_given(LETTERS, twice, actor=ACTOR)


@pytest.mark.django_db
def test_a_reserved_number_that_paper_has_is_issued() -> None:
    numbering.reserve(LETTERS, subject=thing(1), actor=ACTOR)
    assert numbering.take_given(LETTERS, 1, subject=thing(1), actor=ACTOR).state == "issued"


@pytest.mark.django_db
@pytest.mark.parametrize("n", [0, -1, 2062_0305])
def test_a_slip_of_the_pen_is_refused(n: int) -> None:
    with pytest.raises(numbering.BadNumber, match="不合常理"):
        numbering.take_given(LETTERS, n, subject=thing(1), actor=ACTOR)
    assert states() == []


@pytest.mark.django_db
def test_only_open_numbers_can_be_declared_unused() -> None:
    issued(1)
    with pytest.raises(numbering.WrongState, match="不在待核之列"):
        numbering.declare_unused(LETTERS, 1, "查登记簿", actor=ACTOR)
    with pytest.raises(numbering.BadNumber, match="写明依据"):
        numbering.declare_unused(LETTERS, 1, "", actor=ACTOR)


def test_a_series_that_cannot_be_is_refused() -> None:
    for wrong in [
        ("", "安人建", 2026, ""),
        ("org:1", "", 2026, ""),
        ("org:1", "安人建", 26, ""),
        ("o", "m", 2026, "s"),
    ]:
        with pytest.raises(numbering.BadNumber):
            numbering.Series(*wrong)


# --- looking up


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("安人建〔2026〕12号", Typed(12, "安人建", 2026)),
        (" 安人建 [2026] 第 012 号", Typed(12, "安人建", 2026)),
        ("安人建（２０２６）１２号", Typed(12, "安人建", 2026)),
        ("安人建【2026】12", Typed(12, "安人建", 2026)),
        ("第101号", Typed(101)),
        ("１０１", Typed(101)),
        ("加装电梯", None),
        ("", None),
    ],
)
def test_a_number_is_understood_however_it_is_typed(typed: str, found: Typed | None) -> None:
    assert parse(typed) == found


@pytest.mark.django_db
def test_search_by_the_number_on_paper() -> None:
    for n in range(1, 13):
        issued(n)
    issued(101, RUNNING)
    numbering.take_given(RUNNING, 101, subject=thing(201), actor=ACTOR)
    numbering.take_given(RUNNING, 12, "代建12号", subject=thing(212), actor=ACTOR)
    assert [n.given_to for n in numbering.find("第101号")] == [thing(201)]
    assert [n.given_to for n in numbering.find("安人建(2026)12")] == [thing(12)]
    assert {n.given_to for n in numbering.find("12")} == {thing(12), thing(212)}
    assert [n.given_to for n in numbering.find("代建12号")] == [thing(212)]
    assert [n.given_to for n in numbering.find("12", organ_key="org:1")] == [thing(12)]
    assert numbering.find("50") == []
    assert numbering.find("电梯") == []


@pytest.mark.django_db
def test_the_register_is_one_query_whatever_its_length() -> None:
    for n in range(30):
        issued(n)
    with CaptureQueriesContext(connection) as queries:
        assert len(numbering.register(LETTERS).lines) == 30
    assert len(queries) == 1


# --- the database holds it too


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        {"n": 2},
        {"n": 0},
        {"state": "gone"},
        {"state": State.VOID},
        {"state": State.FREE},
        {"issued_at": None},
        {"subject_id": ""},
        {"plain": "安人建(2026)2号"},
    ],
)
def test_the_database_refuses_what_cannot_be(change: dict[str, object]) -> None:
    one = issued(1)
    issued(2)
    with pytest.raises(IntegrityError), transaction.atomic():
        NumberRow.objects.filter(pk=one.id).update(**change)


acts = st.lists(
    st.tuples(
        st.sampled_from(["reserve", "issue", "release", "void", "paper", "unused"]), st.integers(1, 12)
    ),
    max_size=40,
)


@pytest.mark.django_db
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(acts)
def test_whatever_is_done_there_is_no_gap_and_no_double(what: list[tuple[str, int]]) -> None:
    sid = transaction.savepoint()
    try:
        for step, (act, n) in enumerate(what):
            lines = {line.n: line for line in numbering.register(LETTERS).lines}
            try:
                if act == "reserve":
                    numbering.reserve(LETTERS, subject=thing(step), actor=ACTOR)
                elif act == "paper":
                    numbering.take_given(LETTERS, n, subject=thing(step), actor=ACTOR)
                elif act == "unused":
                    numbering.declare_unused(LETTERS, n, "查", actor=ACTOR)
                elif n in lines and act == "void":
                    numbering.void(lines[n], "误", actor=ACTOR)
                elif n in lines:
                    getattr(numbering, act)(lines[n], actor=ACTOR)
            except numbering.NumberingError:
                assert {line.n: line for line in numbering.register(LETTERS).lines} == lines
        found = numbering.register(LETTERS)
        assert [line.n for line in found.lines] == list(range(1, len(found.lines) + 1))
        assert len({line.subject.id for line in found.lines if line.subject}) == sum(
            found.counts[state] for state in ("reserved", "issued", "void")
        )
    finally:
        transaction.savepoint_rollback(sid)
