"""Leases: one holder, expiry, renewal, loss."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import transaction

from renda.kernel.jobs import api as jobs
from renda.kernel.jobs.models import DatabaseClock, Lease
from renda.kernel.jobs.tests.test_timetable import together


@pytest.mark.django_db
def test_one_holder_until_the_block_ends() -> None:
    with jobs.lease("seal", 30) as first:
        assert first
        with jobs.lease("seal", 30) as second:
            assert not second
        with jobs.lease("other", 30) as other:
            assert other
    with jobs.lease("seal", 30) as again:
        assert again


@pytest.mark.django_db
def test_an_error_gives_the_lease_back() -> None:
    with pytest.raises(ZeroDivisionError), jobs.lease("seal", 30):
        raise ZeroDivisionError
    with jobs.lease("seal", 30) as again:
        assert again


@pytest.mark.django_db
def test_a_dead_holders_lease_runs_out_by_the_databases_clock() -> None:
    Lease.objects.create(name="seal", holder="dead:1:aaaa", until=DatabaseClock() + 1_000_000)
    with jobs.lease("seal", 30) as mine:
        assert not mine
    Lease.objects.update(until=DatabaseClock() - 1)
    with jobs.lease("seal", 30) as mine:
        assert mine


@pytest.mark.django_db
def test_renewing_what_another_has_taken_says_no() -> None:
    with jobs.lease("seal", 30) as mine:
        assert mine.renew()
        Lease.objects.update(holder="thief:1:aaaa")
        assert not mine.renew()
    assert Lease.objects.get().holder == "thief:1:aaaa"


@pytest.mark.django_db(transaction=True)
def test_not_inside_somebodys_transaction() -> None:
    with transaction.atomic(), pytest.raises(RuntimeError), jobs.lease("seal", 30):
        pass


@pytest.mark.django_db(transaction=True)
def test_a_long_block_is_renewed_and_a_stolen_one_is_told() -> None:
    with jobs.lease("seal", 2) as mine:
        time.sleep(2.5)
        with jobs.lease("seal", 2) as second:
            assert not second
        assert mine
        Lease.objects.update(holder="thief:1:aaaa")
        time.sleep(1)
        assert mine.lost
        assert not mine


@pytest.mark.django_db(transaction=True)
def test_many_want_it_one_has_it() -> None:
    inside = 0
    most = 0
    held: list[int] = []
    guard = threading.Lock()

    def want(n: int) -> None:
        nonlocal inside, most
        while held.count(n) < 3:
            with jobs.lease("seal", 30) as mine:
                if mine:
                    with guard:
                        inside += 1
                        most = max(most, inside)
                        held.append(n)
                    time.sleep(0.002)
                    with guard:
                        inside -= 1

    together(4, want)
    assert most == 1
    assert len(held) == 12
