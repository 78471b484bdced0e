"""Two people on one suggestion at once, on PostgreSQL: wrong without the lock, right with it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from django.db import IntegrityError, connections

from renda.business.motions.models import Rating, Suggestion
from renda.business.motions.services import cosigning, drafting, handling, handover, rating, replying, review
from renda.business.motions.tests.conftest import DAY, World, build_world, deliver_all, fresh
from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.record import api as record
from renda.kernel.workflow import api as workflow

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True, databases=["default", "vault", "public"]),
]


@pytest.fixture
def world(transactional_db: None) -> Iterator[World]:
    yield from build_world()


def at_once(*works: Callable[[], object]) -> list[Exception]:
    """Run each in a thread and connection of its own, all starting together; what they raised."""
    start = threading.Barrier(len(works), timeout=30)
    errors: list[Exception] = []

    def run(work: Callable[[], object]) -> None:
        try:
            with clock.travel(DAY):
                start.wait()
                work()
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return errors


def unlock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cases are read without a lock from now on, and neither thread goes on before both have read once."""
    both_have_read = threading.Barrier(2, timeout=20)
    mine = threading.local()

    def read(pk: int) -> workflow.Case:
        found = workflow.Case.objects.get(pk=pk)
        if not hasattr(mine, "read"):
            mine.read = True
            both_have_read.wait()
        return found

    monkeypatch.setattr("renda.kernel.workflow.services.lock", read)


def who(world: World, key: str) -> identity.Account:
    return identity.Account.objects.get(pk=world.accounts[key].pk)


def acts(suggestion: Suggestion, *kinds: str) -> list[str]:
    """What the record tells of these kinds."""
    found = [line.kind for line in record.timeline(suggestion.ref, limit=100)]
    return sorted(kind for kind in found if kind in kinds)


CLERKS = ("motions.registered", "motions.sent_back")


def two_clerks(world: World, suggestion: Suggestion) -> list[Exception]:
    """One registers what the other sends back, both from the same page."""
    world.account("office2", "吴敏", ("deputies_office", f"congress:{world.congress.pk}"))
    assert suggestion.case is not None
    seen = suggestion.case.step
    return at_once(
        lambda: review.register(
            fresh(suggestion), actor=who(world, "office"), category=world.category, seen=seen
        ),
        lambda: review.send_back(
            fresh(suggestion), actor=who(world, "office2"), reason="vague", text="请写明路段", seen=seen
        ),
    )


def test_without_the_lock_one_clerk_registers_what_the_other_sends_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    suggestion = world.submitted()
    unlock(monkeypatch)
    assert two_clerks(world, suggestion) == []
    assert acts(suggestion, *CLERKS) == ["motions.registered", "motions.sent_back"]


def test_with_the_lock_the_second_clerk_is_told(world: World) -> None:
    suggestion = world.submitted()
    errors = two_clerks(world, suggestion)
    assert [type(error) for error in errors] == [workflow.Stale]
    assert len(acts(suggestion, *CLERKS)) == 1


def cosigned_and_replied(world: World) -> tuple[Suggestion, object]:
    """A suggestion with a co-signer, answered: two have to rate."""
    suggestion = world.draft()
    cosigning.invite(suggestion, people=[world.seats[1].person], actor=world.deputy)
    cosigning.cosign(fresh(suggestion), actor=world.second)
    drafting.submit(fresh(suggestion), actor=world.deputy)
    review.register(fresh(suggestion), actor=world.office, category=world.category)
    handover.hand_over(fresh(suggestion), actor=world.office, lead=world.organs["urban"])
    assignment = world.lead_of(fresh(suggestion))
    handling.receive(assignment, actor=world.urban_clerk)
    world.answer(assignment, promise=False)
    deliver_all()
    return fresh(suggestion), suggestion.replies.get(state="issued")


def two_raters(world: World, suggestion: Suggestion, reply: object) -> list[Exception]:
    def rate(key: str) -> Callable[[], object]:
        return lambda: rating.rate(
            fresh(suggestion), reply, actor=who(world, key), attitude="satisfied", result="satisfied"
        )

    return at_once(rate("deputy"), rate("second"))


def test_the_second_of_two_ratings_at_once_ends_it(world: World) -> None:
    suggestion, reply = cosigned_and_replied(world)
    assert two_raters(world, suggestion, reply) == []
    assert Rating.objects.count() == 2
    assert fresh(suggestion).case.state == "closed"


def click_twice(world: World, suggestion: Suggestion) -> list[Exception]:
    reply = suggestion.replies.get(state="issued")

    def click() -> object:
        return rating.rate(
            fresh(suggestion), reply, actor=who(world, "deputy"), attitude="satisfied", result="satisfied"
        )

    return at_once(click, click)


def test_without_the_lock_a_second_click_meets_the_constraint(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    suggestion = world.replied()
    unlock(monkeypatch)
    errors = click_twice(world, suggestion)
    # The last line of defence: no second rating, but a page that failed.
    assert [type(error) for error in errors] == [IntegrityError]


def test_with_the_lock_a_second_click_is_told(world: World) -> None:
    errors = click_twice(world, world.replied())
    assert len(errors) == 1 and isinstance(errors[0], workflow.WorkflowError), errors
    assert Rating.objects.count() == 1


def test_a_letter_withdrawn_while_it_is_rated_has_one_outcome(world: World) -> None:
    suggestion = world.replied()
    reply = suggestion.replies.get(state="issued")
    assignment = world.lead_of(suggestion)
    errors = at_once(
        lambda: rating.rate(
            fresh(suggestion), reply, actor=who(world, "deputy"), attitude="satisfied", result="satisfied"
        ),
        lambda: replying.withdraw(assignment, actor=who(world, "urban_head"), reason="文号有误"),
    )
    told = acts(suggestion, "motions.rated", "motions.reply_withdrawn")
    assert len(told) == 1, (told, errors)
    assert len(errors) == 1 and isinstance(errors[0], workflow.WorkflowError), errors
