"""Every page of the staff's side by every role; queries do not grow with what is shown."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from renda.business.motions.services import extensions, handling, handover, keys, pressing, replying
from renda.business.motions.tests.conftest import World, fresh
from renda.kernel import clock

ROLES = (
    "deputy",
    "secretary",
    "office",
    "government",
    "chair",
    "delegation",
    "urban_clerk",
    "urban_head",
    "traffic_clerk",
    "traffic_head",
    "transport_clerk",
)


def client_of(world: World, key: str) -> Client:
    client = Client()
    client.force_login(world.accounts[key])
    return client


def table(world: World, url: str) -> dict[str, int]:
    return {role: client_of(world, role).get(url).status_code for role in ROLES}


def opened(*who: str, other: int = 403, **several: int) -> dict[str, int]:
    return {role: several.get(role, 200 if role in who else other) for role in ROLES}


ORGANS = ("urban_clerk", "urban_head", "traffic_clerk", "traffic_head", "transport_clerk")


def test_desks(world: World) -> None:
    world.handed()
    assert table(world, "/motions/grid/") == opened("office", "government")
    assert table(world, "/motions/government/") == opened("office", "government")
    assert table(world, "/motions/handling/") == opened(*ORGANS)
    assert table(world, "/motions/key/") == opened("office", "chair")
    assert table(world, "/motions/lists/") == opened("office")
    assert table(world, "/motions/workbook/") == opened("office")


def test_boards(world: World) -> None:
    world.replied()
    readers = ("office", "government", "chair")
    papers = ("report/2026/docx/", "report/2026/compilation/docx/")
    for name in ("board/", "board/director/", "report/2026/", *papers):
        assert table(world, f"/motions/{name}") == opened(*readers), name
    assert table(world, "/motions/board/records/?year=2026&figure=replied") == opened(*readers)


def test_an_organs_part(world: World) -> None:
    suggestion = world.handed("traffic")
    part = world.lead_of(suggestion)
    involved = ("office", "chair", "urban_clerk", "urban_head", "traffic_clerk", "traffic_head")
    # A deputy is shown the suggestion's own page instead.
    other = {"deputy": 302, "secretary": 302, "delegation": 302}
    assert table(world, f"/motions/handling/{part.pk}/") == opened(*involved, **other)
    handling.receive(part, actor=world.urban_clerk)
    for name in ("reply/", "reply/preview/"):
        seen = table(world, f"/motions/handling/{part.pk}/{name}")
        assert seen == opened("urban_clerk", "urban_head"), name
    sign = table(world, f"/motions/handling/{part.pk}/sign/")
    assert sign == opened(urban_head=302)


def test_an_extension_and_a_key_suggestion(world: World) -> None:
    suggestion = world.handed()
    part = world.lead_of(suggestion)
    handling.receive(part, actor=world.urban_clerk)
    asked = extensions.ask(
        part, actor=world.urban_clerk, until=dt.date(2026, 7, 1), reason="汛期", told="已电话告知"
    )
    seen = ("deputy", "secretary", "office", "chair", "delegation", "urban_clerk", "urban_head")
    assert table(world, f"/motions/extension/{asked.pk}/") == opened(*seen)
    assert table(world, f"/motions/{suggestion.pk}/nominate/") == opened("office")
    key = keys.nominate(fresh(suggestion), actor=world.office, reason="群众关注")
    assert table(world, f"/motions/key/{key.pk}/") == opened(*seen)


def test_entry_pages(world: World) -> None:
    suggestion = world.replied()
    assert table(world, f"/motions/{suggestion.pk}/rating-sheet/") == opened("office", "delegation")
    assert table(world, f"/motions/{suggestion.pk}/transcribe/") == opened(office=302)


def test_what_is_not_there(world: World) -> None:
    client = client_of(world, "office")
    for url in (
        "handling/999999/",
        "extension/999999/",
        "key/999999/",
        "grid/batch/00000000-0000-0000-0000-000000000000/",
        "workbook/999999/",
        "board/records/?year=2026&figure=nothing",
        "board/records/?year=x&figure=late",
        "report/1200/",
        "report/2026/exe/",
        "report/2026/compilation/exe/",
    ):
        assert client.get(f"/motions/{url}").status_code == 404, url


def test_nobody_without_logging_in(world: World) -> None:
    part = world.lead_of(world.handed())
    for url in ("grid/", "government/", "handling/", f"handling/{part.pk}/", "board/", "key/", "lists/"):
        response = Client().get(f"/motions/{url}")
        assert response.status_code == 302 and "/login/" in response["Location"], url


def queries_of(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)


def more(world: World) -> None:
    """Three more of each kind of row."""
    for n in range(3):
        world.submitted(title=f"关于第{n}条道路照明的建议")
        world.registered(title=f"关于第{n}座桥梁检修的建议")
        waiting = world.registered(title=f"关于第{n}处公园的建议")
        handover.to_government(waiting, actor=world.office)
        answered = world.replied()
        keys.nominate(world.registered(), actor=world.office, reason="群众关注")
        suggestion = world.handed("traffic", "transport")
        part = world.lead_of(suggestion)
        pressing.press(part, actor=world.office, channel="phone", text="请抓紧")
        handling.object(part, actor=world.urban_clerk, reason="powers", text="不属于")
        assert answered.case.state == "replied"


@pytest.mark.parametrize(
    ("role", "url"),
    [
        ("office", "/motions/grid/?stage=review"),
        ("office", "/motions/grid/?stage=registered"),
        ("government", "/motions/grid/"),
        ("office", "/motions/government/"),
        ("urban_clerk", "/motions/handling/"),
        ("office", "/motions/key/"),
        ("chair", "/motions/board/"),
        ("chair", "/motions/board/?by=delegation"),
        ("chair", "/motions/board/director/"),
        ("chair", "/motions/report/2026/"),
        ("chair", "/motions/board/records/?year=2026&figure=handled"),
    ],
)
def test_pages_ask_the_same_however_many_rows(world: World, role: str, url: str) -> None:
    more(world)
    client = client_of(world, role)
    before = queries_of(client, url)
    more(world)
    assert queries_of(client, url) <= before


def test_the_organs_page_asks_the_same_however_much_there_is(world: World) -> None:
    def page(helpers: tuple[str, ...], times: int) -> int:
        suggestion = world.handed(*helpers)
        part = world.lead_of(suggestion)
        handling.receive(part, actor=world.urban_clerk)
        for how in ("phone", "site", "letter")[:times]:
            pressing.record_contact(
                part, actor=world.urban_clerk, how=how, happened_at=clock.now(), text="沟通"
            )
        handling.report_progress(part, actor=world.urban_clerk, text="已勘查")
        replying.open_draft(part, actor=world.urban_clerk)
        return queries_of(client_of(world, "urban_clerk"), f"/motions/handling/{part.pk}/")

    small = page(("traffic",), 1)
    assert page(("traffic", "transport"), 3) <= small
