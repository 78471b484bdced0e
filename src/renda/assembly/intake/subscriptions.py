"""What intake listens to: an organ is succeeded, and its opinions go along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from renda.assembly.intake import indexing
from renda.assembly.intake.models import Opinion
from renda.assembly.people import api as people

if TYPE_CHECKING:
    from renda.kernel.identity.api import Account


def succeeded(old: int, new: int, actor: Account | None) -> None:
    """Open opinions of the old organ belong to the new one; closed ones stay with the old."""
    waiting = Opinion.objects.filter(organ_id=old, case__isnull=False, case__closed_at__isnull=True)
    open_ones = list(Opinion.objects.select_for_update().filter(pk__in=waiting.values("pk")))
    if not open_ones:
        return
    Opinion.objects.filter(pk__in=[o.pk for o in open_ones]).update(organ_id=new)
    for opinion in open_ones:
        opinion.organ_id = new
    indexing.index(open_ones)


def register() -> None:
    """Called when the room is ready."""
    people.on_succession(succeeded)
