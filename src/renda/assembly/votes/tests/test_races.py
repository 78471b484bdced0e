"""Presses and the close at once, on PostgreSQL: none lost, none doubled, each told the truth."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from django.db import connections, transaction

from renda.assembly.votes import api as votes
from renda.assembly.votes.models import Ballot, CountSheet
from renda.assembly.votes.tests.conftest import DAY, Hall, build
from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.workflow import api as workflow

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True, databases=["default", "vault"])]


@pytest.fixture
def hall(transactional_db: None) -> Iterator[Hall]:
    yield from build()


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


def again(account: identity.Account) -> identity.Account:
    return identity.Account.objects.get(pk=account.pk)


def test_whoever_was_told_that_it_counted_is_in_the_count(hall: Hall) -> None:
    vote = hall.put()
    told: list[int] = []

    def press(number: int) -> Callable[[], None]:
        def work() -> None:
            votes.cast(votes.vote(vote.pk), "for", actor=again(hall.accounts[number]))
            told.append(number)

        return work

    works = [press(n) for n in range(12)]
    works.insert(6, lambda: votes.close(votes.vote(vote.pk), actor=again(hall.office[0])))
    errors = at_once(*works)
    assert all(isinstance(e, workflow.WorkflowError) and "没有计入" in str(e) for e in errors), errors
    ended = votes.vote(vote.pk)
    assert ended.votes_for == len(told) == 12 - len(errors)
    assert Ballot.objects.count() == len(told)


def test_a_press_that_waits_for_the_close_is_refused(hall: Hall) -> None:
    """Without the lock the press would be stored after the count; it waits for the lock and is refused."""
    vote = hall.put()
    closing = threading.Event()

    def slow_close() -> None:
        with transaction.atomic():
            votes.close(votes.vote(vote.pk), actor=again(hall.office[0]))
            closing.set()
            threading.Event().wait(1)  # the close is done and not yet committed

    def late_press() -> None:
        assert closing.wait(20)
        votes.cast(votes.vote(vote.pk), "for", actor=again(hall.accounts[0]))

    errors = at_once(slow_close, late_press)
    assert len(errors) == 1 and "没有计入" in str(errors[0]), errors
    assert not Ballot.objects.exists()
    assert votes.vote(vote.pk).votes_for == 0


def test_one_who_presses_twice_at_once_is_one(hall: Hall) -> None:
    vote = hall.put()
    work = lambda: votes.cast(votes.vote(vote.pk), "for", actor=again(hall.accounts[0]))  # noqa: E731
    assert at_once(work, work, work) == []
    assert Ballot.objects.count() == 1


def test_two_tellers_at_once_end_it_once(hall: Hall) -> None:
    vote = hall.put("hand", present=30)

    def teller(number: int) -> Callable[[], None]:
        return lambda: votes.count(
            votes.vote(vote.pk),
            votes_for=24,
            votes_against=0,
            abstentions=0,
            actor=again(hall.office[number]),
        )

    assert at_once(teller(0), teller(1)) == []
    assert CountSheet.objects.count() == 2
    ended = votes.vote(vote.pk)
    assert ended.flow.state == "closed" and ended.votes_for == 24


def test_secret_ballots_and_the_close_at_once(hall: Hall) -> None:
    """Whoever was told that it counted is in the count; the same ballot sent five times is one."""
    vote = hall.put("secret")
    tokens = [votes.take(vote, actor=account) for account in hall.accounts[:15]]
    votes.begin(votes.vote(vote.pk), actor=hall.office[0])
    told = tokens[10:]  # enough for the close
    for token in told:
        votes.deposit(vote.pk, token, "for")

    def send(token: str) -> Callable[[], None]:
        def work() -> None:
            votes.deposit(vote.pk, token, "for")
            told.append(token)

        return work

    works = [send(token) for token in [tokens[0]] * 5 + tokens[1:10]]
    works.insert(8, lambda: votes.close(votes.vote(vote.pk), actor=again(hall.office[0])))
    errors = at_once(*works)
    assert all(isinstance(e, workflow.WorkflowError) and "没有计入" in str(e) for e in errors), errors
    ended = votes.vote(vote.pk)
    assert ended.votes_for == ended.returned == len(set(told))
    assert ended.issued == 15
