"""Organs merge, split and go; what is open follows the heir."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import ProtectedError

from renda.assembly.people import entries
from renda.assembly.people.errors import PeopleError
from renda.assembly.people.models import EndReason, Membership, Organisation, Succession, SuccessionKind
from renda.assembly.people.services import handover
from renda.assembly.people.services.common import organ_ref, permit, write
from renda.assembly.people.services.organisations import living, lock
from renda.kernel.record.api import Origin

if TYPE_CHECKING:
    from renda.kernel.identity.api import Account


def merge_organisations(
    predecessors: Sequence[Organisation],
    into: Organisation,
    day: dt.date,
    *,
    actor: Account | None,
    reason: str,
    origin: Origin | None = None,
) -> Organisation:
    """Merge organs into one that exists (a new one is created first); open cases and staff go with them.

    Args:
        predecessors: they end on ``day``.
        into: the organ that takes over; not one of them.
        day: first day of the merged organ.
    """
    if into.pk in {p.pk for p in predecessors}:
        raise PeopleError("承继的机构不能同时是被合并的机构；如保留其中一个，请只选其余的合并进来。")
    if not predecessors:
        raise PeopleError("请选择要合并的机构。")
    with transaction.atomic():
        for organ in sorted({*predecessors, into}, key=lambda o: o.pk):
            permit("people.organs", actor, lock(organ))
        heir = Organisation.objects.get(pk=into.pk)
        living(heir, day)
        for organ in predecessors:
            held = Organisation.objects.get(pk=organ.pk)
            _end(held, heir, [heir], SuccessionKind.MERGE, day, actor, reason, origin)
    return heir


def split_organisation(
    organ: Organisation,
    parts: Sequence[Organisation],
    heir: Organisation,
    day: dt.date,
    *,
    actor: Account | None,
    reason: str,
    origin: Origin | None = None,
) -> None:
    """Split an organ into others that were registered for it; open cases go to the heir.

    Args:
        parts: two or more; where the old organ goes on beside a new one, it is one of them.
        heir: the part that takes over what is open; clerks pass single cases on from there.
        day: first day of the parts.
    """
    if len({p.pk for p in parts}) < 2:
        raise PeopleError("分设后至少有两个机构；只有一个的，请用更名。")
    if heir.pk not in {p.pk for p in parts}:
        raise PeopleError("承继未办结事项的机构应是分设后的机构之一。")
    with transaction.atomic():
        for each in sorted({organ, *parts}, key=lambda o: o.pk):
            permit("people.organs", actor, lock(each))
        held = Organisation.objects.get(pk=organ.pk)
        for part in parts:
            living(part, day)
        if organ.pk in {p.pk for p in parts}:
            if heir.pk != organ.pk:
                raise PeopleError(f"“{organ.name}”继续存在，未办结的事仍由它办理；需要移交的请逐件移交。")
            others = [p for p in parts if p.pk != organ.pk]
            Succession.objects.bulk_create(
                Succession(
                    predecessor=held,
                    successor=p,
                    kind=SuccessionKind.SPLIT,
                    day=day,
                    heir=False,
                    reason=reason,
                )
                for p in others
            )
            names = [p.name for p in others]
            write(
                entries.OrganisationChanged([["分设", "", "、".join(names)]]), organ_ref(held), actor, origin
            )
            return
        _end(held, heir, list(parts), SuccessionKind.SPLIT, day, actor, reason, origin)


def dissolve_organisation(
    organ: Organisation,
    day: dt.date,
    *,
    actor: Account | None,
    reason: str,
    heir: Organisation | None = None,
    origin: Origin | None = None,
) -> None:
    """End an organ. Where something is open it needs an heir.

    Raises:
        PeopleError: something waits for the organ and no heir is named.
    """
    with transaction.atomic():
        held = lock(organ)
        permit("people.organs", actor, held)
        if heir is not None:
            permit("people.organs", actor, lock(heir))
            living(heir, day)
        waiting = handover.waiting(held.pk)
        if heir is None and waiting:
            raise PeopleError(f"“{held.name}”还有 {waiting} 件待办，请指定承继的机构。")
        parts = [heir] if heir else []
        _end(held, heir, parts, SuccessionKind.REPLACE, day, actor, reason, origin)


def withdraw_organisations(organs: Sequence[Organisation], *, actor: Account | None) -> None:
    """Take back organs that were registered by mistake, with each other; nothing else may point at them.

    Raises:
        PeopleError: one is in use; then it can only be dissolved.
    """
    with transaction.atomic():
        Organisation.objects.filter(pk__in=[organ.pk for organ in organs]).update(parent=None)
        for organ in organs:
            permit("people.organs", actor, organ)
            ref = organ_ref(organ)
            try:
                Organisation.objects.get(pk=organ.pk).delete()
            except ProtectedError as error:
                raise PeopleError(f"“{ref.title}”已在别处使用，不能撤销登记，请逐条更正。") from error
            write(entries.ImportUndone(f"机构“{ref.title}”"), ref, actor)


def _end(
    organ: Organisation,
    heir: Organisation | None,
    parts: list[Organisation],
    kind: SuccessionKind,
    day: dt.date,
    actor: Account | None,
    reason: str,
    origin: Origin | None,
) -> None:
    living(organ, day)
    if organ.children.filter(dissolved__isnull=True).exclude(pk__in=[p.pk for p in parts]).exists():
        if heir is None:
            raise PeopleError(f"“{organ.name}”还有下属机构，请先改变其隶属关系。")
        organ.children.filter(dissolved__isnull=True).exclude(pk=heir.pk).update(parent=heir)
    organ.dissolved = day
    organ.save(update_fields=["dissolved"])
    Membership.objects.filter(organisation=organ, end__isnull=True, start__lte=day).update(
        end=day, end_reason=EndReason.ORGAN_ENDED, end_note=reason[:200]
    )
    for part in parts:
        Succession.objects.create(
            predecessor=organ,
            successor=part,
            kind=kind,
            day=day,
            heir=heir is not None and part.pk == heir.pk,
            reason=reason[:200],
        )
    label = "撤销" if heir is None else str(kind.label)
    write(
        entries.OrganisationDissolved(label, day, heir.name if heir else "", [p.name for p in parts], reason),
        organ_ref(organ),
        actor,
        origin,
        day,
    )
    if heir is not None:
        turns, grants = handover.succeed(organ.pk, heir.pk, actor=actor, reason=reason or label)
        write(
            entries.OrganisationSucceeded(organ.name, label, day, turns, grants, reason),
            organ_ref(heir),
            actor,
            origin,
            day,
        )
