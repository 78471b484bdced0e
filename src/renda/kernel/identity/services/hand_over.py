"""Hand-over of a post: its grants, and through listeners whatever else hangs on the person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from django.db import transaction

from renda.kernel import clock
from renda.kernel.identity import entries, queries, roles
from renda.kernel.identity.errors import IdentityError
from renda.kernel.identity.models import Account, Grant
from renda.kernel.identity.policies import GrantRequest
from renda.kernel.identity.services import grants
from renda.kernel.identity.services.common import permit, write

HandOverListener = Callable[[Account, Account, list[queries.GrantView], dt.date, "Account | None"], None]
_listeners: list[HandOverListener] = []


def on_hand_over(listener: HandOverListener) -> HandOverListener:
    """Register what must move along with a hand-over (turns held by the person, drafts), in its transaction.

    The listener gets (from_account, to_account, moved grants, from_day, actor) and is called once.
    """
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def hand_over(
    from_account: Account,
    to_account: Account,
    holders: Iterable[str] | None = None,
    *,
    actor: Account | None,
    reason: str,
    from_day: dt.date | None = None,
) -> list[Grant]:
    """Hand everything of a post on: the grants, and through listeners what else hangs on the person.

    Args:
        from_account: who leaves the post.
        to_account: who takes it over.
        holders: ``role@scope`` texts to move; all of them by default. Personal roles (代表) never move.
        actor: who orders it; None for commands.
        reason: the paper or decision behind it.
        from_day: first day of the new holder, today by default.

    Raises:
        IdentityError: nothing to hand over, a personal role asked for, the same account, a closed account.
        Forbidden: the actor doesn't manage one of the roles.
    """
    day = from_day or clock.today()
    if from_account.pk == to_account.pk:
        raise IdentityError("移交的双方是同一个账号，请另选接手人。")
    with transaction.atomic():
        for pk in sorted((from_account.pk, to_account.pk)):
            Account.objects.select_for_update().get(pk=pk)
        giver, taker = (Account.objects.get(pk=a.pk) for a in (from_account, to_account))
        if not taker.is_active:
            raise IdentityError(f"{taker.display_name}的账号已停用，不能接手。")
        moving = _to_move(giver, None if holders is None else set(holders))
        for view in moving:
            permit("identity.grant", actor, GrantRequest(view.role, view.scope))
        made = [_move(view, giver, taker, day, actor, reason) for view in moving]
        moved = tuple(view.holder for view in moving)
        write(entries.HandedOver(taker.pk, taker.display_name, moved, day, reason), giver, actor)
        for listener in _listeners:
            listener(giver, taker, moving, day, actor)
    queries.forget_cache(from_account)
    queries.forget_cache(to_account)
    return [grant for grant in made if grant is not None]


def _to_move(giver: Account, wanted: set[str] | None) -> list[queries.GrantView]:
    own = [view for view in queries.grants(giver) if view.via is None]
    if wanted is not None:
        missing = wanted - {view.holder for view in own}
        if missing:
            raise IdentityError(f"{giver.display_name}现在不担任 {'、'.join(sorted(missing))}，请刷新页面。")
        own = [view for view in own if view.holder in wanted]
        personal = [view.label for view in own if roles.role(view.role).personal]
        if personal:
            raise IdentityError(f"“{personal[0]}”属于本人，不能移交；请按法定程序终止和产生。")
    own = [view for view in own if not roles.role(view.role).personal]
    if not own:
        raise IdentityError(f"{giver.display_name}没有可以移交的职务。")
    return own


def _move(
    view: queries.GrantView, giver: Account, taker: Account, day: dt.date, actor: Account | None, reason: str
) -> Grant | None:
    """End the giver's grant the day before, and give it on for as long as it had left."""
    last_day = day - dt.timedelta(days=1) if day > clock.today() else None
    grants.end(Grant.objects.get(pk=view.id), giver, actor, reason, last_day)
    write(entries.GrantEnded(view.role, view.scope, last_day, reason), giver, actor)
    same = Grant.objects.filter(account=taker, role=view.role, scope=view.scope)
    if same.filter(queries.in_force(max(day, clock.today()))).exists():
        return None
    until = view.until if view.until is not None and view.until >= day else None
    made = Grant.objects.create(
        account=taker,
        role=view.role,
        scope=view.scope,
        since=day,
        until=until,
        reason=reason,
        granted_by=actor,
    )
    write(entries.Granted(view.role, view.scope, day, until, reason), taker, actor)
    return made
