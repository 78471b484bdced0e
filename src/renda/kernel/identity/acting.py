"""In which role somebody acts, for the shell: the one chosen in this session, else the weightiest."""

from __future__ import annotations

from renda.kernel.identity import queries, roles
from renda.kernel.identity.models import Account
from renda.kernel.identity.queries import GrantView

SESSION_KEY = "renda_acting"
_CHOICE = "_acting_choice"


def choose(account: Account, holder: str) -> None:
    """Remember on the request's account what its session chose."""
    setattr(account, _CHOICE, holder)


def acting_grant(account: Account) -> GrantView | None:
    """The grant in which the account acts now; None for somebody who holds nothing.

    It says how the page addresses the person and what it opens with; it never widens or narrows rights.
    """
    held = queries.grants(account)
    if not held:
        return None
    chosen = getattr(account, _CHOICE, "")
    for view in held:
        if view.holder == chosen:
            return view
    # One's own before a stand-in's; the desk's work before the administrator's hat.
    return min(held, key=lambda g: (g.via is not None, g.role == roles.ADMINISTRATOR, g.id))


def role_in_words(account: Account) -> str:
    """For the shell: 代表联络工作机构（代王某）, 代表, 系统管理员; empty for somebody without any role."""
    view = acting_grant(account)
    if view is None:
        return ""
    return f"{view.label}（代{view.via.title}）" if view.via else view.label
