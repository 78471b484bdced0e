"""What somebody may grant: roles, and the scopes of a role that fit some words; bounded in any town."""

from __future__ import annotations

from renda.kernel.identity import access, queries, roles
from renda.kernel.identity.models import Account
from renda.kernel.identity.policies import GrantRequest
from renda.kernel.identity.roles import Role

SHOWN = 30
_LOOKED_AT = 120  # each may ask the room that owns the scope which congress it is in


def grantable_roles(actor: Account) -> list[Role]:
    """Roles that the actor may grant in some scope."""
    held = {h.partition("@")[0] for h in queries.holders(actor)}
    if roles.ADMINISTRATOR in held:
        return roles.all_roles()
    managed = {key for role in held for key in roles.role(role).manages}
    return [r for r in roles.all_roles() if r.key in managed]


def grantable_scopes(actor: Account, role: Role, words: str) -> tuple[list[tuple[str, str]], bool]:
    """Scopes of a role that the actor may grant and whose names hold the words.

    Returns:
        (scope, name) at most ``SHOWN``, and whether there are more, so that better words are needed.
    """
    found: list[tuple[str, str]] = []
    if not words and access.may("identity.grant", actor, GrantRequest(role.key, roles.ALL)):
        found.append((roles.ALL, roles.scope_title(roles.ALL)))
    kind = next((k for k in roles.scope_kinds() if k.key == role.scope_kind), None)
    looked = 0
    for ident, name in kind.choices() if kind else ():
        if words and words not in name:
            continue
        looked += 1
        if len(found) >= SHOWN or looked > _LOOKED_AT:
            return found, True
        scope = f"{role.scope_kind}:{ident}"
        if access.may("identity.grant", actor, GrantRequest(role.key, scope)):
            found.append((scope, name))
    return found, False
