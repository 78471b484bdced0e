"""Questions about grants: what somebody holds today, and who holds something."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from renda.kernel import clock
from renda.kernel.identity import roles
from renda.kernel.identity.models import Account, Grant, StandIn
from renda.kernel.refs import Ref

_CACHE = "_holders_of_this_request"


@dataclass(frozen=True, slots=True)
class GrantView:
    """A grant in force, as shown to its holder.

    ``via`` is the person stood in for, None for one's own.
    """

    id: int
    role: str
    label: str
    scope: str
    since: dt.date
    until: dt.date | None
    via: Ref | None
    signs: bool

    @property
    def holder(self) -> str:
        return f"{self.role}@{self.scope}"

    @property
    def scope_title(self) -> str:
        """The scope's Chinese name; asks the room that owns it."""
        return roles.scope_title(self.scope)


def in_force(day: dt.date) -> Q:
    """Grants in force on a day: today at this very moment, another day at its end."""
    moment = clock.now() if day == clock.today() else clock.combine(day + dt.timedelta(days=1))
    not_ended = Q(ended_at__isnull=True) | Q(ended_at__gt=moment)
    return Q(since__lte=day) & (Q(until__isnull=True) | Q(until__gte=day)) & not_ended


def stands_in(day: dt.date, prefix: str = "") -> Q:
    """Stand-ins in force on a day; ``prefix`` walks to them from another model."""
    return Q(
        **{
            f"{prefix}since__lte": day,
            f"{prefix}until__gte": day,
            f"{prefix}ended_at__isnull": True,
        }
    )


def _impersonal() -> list[str]:
    return [r.key for r in roles.all_roles() if not r.personal]


def _rows(account: Account, day: dt.date) -> list[tuple[int, str, str, dt.date, dt.date | None, int, str]]:
    columns = ("id", "role", "scope", "since", "until", "account_id", "account__display_name")
    own = Grant.objects.filter(in_force(day), account=account).order_by().values_list(*columns)
    lent = (
        Grant.objects.filter(in_force(day), role__in=_impersonal(), account__is_active=True)
        .filter(stands_in(day, "account__stood_in_by__"), account__stood_in_by__deputy=account)
        .order_by()
        .values_list(*columns)
    )
    return sorted(own.union(lent), key=lambda row: row[0])


def grants(account: Account, on: dt.date | None = None) -> list[GrantView]:
    """What the account holds on a day (today by default), stand-ins included. One query."""
    if not account.is_active:
        return []
    declared = {r.key: r for r in roles.all_roles()}
    return [
        GrantView(
            id=id_,
            role=role,
            label=declared[role].label,
            scope=scope,
            since=since,
            until=until,
            via=None if owner == account.pk else Ref("identity.account", str(owner), name),
            signs=declared[role].signs,
        )
        for id_, role, scope, since, until, owner, name in _rows(account, on or clock.today())
        if role in declared
    ]


def holders(account: Account) -> frozenset[str]:
    """The ``role@scope`` texts in force today, stand-ins included.

    One query; within a request one for all its questions (the middleware opens that cache).
    """
    if not account.is_active:
        return frozenset()
    day = clock.today()
    cache: dict[dt.date, frozenset[str]] | None = getattr(account, _CACHE, None)
    if cache is not None and day in cache:
        return cache[day]
    declared = {r.key for r in roles.all_roles()}
    found = frozenset(f"{row[1]}@{row[2]}" for row in _rows(account, day) if row[1] in declared)
    if cache is not None:
        cache[day] = found
    return found


def open_cache(account: Account) -> None:
    """From here on this object remembers its holders: only for an object that lives as long as a request."""
    setattr(account, _CACHE, {})


def forget_cache(account: Account) -> None:
    """A grant of this account changed in this very request."""
    if getattr(account, _CACHE, None) is not None:
        open_cache(account)


def has(account: Account, role: str, scope: str | None = None) -> bool:
    """Whether the account holds the role today, in this scope (or for everything), or anywhere."""
    held = holders(account)
    if scope is None:
        return any(h.partition("@")[0] == role for h in held)
    return f"{role}@{scope}" in held or f"{role}@{roles.ALL}" in held


def acting_for(account: Account, role: str, scope: str) -> Ref | None:
    """Whom the account acts for when it uses this role: None for itself, else the person stood in for.

    Services pass it to ``record.api.write`` as ``on_behalf_of``: a stand-in's act is never shown as the
    principal's own, nor as the stand-in's alone.
    """
    fitting = [g for g in grants(account) if g.role == role and g.scope in (scope, roles.ALL)]
    if not fitting or any(g.via is None for g in fitting):
        return None
    return fitting[0].via


def accounts_holding(wanted: Iterable[str]) -> list[Account]:
    """Active accounts that hold any of the ``role@scope`` texts today, their stand-ins included. Two queries.

    Holders of the role for everything (``role@all``) are meant too.
    """
    day = clock.today()
    condition = Q(pk__in=[])
    for holder in sorted(set(wanted)):
        role, _, scope = holder.partition("@")
        condition |= Q(role=role, scope__in={scope, roles.ALL})
    held = list(Grant.objects.filter(in_force(day)).filter(condition).values_list("account_id", "role"))
    lent = {owner for owner, role in held if role in set(_impersonal())}
    stand_ins = StandIn.objects.filter(stands_in(day), principal_id__in=lent, principal__is_active=True)
    found = Q(pk__in={owner for owner, _ in held}) | Q(pk__in=stand_ins.values("deputy_id"))
    return list(Account.objects.filter(found, is_active=True))


def scopes_held(*keys: str) -> frozenset[str]:
    """Scopes in which somebody active holds one of these roles today: which organs have an account at all."""
    rows = Grant.objects.filter(in_force(clock.today()), role__in=keys, account__is_active=True)
    return frozenset(rows.values_list("scope", flat=True))


def is_staff(account: Account) -> bool:
    """Whether the account holds a role of the desk (not only a deputy's): short sessions, second factor."""
    staff = {r.key for r in roles.all_roles() if r.staff}
    return any(h.partition("@")[0] in staff for h in holders(account))
