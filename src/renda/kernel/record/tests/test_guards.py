"""The database itself refuses what an append-only record must never see."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from renda.kernel.record import api as record
from renda.kernel.record import guards
from renda.kernel.record.models import EntryRow, Pending, Seal, SealLink
from renda.kernel.record.tests.support import note, sql

pytestmark = pytest.mark.django_db(transaction=True)

CHANGES = [
    "UPDATE record_entry SET subject_title = 'x'",
    "DELETE FROM record_entry",
    "UPDATE record_seal SET count = 9",
    "DELETE FROM record_seal",
    "UPDATE record_seal_link SET position = 9",
    "DELETE FROM record_seal_link",
]
REPLACES = [
    "INSERT OR REPLACE INTO record_entry (id, kind, subject_kind, subject_id, subject_title, actor_id, "
    "actor_name, on_behalf_of, happened_at, recorded_at, origin, payload) "
    "SELECT id, 'forged.kind', subject_kind, subject_id, subject_title, actor_id, actor_name, on_behalf_of, "
    "happened_at, strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now'), origin, payload FROM record_entry",
    "INSERT OR REPLACE INTO record_seal SELECT * FROM record_seal",
    "INSERT OR REPLACE INTO record_seal_link SELECT * FROM record_seal_link",
]
TRUNCATES = [f"TRUNCATE {table} CASCADE" for table in (*guards.KEPT, guards.QUEUE)]


def refused(statement: str) -> None:
    with pytest.raises(IntegrityError, match="只增不改"):
        sql(statement)


def test_update_and_delete_are_refused() -> None:
    number = note("一")
    record.seal()
    for statement in CHANGES + (REPLACES if connection.vendor == "sqlite" else TRUNCATES):
        refused(statement)
    assert EntryRow.objects.get().id == number
    assert Seal.objects.get().count == 1
    assert SealLink.objects.get().position == 0


def test_an_upsert_is_an_update_and_refused() -> None:
    note("一")
    record.seal()
    refused(
        "INSERT INTO record_seal (number, count, first_id, last_id, root, previous, sealed_at, digest) "
        "SELECT number, 2, first_id, last_id, root, previous, sealed_at, digest FROM record_seal WHERE true "
        "ON CONFLICT (number) DO UPDATE SET count = 2"
    )


def test_the_time_of_writing_is_the_databases_and_cannot_be_given() -> None:
    note("一")
    row = EntryRow.objects.get()
    row.pk = None
    with pytest.raises(IntegrityError, match="入库时间由数据库写入"):
        row.save(force_insert=True)


def test_every_insert_enters_the_queue_and_leaves_it_only_sealed() -> None:
    number = note("一")
    assert list(Pending.objects.values_list("pk", flat=True)) == [number]
    with pytest.raises(IntegrityError, match="封存之前"):
        sql("DELETE FROM record_pending")
    assert record.seal() == 1
    assert not Pending.objects.exists()


def test_guards_are_verified_text_by_text() -> None:
    assert record.guards_ok()
    if connection.vendor == "sqlite":
        sql("DROP TRIGGER guard_record_entry_update")
        sql(
            "CREATE TRIGGER guard_record_entry_update BEFORE UPDATE ON record_entry WHEN 1 = 0 "
            "BEGIN SELECT 1; END"
        )
        assert guards.missing() == ["guard_record_entry_update"]
    else:
        sql("ALTER TABLE record_seal DISABLE TRIGGER guard_record_seal_change")
        sql("CREATE OR REPLACE FUNCTION guard_record_clock() RETURNS trigger LANGUAGE plpgsql AS "
            "$x$ BEGIN RETURN NEW; END $x$")  # fmt: skip
        assert guards.missing() == ["guard_record_seal_change", "guard_record_clock"]
    assert any("防护" in line for line in record.health())
    guards.install()
    assert record.guards_ok()


def test_guards_come_back_with_any_migration() -> None:
    guards.remove()
    assert len(guards.missing()) >= 10
    call_command("migrate", "jobs", verbosity=0)
    assert record.guards_ok()


def test_guards_stand_after_the_record_was_migrated_away_and_back() -> None:
    leaves = [leaf for leaf in MigrationExecutor(connection).loader.graph.leaf_nodes() if leaf[0] == "record"]
    call_command("migrate", "record", "zero", verbosity=0)
    assert "record_entry" not in connection.introspection.table_names()
    call_command("migrate", *leaves[0], verbosity=0)
    assert record.guards_ok()


def test_guards_survive_a_flush_of_tests() -> None:
    note("一")
    record.seal()
    call_command("flush", interactive=False, verbosity=0)
    assert not EntryRow.objects.exists()
    assert record.guards_ok()
    note("二")
    refused("DELETE FROM record_entry")


def test_elsewhere_a_flush_is_refused(settings: Any) -> None:
    note("一")
    settings.RECORD_FLUSH = False
    with pytest.raises(CommandError, match="只增不改"):
        call_command("flush", interactive=False, verbosity=0)
    assert EntryRow.objects.count() == 1
    settings.RECORD_FLUSH = True


@pytest.mark.postgres
def test_even_a_replica_session_is_refused() -> None:
    note("一")
    with transaction.atomic():
        sql("SET LOCAL session_replication_role = replica")
        with pytest.raises(IntegrityError, match="只增不改"), transaction.atomic():
            sql("DELETE FROM record_entry")
