"""Changing the master key, and on demand every data key and index: in small steps, any of them the last.

The key file carries the state: a new master stands in it before the first key is wrapped anew, the old one
until no key needs it. Whoever is killed in between leaves a vault that reads and writes as before; the next
call goes on where it ended.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from renda.kernel.identity import entries
from renda.kernel.identity.models import VaultItem, VaultKey
from renda.kernel.identity.vault import keys, store
from renda.kernel.record import api as record
from renda.kernel.refs import Ref

if TYPE_CHECKING:
    from renda.kernel.identity.models import Account

_BATCH = 200


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation did: the new master's id, keys wrapped anew, items encrypted anew."""

    master: str
    keys: int
    items: int


def _unfinished(ring: keys.KeyRing) -> bool:
    stale_master = VaultKey.objects.exclude(master=ring.master).exists()
    return stale_master or VaultKey.objects.exclude(index_key=ring.index).exists()


def rotate_keys(*, reencrypt: bool = False, actor: Account | None = None) -> Rotated:
    """Wrap every data key under a new master; with ``reencrypt`` also make new data keys and a new index.

    An unfinished rotation is finished first and no other one begun.

    Args:
        reencrypt: also encrypt every value anew (after a suspected leak, or for a new cipher).
        actor: who ordered it; None from the command line.
    """
    ring = keys.ring()
    if not _unfinished(ring):
        ring = ring.only(_used("master"), _used("index_key")).with_new_master(reencrypt=reencrypt)
        keys.save(ring)
    done_keys = done_items = 0
    while rows := list(VaultKey.objects.exclude(master=ring.master).order_by("pk")[:_BATCH]):
        for row in rows:
            done_keys += _rewrap(ring, row.pk)
    while ids := list(
        VaultKey.objects.exclude(index_key=ring.index).order_by("pk").values_list("pk", flat=True)[:_BATCH]
    ):
        for pk in ids:
            done_items += _reencrypt(ring, pk)
    result = Rotated(ring.master, done_keys, done_items)
    with transaction.atomic():
        record.write(
            entries.KeysRotated(result.master, result.keys, result.items),
            subject=Ref("identity.vault", ring.master, "保险库"),
            actor=actor,
            origin=record.Origin.page() if actor else record.Origin.job("keys rotate"),
        )
    return result


def _used(column: str) -> set[str]:
    return set(VaultKey.objects.order_by().values_list(column, flat=True).distinct())


def _rewrap(ring: keys.KeyRing, pk: int) -> int:
    with transaction.atomic(using="vault"):
        row = VaultKey.objects.select_for_update().filter(pk=pk).first()
        if row is None or row.master == ring.master:
            return 0
        row.wrapped = store.wrap(ring, store.unwrap(ring, row), row.subject_kind, row.subject_id)
        row.master = ring.master
        row.save(update_fields=["wrapped", "master"])
    return 1


def _reencrypt(ring: keys.KeyRing, pk: int) -> int:
    """One subject in one transaction: a new data key, all its items under it and under the new index."""
    with transaction.atomic(using="vault"):
        row = VaultKey.objects.select_for_update().filter(pk=pk).first()
        if row is None or row.index_key == ring.index:
            return 0
        old_key, new_key = store.unwrap(ring, row), secrets.token_bytes(32)
        row.wrapped = store.wrap(ring, new_key, row.subject_kind, row.subject_id)
        row.master, row.index_key = ring.master, ring.index
        row.save(update_fields=["wrapped", "master", "index_key"])
        items = list(VaultItem.objects.filter(key=row))
        for item in items:
            store.seal(ring, row, new_key, item, store.open_item(ring, item, old_key))
        VaultItem.objects.bulk_update(items, ["ciphertext", "index"], batch_size=_BATCH)
    return len(items)


def problems() -> list[str]:
    """What the self-diagnosis reports about the vault; empty when all is well."""
    found = []
    try:
        ring = keys.ring()
    except keys.VaultKeyProblem as problem:
        return [str(problem)]
    file = keys.path()
    if file.exists() and file.stat().st_mode & 0o077:
        found.append(f"主密钥文件 {file.name} 的权限过宽，请执行 chmod 600。")
    if missing := _used("master") - ring.masters.keys():
        found.append(f"密钥文件里缺少主密钥 {'、'.join(sorted(missing))}，请恢复与数据同期备份的 vault.key。")
    if _unfinished(ring):
        found.append("密钥轮换没有做完，请再执行一次 renda keys rotate。")
    return found
