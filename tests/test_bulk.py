"""Many rows at once: numbers of their own, the same values and the same refusals as row by row."""

from __future__ import annotations

import threading

import pytest
from django.db import IntegrityError, connections, transaction

from renda.kernel import clock
from renda.kernel.bulk import api as bulk
from renda.kernel.numbering.models import SeriesRow
from renda.kernel.record.models import EntryRow


def series(*marks: str) -> list[SeriesRow]:
    return [SeriesRow(organ_key="office", mark=mark, year=2026) for mark in marks]


@pytest.mark.django_db
def test_rows_have_numbers_and_come_back_as_they_went_in() -> None:
    with transaction.atomic():
        made = bulk.insert(series("安人建", "安人议", "带'引号\t和\\N的"))
    assert len({row.pk for row in made}) == 3
    assert [SeriesRow.objects.get(pk=row.pk).mark for row in made] == [row.mark for row in made]
    made[0].mark = "安人函"
    made[0].save()  # an update: the row knows that it is stored
    assert SeriesRow.objects.count() == 3


@pytest.mark.django_db
def test_one_by_one_and_at_once_share_their_numbers() -> None:
    SeriesRow.objects.create(organ_key="office", mark="一", year=2026)
    with transaction.atomic():
        bulk.insert(series("二", "三"))
    SeriesRow.objects.create(organ_key="office", mark="四", year=2026)
    assert SeriesRow.objects.count() == 4


@pytest.mark.django_db
def test_reserved_numbers_are_nobody_elses() -> None:
    with transaction.atomic():
        reserved = bulk.reserve(SeriesRow, 3)
        other = bulk.insert(series("甲"))[0]
        mine = series("乙")[0]
        mine.pk = reserved[1]
        bulk.insert([mine])
    assert len(set(reserved)) == 3
    assert other.pk not in reserved
    assert SeriesRow.objects.get(pk=reserved[1]).mark == "乙"


@pytest.mark.django_db
def test_a_constraint_refuses_them_all() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(series("安人建", "安人议", "安人建"))
    assert not SeriesRow.objects.exists()


@pytest.mark.django_db
def test_what_the_database_fills_in_is_left_to_it() -> None:
    before = clock.now()
    with transaction.atomic():
        entry = EntryRow(
            kind="test.bulk",
            subject_kind="x",
            subject_id="1",
            happened_at=before,
            origin={"page": "/"},
            payload={"a": ["一", None]},
        )
        bulk.insert([entry])
    kept = EntryRow.objects.get(pk=entry.pk)
    assert kept.payload == {"a": ["一", None]}
    assert kept.happened_at == before
    assert abs((kept.recorded_at - before).total_seconds()) < 60


@pytest.mark.django_db(transaction=True)
def test_only_inside_a_transaction() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        bulk.insert(series("安人建"))
    with pytest.raises(RuntimeError, match="transaction"):
        bulk.reserve(SeriesRow, 1)
    assert bulk.insert([]) == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_many_at_once_never_have_the_same_number() -> None:
    start = threading.Barrier(6, timeout=20)
    errors: list[Exception] = []

    def work(worker: int) -> None:
        try:
            start.wait()
            for turn in range(10):
                with transaction.atomic():
                    bulk.insert(series(*(f"{worker}-{turn}-{n}" for n in range(7))))
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=[n]) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert SeriesRow.objects.count() == 6 * 10 * 7
