"""Grants, periods, stand-ins, hand-over."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from renda.kernel import clock
from renda.kernel.identity import api
from renda.kernel.identity.models import Account, Grant, StandIn
from renda.kernel.record import api as record

pytestmark = pytest.mark.django_db(databases=["default", "vault"])
Make = Callable[..., Account]
MARCH_5, MARCH_20, APRIL_1 = dt.date(2026, 3, 5), dt.date(2026, 3, 20), dt.date(2026, 4, 1)


def test_holders_are_role_and_scope_in_force_today(make: Make) -> None:
    zhang = make("zhang", "t_organ@org:12")
    api.grant(zhang, "t_office", "congress:1", actor=None, since=clock.today() + dt.timedelta(days=1))
    assert api.holders(zhang) == {"t_organ@org:12"}
    with clock.travel(clock.today() + dt.timedelta(days=1)):
        assert api.holders(zhang) == {"t_organ@org:12", "t_office@congress:1"}


def test_until_is_the_last_day(make: Make) -> None:
    zhang = make("zhang")
    with clock.travel(MARCH_5):
        api.grant(zhang, "t_organ", "org:1", actor=None, until=MARCH_20)
    for day, held in (
        (dt.date(2026, 3, 4), False),
        (MARCH_5, True),
        (MARCH_20, True),
        (dt.date(2026, 3, 21), False),
    ):
        with clock.travel(day):
            assert api.has(zhang, "t_organ", "org:1") is held, day
        assert bool(api.grants(zhang, on=day)) is held, day


def test_a_grant_for_everything_covers_each_scope(make: Make) -> None:
    boss = make("boss", "administrator@all")
    assert api.has(boss, "administrator", "congress:5")
    assert api.has(boss, "administrator")
    assert not api.has(boss, "t_office")


def test_ended_at_once_is_ended_now_and_remembered_for_the_past(make: Make) -> None:
    zhang = make("zhang")
    with clock.travel(MARCH_5):
        given = api.grant(zhang, "t_organ", "org:1", actor=None)
    with clock.travel(MARCH_20):
        api.end_grant(given, actor=None, reason="调离")
        assert api.holders(zhang) == frozenset()
        assert [g.role for g in api.grants(zhang, on=dt.date(2026, 3, 19))] == ["t_organ"]
        with pytest.raises(api.IdentityError, match="已经结束"):
            api.end_grant(given, actor=None, reason="再收")


def test_ended_on_a_day_lasts_to_that_day(make: Make) -> None:
    zhang = make("zhang")
    with clock.travel(MARCH_5):
        given = api.grant(zhang, "t_organ", "org:1", actor=None)
        api.end_grant(given, actor=None, reason="到期", last_day=MARCH_20)
        assert api.has(zhang, "t_organ")
    with clock.travel(dt.date(2026, 3, 21)):
        assert not api.has(zhang, "t_organ")


def test_a_closed_account_holds_nothing(make: Make) -> None:
    admin, zhang = make("admin", "administrator@all"), make("zhang", "t_organ@org:1")
    api.close_account(zhang, actor=admin, reason="退休")
    assert api.holders(zhang) == frozenset()
    assert api.accounts_holding({"t_organ@org:1"}) == []
    api.reopen_account(zhang, actor=admin, reason="返聘")
    assert api.holders(zhang) == {"t_organ@org:1"}


@pytest.mark.parametrize(
    ("role", "scope", "since", "until", "said"),
    [
        ("t_ghost", "org:1", None, None, "没有“t_ghost”这个角色"),
        ("t_organ", "congress:1", None, None, "不能授在"),
        ("t_organ", "org 1", None, None, "写法不对"),
        ("t_organ", "org:1", APRIL_1, MARCH_5, "截止日期早于开始日期"),
    ],
)
def test_bad_grants_are_refused_in_words(
    make: Make, role: str, scope: str, since: dt.date | None, until: dt.date | None, said: str
) -> None:
    with pytest.raises(api.IdentityError, match=said):
        api.grant(make("zhang"), role, scope, actor=None, since=since, until=until)


def test_overlapping_grants_are_refused_and_following_ones_taken(make: Make) -> None:
    zhang = make("zhang")
    api.grant(zhang, "t_organ", "org:1", actor=None, since=MARCH_5, until=MARCH_20)
    with pytest.raises(api.IdentityError, match="不必重复授权"):
        api.grant(zhang, "t_organ", "org:1", actor=None, since=MARCH_20, until=APRIL_1)
    api.grant(zhang, "t_organ", "org:1", actor=None, since=dt.date(2026, 3, 21))
    with pytest.raises(api.IdentityError, match="不必重复授权"):
        api.grant(zhang, "t_organ", "org:1", actor=None, since=dt.date(2030, 1, 1))


def test_only_managers_grant_and_only_what_they_manage(make: Make) -> None:
    admin, office = make("admin", "administrator@all"), make("office", "t_office@congress:1")
    nobody, deputy = make("nobody", "t_organ@org:1"), make("deputy")
    with pytest.raises(api.Forbidden, match="授权与收回"):
        api.grant(deputy, "t_deputy", "person:7", actor=nobody)
    api.grant(deputy, "t_deputy", "person:7", actor=office)
    with pytest.raises(api.Forbidden, match="不在您的管理范围内"):
        api.grant(deputy, "t_deputy", "person:107", actor=office)  # a person of another congress
    with pytest.raises(api.Forbidden, match="不在您的管理范围内"):
        api.grant(office, "administrator", "all", actor=office)
    api.grant(deputy, "t_organ", "org:3", actor=admin)
    with pytest.raises(api.Forbidden, match="承办单位经办人"):
        api.close_account(deputy, actor=office, reason="越权")  # also holds what the office doesn't manage


def test_grants_are_recorded_with_their_actor(make: Make) -> None:
    admin, zhang = make("admin", "administrator@all"), make("zhang")
    api.grant(zhang, "t_organ", "org:1", actor=admin, reason="人事〔2026〕3号")
    line = record.timeline(zhang.ref, 1, None)[0]
    assert line.actor_name == "admin同志"
    assert "承办单位经办人" in line.sentence
    assert "人事〔2026〕3号" in line.sentence


def test_stand_in_holds_what_the_principal_holds_in_its_period(make: Make) -> None:
    with clock.travel(MARCH_5):
        li, wang = make("li", "t_organ@org:1", "t_deputy@person:7"), make("wang", "t_organ@org:2")
        api.stand_in(li, wang, MARCH_5, MARCH_20, actor=li, reason="出差")
        assert api.holders(wang) == {"t_organ@org:2", "t_organ@org:1"}  # a deputy's mandate never passes
        view = next(g for g in api.grants(wang) if g.scope == "org:1")
        assert view.via == li.ref
        assert api.acting_for(wang, "t_organ", "org:1") == li.ref
        assert api.acting_for(wang, "t_organ", "org:2") is None
        assert {a.username for a in api.accounts_holding({"t_organ@org:1"})} == {"li", "wang"}
        assert {a.username for a in api.accounts_holding({"t_deputy@person:7"})} == {"li"}
    with clock.travel(dt.date(2026, 3, 21)):
        assert api.holders(wang) == {"t_organ@org:2"}


def test_stand_ins_do_not_chain(make: Make) -> None:
    a, b, c = make("a1", "t_organ@org:1"), make("b1"), make("c1")
    today = clock.today()
    api.stand_in(a, b, today, today, actor=a, reason="出差")
    api.stand_in(b, c, today, today, actor=b, reason="休假")
    assert api.holders(b) == {"t_organ@org:1"}
    assert api.holders(c) == frozenset()


def test_a_closed_principal_lends_nothing(make: Make) -> None:
    admin, a, b = make("admin", "administrator@all"), make("a1", "t_organ@org:1"), make("b1")
    today = clock.today()
    api.stand_in(a, b, today, today, actor=a, reason="出差")
    api.close_account(a, actor=admin, reason="调离")
    assert api.holders(b) == frozenset()


def test_stand_in_ends_early(make: Make) -> None:
    a, b = make("a1", "t_organ@org:1"), make("b1")
    today = clock.today()
    given = api.stand_in(a, b, today, today + dt.timedelta(days=9), actor=a, reason="出差")
    with pytest.raises(api.Forbidden):
        api.end_stand_in(given, actor=b)
    api.end_stand_in(given, actor=a, reason="提前返回")
    assert api.holders(b) == frozenset()
    with pytest.raises(api.IdentityError, match="已经结束"):
        api.end_stand_in(given, actor=a)


def test_stand_in_mistakes_are_named(make: Make) -> None:
    a, b = make("a1", "t_organ@org:1"), make("b1")
    today, day = clock.today(), dt.timedelta(days=1)
    for args, said in (
        ((a, a, today, today), "不能是本人"),
        ((a, b, today, today - day), "早于开始日期"),
        ((a, b, today - 9 * day, today - day), "已经过去"),
    ):
        with pytest.raises(api.IdentityError, match=said):
            api.stand_in(*args, actor=a, reason="出差")
    with pytest.raises(api.IdentityError, match="事由"):
        api.stand_in(a, b, today, today, actor=a, reason=" ")
    api.stand_in(a, b, today, today + 3 * day, actor=a, reason="出差")
    with pytest.raises(api.IdentityError, match="不必重复登记"):
        api.stand_in(a, b, today + 2 * day, today + 5 * day, actor=a, reason="出差")


def test_hand_over_moves_the_post_and_tells_the_listeners(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    from renda.kernel.identity.services import hand_over

    monkeypatch.setattr(hand_over, "_listeners", [])
    told: list[tuple[str, str, list[str]]] = []
    api.on_hand_over(
        lambda a, b, moved, day, actor: told.append((a.username, b.username, [g.holder for g in moved]))
    )
    admin = make("admin", "administrator@all")
    old, new = make("old", "t_organ@org:1", "t_office@congress:1", "t_deputy@person:7"), make("new")
    made = api.hand_over(old, new, actor=admin, reason="轮岗")
    assert api.holders(old) == {"t_deputy@person:7"}
    assert api.holders(new) == {"t_organ@org:1", "t_office@congress:1"}
    assert len(made) == 2
    assert told == [("old", "new", ["t_organ@org:1", "t_office@congress:1"])]
    assert "移交给new同志" in record.timeline(old.ref, 1, None)[0].sentence


def test_hand_over_on_a_day_leaves_no_gap_and_no_double(make: Make) -> None:
    admin, new = make("admin", "administrator@all"), make("new")
    with clock.travel(MARCH_5):
        old = make("old", "t_organ@org:1")
        api.hand_over(old, new, ["t_organ@org:1"], actor=None, reason="退休", from_day=APRIL_1)
        assert api.has(old, "t_organ")
        assert not api.has(new, "t_organ")
    with clock.travel(dt.date(2026, 3, 31)):
        assert [a.username for a in api.accounts_holding({"t_organ@org:1"})] == ["old"]
    with clock.travel(APRIL_1):
        assert [a.username for a in api.accounts_holding({"t_organ@org:1"})] == ["new"]
    assert admin.is_active


def test_hand_over_refuses_what_cannot_move(make: Make) -> None:
    admin, old, new = make("admin", "administrator@all"), make("old", "t_deputy@person:7"), make("new")
    with pytest.raises(api.IdentityError, match="不能移交"):
        api.hand_over(old, new, ["t_deputy@person:7"], actor=admin, reason="换届")
    with pytest.raises(api.IdentityError, match="没有可以移交的职务"):
        api.hand_over(old, new, actor=admin, reason="换届")
    with pytest.raises(api.IdentityError, match="现在不担任"):
        api.hand_over(old, new, ["t_organ@org:1"], actor=admin, reason="换届")
    with pytest.raises(api.IdentityError, match="同一个账号"):
        api.hand_over(old, old, actor=admin, reason="换届")


def test_a_failing_listener_leaves_the_post_where_it_was(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    from renda.kernel.identity.services import hand_over

    def broken(*args: object) -> None:
        raise RuntimeError("不能移交草稿")

    monkeypatch.setattr(hand_over, "_listeners", [broken])
    old, new = make("old", "t_organ@org:1"), make("new")
    with pytest.raises(RuntimeError):
        api.hand_over(old, new, actor=None, reason="轮岗")
    assert api.holders(old) == {"t_organ@org:1"}
    assert api.holders(new) == frozenset()


def test_holders_is_one_query_and_one_a_request(make: Make) -> None:
    a, b = make("a1", "t_organ@org:1"), make("b1", "t_organ@org:2")
    api.stand_in(a, b, clock.today(), clock.today(), actor=a, reason="出差")
    with CaptureQueriesContext(connection) as outside:
        api.holders(b)
        api.holders(b)
    assert len(outside) == 2
    api.open_cache(b)
    with CaptureQueriesContext(connection) as inside:
        for _ in range(20):
            assert api.has(b, "t_organ", "org:1")
            assert api.may("t.read", b)
    assert len(inside) == 1
    api.grant(b, "t_office", "congress:1", actor=None)
    assert api.has(b, "t_office")  # a grant made in this very request counts


def test_accounts_holding_is_constant(make: Make) -> None:
    for n in range(5):
        make(f"user{n}", f"t_organ@org:{n}")
    with CaptureQueriesContext(connection) as few:
        api.accounts_holding({"t_organ@org:0"})
    with CaptureQueriesContext(connection) as many:
        assert len(api.accounts_holding({f"t_organ@org:{n}" for n in range(5)})) == 5
    assert len(few) == len(many) == 2


def test_the_database_refuses_what_the_service_refuses(make: Make) -> None:
    a, today = make("a1"), clock.today()
    for bad in (
        lambda: Grant.objects.create(account=a, role="x", scope="all", since=APRIL_1, until=MARCH_5),
        lambda: StandIn.objects.create(principal=a, deputy=a, since=today, until=today, reason="x"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            bad()
    Grant.objects.create(account=a, role="x", scope="all", since=today)
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(account=a, role="x", scope="all", since=today)


@pytest.mark.django_db(databases=["default", "vault"], transaction=True)
def test_two_clerks_granting_at_once_make_one_grant(make: Make) -> None:
    zhang = make("zhang")
    together, said = threading.Barrier(4), []

    def clerk() -> None:
        try:
            together.wait(10)
            api.grant(zhang, "t_organ", "org:1", actor=None, since=MARCH_5, until=APRIL_1)
            said.append("granted")
        except api.IdentityError as refused:
            said.append(str(refused))
        finally:
            connection.close()

    threads = [threading.Thread(target=clerk) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(said)[0] == "granted"
    assert said.count("granted") == 1
    assert len([s for s in said if "不必重复授权" in s]) == 3
    assert Grant.objects.filter(account=zhang).count() == 1


@pytest.mark.django_db(databases=["default", "vault"], transaction=True)
@pytest.mark.postgres
def test_without_the_lock_both_would_be_granted(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other half of the pair: the race is real where the lock is taken away."""
    from renda.kernel.identity.services import grants

    zhang = make("zhang")
    monkeypatch.setattr(grants, "lock", lambda account: Account.objects.get(pk=account.pk))
    both_looked, made = threading.Barrier(2), []
    real = grants._check_overlap

    def slowly(*args: object) -> None:
        real(*args)  # type: ignore[arg-type]
        both_looked.wait(10)

    monkeypatch.setattr(grants, "_check_overlap", slowly)

    def clerk() -> None:
        try:
            made.append(api.grant(zhang, "t_organ", "org:1", actor=None, since=MARCH_5, until=APRIL_1))
        finally:
            connection.close()

    threads = [threading.Thread(target=clerk) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(made) == 2
