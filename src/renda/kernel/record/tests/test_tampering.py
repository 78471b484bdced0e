"""Whoever has the database can change it; the verifier names what was done, with a head kept outside.

Each case is done by raw SQL in the real database, guards and foreign keys dropped, and is looked at twice: in
the export, and directly in the SQLite file or a dump of PostgreSQL.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from renda.kernel.record import api as record
from renda.kernel.record import digests, exports, guards, verifier
from renda.kernel.record.models import EntryRow, Seal, SealLink
from renda.kernel.record.tests.support import note, sql

pytestmark = pytest.mark.django_db(transaction=True)

Named = set[tuple[str, int | None]]


class Chain:
    """Three batches of four entries, a head kept outside, and an attacker who has the database."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ids: list[int] = []
        for batch in range(3):
            self.ids += [note(f"第 {batch} 批\t“{n}”\\换行\n和 emoji 🎈") for n in range(4)]
            record.seal()
        self.head = folder / "head.json"
        self.head.write_text(json.dumps(exports.head_json()))

    def sources(self) -> Iterator[Path]:
        path = self.folder / "export.jsonl"
        record.export(path)
        yield path
        if connection.vendor == "sqlite":
            yield Path(str(connection.settings_dict["NAME"]))
            return
        yield self._dump()

    def _dump(self) -> Path:
        found = shutil.which("pg_dump")
        assert found, "需要 pg_dump（postgresql-client）"
        values = connection.settings_dict
        path = self.folder / "dump.sql"
        where = f"host={values['HOST']} port={values['PORT']} user={values['USER']} dbname={values['NAME']}"
        where += f" password={values['PASSWORD']}" if values["PASSWORD"] else ""
        tables = [f"--table={table}" for table in (*guards.KEPT, guards.QUEUE)]
        subprocess.run([found, "--data-only", *tables, f"--file={path}", where], check=True)
        return path

    def verdicts(self, *, head: bool = True) -> list[dict[str, Any]]:
        """The verifier, as a program of its own, on every source."""
        heads = [str(self.head)] if head else []
        verdicts = []
        for source in self.sources():
            done = subprocess.run(
                [sys.executable, "-I", verifier.__file__, str(source), *heads, "--json"],
                capture_output=True, text=True, cwd=self.folder,
            )  # fmt: skip
            assert done.returncode in (0, 1), done.stderr
            verdict = json.loads(done.stdout)
            assert verdict["ok"] == (done.returncode == 0)
            verdicts.append(verdict)
        return verdicts

    def named(self, *, head: bool = True) -> Named:
        """What was found, the same in every source."""
        sets = [{(f["what"], f["entry"]) for f in v["findings"]} for v in self.verdicts(head=head)]
        assert all(one == sets[0] for one in sets)
        return sets[0]


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Chain]:
    made = Chain(tmp_path)
    guards.remove()
    keys: list[tuple[str, str]] = []
    if connection.vendor == "sqlite":
        connection.disable_constraint_checking()
    else:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
                "WHERE contype = 'f' AND conrelid = 'record_seal_link'::regclass"
            )
            keys = cursor.fetchall()
        for name, _ in keys:
            sql(f"ALTER TABLE record_seal_link DROP CONSTRAINT {name}")
    yield made
    for table in ("record_pending", "record_seal_link", "record_seal", "record_entry"):
        sql(f"DELETE FROM {table}")
    if connection.vendor == "sqlite":
        connection.enable_constraint_checking()
    for name, text in keys:
        sql(f"ALTER TABLE record_seal_link ADD CONSTRAINT {name} {text}")
    guards.install()


def leaf_now(number: int) -> str:
    return digests.leaf(number, exports.content(EntryRow.objects.get(pk=number))).hex()


def reseal_from(number: int) -> None:
    """An attacker who knows the format recomputes every digest from a batch on."""
    previous = Seal.objects.get(pk=number - 1).digest if number > 1 else digests.FIRST
    for seal in Seal.objects.filter(pk__gte=number).order_by("pk"):
        linked = list(SealLink.objects.filter(seal=seal).order_by("position"))
        for link in linked:
            sql("UPDATE record_seal_link SET leaf = %s WHERE entry_id = %s", leaf_now(link.pk), link.pk)
        root = digests.root([bytes.fromhex(leaf_now(link.pk)) for link in linked]).hex()
        digest = digests.seal(
            number=seal.number, count=len(linked), first_id=linked[0].pk, last_id=linked[-1].pk,
            root=root, previous=previous, sealed_at=seal.sealed_at,
        )  # fmt: skip
        sql(
            "UPDATE record_seal SET count = %s, first_id = %s, last_id = %s, root = %s, previous = %s, "
            "digest = %s WHERE number = %s",
            len(linked), linked[0].pk, linked[-1].pk, root, previous, digest, seal.number,
        )  # fmt: skip
        previous = digest


def copy_of(number: int, new: int) -> None:
    sql(
        "INSERT INTO record_entry (id, kind, subject_kind, subject_id, subject_title, actor_id, actor_name, "
        "on_behalf_of, happened_at, recorded_at, origin, payload) SELECT %s, kind, subject_kind, subject_id, "
        "subject_title, actor_id, actor_name, on_behalf_of, happened_at, recorded_at, origin, payload "
        "FROM record_entry WHERE id = %s",
        new, number,
    )  # fmt: skip


def test_an_untouched_record_is_intact(chain: Chain) -> None:
    note_id = chain.ids[-1] + 1
    copy_of(chain.ids[0], note_id)  # guards are down, so the queue must be served by hand
    sql("INSERT INTO record_pending (entry_id) VALUES (%s)", note_id)
    for verdict in chain.verdicts():
        assert verdict["ok"] is True
        assert (verdict["entries"], verdict["seals"], verdict["unsealed"]) == (13, 3, 1)
        assert verdict["digest"] == Seal.objects.get(pk=3).digest


# --- changed


@pytest.mark.parametrize(
    "change",
    [
        'payload = \'{"text": "无事发生"}\'',
        "subject_title = '另一件建议'",
        "actor_id = 4",
        "actor_name = '张三'",
        "happened_at = '2020-01-01 00:00:00+00:00'",
        "recorded_at = '2020-01-01 00:00:00+00:00'",
        'on_behalf_of = \'{"kind": "people.person", "id": "9", "title": ""}\'',
        'origin = \'{"type": "job", "name": "x"}\'',
        "kind = 'recordtest.other'",
        "subject_id = '8'",
    ],
)
def test_a_changed_entry_is_named(chain: Chain, change: str) -> None:
    sql(f"UPDATE record_entry SET {change} WHERE id = %s", chain.ids[5])
    assert chain.named(head=False) == {("changed", chain.ids[5])}


@pytest.mark.sqlite  # PostgreSQL's jsonb takes no broken JSON
def test_a_payload_that_is_no_json_any_more_is_changed(chain: Chain) -> None:
    sql("PRAGMA ignore_check_constraints = ON")
    sql("UPDATE record_entry SET payload = '{' WHERE id = %s", chain.ids[5])
    sql("PRAGMA ignore_check_constraints = OFF")
    log = verifier.read_sqlite(Path(str(connection.settings_dict["NAME"])))
    assert {(f.what, f.entry) for f in verifier.verify(log)} == {("changed", chain.ids[5])}


def test_a_leaf_changed_without_its_entry_is_named(chain: Chain) -> None:
    sql("UPDATE record_seal_link SET leaf = %s WHERE entry_id = %s", "ab" * 32, chain.ids[5])
    assert chain.named() == {("changed", chain.ids[5])}


def test_an_entry_changed_with_its_leaf_betrays_its_batch(chain: Chain) -> None:
    sql("UPDATE record_entry SET subject_id = '8' WHERE id = %s", chain.ids[5])
    sql("UPDATE record_seal_link SET leaf = %s WHERE entry_id = %s", leaf_now(chain.ids[5]), chain.ids[5])
    (verdict, _) = chain.verdicts()
    assert [(f["what"], f["seal"]) for f in verdict["findings"]] == [("changed", 2)]
    assert f"编号 {chain.ids[4]} 至 {chain.ids[7]}" in verdict["findings"][0]["text"]


def test_a_chain_made_anew_is_betrayed_by_the_head_alone(chain: Chain) -> None:
    sql("UPDATE record_entry SET subject_id = '8' WHERE id = %s", chain.ids[5])
    reseal_from(2)
    assert chain.named(head=False) == set()
    (verdict, _) = chain.verdicts()
    assert [(f["what"], f["seal"]) for f in verdict["findings"]] == [("changed", 3)]
    assert "与留存的链头不符" in verdict["findings"][0]["text"]


def test_a_changed_seal_is_named(chain: Chain) -> None:
    sql("UPDATE record_seal SET sealed_at = '2020-01-01 00:00:00+00:00' WHERE number = 2")
    (verdict, _) = chain.verdicts()
    assert [(f["what"], f["seal"]) for f in verdict["findings"]] == [("changed", 2)]


# --- removed


def test_a_removed_entry_is_named(chain: Chain) -> None:
    sql("DELETE FROM record_entry WHERE id = %s", chain.ids[6])
    assert chain.named(head=False) == {("removed", chain.ids[6])}


@pytest.mark.parametrize("which", [4, 6, 7])
def test_an_entry_removed_with_its_link_is_named(chain: Chain, which: int) -> None:
    sql("DELETE FROM record_entry WHERE id = %s", chain.ids[which])
    sql("DELETE FROM record_seal_link WHERE entry_id = %s", chain.ids[which])
    assert chain.named(head=False) == {("removed", chain.ids[which])}


def test_a_removed_link_alone_names_its_entry(chain: Chain) -> None:
    sql("DELETE FROM record_seal_link WHERE entry_id = %s", chain.ids[6])
    assert chain.named(head=False) == {("removed", chain.ids[6])}


def test_a_whole_batch_removed_from_the_middle_is_named(chain: Chain) -> None:
    gone = chain.ids[4:8]
    sql("DELETE FROM record_seal WHERE number = 2")
    sql("DELETE FROM record_seal_link WHERE seal_id = 2")
    sql(f"DELETE FROM record_entry WHERE id IN ({', '.join(map(str, gone))})")
    (verdict, _) = chain.verdicts(head=False)
    assert [(f["what"], f["seal"]) for f in verdict["findings"]] == [("removed", 2)]


# --- inserted


def test_an_inserted_entry_is_named(chain: Chain) -> None:
    forged = chain.ids[-1] + 1
    copy_of(chain.ids[0], forged)
    assert chain.named(head=False) == {("inserted", forged)}


@pytest.mark.parametrize("shift", [False, True])
def test_an_entry_pushed_into_a_sealed_batch_is_named(chain: Chain, shift: bool) -> None:
    forged = chain.ids[-1] + 1
    copy_of(chain.ids[0], forged)
    place = 4
    if shift:
        sql("UPDATE record_seal_link SET position = position + 10 WHERE seal_id = 2 AND position >= 1")
        sql("UPDATE record_seal_link SET position = position - 9 WHERE seal_id = 2 AND position >= 11")
        place = 1
    sql(
        "INSERT INTO record_seal_link (entry_id, seal_id, position, leaf) VALUES (%s, 2, %s, %s)",
        forged, place, leaf_now(forged),
    )  # fmt: skip
    assert chain.named(head=False) == {("inserted", forged)}


# --- reordered


def test_entries_that_changed_places_in_a_batch_are_named(chain: Chain) -> None:
    one, two = chain.ids[5], chain.ids[7]
    sql("UPDATE record_seal_link SET position = 99 WHERE entry_id = %s", one)
    sql("UPDATE record_seal_link SET position = 1 WHERE entry_id = %s", two)
    sql("UPDATE record_seal_link SET position = 3 WHERE entry_id = %s", one)
    assert chain.named(head=False) == {("reordered", one), ("reordered", two)}


@pytest.mark.parametrize("pair", [(5, 6), (5, 10)])
def test_entries_that_exchanged_their_numbers_are_named(chain: Chain, pair: tuple[int, int]) -> None:
    one, two = (chain.ids[n] for n in pair)
    sql("UPDATE record_entry SET id = -1 WHERE id = %s", one)
    sql("UPDATE record_entry SET id = %s WHERE id = %s", one, two)
    sql("UPDATE record_entry SET id = %s WHERE id = -1", two)
    assert chain.named(head=False) == {("reordered", one), ("reordered", two)}


# --- cut off


def test_a_cut_off_end_is_named_by_the_head(chain: Chain) -> None:
    gone = chain.ids[8:]
    sql("DELETE FROM record_seal WHERE number = 3")
    sql("DELETE FROM record_seal_link WHERE seal_id = 3")
    sql(f"DELETE FROM record_entry WHERE id IN ({', '.join(map(str, gone))})")
    assert chain.named(head=False) == set()
    (verdict, _) = chain.verdicts()
    assert [(f["what"], f["seal"]) for f in verdict["findings"]] == [("cut_off", 3)]
    assert f"少 1 批、4 条（编号 {chain.ids[7]} 之后，至 {chain.ids[11]}）" in verdict["findings"][0]["text"]


def test_a_cut_off_seal_with_entries_left_is_named(chain: Chain) -> None:
    sql("DELETE FROM record_seal WHERE number = 3")
    assert chain.named() == {("cut_off", None)}


def test_everything_gone_is_cut_off(chain: Chain) -> None:
    for table in ("record_seal_link", "record_seal", "record_entry"):
        sql(f"DELETE FROM {table}")
    assert chain.named() == {("cut_off", None)}
