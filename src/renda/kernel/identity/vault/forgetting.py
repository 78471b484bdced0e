"""Shredding a subject, and the one list of derived copies with their ways of forgetting."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from renda.kernel import clock
from renda.kernel.identity import entries
from renda.kernel.identity.models import Forgetting, VaultItem, VaultKey, VaultReceipt
from renda.kernel.identity.vault import store
from renda.kernel.record import api as record
from renda.kernel.refs import Ref

if TYPE_CHECKING:
    from renda.kernel.identity.models import Account

logger = logging.getLogger(__name__)
# Longer than any transaction lives: an item still pending after it belongs to a process that is gone.
_ABANDONED = dt.timedelta(hours=24)
_VAULT = "保险库"


@dataclass(frozen=True, slots=True)
class DerivedCopy:
    """A place that keeps something derived from personal data.

    Args:
        name: Chinese name of the place (检索, 统计库, 导出文件, 备份 …).
        way: in one sentence how it forgets, for the threat model and the office's own list.
        forget: makes the place forget a subject; runs again if it was cut off, so it must be idempotent.
    """

    name: str
    way: str
    forget: Callable[[Ref], None]


_copies: dict[str, DerivedCopy] = {}


def derived_copy(name: str, forget: Callable[[Ref], None], *, way: str = "") -> None:
    """Declare a derived copy of personal data; called in ``AppConfig.ready`` of whoever keeps it."""
    _copies[name] = DerivedCopy(name, way, forget)


def derived_copies() -> list[DerivedCopy]:
    """The declared list."""
    return list(_copies.values())


def vault_shred(subject: Ref, *, actor: Account | None, reason: str = "") -> None:
    """Destroy everything personal of a subject: its keys, its items, and every derived copy.

    The order is written with its record entry in the caller's transaction and carried out when that is kept;
    what was cut off is resumed by the worker. The caller checks its own policy first.
    """
    with transaction.atomic():
        order = Forgetting.objects.create(subject_kind=subject.kind, subject_id=subject.id, by=actor)
        origin = record.Origin.page() if actor else record.Origin.job("identity")
        record.write(entries.Shredded(reason), subject=subject, actor=actor, origin=origin)
        transaction.on_commit(lambda: carry_out(order.pk), robust=True)


def carry_out(order_id: int) -> bool:
    """Carry out an order as far as it goes: each place is ticked off when it has forgotten.

    Returns:
        True when every place has forgotten; a failure is kept in the order and tried again by the sweep.
    """
    order = Forgetting.objects.get(pk=order_id)
    if order.finished_at is not None:
        return True
    problems = []
    for name, forget in _places(order):
        if name in order.done:
            continue
        try:
            forget()
        except Exception as error:  # one place that fails must not keep the others from forgetting
            logger.exception("未能销毁", extra={"order": order.pk, "place": name})
            problems.append(f"{name}：{type(error).__name__}")
            continue
        order.done = [*order.done, name]
        order.save(update_fields=["done"])
    order.last_error = "；".join(problems)
    order.finished_at = None if problems else clock.now()
    order.save(update_fields=["last_error", "finished_at"])
    return not problems


def _places(order: Forgetting) -> list[tuple[str, Callable[[], None]]]:
    if order.subject_kind == store.ITEM:
        return [(_VAULT, lambda: _remove_item(order.subject_id))]
    subject = Ref(order.subject_kind, order.subject_id)
    places: list[tuple[str, Callable[[], None]]] = [(_VAULT, lambda: _destroy_keys(subject))]
    for copy in _copies.values():
        places.append((copy.name, lambda copy=copy: copy.forget(subject)))  # type: ignore[misc]
    return places


def _remove_item(item_id: str) -> None:
    VaultItem.objects.filter(id=item_id).delete()


def _destroy_keys(subject: Ref) -> None:
    with transaction.atomic(using="vault"):
        VaultItem.objects.filter(subject_kind=subject.kind, subject_id=subject.id).delete()
        VaultKey.objects.filter(subject_kind=subject.kind, subject_id=subject.id).delete()


def sweep() -> None:
    """Resume orders that were cut off, settle abandoned items, delete what may be kept no longer."""
    for order in Forgetting.objects.filter(finished_at__isnull=True).order_by("pk"):
        carry_out(order.pk)
    settle_pending(older_than=_ABANDONED)
    VaultItem.objects.filter(delete_after__lt=clock.today()).delete()


def settle_pending(older_than: dt.timedelta) -> tuple[int, int]:
    """Keep pending items whose transaction was kept (they have a receipt), remove the others.

    Returns:
        How many were kept and removed.
    """
    before = store.machine_now() - older_than
    ids = list(VaultItem.objects.filter(pending_since__lt=before).values_list("id", flat=True))
    kept = set(VaultReceipt.objects.filter(item__in=ids).values_list("item", flat=True))
    store.confirm(kept)
    lost = [i for i in ids if i not in kept]
    for batch in store.batches(lost, 500):
        VaultItem.objects.filter(id__in=batch).delete()
    return len(kept), len(lost)
