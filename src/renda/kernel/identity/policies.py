"""Who may manage accounts: the administrator, and in their scope the roles that a room lets manage others."""

from __future__ import annotations

from dataclasses import dataclass

from renda.kernel.identity import queries, roles
from renda.kernel.identity.access import EVERYONE, Denied, policy
from renda.kernel.identity.models import Account
from renda.kernel.identity.vault.kinds import Datum


@dataclass(frozen=True, slots=True)
class GrantRequest:
    """What is asked: a role in a scope."""

    role: str
    scope: str


def _manages(actor: Account, role: str, scope: str) -> bool:
    """Whether one of the actor's own holdings covers this role in this scope."""
    for holder in queries.holders(actor):
        held, _, container = holder.partition("@")
        covers = held == roles.ADMINISTRATOR or role in roles.role(held).manages
        if covers and roles.within(scope, container):
            return True
    return False


@policy("identity.accounts", label="管理账号", roles=roles.managers)
def can_manage_accounts(actor: Account, account: Account | None) -> bool | Denied:
    """Create, close, rename an account; whoever holds something that one doesn't manage is out of reach."""
    if account is None:
        return True
    for grant in queries.grants(account):
        if grant.via is None and not _manages(actor, grant.role, grant.scope):
            return Denied(
                f"{account.display_name}担任“{grant.label}”（{grant.scope_title}），不在您的管理范围内，"
                "请由系统管理员办理。"
            )
    return True


@policy("identity.grant", label="授权与收回", roles=roles.managers)
def can_grant(actor: Account, request: GrantRequest) -> bool | Denied:
    """Give or take a role that one manages, inside the scope in which one manages it."""
    if _manages(actor, request.role, request.scope):
        return True
    label = roles.role(request.role).label
    return Denied(f"“{label}”（{roles.scope_title(request.scope)}）不在您的管理范围内，请由系统管理员授权。")


@policy("identity.stand_in", label="登记代理", roles=roles.managers)
def can_register_stand_in(actor: Account, principal: Account) -> bool | Denied:
    """A stand-in is registered by whoever manages the account of the person stood in for."""
    return can_manage_accounts(actor, principal)


@policy("identity.link", label="生成一次性登录链接", roles=roles.managers)
def can_make_link(actor: Account, account: Account) -> bool | Denied:
    """A link opens the account, so it asks as much as managing it: nobody makes one for a person above."""
    return can_manage_accounts(actor, account)


@policy("identity.reveal", label="查看账号的手机号", roles=[EVERYONE])
def can_reveal(actor: Account, datum: Datum) -> bool | Denied:
    """One's own, or that of an account one manages."""
    if datum.subject.id == str(actor.pk):
        return True
    account = Account.objects.filter(pk=datum.subject.id).first()
    return account is not None and can_manage_accounts(actor, account)
