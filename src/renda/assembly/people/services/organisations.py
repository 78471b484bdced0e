"""Organs come, change their names, merge, split and go; their open cases follow the heir."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction

from renda.assembly.people import entries
from renda.assembly.people.errors import PeopleError
from renda.assembly.people.models import (
    HANDLING_BY_DEFAULT,
    Classification,
    Division,
    DivisionLevel,
    EndReason,
    Membership,
    NameKind,
    Organisation,
    OtherName,
    Succession,
    SuccessionKind,
)
from renda.assembly.people.queries.organisations import normal_name
from renda.assembly.people.services import handover
from renda.assembly.people.services.common import checked, organ_ref, permit, validate, write
from renda.kernel import clock
from renda.kernel.record.api import Origin

if TYPE_CHECKING:
    from renda.kernel.identity.api import Account

_LEVEL_OF_LENGTH = {9: DivisionLevel.TOWNSHIP, 12: DivisionLevel.VILLAGE}


def division_level(code: str) -> DivisionLevel:
    """The level that a code has by its form (GB/T 2260): 410000 province, 410500 prefecture, 410502 county.

    Raises:
        PeopleError: not six, nine or twelve digits.
    """
    if not code.isdigit() or len(code) not in (6, 9, 12):
        raise PeopleError(f"区划代码“{code}”应为 6、9 或 12 位数字，请核对。")
    if len(code) != 6:
        return _LEVEL_OF_LENGTH[len(code)]
    if code.endswith("0000"):
        return DivisionLevel.PROVINCE
    return DivisionLevel.PREFECTURE if code.endswith("00") else DivisionLevel.COUNTY


def create_division(code: str, name: str, *, parent: Division | None = None) -> Division:
    """A division of the official table; its level follows from the code. Public facts: no record entry."""
    division = Division(
        code=code.strip(), name=name.strip(), level=division_level(code.strip()), parent=parent
    )
    validate(division)
    with checked(division):
        division.save()
    return division


def create_organisation(
    name: str,
    classification: str,
    *,
    actor: Account | None,
    short_name: str = "",
    parent: Organisation | None = None,
    division: Division | None = None,
    handles: bool | None = None,
    founded: dt.date | None = None,
    order: int = 1000,
    origin: Origin | None = None,
) -> Organisation:
    """Register an organ.

    Args:
        name: full official name; spaces are taken out.
        classification: one of ``Classification``.
        handles: whether it may handle suggestions; by default what its kind says.
        founded: first day of its existence; None where it is older than the register.

    Raises:
        PeopleError: a living organ of the division bears the name, or a field is wrong.
    """
    organ = Organisation(
        name=normal_name(name),
        short_name=normal_name(short_name),
        classification=classification,
        parent=parent,
        division=division,
        handles=classification in HANDLING_BY_DEFAULT if handles is None else handles,
        founded=founded,
        order=order,
    )
    with transaction.atomic():
        permit("people.organs", actor)
        validate(organ)
        with checked(organ):
            organ.save()
        label = Classification(classification).label
        write(
            entries.OrganisationCreated(organ.name, label, founded), organ_ref(organ), actor, origin, founded
        )
    return organ


def change_organisation(
    organ: Organisation, *, actor: Account | None, origin: Origin | None = None, **fields: Any
) -> Organisation:
    """Correct what was registered wrongly (a new name by decision is ``rename_organisation``).

    Args:
        fields: any of name, short_name, classification, parent, division, handles, founded, order.
    """
    allowed = {"name", "short_name", "classification", "parent", "division", "handles", "founded", "order"}
    if unknown := set(fields) - allowed:
        raise TypeError(f"no such field: {sorted(unknown)}")
    with transaction.atomic():
        held = lock(organ)
        permit("people.organs", actor, held)
        changes = []
        for key, value in fields.items():
            before = getattr(held, key)
            if before == value:
                continue
            setattr(held, key, value)
            label = str(Organisation._meta.get_field(key).verbose_name)  # type: ignore[union-attr]
            changes.append([label, _shown(before), _shown(value)])
        if changes:
            _no_loop(held)
            validate(held)
            with checked(held):
                held.save()
            write(entries.OrganisationChanged(changes), organ_ref(held), actor, origin)
    return held


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


def _no_loop(organ: Organisation) -> None:
    above, seen = organ.parent, {organ.pk}
    while above is not None:
        if above.pk in seen:
            raise PeopleError(f"“{organ.name}”不能隶属于自己的下级“{above.name}”，请改选上级机构。")
        seen.add(above.pk)
        above = above.parent


def lock(organ: Organisation) -> Organisation:
    """The organ's row, locked to the end of the transaction."""
    return Organisation.objects.select_for_update().get(pk=organ.pk)


def rename_organisation(
    organ: Organisation,
    name: str,
    day: dt.date,
    *,
    actor: Account | None,
    reason: str,
    short_name: str = "",
    origin: Origin | None = None,
) -> Organisation:
    """Give an organ another name from a day on; it stays the same organ and is found under both.

    Args:
        day: first day of the new name.
        short_name: the new short name; the former one stays findable.
        reason: the decision behind it.
    """
    with transaction.atomic():
        held = lock(organ)
        permit("people.organs", actor, held)
        _living(held, day)
        new = normal_name(name)
        if new == held.name:
            raise PeopleError(f"新名称与现名称“{held.name}”相同。")
        before, before_short = held.name, held.short_name
        last = OtherName.objects.filter(organisation=held, kind=NameKind.FORMER).order_by("-until").first()
        since = last.until if last is not None else held.founded
        if since is not None and day < since:
            raise PeopleError(f"更名日期 {day} 早于现名称启用的日期 {since}，请核对。")
        OtherName.objects.create(organisation=held, name=before, kind=NameKind.FORMER, since=since, until=day)
        if before_short and before_short != normal_name(short_name):
            OtherName.objects.create(
                organisation=held, name=before_short, kind=NameKind.FORMER, since=since, until=day
            )
        held.name, held.short_name = new, normal_name(short_name)
        validate(held)
        with checked(held):
            held.save()
        write(entries.OrganisationRenamed(before, new, day, reason), organ_ref(held), actor, origin, day)
    return held


def add_other_name(
    organ: Organisation,
    name: str,
    *,
    actor: Account | None,
    kind: str = NameKind.ALIAS,
    origin: Origin | None = None,
) -> OtherName:
    """Make an organ findable under a name that offices write (俗称, another short name)."""
    with transaction.atomic():
        held = lock(organ)
        permit("people.organs", actor, held)
        other, made = OtherName.objects.get_or_create(
            organisation=held, name=normal_name(name), kind=kind, until=None
        )
        if made:
            write(entries.OrganisationChanged([["其他名称", "", other.name]]), organ_ref(held), actor, origin)
    return other


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
        _living(heir, day)
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
            _living(part, day)
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
            _living(heir, day)
        waiting = handover.waiting(held.pk)
        if heir is None and waiting:
            raise PeopleError(f"“{held.name}”还有 {waiting} 件待办，请指定承继的机构。")
        parts = [heir] if heir else []
        _end(held, heir, parts, SuccessionKind.REPLACE, day, actor, reason, origin)


def _living(organ: Organisation, day: dt.date) -> None:
    if organ.dissolved is not None:
        raise PeopleError(f"“{organ.name}”已于 {organ.dissolved} 撤销，请选择现有的机构。")
    if organ.founded is not None and day < organ.founded:
        raise PeopleError(f"日期 {day} 早于“{organ.name}”设立的日期 {organ.founded}，请核对。")
    if day > clock.today() + dt.timedelta(days=366):
        raise PeopleError("生效日期在一年以后，请核对。")


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
    _living(organ, day)
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
