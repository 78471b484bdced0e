"""Writing a message: to whom, in which transaction, and what is refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.identity.api import Account
from renda.kernel.notify import api as notify
from renda.kernel.notify.models import Delivery, Item, Message
from renda.kernel.notify.tests.conftest import HOLDER, SUBJECT, tell
from renda.kernel.refs import Ref

Make = Callable[..., Account]
DATABASES = ["default", "vault"]


@pytest.mark.django_db
def test_holders_and_named_accounts_get_it_once(make: Make) -> None:
    li, wang, zhao = make("li", office=True), make("wang", office=True), make("zhao")
    other = make("other")
    with transaction.atomic():
        notify.send(
            "notifytest.pressed",
            to_holders={HOLDER},
            accounts=[li, zhao],
            title="请尽快答复",
            body="已催办两次。",
            url="/motions/7/",
            subject=SUBJECT,
        )
    assert [notify.unread(account) for account in (li, wang, zhao, other)] == [1, 1, 1, 0]
    assert Item.objects.count() == 3
    (item,) = notify.inbox(wang).items
    assert (item.kind_label, item.title, item.body, item.url) == (
        "催办",
        "请尽快答复",
        "已催办两次。",
        "/motions/7/",
    )


@pytest.mark.django_db
def test_a_stand_in_is_told_and_a_closed_account_is_not(make: Make) -> None:
    li, wang, gone = make("li", office=True), make("wang"), make("gone")
    day = clock.today()
    identity.stand_in(li, wang, day, day + dt.timedelta(days=3), actor=None, reason="出差")
    identity.close_account(gone, actor=None, reason="退休")
    gone.refresh_from_db()
    with transaction.atomic():
        notify.send("notifytest.pressed", to_holders={HOLDER}, accounts=[gone], title="一", subject=SUBJECT)
    assert [notify.unread(account) for account in (li, wang, gone)] == [1, 1, 0]


@pytest.mark.django_db(transaction=True, databases=DATABASES)
def test_what_was_said_in_a_failed_act_was_never_said(make: Make) -> None:
    li = make("li")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        notify.send("notifytest.pressed", accounts=[li], title="一", urgent=True, subject=SUBJECT)
        raise ZeroDivisionError
    assert (Message.objects.count(), Item.objects.count(), Delivery.objects.count()) == (0, 0, 0)
    tell(li, urgent=True)
    assert (Message.objects.count(), Item.objects.count(), Delivery.objects.count()) == (1, 1, 1)


@pytest.mark.django_db(transaction=True, databases=DATABASES)
def test_outside_a_transaction_nothing_is_said(make: Make) -> None:
    li = make("li")
    with pytest.raises(notify.NotInTransaction, match="同一个事务"):
        notify.send("notifytest.pressed", accounts=[li], title="一", subject=SUBJECT)


@pytest.mark.django_db
def test_an_undeclared_kind_is_refused(make: Make) -> None:
    with pytest.raises(notify.UnknownKind, match="declare_kind"):
        tell(make("li"), kind="notifytest.unknown")
    with pytest.raises(ValueError, match="已登记为“催办”"):
        notify.declare_kind("notifytest.pressed", "催一催")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": "一\n二"},
        {"title": "长" * 201},
        {"title": "请联系 13900001234"},
        {"body": "身份证 11010519491231002X"},
        {"url": "https://example.com/"},
        {"url": "//example.com/"},
        {"url": "/\\example.com/"},
    ],
)
def test_what_must_not_leave_is_refused(make: Make, wrong: dict[str, str]) -> None:
    with pytest.raises(notify.BadMessage):
        tell(make("li"), **wrong)
    assert not Message.objects.exists()


@pytest.mark.django_db
def test_a_message_that_nobody_hears_is_told_to_the_operator(make: Make) -> None:
    with transaction.atomic():
        notify.send("notifytest.pressed", to_holders={"nobody@org:99"}, title="一", subject=SUBJECT)
    (line,) = notify.health()
    assert "nobody@org:99 无人担任" in line


@pytest.mark.django_db
def test_sending_costs_the_same_for_one_and_for_many(make: Make) -> None:
    people = [make(f"p{n}") for n in range(20)]
    counts = []
    for receivers in (people[:1], people):
        with CaptureQueriesContext(connection) as queries:
            tell(*receivers, urgent=True)
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.django_db
def test_reading_and_pages(make: Make) -> None:
    li, wang = make("li"), make("wang")
    numbers = [tell(li, wang, title=f"第 {n} 件") for n in range(60)]
    first = notify.inbox(li)
    assert (len(first.items), first.total, first.unread, first.pages) == (50, 60, 60, 2)
    assert first.items[0].title == "第 59 件"
    assert len(notify.inbox(li, page=9).items) == 10
    assert notify.mark_read(li, numbers[:10]) == 10
    assert notify.mark_read(li, numbers[:10]) == 0
    assert (notify.unread(li), notify.unread(wang)) == (50, 60)
    assert len(notify.inbox(li, unread_only=True).items) == 50
    assert notify.mark_read(li) == 50
    with CaptureQueriesContext(connection) as queries:
        notify.inbox(wang)
    assert len(queries) == 2


@pytest.mark.django_db
def test_who_was_told_about_a_thing(make: Make) -> None:
    li, wang = make("li"), make("wang")
    first = tell(li, wang, title="一", urgent=True)
    tell(wang, title="二")
    with transaction.atomic():
        notify.send("notifytest.pressed", accounts=[li], title="别的", subject=Ref("x", "1"))
    notify.mark_read(li, [first])
    told = notify.told(SUBJECT)
    assert [(t.account, t.title, t.read_at is not None, t.state) for t in told] == [
        ("li同志", "一", True, "待发"),
        ("wang同志", "一", False, "待发"),
        ("wang同志", "二", False, ""),
    ]
