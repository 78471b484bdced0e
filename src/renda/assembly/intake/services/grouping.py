"""Repeated opinions are tied together and answered one by one; nothing is ever merged away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction

from renda.assembly.intake import entries
from renda.assembly.intake.errors import IntakeError
from renda.assembly.intake.models import Group, Opinion
from renda.kernel.identity import api as identity
from renda.kernel.record import api as record


def group(
    opinions: Sequence[Opinion], title: str = "", *, actor: identity.Account, into: Group | None = None
) -> Group:
    """Tie opinions about one thing together; those tied already bring their group along.

    Args:
        title: what they are about; the oldest one's title by default.
        into: an existing group.

    Raises:
        IntakeError: fewer than two, or of different congresses.
    """
    with transaction.atomic():
        held = list(
            Opinion.objects.select_for_update()
            .filter(pk__in=[o.pk for o in opinions])
            .order_by("happened_at", "pk")
        )
        for opinion in held:
            identity.check("intake.decide", actor, opinion)
        groups = {o.group_id for o in held if o.group_id} | ({into.pk} if into else set())
        if len(held) + (1 if into else 0) < 2:
            raise IntakeError("请选择两件以上同类的意见。")
        if len({o.congress_id for o in held}) > 1 or (into and into.congress_id != held[0].congress_id):
            raise IntakeError("只能归并同一级人大收到的意见。")
        if len(groups) > 1:
            raise IntakeError("所选意见已分在不同的同类意见里，请先移出其中一方。")
        target = Group.objects.filter(pk__in=groups).first() or Group.objects.create(
            congress_id=held[0].congress_id, title=(title or held[0].title)[:200], made_by=actor
        )
        fresh = [o for o in held if o.group_id != target.pk]
        Opinion.objects.filter(pk__in=[o.pk for o in fresh]).update(group=target)
        size = Opinion.objects.filter(group=target).count()
        for opinion in fresh:
            record.write(entries.Grouped(target.title, size), subject=opinion.ref, actor=actor)
    return target


def ungroup(opinion: Opinion, *, actor: identity.Account) -> None:
    """Take one opinion out of its group."""
    with transaction.atomic():
        held = Opinion.objects.select_for_update().get(pk=opinion.pk)
        identity.check("intake.decide", actor, held)
        if held.group is None:
            raise IntakeError("这件意见没有归在同类意见里。")
        title = held.group.title
        held.group = None
        held.save(update_fields=["group"])
        record.write(entries.Ungrouped(title), subject=held.ref, actor=actor)


def answer_all(
    target: Group, text: str, told_by: str, *, actor: identity.Account, ids: Iterable[int] | None = None
) -> int:
    """Answer every open opinion of a group with the same words: one answer each, each with its own clock.

    Returns:
        how many were answered.
    """
    from renda.assembly.intake.services import handling

    count = 0
    with transaction.atomic():
        rows = Opinion.objects.filter(group=target, case__closed_at__isnull=True).select_related(
            "case", "organ"
        )
        if ids is not None:
            rows = rows.filter(pk__in=list(ids))
        for opinion in rows.order_by("pk"):
            state = handling.case_of(opinion).state
            if state == "registered":
                handling.answer(opinion, text, told_by, actor=actor)
            elif state == "accepted":
                handling.conclude(opinion, text, told_by, actor=actor)
            else:
                continue
            count += 1
    return count
