"""Who sees what, as tokens: what an entry is open to, what an account may look into."""

from __future__ import annotations

from collections.abc import Callable, Collection

from renda.kernel.identity import api as identity

PUBLIC = "public"

_more: list[Callable[[identity.Account], set[str]]] = []


def more_scopes(func: Callable[[identity.Account], set[str]]) -> None:
    """Register what else an account may look into, where its grants don't name it (rooms, when ready).

    A deputy's grant is for the person; that all deputies of a congress see what was submitted to it, the room
    knows. The function answers with tokens that the room's entries carry, in a constant number of queries.
    """
    if func not in _more:
        _more.append(func)


def seen_by(scopes: Collection[str]) -> set[str]:
    """The tokens an entry carries.

    Whoever holds a role for everything holds it in each scope, as ``identity.has`` says; so what is open to
    ``deputies_office@congress:1`` is open to ``deputies_office@all``, and what is open to a scope at large to
    those who hold any role for everything (administrators aside: they manage accounts, not business).
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
    for func in _more:
        tokens |= func(account)
    return tokens
