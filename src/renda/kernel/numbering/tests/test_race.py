"""A pair: numbering without the lock goes wrong on PostgreSQL, and with it does not."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connections, transaction
from django.db.models import Max

from renda.kernel.numbering import api as numbering
from renda.kernel.numbering.models import NumberRow, SeriesRow, State
from renda.kernel.numbering.rules import plain
from renda.kernel.numbering.tests.test_numbering import ACTOR, LETTERS, issued, thing

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(works: list[Callable[[], None]]) -> list[Exception]:
    """Run each in a thread and connection of its own; what they raised."""
    errors: list[Exception] = []

    def run(work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_without_the_lock_two_get_the_same_number() -> None:
    issued(0)
    both_have_read = threading.Barrier(2, timeout=20)
    computed: list[int] = []

    def naive(n: int) -> None:
        with transaction.atomic():
            series = SeriesRow.objects.get(mark="安人建")
            number = 1 + (NumberRow.objects.filter(series=series).aggregate(top=Max("n"))["top"] or 0)
            both_have_read.wait()
            computed.append(number)
            text = LETTERS.text(number)
            NumberRow.objects.create(
                series=series, n=number, text=text, plain=plain(text), state=State.RESERVED,
                subject_kind="x", subject_id=str(n),
            )  # fmt: skip

    errors = at_once([lambda: naive(1), lambda: naive(2)])
    assert computed == [2, 2]
    assert [type(error) for error in errors] == [IntegrityError]  # the constraint is the last line of defence


def test_with_the_lock_nobody_waits_in_vain_and_none_is_doubled() -> None:
    start = threading.Barrier(8, timeout=20)
    given: list[int] = []

    def orderly(worker: int) -> None:
        start.wait()
        for n in range(20):
            with transaction.atomic():
                number = numbering.reserve(LETTERS, subject=thing(worker * 100 + n), actor=ACTOR)
                if n % 5 == 4:  # and every fifth act fails: its number must come back
                    transaction.set_rollback(True)
                else:
                    given.append(number.n)

    errors = at_once([lambda worker=worker: orderly(worker) for worker in range(8)])  # type: ignore[misc]
    assert errors == []
    assert sorted(given) == list(range(1, 129))
    assert [line.n for line in numbering.register(LETTERS).lines] == list(range(1, 129))


def test_one_freed_number_goes_to_one_of_two() -> None:
    kept = numbering.reserve(LETTERS, subject=thing(0), actor=ACTOR)
    numbering.release(kept, actor=ACTOR)
    start = threading.Barrier(2, timeout=20)
    given: list[int] = []

    def take(n: int) -> None:
        start.wait()
        given.append(numbering.reserve(LETTERS, subject=thing(n), actor=ACTOR).n)

    assert at_once([lambda: take(1), lambda: take(2)]) == []
    assert sorted(given) == [1, 2]
