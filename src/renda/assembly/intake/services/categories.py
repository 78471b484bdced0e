"""The code list of classes grows; what is no longer used is switched off, never deleted."""

from __future__ import annotations

from django.db import transaction

from renda.assembly.intake import entries
from renda.assembly.intake.errors import IntakeError
from renda.assembly.intake.models import Category
from renda.kernel.identity import api as identity
from renda.kernel.record import api as record
from renda.kernel.refs import Ref


def add_category(
    name: str,
    parent: Category | None = None,
    *,
    actor: identity.Account | None,
    origin: record.Origin | None = None,
) -> tuple[Category, bool]:
    """A class under another; the one that exists is returned, with False.

    Raises:
        IntakeError: no name, or a fourth level.
    """
    clean = name.strip()
    if not clean:
        raise IntakeError("请填写分类名称。")
    if parent is not None and parent.parent is not None and parent.parent.parent_id is not None:
        raise IntakeError("分类最多三级。")
    if actor is not None:
        identity.check("intake.import", actor)
    with transaction.atomic():
        category, created = Category.objects.get_or_create(
            name=clean, parent=parent, defaults={"order": 10 * (Category.objects.count() + 1)}
        )
        if created:
            source = origin or (record.Origin.page() if actor else record.Origin.job("intake.categories"))
            subject = Ref("intake.category", str(category.pk), category.name)
            record.write(
                entries.CategoryAdded(str(parent or "")), subject=subject, actor=actor, origin=source
            )
    return category, created


def set_active(category: Category, active: bool, *, actor: identity.Account) -> None:
    """Switch a class on or off; what was put into it stays there."""
    identity.check("intake.import", actor)
    with transaction.atomic():
        held = Category.objects.select_for_update().get(pk=category.pk)
        if held.active != active:
            held.active = active
            held.save(update_fields=["active"])
            subject = Ref("intake.category", str(held.pk), held.name)
            record.write(entries.CategorySwitched(active), subject=subject, actor=actor)
