"""Who sees what, as tokens: what an entry is open to, what an account may look into."""

from __future__ import annotations

from collections.abc import Collection

from renda.kernel.identity import api as identity

PUBLIC = "public"


def seen_by(scopes: Collection[str]) -> set[str]:
    """The tokens an entry carries.

    Whoever holds a role for everything holds it in each scope, as ``identity.has`` says; so what is open to
    ``deputies_office@congress:1`` is open to ``deputies_office@all``, and what is open to a scope at large to
    those who hold any role for everything, administrators aside: they manage accounts, not business.
    """
    tokens = set(scopes)
    for scope in scopes:
        role, at, _ = scope.partition("@")
        if at:
            tokens.add(f"{role}@{identity.ALL}")
        elif scope != PUBLIC:
            tokens.add(identity.ALL)
    return tokens


def scopes_of(account: identity.Account | None) -> set[str]:
    """The tokens an account may look into today: the public, the scopes of its roles, its roles in them."""
    tokens = {PUBLIC}
    if account is None or not account.is_authenticated or not account.is_active:
        return tokens
    for holder in identity.holders(account):
        role, _, scope = holder.partition("@")
        tokens.add(holder)
        if scope != identity.ALL or role != identity.ADMINISTRATOR:
            tokens.add(scope)
    return tokens
