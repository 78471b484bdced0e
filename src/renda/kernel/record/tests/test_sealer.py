"""The sealer takes what has no seal, misses nothing that commits late, and is never there twice."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from renda.kernel.jobs import api as jobs
from renda.kernel.record import api as record
from renda.kernel.record import digests, guards, sealer, verifier
from renda.kernel.record.models import EntryRow, Pending, Seal, SealLink
from renda.kernel.record.schedule import seal_waiting
from renda.kernel.record.tests.support import ACTOR, SUBJECT, Noted, note, sql

pytestmark = pytest.mark.django_db(transaction=True)


def verdict(folder: Path) -> list[verifier.Finding]:
    """The record as it stands, in the verifier's eyes."""
    record.export(folder / "export.jsonl")
    return verifier.verify(verifier.read(folder / "export.jsonl"))


def test_batches_chain(tmp_path: Path) -> None:
    assert record.head() is None
    ids = [note(str(n)) for n in range(3)]
    seal_waiting()
    assert record.seal() == 0
    ids.append(note("四"))
    assert record.seal() == 1
    one, two = Seal.objects.order_by("number")
    assert (one.number, one.count, one.first_id, one.last_id) == (1, 3, ids[0], ids[2])
    assert one.previous == digests.FIRST
    assert two.previous == one.digest
    head = record.head()
    assert head is not None
    assert (head.number, head.digest, head.entries, head.last_id) == (2, two.digest, 4, ids[3])
    assert verdict(tmp_path) == []


def test_more_than_a_batch_is_sealed_in_one_go(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sealer, "BATCH", 4)
    for n in range(9):
        note(str(n))
    assert record.seal() == 9
    assert list(Seal.objects.order_by("number").values_list("count", flat=True)) == [4, 4, 1]
    assert verdict(tmp_path) == []


def test_an_idle_second_is_one_short_query() -> None:
    with CaptureQueriesContext(connection) as queries:
        assert record.seal() == 0
    assert len(queries) == 1


def test_while_another_holds_the_lease_nobody_seals_twice() -> None:
    note("一")
    with jobs.lease("record.seal", 30) as held:
        assert held
        assert record.seal() == 0
    assert record.seal() == 1


def test_a_sealer_that_was_overtaken_adds_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Its lease ran out while it computed: the other's seal stands, nothing is doubled."""
    note("一")
    note("二")
    original = digests.leaf

    def overtaken(number: int, content: dict[str, Any]) -> bytes:
        monkeypatch.setattr(digests, "leaf", original)
        assert sealer._seal_batch() == 2
        return original(number, content)

    monkeypatch.setattr(digests, "leaf", overtaken)
    assert sealer._seal_batch() == 0
    assert Seal.objects.count() == 1
    assert SealLink.objects.count() == 2
    assert verdict(tmp_path) == []


def test_an_entry_that_waits_a_minute_is_an_alarm() -> None:
    note("一")
    assert record.health() == []
    guards.remove()
    sql("UPDATE record_entry SET recorded_at = '2020-01-01 00:00:00+00:00'")
    guards.install()
    assert [line for line in record.health() if "1 条记录入库 60 秒后仍未封存" in line]
    record.seal()
    assert record.health() == []


@pytest.mark.postgres
def test_a_transaction_that_commits_late_is_not_missed(tmp_path: Path) -> None:
    """It takes its number first and commits last; a sealer that remembered the last number would lose it."""
    written, go = threading.Event(), threading.Event()
    late: list[int] = []

    def slow() -> None:
        try:
            with transaction.atomic():
                late.append(record.write(Noted("晚"), subject=SUBJECT, actor=ACTOR))
                written.set()
                assert go.wait(20)
        finally:
            connections.close_all()

    thread = threading.Thread(target=slow)
    thread.start()
    assert written.wait(20)
    early = note("早")
    assert late[0] < early
    assert record.seal() == 1
    assert Seal.objects.get().last_id == early
    # The naive way, which asks for what lies after the last number, sees nothing from here on.
    go.set()
    thread.join()
    naive = EntryRow.objects.filter(id__gt=Seal.objects.get().last_id)
    assert not naive.exists()
    assert record.seal() == 1
    assert SealLink.objects.get(pk=late[0]).seal_id == 2
    assert verdict(tmp_path) == []


@pytest.mark.postgres
def test_writers_and_sealers_at_once_lose_and_double_nothing(tmp_path: Path) -> None:
    stop = threading.Event()
    errors: list[BaseException] = []

    def guarded(work: object) -> threading.Thread:
        def run() -> None:
            try:
                work()  # type: ignore[operator]
            except BaseException as error:
                errors.append(error)
            finally:
                connections.close_all()

        return threading.Thread(target=run)

    def write() -> None:
        for n in range(40):
            with transaction.atomic():
                record.write(Noted(str(n)), subject=SUBJECT, actor=ACTOR)
                if n % 7 == 0:
                    time.sleep(0.005)

    def seal() -> None:
        while not stop.is_set():
            sealer._seal_batch()  # without the lease: the constraints alone must hold
            time.sleep(0.002)

    writers = [guarded(write) for _ in range(4)]
    sealers = [guarded(seal) for _ in range(2)]
    for thread in writers + sealers:
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    for thread in sealers:
        thread.join()
    record.seal()
    assert errors == []
    assert SealLink.objects.count() == 160
    assert not Pending.objects.exists()
    assert verdict(tmp_path) == []


@pytest.mark.alone
@pytest.mark.slow
def test_ten_thousand_entries_are_sealed_within_two_seconds() -> None:
    with transaction.atomic():
        for n in range(10_000):
            record.write(Noted(str(n)), subject=SUBJECT, actor=ACTOR)
    began = time.monotonic()
    assert record.seal() == 10_000
    assert time.monotonic() - began < 2


# --- the two implementations of the format


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40))
def test_sealer_and_verifier_agree_on_roots(leaves: list[bytes]) -> None:
    assert digests.root(leaves).hex() == verifier.merkle(leaf.hex() for leaf in leaves)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.integers(1), _json)
def test_sealer_and_verifier_agree_on_leaves(number: int, value: object) -> None:
    content = {"payload": value}
    body = verifier.digest("body", verifier.canonical(content))
    assert digests.leaf(number, content).hex() == verifier.leaf(number, body)
