"""System checks: every role that is named is declared, and no act is without a role."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register

from renda.kernel.identity import access, roles


@register()
def roles_are_declared(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Run at start-up, after all rooms have declared their roles."""
    known = {r.key for r in roles.all_roles()}
    found: list[CheckMessage] = []
    for p in access.all_policies():
        missing = set(p.role_keys) - known - {access.EVERYONE}
        if missing:
            found.append(
                Error(f"规则 {p.key} 提到没有声明的角色：{'、'.join(sorted(missing))}", id="identity.E001")
            )
        elif not p.may_try():
            found.append(Error(f"规则 {p.key} 没有任何角色可以办理", id="identity.E002"))
    for r in roles.all_roles():
        if missing := set(r.manages) - known:
            found.append(
                Error(f"角色 {r.key} 管理没有声明的角色：{'、'.join(sorted(missing))}", id="identity.E003")
            )
    return found
