"""In and out of the vault: put, find, mask, use, reveal, remove.

The vault is another database. What is put or removed inside a transaction of the default database takes
effect with it: an item carries ``pending_since`` until the transaction is kept (``VaultReceipt``), a removal
is an order written in the transaction and carried out after it. ``forgetting`` resumes what was cut off.
"""

from __future__ import annotations

import datetime as dt
import secrets
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, transaction

from renda.kernel.identity.errors import IdentityError
from renda.kernel.identity.models import Forgetting, VaultItem, VaultKey, VaultReceipt
from renda.kernel.identity.vault import cipher, keys, kinds
from renda.kernel.identity.vault.kinds import Datum
from renda.kernel.refs import Ref

T = TypeVar("T")
GONE = "（已销毁）"
ITEM = "identity.vault_item"


def _binding(item_id: UUID, kind: str, subject_kind: str, subject_id: str) -> str:
    return f"renda|{item_id}|{kind}|{subject_kind}|{subject_id}"


def _key_binding(subject_kind: str, subject_id: str) -> str:
    return f"renda-key|{subject_kind}|{subject_id}"


def machine_now() -> dt.datetime:
    """Real time, not the office's: it measures how long a process has been silent, also while one travels."""
    return dt.datetime.fromtimestamp(time.time(), dt.UTC)


def wrap(ring: keys.KeyRing, data_key: bytes, subject_kind: str, subject_id: str) -> str:
    """A data key as it is stored, under the current master."""
    return cipher.encrypt(ring.masters[ring.master], data_key, _key_binding(subject_kind, subject_id))


def unwrap(ring: keys.KeyRing, row: VaultKey) -> bytes:
    """A subject's data key.

    Raises:
        VaultKeyProblem: its master is not in the key file.
        Tampered: the row was changed or belongs to another subject.
    """
    master = ring.masters.get(row.master)
    if master is None:
        raise keys.VaultKeyProblem(
            f"密钥文件里没有主密钥 {row.master}，不能打开保险库。请恢复与数据同期备份的 vault.key。"
        )
    return cipher.decrypt(master, row.wrapped, _key_binding(row.subject_kind, row.subject_id))


def seal(ring: keys.KeyRing, row: VaultKey, data_key: bytes, item: VaultItem, value: str) -> None:
    """Fill an item with a value (already normalised): ciphertext and blind index."""
    bound = _binding(item.id, item.kind, item.subject_kind, item.subject_id)
    item.ciphertext = cipher.encrypt(data_key, value.encode(), bound)
    digest = cipher.blind_index(ring.indexes[row.index_key], item.kind, value)
    item.index = f"{row.index_key}.{digest}"
    item.key = row


def open_item(ring: keys.KeyRing, item: VaultItem, data_key: bytes | None = None) -> str:
    """The clear value: never leaves this package but through reveal, use and mask."""
    bound = _binding(item.id, item.kind, item.subject_kind, item.subject_id)
    return cipher.decrypt(data_key or unwrap(ring, item.key), item.ciphertext, bound).decode()


def vault_put(kind: str, value: str, subject: Ref, *, delete_after: dt.date | None = None) -> UUID:
    """Store one datum of a subject.

    Args:
        kind: ``citizen_id``, ``phone``, ``address``, ``birth_date`` or ``bank_account``.
        value: as typed; brought into one form first.
        subject: whose it is; its key encrypts it, shredding the subject destroys it.
        delete_after: last day it may be kept.

    Returns:
        The id that rooms keep in its stead.

    Raises:
        IdentityError: the value is not one of its kind; the message names the mistake, never the value.
    """
    return vault_put_many(kind, [(value, subject)], delete_after=delete_after)[0]


def vault_put_many(
    kind: str, rows: Sequence[tuple[str, Ref]], *, delete_after: dt.date | None = None
) -> list[UUID]:
    """Store data of many subjects in few statements, for imports; ids in the same order."""
    normalise = kinds.kind(kind).normalise
    values = [(normalise(value), subject) for value, subject in rows]
    if not values:
        return []
    inside = transaction.get_connection(DEFAULT_DB_ALIAS).in_atomic_block
    since = machine_now() if inside else None
    with transaction.atomic(using="vault"):
        locked = _lock_keys({(s.kind, s.id) for _, s in values})
        ring = keys.ring()  # after the lock: at least as new as every key row
        data_keys = _data_keys(ring, locked, {(s.kind, s.id) for _, s in values})
        items = []
        for value, subject in values:
            row, data_key = data_keys[subject.kind, subject.id]
            item = VaultItem(
                id=uuid.uuid4(),
                subject_kind=subject.kind,
                subject_id=subject.id,
                kind=kind,
                delete_after=delete_after,
                pending_since=since,
            )
            seal(ring, row, data_key, item, value)
            items.append(item)
        VaultItem.objects.bulk_create(items, batch_size=500)
    ids = [item.id for item in items]
    if inside:
        VaultReceipt.objects.bulk_create([VaultReceipt(item=i) for i in ids], batch_size=500)
        transaction.on_commit(lambda: confirm(ids), robust=True)
    return ids


def _lock_keys(subjects: set[tuple[str, str]]) -> list[VaultKey]:
    """The subjects' key rows, locked so that no rotation replaces a key while a value goes under it."""
    by_kind: dict[str, list[str]] = {}
    for kind, ident in sorted(subjects):
        by_kind.setdefault(kind, []).append(ident)
    rows: list[VaultKey] = []
    for kind, idents in by_kind.items():
        for batch in batches(idents, 500):
            found = VaultKey.objects.select_for_update().filter(subject_kind=kind, subject_id__in=batch)
            rows.extend(found.order_by("pk"))
    return rows


def _data_keys(
    ring: keys.KeyRing, locked: list[VaultKey], subjects: set[tuple[str, str]]
) -> dict[tuple[str, str], tuple[VaultKey, bytes]]:
    """Each subject's data key; missing ones are made. Two made at once do no harm: an item names its own."""
    found = {(row.subject_kind, row.subject_id): (row, unwrap(ring, row)) for row in locked}
    fresh = []
    for kind, ident in sorted(subjects - found.keys()):
        data_key = secrets.token_bytes(32)
        row = VaultKey(
            subject_kind=kind,
            subject_id=ident,
            wrapped=wrap(ring, data_key, kind, ident),
            master=ring.master,
            index_key=ring.index,
        )
        fresh.append(row)
        found[kind, ident] = (row, data_key)
    VaultKey.objects.bulk_create(fresh, batch_size=500)
    return found


def batches(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of at most ``size``: databases limit the number of values in one statement."""
    chosen = list(values)
    for start in range(0, len(chosen), size):
        yield chosen[start : start + size]


def confirm(ids: Iterable[UUID]) -> None:
    """The transaction that wrote these items is kept: they stay, their receipts go."""
    for batch in batches(ids, 500):
        VaultItem.objects.filter(id__in=batch).update(pending_since=None)
        VaultReceipt.objects.filter(item__in=batch).delete()


def vault_find(kind: str, value: str) -> list[UUID]:
    """Ids of the items of a kind with this very value, by blind index; none where the value is malformed."""
    try:
        normal = kinds.kind(kind).normalise(value)
    except IdentityError:
        return []
    ring = keys.ring()
    found = _indexed(ring, kind, normal)
    if not found and keys.ring() != ring:  # a rotation began in between and may have moved it
        found = _indexed(keys.ring(), kind, normal)
    return found


def _indexed(ring: keys.KeyRing, kind: str, normal: str) -> list[UUID]:
    wanted = [f"{name}.{cipher.blind_index(key, kind, normal)}" for name, key in ring.indexes.items()]
    return list(VaultItem.objects.filter(kind=kind, index__in=wanted).values_list("id", flat=True))


def fetch(ids: Iterable[UUID]) -> dict[UUID, VaultItem]:
    """Items with their keys, by id."""
    found: dict[UUID, VaultItem] = {}
    for batch in batches(ids, 500):
        for item in VaultItem.objects.filter(id__in=batch).select_related("key"):
            found[item.id] = item
    return found


def datum(item_id: UUID) -> Datum:
    """What may be known of an item without opening it.

    Raises:
        IdentityError: it was destroyed.
    """
    item = fetch([item_id]).get(item_id)
    if item is None:
        raise IdentityError("这项个人信息已经销毁或已到期删除，无法查看。")
    return Datum(item.id, item.kind, Ref(item.subject_kind, item.subject_id))


def vault_masks(ids: Iterable[UUID]) -> dict[UUID, str]:
    """What pages may show of many items, in one query; destroyed ones read （已销毁）."""
    wanted = list(ids)
    found = fetch(wanted)
    ring = keys.ring()  # after the rows: at least as new as every key row
    return {
        i: kinds.kind(found[i].kind).mask(open_item(ring, found[i])) if i in found else GONE for i in wanted
    }


def vault_mask(item_id: UUID) -> str:
    """What a page may show of an item: ``138****0000``."""
    return vault_masks([item_id])[item_id]


def open_value(item_id: UUID) -> str:
    """The clear value of one item, for ``reveal`` and ``use`` alone.

    Raises:
        IdentityError: it was destroyed.
    """
    item = fetch([item_id]).get(item_id)
    if item is None:
        raise IdentityError("这项个人信息已经销毁或已到期删除，无法查看。")
    return open_item(keys.ring(), item)


def vault_remove(item_id: UUID) -> None:
    """Remove one item (a number that was replaced), with the caller's transaction."""
    from renda.kernel.identity.vault import forgetting

    with transaction.atomic():
        order = Forgetting.objects.create(subject_kind=ITEM, subject_id=str(item_id))
        transaction.on_commit(lambda: forgetting.carry_out(order.pk), robust=True)
