"""Taking a batch back: the last one of its kind, until notices of it have gone out."""

from __future__ import annotations

from django.db import transaction

from renda.kernel import clock
from renda.kernel.identity.api import Account
from renda.kernel.record import api as record
from renda.kernel.refs import Ref
from renda.kernel.tabular import entries, schema
from renda.kernel.tabular.models import Batch, BatchItem, RowMark
from renda.kernel.tabular.schema import AppliedItem, Context, Refused
from renda.kernel.tabular.services import lock_kind, permit, subject_of

_AT_ONCE = 500


def latest_in_force(kind: str) -> int | None:
    """The newest batch of a kind that was not taken back."""
    found = (
        Batch.objects.filter(kind=kind, undone_at__isnull=True).order_by("-pk").values_list("pk", flat=True)
    )
    return found.first()


def why_not_undone(batch: Batch, latest: int | None) -> str:
    """Why a batch can no longer be taken back, or an empty text; ``latest`` as in ``latest_in_force``."""
    if batch.undone_at is not None:
        return "这次导入已经撤销过了。"
    if schema.table(batch.kind).undo is None:
        return "这种表格导入后不能整批撤销，请逐条更正。"
    if batch.closed_at is not None:
        return f"{batch.closed_reason or '通知已经发出'}，不能再撤销，请逐条更正。"
    if latest is not None and latest > batch.pk:
        return "在它之后又导入过同一种表格，只能先撤销最后一次。"
    return ""


def undo(batch_id: int, *, actor: Account | None) -> Batch:
    """Take a batch back in one transaction: what it made goes, what it changed is as before.

    Raises:
        Refused: it is not the last one, notices have gone out, or the room refuses.
        Forbidden: the actor may not import this kind.
    """
    with transaction.atomic():
        batch = Batch.objects.get(pk=batch_id)
        table = schema.table(batch.kind)
        permit(table, actor)
        lock_kind(batch.kind)
        batch = Batch.objects.select_for_update().get(pk=batch_id)
        if (reason := why_not_undone(batch, latest_in_force(batch.kind))) or table.undo is None:
            raise Refused(reason)
        items = list(BatchItem.objects.filter(batch=batch).order_by("-id"))
        context = Context(actor, batch.kind, batch.name, batch.sha256, clock.today(), batch=batch.pk)
        table.undo([AppliedItem(Ref.from_json(i.ref), i.created, i.before) for i in items], context)
        _unmark(batch, items)
        batch.undone_at, batch.undone_by = clock.now(), actor
        batch.save(update_fields=["undone_at", "undone_by"])
        record.write(
            entries.Undone(table.label, batch.name, batch.created, batch.changed),
            subject=subject_of(batch),
            actor=actor,
            origin=record.Origin.page() if actor else record.Origin.job("tabular"),
        )
    return batch


def _unmark(batch: Batch, items: list[BatchItem]) -> None:
    """Rows are known again as they were before the batch."""
    gone = [item.key_hash for item in items if item.previous is None]
    for start in range(0, len(gone), _AT_ONCE):
        RowMark.objects.filter(kind=batch.kind, key_hash__in=gone[start : start + _AT_ONCE]).delete()
    back = {item.key_hash: item.previous for item in items if item.previous is not None}
    keys = list(back)
    for start in range(0, len(keys), _AT_ONCE):
        marks = list(RowMark.objects.filter(kind=batch.kind, key_hash__in=keys[start : start + _AT_ONCE]))
        for mark in marks:
            previous = back[mark.key_hash]
            mark.content_hash, mark.ref = previous["content_hash"], previous["ref"]
            mark.batch_id = previous["batch"]
        RowMark.objects.bulk_update(marks, ["content_hash", "ref", "batch"], batch_size=_AT_ONCE)


def close_batch(batch_id: int, reason: str = "通知已经发出") -> None:
    """From now on a batch cannot be undone; rooms call it when notices about its rows go out."""
    Batch.objects.filter(pk=batch_id, closed_at__isnull=True).update(
        closed_at=clock.now(), closed_reason=reason[:200]
    )
