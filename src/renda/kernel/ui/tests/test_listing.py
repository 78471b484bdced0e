"""Lists: constant queries, hostile addresses, pages that never overlap, an export that equals the page."""

import datetime as dt
import io
import time
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Q
from django.http import QueryDict
from django.template.loader import render_to_string
from django.test import RequestFactory
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from renda.kernel import clock
from renda.kernel.ui import api as ui
from renda.kernel.ui import providers
from renda.kernel.ui.gallery.samples import SampleLight
from renda.kernel.ui.tests.things import Thing

DAY = dt.date(2026, 3, 5)
STATES = [("new", "待办"), ("open", "在办"), ("done", "办结")]


@pytest.fixture(scope="module", autouse=True)
def table(django_db_setup, django_db_blocker):
    """The table of things, outside the product's own models."""
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            editor.create_model(Thing)
        yield
        with connection.schema_editor() as editor:
            editor.delete_model(Thing)
    del apps.all_models["ui"]["thing"]
    apps.clear_cache()


def fill(count):
    Thing.objects.bulk_create(
        (
            Thing(
                number=n,
                title=f"第{n}件 路灯" if n % 2 else f"第{n}件 桥梁",
                state=STATES[n % 3][0],
                due_on=DAY + dt.timedelta(days=n % 40) if n % 5 else None,
                cost=Decimal(n) / 4,
                made_at=clock.combine(DAY, dt.time(9)),
            )
            for n in range(1, count + 1)
        ),
        batch_size=2000,
    )


class Things(ui.Listing):
    title = "事项"
    columns = (
        ui.Column("number", "编号", kind="number", sort="number"),
        ui.Column("title", "标题", main=True, href=lambda t: f"/things/{t.pk}/", sort="title"),
        ui.Column(
            "state", "状态", kind="tag", value=lambda t: dict(STATES)[t.state], sort=("state", "number")
        ),
        ui.Column("due", "到期", kind="day", value="due_on", sort="due_on"),
        ui.Column("light", "时限", kind="light", value=lambda t: SampleLight("near", f"还有 {t.number} 天")),
        ui.Column("cost", "金额", kind="money", shown=False),
        ui.Column("made", "登记", kind="moment", value="made_at", shown=False),
        ui.Column("owner", "上级", value="owner.title", shown=False),
        ui.Column("names", "人员", kind="people", value=lambda t: ["丁", "于", "万", "马"], shown=False),
    )
    filters = (
        ui.Words("q", "查找", fields=("title",)),
        ui.Choice("state", "状态", choices=STATES, counts=True, multiple=True),
        ui.Days("due", "到期", field="due_on"),
        ui.Days("made", "登记", field="made_at", moment=True),
        ui.Flag("late", "已过期", condition=lambda: Q(due_on__lt=DAY + dt.timedelta(days=3))),
    )
    default_sort = "number"
    batch = (ui.BatchAct("交办", "/hand-over/"),)

    def rows(self):
        return Thing.objects.exclude(title__contains="别人的").select_related("owner")


def listing(query="", cookies=None):
    request = RequestFactory().get(f"/things/?{query}")
    request.COOKIES.update(cookies or {})
    return Things(request)


def draw(found):
    return render_to_string("ui/list.html", {"listing": found}, request=found.request)


def numbers(found):
    return [row.obj.number for row in found.shown_rows]


def test_filters_words_and_days(db):
    fill(120)
    assert listing().total == 120
    assert listing("state=open").total == 40
    assert listing("state=open&state=done").total == 80
    assert listing("q=路灯").total == 60
    assert listing("q=第7件+路灯").total == 1
    assert (
        listing("due_from=2026-03-06&due_to=2026-03-07").total
        == Thing.objects.filter(due_on__range=(DAY + dt.timedelta(1), DAY + dt.timedelta(2))).count()
    )
    assert listing("made_from=2026-03-05&made_to=2026-03-05").total == 120
    assert listing("made_from=2026-03-06").total == 0
    assert listing("late=1").total == Thing.objects.filter(due_on__lt=DAY + dt.timedelta(days=3)).count()


def test_counts_of_choices_keep_the_other_filters(db):
    fill(120)
    found = listing("q=路灯&state=open")
    shown = {one.filter.key: one for one in found.bar}
    counts = {option.value: option.count for option in shown["state"].options}
    assert counts == {
        state: Thing.objects.filter(title__contains="路灯", state=state).count() for state, _ in STATES
    }
    assert shown["late"].options[0].count == found.found.filter(due_on__lt=DAY + dt.timedelta(days=3)).count()
    assert shown["state"].words == "在办"


def test_sort_both_ways_and_pages_do_not_overlap(db):
    fill(120)
    assert numbers(listing("sort=-number"))[:3] == [120, 119, 118]
    seen = [n for page in (1, 2, 3) for n in numbers(listing(f"sort=state&page={page}"))]
    assert len(seen) == len(set(seen)) == 120
    assert numbers(listing("page=99")) == numbers(listing("page=3"))


def test_what_has_no_value_comes_last_either_way(db):
    fill(60)
    for sort in ("due", "-due"):
        days = [
            n
            for page in (1, 2)
            for n in (row.obj.due_on for row in listing(f"sort={sort}&page={page}").shown_rows)
        ]
        known = [day for day in days if day]
        assert days == [*known, *[None] * (60 - len(known))]
        assert known == sorted(known, reverse=sort.startswith("-"))


def test_queries_are_constant(db, django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(providers, "_masthead", None)
    monkeypatch.setattr(providers, "_helpline", None)
    fill(10)
    with django_assert_num_queries(4) as few:
        draw(listing("q=件"))
    fill(400)
    with django_assert_num_queries(4) as many:
        draw(listing("q=件"))
    assert len(few) == len(many)


HOSTILE = [
    "sort=password",
    "sort=--number",
    "sort=owner__title",
    "page=-1",
    "page=0",
    "page=99999999999999999999",
    "page=１",
    "page=abc",
    "state=nobody",
    "state=new'; DROP TABLE ui_thing;--",
    "due_from=2026-02-30",
    "due_from=9999-99-99",
    "due_from=0001-01-01&due_to=9999-12-31",
    "late=yes",
    "q=%00",
    "q=%25%5F%27%22",
    "q=" + "长" * 5000,
    "unknown=1&number__gt=3",
    "export=pdf",
]


@pytest.mark.parametrize("query", HOSTILE)
def test_hostile_addresses_never_fail_and_never_show_more(db, query):
    fill(60)
    page = draw(listing(query))
    assert "<table" in page or "没有符合筛选的" in page
    assert listing(query).total <= 60


@pytest.mark.django_db
@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["q", "state", "due_from", "due_to", "late", "sort", "page", "x"]),
        st.text(max_size=30),
        max_size=5,
    )
)
def test_any_text_in_any_parameter_is_bearable(parameters):
    query = QueryDict(mutable=True)
    query.update(parameters)
    found = listing(query.urlencode())
    assert found.total >= 0 and isinstance(found.shown_rows, list)
    # What the page writes into its own links is understood again, whole.
    again = listing(found.url().partition("?")[2])
    assert (again.values, again.sort, again.ignored) == (found.values, found.sort, [])


def test_a_value_that_is_not_there_is_said_not_silently_dropped(db):
    fill(3)
    page = draw(listing("state=nobody&due_from=2026-02-30"))
    assert "地址里的状态、到期不是这里有的" in page


def test_text_of_rows_is_escaped(db):
    Thing.objects.create(number=1, title='<img src=x onerror="alert(1)">', state="new")
    page = draw(listing())
    assert "<img src=x" not in page and "&lt;img src=x" in page


def test_columns_are_remembered_for_their_page_only(db):
    fill(3)
    answer = listing("cols=title&cols=cost&cols=nonsense&state=new").respond("ui/list.html")
    assert answer.status_code == 302 and answer["Location"] == "/things/?state=new"
    cookie = answer.cookies["cols"]
    assert (cookie.value, cookie["path"]) == ("title.cost", "/things/")
    found = listing(cookies={"cols": cookie.value})
    assert [column.key for column in found.chosen] == ["title", "cost"]
    assert listing(cookies={"cols": "owner.__class__.x"}).chosen[-1].key == "owner"
    reset = listing("cols=").respond("ui/list.html")
    assert reset.cookies["cols"].value == ""


def test_the_main_column_cannot_be_taken_away(db):
    found = listing(cookies={"cols": "cost"})
    assert [column.key for column in found.chosen] == ["title", "cost"]


def test_the_export_equals_what_is_shown_on_all_pages(db):
    fill(120)
    found = listing(
        "state=open&sort=-number&export=xlsx", {"cols": "number.title.state.due.light.cost.made.names"}
    )
    answer = found.respond("ui/list.html")
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    head = next(i for i, row in enumerate(rows) if row[0] == "编号")
    assert rows[head][:8] == ["编号", "标题", "状态", "到期", "时限", "金额", "登记", "人员"]
    body = rows[head + 1 :]
    expected = list(Thing.objects.filter(state="open").order_by("-number"))
    assert [int(row[0]) for row in body] == [thing.number for thing in expected]
    first, thing = body[0], expected[0]
    assert first[1] == thing.title and first[2] == "在办" and first[4] == f"还有 {thing.number} 天"
    assert (first[3].date() if isinstance(first[3], dt.datetime) else first[3]) == thing.due_on
    assert Decimal(str(first[5])) == thing.cost
    assert first[7] == "丁、于、万、马"
    note = " ".join(str(cell) for row in rows[:head] for cell in row)
    assert "共 40 件" in note and "状态 在办" in note and "截至" in note


def test_an_export_carries_no_formula(db):
    Thing.objects.create(number=1, title='=HYPERLINK("http://x")', state="new")
    answer = listing("export=xlsx").respond("ui/list.html")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert any("=HYPERLINK" in str(cell) for row in rows for cell in row), "原样是文字，不是公式"


def picked(**data):
    return Things.picked(RequestFactory().post("/hand-over/", data))


def test_a_batch_gets_the_rows_picked_or_every_row_left_by_the_filters_but_only_visible_ones(db):
    fill(60)
    foreign = Thing.objects.create(number=999, title="别人的", state="new")
    first, second = Thing.objects.order_by("number")[:2]
    got = picked(ids=[str(first.pk), str(second.pk), str(foreign.pk), "x", "-1", "9" * 30, "1; DROP"])
    assert set(got) == {first, second}
    assert set(picked(every="1", query="state=open")) == set(Thing.objects.filter(state="open"))
    assert picked(every="1", query="state=open").count() == 20
    assert not picked().exists()


def test_an_empty_list_says_what_to_do_and_a_filtered_one_how_to_widen(db):
    page = draw(listing())
    assert "这里还没有内容" in page
    fill(3)
    page = draw(listing("q=没有这个词"))
    assert "没有符合筛选的" in page and "清除筛选" in page


@pytest.mark.alone
@pytest.mark.slow
def test_a_hundred_thousand_rows_are_counted_and_paged_in_time(db):
    fill(100_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    times = []
    for query in ("", "state=open", "sort=-due&page=3", "late=1", "state=open&sort=due&page=600"):
        started = time.perf_counter()
        draw(listing(query))
        times.append(time.perf_counter() - started)
    assert max(times) < 0.6, times
    assert sorted(times)[len(times) // 2] < 0.25, times
