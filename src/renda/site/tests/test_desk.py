"""My desk: what waits for me, what I wait for, what changed; in a constant number of queries."""

import datetime as dt

import pytest
from django.urls import reverse

from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.ui import api as ui
from renda.kernel.workflow import api as workflow

DAY = dt.date(2026, 6, 11)
CLERK = "administrator@all"
OTHER = "deputies_office@congress:1"


def address(case):
    return f"/things/{case.subject_id}/"


PROCESS_KEY = "tests.desk"


@pytest.fixture
def process(monkeypatch):
    """Cases of a process that only knows its name, its states' labels and its addresses."""

    class Declared:
        def state(self, key):
            return type(
                "State", (), {"label": {"open": "办理中", "done": "已办结"}[key], "final": key == "done"}
            )

        def url(self, case):
            return address(case)

    known = workflow.get
    monkeypatch.setattr(
        "renda.kernel.workflow.process.get",
        lambda key, version=None: Declared() if key == PROCESS_KEY else known(key, version),
    )


@pytest.fixture
def clerk(db):
    account = identity.create_account("clerk", "王晓岚", actor=None)
    identity.grant(account, identity.ADMINISTRATOR, "all", actor=None, since=dt.date(2026, 1, 1))
    return account


def case(number, title, *, mine=False, passed_on=False, other=False, due=None, moved=None, state="open"):
    made = workflow.Case.objects.create(
        process=PROCESS_KEY,
        version=1,
        state=state,
        subject_kind="tests.thing",
        subject_id=str(number),
        subject_title=title,
        scope="congress:1",
        moved_at=moved or clock.now(),
    )
    deadline = None
    if due is not None:
        deadline = workflow.Deadline.objects.create(
            case=made,
            key="reply",
            label="答复",
            status="running",
            due_on=due,
            warn_on=due - dt.timedelta(days=15),
        )
    if passed_on:
        workflow.Turn.objects.create(case=made, holder=CLERK, ended_at=clock.now())
    if mine:
        workflow.Turn.objects.create(case=made, holder=CLERK, deadline=deadline)
    if other:
        workflow.Turn.objects.create(case=made, holder=OTHER, deadline=deadline)
    return made


def desk(client):
    return client.get(reverse("desk")).content.decode()


def section(page, title):
    start = page.index(f"<h2>{title}")
    return page[start : page.index("</section>", start)]


def test_the_desk_asks_for_log_in(client, db):
    answer = client.get(reverse("desk"))
    assert answer.status_code == 302 and answer["Location"].startswith("/login/")


def test_what_waits_for_me_is_sorted_by_what_is_due(client, clerk, process):
    with clock.travel(DAY):
        case(1, "没有期限的事", mine=True)
        case(2, "宽的事", mine=True, due=DAY + dt.timedelta(days=60))
        case(3, "过期的事", mine=True, due=DAY - dt.timedelta(days=3))
        case(4, "别人的事", other=True, due=DAY)
        client.force_login(clerk)
        page = desk(client)
    mine = section(page, "等我办")
    assert [mine.index(title) for title in ("过期的事", "宽的事", "没有期限的事")] == sorted(
        mine.index(title) for title in ("过期的事", "宽的事", "没有期限的事")
    )
    assert "别人的事" not in page
    assert "逾期" in mine and "2026年6月8日 周一" in mine and 'href="/things/3/"' in mine
    assert "等您办的 3 件" in page and "其中逾期" in page
    head = page[: page.index("<main")]
    assert 'class="count late">3' in head


def test_what_i_passed_on_and_what_changed(client, clerk, process):
    with clock.travel(DAY):
        case(5, "交出去的事", passed_on=True, other=True, due=DAY + dt.timedelta(days=9))
        case(6, "办结的事", passed_on=True, state="done")
        case(7, "早就办结的事", passed_on=True, state="done", moved=clock.now() - dt.timedelta(days=40))
        client.force_login(clerk)
        page = desk(client)
    theirs = section(page, "我在等")
    assert "交出去的事" in theirs and identity.role("deputies_office").label in theirs
    changed = section(page, "有变化")
    assert "办结的事" in changed and "已办结" in changed and "交出去的事" not in changed
    assert "早就办结的事" not in page


def test_an_empty_desk_says_so(client, clerk):
    client.force_login(clerk)
    page = desk(client)
    assert "现在没有等您办的事" in page and "没有交出去还在等结果的事" in page


def test_queries_do_not_grow_with_the_desk(client, clerk, process, django_assert_max_num_queries):
    client.force_login(clerk)

    def count():
        with django_assert_max_num_queries(60) as seen:
            desk(client)
        return len(seen)

    case(1, "一件", mine=True, due=DAY)
    case(2, "一件", passed_on=True, other=True, due=DAY)
    few = count()
    for number in range(3, 60):
        case(number, f"第{number}件", mine=number % 2 == 0, passed_on=True, other=number % 2 == 1, due=DAY)
    assert count() == few


def test_the_shell_says_who_i_am_and_in_which_role(client, clerk):
    client.force_login(clerk)
    page = desk(client)
    assert "王晓岚" in page and identity.role(identity.ADMINISTRATOR).label in page
    assert ui.Masthead().congress in page, "还没有登记人大时用产品的名字"


def test_a_light_of_the_workflow_has_its_shape_on_the_page(client, clerk, process):
    with clock.travel(DAY):
        case(3, "过期的事", mine=True, due=DAY - dt.timedelta(days=3))
        client.force_login(clerk)
        assert workflow.turns({CLERK}).get().deadline.light().key == "overdue"
        assert "lights.svg#overdue" in desk(client)
