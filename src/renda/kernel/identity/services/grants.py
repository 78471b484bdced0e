"""Verbs on grants and stand-ins. Each is one transaction: lock, policy, change, record entry."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q

from renda.kernel import clock
from renda.kernel.identity import entries, queries, roles
from renda.kernel.identity.errors import IdentityError
from renda.kernel.identity.models import Account, Grant, StandIn
from renda.kernel.identity.policies import GrantRequest
from renda.kernel.identity.services.common import lock, permit, write


def grant(
    account: Account,
    role: str,
    scope: str,
    *,
    actor: Account | None,
    since: dt.date | None = None,
    until: dt.date | None = None,
    reason: str = "",
) -> Grant:
    """Give a role in a scope for a period.

    Args:
        account: who gets it.
        role: key of a declared role.
        scope: ``all`` or ``kind:id``, of the kind the role is declared for.
        actor: who gives it; None for commands and imports.
        since: first day, today by default.
        until: last day, open by default.
        reason: the paper or decision behind it.

    Raises:
        IdentityError: an unknown role, a scope of another kind, a period that is over before it begins or
            overlaps one already granted.
        Forbidden: the actor doesn't manage this role in this scope.
    """
    since = since or clock.today()
    _check_grant(role, scope, since, until)
    with transaction.atomic():
        locked = lock(account)
        permit("identity.grant", actor, GrantRequest(role, scope))
        _check_overlap(locked, role, scope, since, until)
        made = Grant.objects.create(
            account=locked, role=role, scope=scope, since=since, until=until, reason=reason, granted_by=actor
        )
        write(entries.Granted(role, scope, since, until, reason), locked, actor)
    queries.forget_cache(account)
    return made


def _check_grant(role: str, scope: str, since: dt.date, until: dt.date | None) -> None:
    try:
        declared = roles.role(role)
    except KeyError:
        raise IdentityError(f"没有“{role}”这个角色，请从列表中选择。") from None
    if not roles.valid_scope(scope):
        raise IdentityError(f"授权范围“{scope}”写法不对，应为“种类:编号”或 all。")
    if scope != roles.ALL and roles.scope_kind(scope) != declared.scope_kind:
        raise IdentityError(f"“{declared.label}”不能授在“{scope}”上，请选择对应种类的范围。")
    if until is not None and until < since:
        raise IdentityError("截止日期早于开始日期，请改正。")


def _check_overlap(account: Account, role: str, scope: str, since: dt.date, until: dt.date | None) -> None:
    same = Grant.objects.filter(account=account, role=role, scope=scope, ended_at__isnull=True)
    overlapping = same.filter(Q(until__isnull=True) | Q(until__gte=since))
    if until is not None:
        overlapping = overlapping.filter(since__lte=until)
    if overlapping.exists():
        raise IdentityError(
            f"{account.display_name}在这段时间已经担任“{roles.role(role).label}”"
            f"（{roles.scope_title(scope)}），不必重复授权。"
        )


def end_grant(given: Grant, *, actor: Account | None, reason: str, last_day: dt.date | None = None) -> None:
    """Take a role back: at once, or after its last day.

    Raises:
        IdentityError: it has ended already.
        Forbidden: the actor doesn't manage this role in this scope.
    """
    with transaction.atomic():
        account = lock(given.account)
        permit("identity.grant", actor, GrantRequest(given.role, given.scope))
        end(given, account, actor, reason, last_day)
        write(entries.GrantEnded(given.role, given.scope, last_day, reason), account, actor)
    queries.forget_cache(given.account)


def take_back(account: Account, role: str, scope: str, *, actor: Account | None, reason: str) -> int:
    """End at once whatever of a role in a scope the account holds of its own (not as a stand-in).

    Returns:
        How many grants ended.

    Raises:
        Forbidden: the actor doesn't manage this role in this scope.
    """
    with transaction.atomic():
        running = Q(ended_at__isnull=True) & (Q(until__isnull=True) | Q(until__gte=clock.today()))
        found = Grant.objects.filter(running, account=account, role=role, scope=scope)
        held = list(found.select_related("account"))
        for given in held:
            end_grant(given, actor=actor, reason=reason)
    return len(held)


def end(given: Grant, account: Account, actor: Account | None, reason: str, last_day: dt.date | None) -> None:
    given.refresh_from_db()
    today = clock.today()
    if given.ended_at is not None or (given.until is not None and given.until < today):
        raise IdentityError(f"{account.display_name}的这项授权已经结束，请刷新页面。")
    if last_day is not None and last_day >= max(given.since, today):
        given.until = last_day
    else:
        given.ended_at = clock.now()
    given.ended_by, given.ended_reason = actor, reason
    given.save(update_fields=["until", "ended_at", "ended_by", "ended_reason"])


def stand_in(
    principal: Account,
    deputy_account: Account,
    since: dt.date,
    until: dt.date,
    *,
    actor: Account | None,
    reason: str,
) -> StandIn:
    """代理: from–until the deputy account holds what the principal holds, personal roles (代表) excepted.

    The principal may register it; else whoever manages the principal's account.

    Raises:
        IdentityError: the same person, an empty or past period, a closed account, an overlapping one.
        Forbidden: the actor may not.
    """
    if principal.pk == deputy_account.pk:
        raise IdentityError("代理人不能是本人。")
    if until < since:
        raise IdentityError("代理的截止日期早于开始日期，请改正。")
    if until < clock.today():
        raise IdentityError("代理期间已经过去，不能补登。")
    if not reason.strip():
        raise IdentityError("请写明代理的事由，例如出差、休假。")
    with transaction.atomic():
        locked, helper = lock(principal), lock(deputy_account)
        if actor is None or actor.pk != locked.pk:
            permit("identity.stand_in", actor, locked)
        if not helper.is_active:
            raise IdentityError(f"{helper.display_name}的账号已停用，不能代理。")
        overlapping = StandIn.objects.filter(
            principal=locked, deputy=helper, ended_at__isnull=True, since__lte=until, until__gte=since
        )
        if overlapping.exists():
            raise IdentityError(f"这段时间已登记由{helper.display_name}代理，不必重复登记。")
        made = StandIn.objects.create(
            principal=locked, deputy=helper, since=since, until=until, reason=reason, by=actor
        )
        write(entries.StoodIn(helper.pk, helper.display_name, since, until, reason), locked, actor)
    queries.forget_cache(deputy_account)
    return made


def end_stand_in(given: StandIn, *, actor: Account | None, reason: str = "") -> None:
    """End a stand-in before its last day.

    Raises:
        IdentityError: it has ended already.
        Forbidden: the actor is neither the principal nor manages the account.
    """
    with transaction.atomic():
        principal = lock(given.principal)
        if actor is None or actor.pk != principal.pk:
            permit("identity.stand_in", actor, principal)
        given.refresh_from_db()
        if given.ended_at is not None or given.until < clock.today():
            raise IdentityError("这次代理已经结束，请刷新页面。")
        given.ended_at = clock.now()
        given.save(update_fields=["ended_at"])
        write(entries.StandInEnded(given.deputy_id, given.deputy.display_name, reason), principal, actor)
    queries.forget_cache(given.deputy)
