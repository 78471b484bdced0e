"""Organs come, change their names, merge, split and go; their open cases follow the heir."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import transaction

from renda.assembly.people import entries
from renda.assembly.people.errors import PeopleError
from renda.assembly.people.models import (
    HANDLING_BY_DEFAULT,
    Classification,
    Division,
    DivisionLevel,
    NameKind,
    Organisation,
    OtherName,
)
from renda.assembly.people.queries.organisations import normal_name
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
    if not code.isdecimal() or len(code) not in (6, 9, 12):
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
        living(held, day)
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


def living(organ: Organisation, day: dt.date) -> None:
    """Refuse an organ that does not exist on the day of the act.

    Raises:
        PeopleError: dissolved, not founded yet, or a day more than a year ahead.
    """
    if organ.dissolved is not None:
        raise PeopleError(f"“{organ.name}”已于 {organ.dissolved} 撤销，请选择现有的机构。")
    if organ.founded is not None and day < organ.founded:
        raise PeopleError(f"日期 {day} 早于“{organ.name}”设立的日期 {organ.founded}，请核对。")
    if day > clock.today() + dt.timedelta(days=366):
        raise PeopleError("生效日期在一年以后，请核对。")
