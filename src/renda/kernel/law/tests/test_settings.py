"""A congress's own settings: what may be changed, what is shown, and that every process sees it."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from renda.kernel.law import api, services
from renda.kernel.law.models import LocalSetting

pytestmark = pytest.mark.django_db

CITY = "congress:1"
ACTOR = SimpleNamespace(pk=7)
SINCE = dt.date(2026, 1, 1)


@pytest.fixture(autouse=True)
def listeners(monkeypatch: pytest.MonkeyPatch) -> list[services.Listener]:
    found: list[services.Listener] = []
    monkeypatch.setattr(services, "_listeners", found)
    return found


def d(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def put(rule: str, value: Any, **more: Any) -> LocalSetting:
    options = {"actor": ACTOR, "from_day": SINCE, "reason": "本级办法第三条", "congress": CITY, **more}
    return api.set_local(options.pop("congress"), rule, value, options.pop("reason"), **options)


def due(rule: str, start: str, congress: str | None = CITY) -> str:
    return api.derive(rule, {"from": d(start)}, d(start), congress).day.isoformat()


def test_a_hard_period_may_only_become_shorter() -> None:
    put("MOT-021", 2)
    assert due("MOT-021", "2026-03-10") == "2026-05-11"
    assert due("MOT-021", "2026-03-10", None) == "2026-06-10"
    assert due("MOT-021", "2026-03-10", "congress:2") == "2026-06-10"
    with pytest.raises(api.LawError, match="本级只能从严，不得超过3个月"):
        put("MOT-021", 4)


def test_a_hard_backward_period_may_only_become_longer() -> None:
    put("SUP-010", 10)
    derived = api.derive("SUP-010", {"event": d("2026-08-27")}, d("2026-08-27"), CITY)
    assert derived.day == d("2026-08-17")
    with pytest.raises(api.LawError, match="不得少于7日"):
        put("SUP-010", 5)


@pytest.mark.parametrize("rule", ["VOT-001", "MTG-006", "MOT-001", "ELE-030", "ELE-054"])
def test_majorities_quorums_and_rights_are_fixed(rule: str) -> None:
    with pytest.raises(api.LawError, match="不得改动"):
        put(rule, "2/3" if rule in {"VOT-001", "MTG-006", "ELE-054"} else 12)


def test_a_default_may_change_both_ways_and_both_are_shown() -> None:
    put("MOT-030", 15, reason="市办法第十条")
    derived = api.derive("MOT-030", {"from": d("2026-03-10")}, d("2026-03-10"), CITY)
    assert derived.day == d("2026-03-31")
    assert derived.local is not None
    assert (derived.local.table, derived.local.used) == ("10个工作日", "15个工作日")
    line = next(line for line in api.explain(derived) if line.startswith("本级规定"))
    assert line == "本级规定：自2026年1月1日起为15个工作日（上位规定为10个工作日），理由：市办法第十条"
    assert api.Derived.from_json(derived.as_json()) == derived
    put("MOT-030", 5)
    assert api.number("MOT-030", d("2026-03-10"), CITY) == 5


def test_rolling_is_a_setting_too_but_a_hard_no_stays() -> None:
    put("MOT-021", None, roll="no")
    assert due("MOT-021", "2026-07-01") == "2026-10-01"
    derived = api.derive("MOT-021", {"from": d("2026-07-01")}, d("2026-07-01"), CITY)
    assert derived.local is not None
    assert (derived.local.table, derived.local.used) == ("3个月，顺延", "3个月，不顺延")
    with pytest.raises(api.LawError, match="不得改为顺延"):
        put("ELE-030", None, roll="next")


def test_a_setting_counts_from_its_day_until_its_day_and_the_later_one_wins() -> None:
    put("MOT-034", 1, from_day=d("2026-04-01"), until=d("2026-06-30"))
    put("MOT-034", 3, from_day=d("2026-05-01"))
    numbers = {
        day: api.number("MOT-034", d(day), CITY)
        for day in ("2026-03-31", "2026-04-01", "2026-05-01", "2026-07-01")
    }
    assert numbers == {"2026-03-31": 2, "2026-04-01": 1, "2026-05-01": 3, "2026-07-01": 3}


def test_a_setting_is_checked_against_every_version_its_days_meet() -> None:
    with pytest.raises(api.LawError, match="不得超过3个月"):
        put("MOT-021", 4, from_day=d("2020-01-01"), until=d("2020-12-31"))


def test_a_setting_that_became_laxer_than_the_law_no_longer_loosens_it() -> None:
    put("MOT-034", 4)
    with api.replaced("MOT-034", enforce="hard"):
        assert due("MOT-034", "2026-03-10") == "2026-05-11"
    assert due("MOT-034", "2026-03-10") == "2026-07-10"


@pytest.mark.parametrize(
    ("rule", "value", "more", "said"),
    [
        ("MOT-030", 5, {"reason": " "}, "依据和理由"),
        ("MOT-030", 5, {"until": dt.date(2025, 1, 1)}, "早于起始日"),
        ("MOT-030", None, {}, "请填写本级的数"),
        ("MOT-030", 5, {"roll": "back"}, "请填写本级的数"),
        ("MOT-030", "五", {}, "不是整数或者分数"),
        ("MOT-030", "1/0", {}, "不是整数或者分数"),
        ("MOT-030", 0, {}, "大于零"),
        ("MOT-030", "5/2", {}, "整数"),
        ("MOT-023", 5, {}, "没有数字"),
    ],
)
def test_a_wrong_setting_is_refused(rule: str, value: Any, more: dict[str, Any], said: str) -> None:
    with pytest.raises(api.LawError, match=said):
        put(rule, value, **more)
    assert not LocalSetting.objects.exists()


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(api.UnknownRule):
        put("MOT-999", 5)


def test_listeners_hear_of_it_in_the_transaction() -> None:
    heard: list[tuple[api.SettingChange, bool]] = []

    @api.on_setting
    def listen(change: api.SettingChange) -> None:
        heard.append((change, connection.in_atomic_block))

    row = put("MOT-030", 15)
    change, inside = heard[0]
    assert inside
    assert (change.setting, change.congress, change.rule) == (row.pk, CITY, "MOT-030")
    assert (change.table, change.value, change.actor) == ("10个工作日", "15个工作日", ACTOR)


def test_a_rolled_back_setting_leaves_no_trace() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        put("MOT-030", 15)
        assert api.number("MOT-030", SINCE, CITY) == 15
        raise RuntimeError
    assert api.number("MOT-030", SINCE, CITY) == 10
    put("MOT-030", 20)
    assert api.number("MOT-030", SINCE, CITY) == 20


def test_what_another_process_sets_is_seen_at_once() -> None:
    assert api.number("MOT-030", SINCE, CITY) == 10
    LocalSetting.objects.create(
        congress=CITY, rule_id="MOT-030", value="12", from_day=SINCE, reason="另一进程", actor_id="7"
    )
    assert api.number("MOT-030", SINCE, CITY) == 12


def test_computations_use_the_settings_and_say_so() -> None:
    put("MTG-022", 7, reason="市人大常委会议事规则")
    sitting = {"first_day": "2026-08-27", "last_day": "2026-08-28", "body": "standing_committee"}
    answer = api.compute("sitting_calendar", sitting, congress=CITY)
    assert answer["notice"] == d("2026-08-20")
    assert any(note.startswith("MTG-022 本级规定为7日（上位规定为6日）") for note in answer["notes"])
    assert api.compute("sitting_calendar", sitting)["notice"] == d("2026-08-21")


def test_a_batch_asks_for_settings_and_calendar_once() -> None:
    put("MOT-030", 15)
    api.number("MOT-030", SINCE, CITY)
    with CaptureQueriesContext(connection) as queries, api.steady():
        for _ in range(10):
            due("MOT-030", "2026-03-10")
    assert len(queries) == 2
