"""Every page of the deputy's side by every role; drafts are private; queries don't grow with the rows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from renda.business.motions.models import Rating, Suggestion
from renda.business.motions.services import cosigning, pressing, rating
from renda.business.motions.tests.conftest import World, deliver_all, fresh
from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.record import api as record
from renda.kernel.workflow import api as workflow

ROLES = (
    "deputy",
    "second",
    "third",
    "secretary",
    "office",
    "government",
    "chair",
    "delegation",
    "urban_clerk",
    "urban_head",
    "traffic_clerk",
)
INVOLVED = {"deputy", "second", "third", "office", "chair", "delegation", "urban_clerk", "urban_head"}


def visit(world: World, key: str, url: str) -> int:
    client = Client()
    client.force_login(world.accounts[key])
    return client.get(url).status_code


def table(world: World, url: str) -> dict[str, int]:
    return {role: visit(world, role, url) for role in ROLES}


def opened(*who: str, other: int = 403) -> dict[str, int]:
    return {role: 200 if role in who else other for role in ROLES}


def test_start_pages(world: World) -> None:
    writers = ("deputy", "second", "third", "secretary")
    assert table(world, "/motions/mine/") == opened(*writers)
    assert table(world, "/motions/new/") == opened(*writers)
    assert table(world, "/motions/") == opened(*ROLES)


def test_a_draft_is_its_deputys_and_the_secretarys(world: World) -> None:
    draft = world.draft()
    for name in ("", "edit/", "submit/", "cosign/", "similar/"):
        assert table(world, f"/motions/{draft.pk}/{name}") == opened("deputy", "secretary"), name
    cosigning.invite(draft, actor=world.deputy, people=[world.seats[1].person])
    assert table(world, f"/motions/{draft.pk}/") == opened("deputy", "secretary", "second")
    assert visit(world, "second", f"/motions/{draft.pk}/sign/") == 200
    assert visit(world, "second", f"/motions/{draft.pk}/edit/") == 403
    assert visit(world, "deputy", f"/motions/{draft.pk}/sign/") == 302


def test_a_suggestion_that_was_answered(world: World) -> None:
    suggestion = world.replied()
    reply = suggestion.replies.get()
    seen = opened(*INVOLVED, "secretary")
    assert table(world, f"/motions/{suggestion.pk}/") == seen
    assert table(world, f"/motions/{suggestion.pk}/similar/") == seen
    assert table(world, f"/motions/reply/{reply.pk}/") == seen
    assert table(world, f"/motions/reply/{reply.pk}/docx/") == seen
    rate = table(world, f"/motions/{suggestion.pk}/rate/{reply.pk}/")
    assert rate == {role: 200 if role == "deputy" else 302 if seen[role] == 200 else 403 for role in ROLES}
    for name in ("edit/", "submit/", "confirm/", "cosign/"):
        assert visit(world, "deputy", f"/motions/{suggestion.pk}/{name}") == 302
        assert visit(world, "office", f"/motions/{suggestion.pk}/{name}") == 403


def test_who_did_not_sign_cannot_rate(world: World) -> None:
    suggestion = world.replied()
    reply = suggestion.replies.get()
    url = f"/motions/{suggestion.pk}/rate/{reply.pk}/"
    client = Client()
    client.force_login(world.second)
    answer = client.post(url, {"attitude": "satisfied", "result": "satisfied"}, follow=True)
    assert "您没有待评价的这份答复" in answer.content.decode()
    for key in ROLES[1:]:
        with pytest.raises((identity.Forbidden, workflow.WorkflowError), match="您没有待评价的"):
            rating.rate(
                suggestion, reply, actor=world.accounts[key], attitude="satisfied", result="satisfied"
            )
    assert not Rating.objects.exists()
    assert record.entries(kind="motions.rated", subject=suggestion.ref).latest() is None


def test_nobody_without_logging_in(world: World) -> None:
    suggestion = world.replied()
    for url in ("", "mine/", "new/", f"{suggestion.pk}/", f"reply/{suggestion.replies.get().pk}/"):
        response = Client().get(f"/motions/{url}")
        assert response.status_code == 302 and "/login/" in response["Location"]


def test_what_is_not_there(world: World) -> None:
    suggestion = world.replied()
    for url in ("999999/", "reply/999999/", f"{suggestion.pk}/rate/999999/", "reply/1/exe/"):
        assert visit(world, "deputy", f"/motions/{url}") == 404, url


def test_a_drafted_letter_is_not_shown(world: World) -> None:
    suggestion = world.replied()
    reply = suggestion.replies.get()
    type(reply).objects.filter(pk=reply.pk).update(state="signing")
    assert visit(world, "deputy", f"/motions/reply/{reply.pk}/") == 404


def queries_of(client: Client, url: str) -> int:
    client.get(url)  # caches of the process are warm
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)


@pytest.fixture
def count(world: World) -> Callable[[str, str], int]:
    def counted(key: str, url: str) -> int:
        client = Client()
        client.force_login(world.accounts[key])
        return queries_of(client, url)

    return counted


@pytest.mark.parametrize("role", ["deputy", "office", "urban_clerk"])
def test_the_case_page_asks_the_same_however_much_there_is(
    world: World, count: Callable[[str, str], int], role: str
) -> None:
    small = world.replied()
    before = count(role, f"/motions/{small.pk}/")
    draft = world.draft(title="关于河道清淤的建议")
    cosigning.invite(draft, actor=world.deputy, people=[s.person for s in world.seats[1:]])
    for who in (world.second, world.third):
        cosigning.cosign(draft, actor=who)
    big = answered(world, draft)
    assert count(role, f"/motions/{big.pk}/") <= before


def answered(world: World, draft: Suggestion) -> Suggestion:
    """Several organs, signers, contacts and promises."""
    from renda.business.motions.services import drafting, handling, handover, review

    drafting.submit(draft, actor=world.deputy)
    review.register(fresh(draft), actor=world.office, category=world.category)
    handover.hand_over(
        fresh(draft),
        actor=world.office,
        lead=world.organs["urban"],
        joint=[world.organs["traffic"], world.organs["transport"]],
    )
    suggestion = fresh(draft)
    lead = world.lead_of(suggestion)
    handling.receive(lead, actor=world.urban_clerk)
    for how in ("phone", "site", "letter"):
        pressing.record_contact(lead, actor=world.urban_clerk, how=how, happened_at=clock.now(), text="沟通")
    pressing.press(lead, actor=world.second, channel="phone", text="请抓紧")
    for key in ("traffic", "transport"):
        joint = suggestion.assignments.select_related("case", "organ", "suggestion__case").get(
            organ=world.organs[key]
        )
        handling.receive(joint, actor=world.accounts[f"{key}_clerk"])
        handling.opine(joint, actor=world.accounts[f"{key}_clerk"], text="同意配合")
    return fresh(suggestion)


def test_lists_ask_the_same_however_many_rows(world: World, count: Callable[[str, str], int]) -> None:
    world.replied()
    urls = {"deputy": "/motions/mine/", "office": "/motions/"}
    before = {role: count(role, url) for role, url in urls.items()}
    for _ in range(3):
        suggestion = world.replied()
        rating.rate(
            suggestion, suggestion.replies.get(), actor=world.deputy, attitude="satisfied", result="basically"
        )
        world.draft()
        world.submitted()
    deliver_all()
    for role, url in urls.items():
        assert count(role, url) <= before[role] + 1, role
