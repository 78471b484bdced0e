"""Press, and record contacts: each side for itself, typed time and time of entry both kept."""

from __future__ import annotations

import datetime as dt

from renda.business.motions import entries, queries, rules
from renda.business.motions.models import Assignment, Contact, Press, PressSide
from renda.business.motions.processes import reasons
from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.workflow import api as workflow
from renda.kernel.workflow.api import WorkflowError


def press(
    assignment: Assignment,
    *,
    actor: identity.Account,
    channel: str,
    text: str = "",
    seen: int | None = None,
    happened_at: dt.datetime | None = None,
) -> Press:
    """Press an organ; the same side not again within three days.

    Raises:
        WorkflowError: the same side pressed less than three days ago.
    """
    assert assignment.case is not None
    side = queries.press_side(actor, assignment)
    with workflow.step(assignment.case, "press", actor=actor, seen=seen, happened_at=happened_at) as act:
        assert side is not None  # the policy has asked
        held: Assignment = act.subject
        last = held.presses.filter(side=side).order_by("-happened_at").first()
        if not rules.may_press_again(last.happened_at if last else None, act.happened_at):
            assert last is not None
            again = last.happened_at.astimezone(clock.TZ).date() + dt.timedelta(days=rules.PRESS_REST_DAYS)
            raise WorkflowError(
                f"{PressSide(side).label}在 {last.happened_at.astimezone(clock.TZ):%m月%d日} 已经催办过，"
                f"{again.month}月{again.day}日以后可以再催。"
            )
        made = Press.objects.create(
            assignment=held,
            side=side,
            channel=channel,
            weight=rules.PRESS_WEIGHTS[side],
            text=text,
            by=actor,
            happened_at=act.happened_at,
        )
        act.record(
            entries.Pressed(
                organ=held.organ.name,
                side=PressSide(side).label,
                channel=made.get_channel_display(),
                text=text,
            )
        )
    return made


def record_contact(
    assignment: Assignment,
    *,
    actor: identity.Account,
    how: str,
    happened_at: dt.datetime,
    text: str,
    place: str = "",
    with_whom: str = "",
    seen: int | None = None,
) -> Contact:
    """The organ records that it spoke with the deputy (代表法 第五十一条)."""
    return _contact(assignment, "contact", "organ", actor, how, happened_at, text, place, with_whom, seen)


def record_contact_by_deputy(
    assignment: Assignment,
    *,
    actor: identity.Account,
    how: str,
    happened_at: dt.datetime,
    text: str,
    place: str = "",
    with_whom: str = "",
    seen: int | None = None,
) -> Contact:
    """The deputy records the same from the other side; the page shows where the two agree."""
    return _contact(
        assignment, "deputy_contact", "deputy", actor, how, happened_at, text, place, with_whom, seen
    )


def _contact(
    assignment: Assignment,
    key: str,
    side: str,
    actor: identity.Account,
    how: str,
    happened_at: dt.datetime,
    text: str,
    place: str,
    with_whom: str,
    seen: int | None,
) -> Contact:
    assert assignment.case is not None
    if happened_at > clock.now():
        raise WorkflowError("沟通时间还没有到，请填写实际沟通的时间。")
    if happened_at.astimezone(clock.TZ).date() < assignment.handed_over_on:
        raise WorkflowError(f"沟通时间早于交办日期 {assignment.handed_over_on.isoformat()}，请核对。")
    with workflow.step(
        assignment.case,
        key,
        actor=actor,
        seen=seen,
        happened_at=happened_at,
        on_behalf_of=queries.behalf(actor, assignment),
    ) as act:
        held: Assignment = act.subject
        same_day = next(
            (
                c
                for c in held.contacts.exclude(side=side).order_by("-happened_at")
                if c.happened_at.astimezone(clock.TZ).date() == act.day
            ),
            None,
        )
        made = Contact.objects.create(
            assignment=held,
            side=side,
            how=how,
            place=place,
            with_whom=with_whom,
            text=text,
            happened_at=happened_at,
            recorded_at=clock.now(),
            by=actor,
            confirms=same_day,
        )
        local = happened_at.astimezone(clock.TZ)
        act.record(
            entries.Contacted(
                organ=held.organ.name,
                side="承办单位" if side == "organ" else "代表",
                how=reasons.label(reasons.CONTACT_WAYS, how),
                when=f"{local.month}月{local.day}日 {local:%H:%M}",
                text=text,
            )
        )
    return made
