from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from renda.kernel.calendar import api, services
from renda.kernel.calendar.models import YearArrangement

pytestmark = pytest.mark.django_db

ACTOR = SimpleNamespace(pk=7)
# An arrangement as a notice gives it: days off and made-up working days, nothing else.
ROWS = [
    (dt.date(2027, 1, 1), False, "元旦"),
    (dt.date(2027, 1, 2), False, "元旦"),
    (dt.date(2027, 1, 3), False, "元旦"),
    (dt.date(2027, 1, 4), False, "元旦调休"),
    (dt.date(2027, 1, 9), True, "调休上班"),
]


@pytest.fixture(autouse=True)
def no_listeners(monkeypatch: pytest.MonkeyPatch) -> list[services.Listener]:
    listeners: list[services.Listener] = []
    monkeypatch.setattr(services, "_listeners", listeners)
    return listeners


def test_an_import_replaces_the_provisional_year() -> None:
    before = api.version(dt.date(2027, 1, 1))
    assert api.add_working_days(dt.date(2026, 12, 31), 1) == dt.date(2027, 1, 4)
    change = api.import_year(2027, ROWS, actor=ACTOR, source="国办发明电〔2026〕1号")
    assert api.add_working_days(dt.date(2026, 12, 31), 1) == dt.date(2027, 1, 5)
    assert api.is_working_day(dt.date(2027, 1, 9)).working
    known = api.is_working_day(dt.date(2027, 6, 9))
    assert known.working
    assert not known.provisional
    assert (change.old_version, change.new_version) == (before, "cn-2027.import1")
    assert dt.date(2027, 1, 4) in change.days
    assert dt.date(2027, 1, 9) in change.days
    assert dt.date(2027, 1, 5) not in change.days
    assert api.year_table(2027).source == "国办发明电〔2026〕1号"


def test_a_table_of_all_days_means_the_same_as_the_notice() -> None:
    api.import_year(2027, ROWS, actor=ACTOR)
    short = [api.is_working_day(dt.date(2027, 1, 1) + dt.timedelta(days=n)).working for n in range(365)]
    special = {day: working for day, working, _ in ROWS}
    days = [dt.date(2027, 1, 1) + dt.timedelta(days=n) for n in range(365)]
    rows = [(day, special.get(day, day.weekday() < 5), "") for day in days]
    change = api.import_year(2027, rows, actor=ACTOR)
    assert change.new_version == "cn-2027.import2"
    assert change.days == ()
    assert [api.is_working_day(day).working for day in days] == short


def test_listeners_are_called_in_the_transaction_and_report(no_listeners: list[services.Listener]) -> None:
    heard: list[tuple[int, str, bool]] = []

    @api.on_change
    def listen(year: int, old_version: str, *, actor: services.Actor) -> object:
        heard.append((year, old_version, actor.pk == 7 and connection.in_atomic_block))
        return {"recomputed": 3, "first": api.roll_forward(dt.date(2027, 1, 2)).isoformat()}

    change = api.import_year(2027, ROWS, actor=ACTOR)
    assert heard == [(2027, "2027:provisional", True)]
    assert change.reports == ({"recomputed": 3, "first": "2027-01-05"},)
    assert no_listeners == [listen]


def test_a_failing_listener_takes_the_import_with_it() -> None:
    @api.on_change
    def listen(year: int, old_version: str, *, actor: services.Actor) -> object:
        raise RuntimeError("重算失败")

    with pytest.raises(RuntimeError), transaction.atomic():
        api.import_year(2027, ROWS, actor=ACTOR)
    assert api.is_working_day(dt.date(2027, 1, 4)).working
    assert api.version(dt.date(2027, 1, 1)) == "2027:provisional"


def test_a_rolled_back_import_leaves_no_trace_in_the_cache() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        api.import_year(2027, ROWS, actor=ACTOR)
        assert not api.is_working_day(dt.date(2027, 1, 4)).working
        raise RuntimeError
    # The same id may come again with other rows: the token tells them apart.
    api.import_year(2027, [(dt.date(2027, 1, 1), False, "元旦")], actor=ACTOR)
    assert api.is_working_day(dt.date(2027, 1, 4)).working


def test_what_another_process_imports_is_seen_at_once() -> None:
    assert api.is_working_day(dt.date(2027, 1, 4)).working
    # A row that this process's services and caches know nothing of.
    rows = [[day.isoformat(), working, name] for day, working, name in ROWS]
    YearArrangement.objects.create(
        year=2027, version=1, kind=YearArrangement.Kind.ARRANGEMENT, rows=rows, source="", actor_id="7"
    )
    assert not api.is_working_day(dt.date(2027, 1, 4)).working


def test_a_local_correction_on_a_published_year() -> None:
    change = api.correct_day(dt.date(2026, 3, 6), False, "停电检修", actor=ACTOR, source="市政府办公室通知")
    assert change.days == (dt.date(2026, 3, 6),)
    assert api.roll_forward(dt.date(2026, 3, 6)) == dt.date(2026, 3, 9)
    assert change.new_version.endswith("+1")
    assert api.is_working_day(dt.date(2026, 2, 17)).name == "春节"
    with pytest.raises(api.CalendarError, match="依据"):
        api.correct_day(dt.date(2026, 3, 6), True, "", actor=ACTOR, source=" ")


def test_a_correction_of_a_provisional_year_keeps_the_rest_provisional() -> None:
    api.correct_day(dt.date(2027, 3, 1), False, "校庆", actor=ACTOR, source="通知")
    assert not api.is_working_day(dt.date(2027, 3, 1)).provisional
    assert api.is_working_day(dt.date(2027, 3, 2)).provisional
    assert api.version(dt.date(2027, 1, 1)) == "2027:provisional+1"


def test_the_general_version_changes_with_every_import() -> None:
    first = api.version()
    api.import_year(2027, ROWS, actor=ACTOR)
    second = api.version()
    api.correct_day(dt.date(2027, 3, 1), False, "校庆", actor=ACTOR, source="通知")
    assert len({first, second, api.version()}) == 3


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([(dt.date(2028, 1, 1), False, "元旦")], "不在2027年"),
        ([(dt.date(2027, 1, 1), False, "元旦")] * 2, "出现两次"),
        ([(dt.date(2027, 1, 9), True, "上班")], "没有一个放假日"),
        ([], "没有一个放假日"),
    ],
)
def test_a_wrong_arrangement_is_refused(rows: list[services.Row], said: str) -> None:
    with pytest.raises(api.CalendarError, match=said):
        api.import_year(2027, rows, actor=ACTOR)
    assert api.version(dt.date(2027, 1, 1)) == "2027:provisional"


def test_a_count_asks_the_database_once_and_a_batch_once_in_all() -> None:
    api.import_year(2027, ROWS, actor=ACTOR)
    api.add_working_days(dt.date(2026, 12, 1), 60)
    with CaptureQueriesContext(
        connection,
    ) as one:
        api.add_working_days(dt.date(2026, 12, 1), 60)
    assert len(one) == 1
    with CaptureQueriesContext(connection) as many, api.steady():
        for _ in range(20):
            api.roll_forward(dt.date(2027, 1, 2))
    assert len(many) == 1


def test_without_database_only_the_builtin_tables_count() -> None:
    api.import_year(2027, ROWS, actor=ACTOR)
    with api.without_database():
        assert api.is_working_day(dt.date(2027, 1, 4)).provisional
    assert not api.is_working_day(dt.date(2027, 1, 4)).provisional
