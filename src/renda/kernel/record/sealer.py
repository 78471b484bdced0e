"""The sealer: puts entries without a seal under one, batch by batch.

It asks for entries that *have no seal*, never for those after the last number: an entry of a transaction that
commits late has a low number and still waits in the queue. Nothing here blocks writers: the digests are
computed outside a transaction (entries never change), and the short transaction at the end either adds the
whole batch or, where another sealer was faster, hits the unique digest and adds nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max, Sum
from django.db.models.functions import Now  # noqa: TID251  a seal carries true time, whoever travels

from renda.kernel.jobs import api as jobs
from renda.kernel.record import digests
from renda.kernel.record.models import EntryRow, Pending, Seal, SealLink

BATCH = 10_000
UNSEALED_ALARM = timedelta(seconds=60)
_LEASE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain: who keeps it can later prove that everything up to it is unchanged."""

    number: int
    digest: str
    entries: int
    last_id: int
    sealed_at: datetime


def seal() -> int:
    """Seal whatever waits; does nothing where another process is sealing.

    Returns:
        How many entries were sealed.
    """
    if not Pending.objects.exists():  # the usual second: no lease, no write
        return 0
    with jobs.lease("record.seal", _LEASE_SECONDS) as held:
        sealed = 0
        while held:
            batch = _seal_batch()
            sealed += batch
            if batch < BATCH:
                break
        return sealed


def _seal_batch() -> int:
    last = Seal.objects.order_by("-number").first()  # before the rows: whoever seals later is noticed
    waiting = Pending.objects.order_by("pk").values("pk")[:BATCH]
    rows = list(
        EntryRow.objects.filter(pk__in=waiting).order_by("id").values_list(
            "id", "kind", "subject_kind", "subject_id", "subject_title", "actor_id", "actor_name",
            "on_behalf_of", "happened_at", "recorded_at", "origin", "payload",
        )
    )  # fmt: skip
    if not rows:
        return 0
    leaves = [
        digests.leaf(
            row[0],
            digests.body(
                kind=row[1],
                subject=(row[2], row[3], row[4]),
                actor=(row[5], row[6]),
                on_behalf_of=row[7],
                happened_at=row[8],
                recorded_at=row[9],
                origin=row[10],
                payload=row[11],
            ),
        )
        for row in rows
    ]
    try:
        with transaction.atomic():
            _close(last, [row[0] for row in rows], leaves)
    except IntegrityError:
        if Seal.objects.order_by("-number").first() != last:
            return 0  # our lease had run out and another sealer closed a batch: ours is looked at anew
        raise
    return len(rows)


def _close(last: Seal | None, ids: list[int], leaves: list[bytes]) -> None:
    number, previous = (last.number + 1, last.digest) if last else (1, digests.FIRST)
    sealed_at: datetime = EntryRow.objects.filter(pk=ids[0]).values_list(Now(), flat=True).get()
    root = digests.root(leaves).hex()
    Seal.objects.create(
        number=number,
        count=len(ids),
        first_id=ids[0],
        last_id=ids[-1],
        root=root,
        previous=previous,
        sealed_at=sealed_at,
        digest=digests.seal(
            number=number, count=len(ids), first_id=ids[0], last_id=ids[-1],
            root=root, previous=previous, sealed_at=sealed_at,
        ),
    )  # fmt: skip
    SealLink.objects.bulk_create(
        [
            SealLink(entry_id=entry, seal_id=number, position=position, leaf=leaf.hex())
            for position, (entry, leaf) in enumerate(zip(ids, leaves, strict=True))
        ],
        batch_size=2000,
    )
    Pending.objects.filter(pk__in=SealLink.objects.filter(seal_id=number).values("pk")).delete()


def head() -> Head | None:
    """The end of the chain, or None before the first seal."""
    last = Seal.objects.order_by("-number").first()
    if last is None:
        return None
    sealed = Seal.objects.aggregate(entries=Sum("count"), last_id=Max("last_id"))
    return Head(
        number=last.number,
        digest=last.digest,
        entries=sealed["entries"],
        last_id=sealed["last_id"],
        sealed_at=last.sealed_at,
    )


def overdue() -> int:
    """How many entries have waited for a seal for more than a minute, by the database's clock."""
    return Pending.objects.filter(entry__recorded_at__lt=Now() - UNSEALED_ALARM).count()
