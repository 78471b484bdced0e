"""When an organ is succeeded: grants of its people and open turns move, and rooms move what hangs on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from renda.kernel.identity import api as identity
from renda.kernel.workflow import api as workflow

if TYPE_CHECKING:
    from renda.kernel.identity.api import Account

SuccessionListener = Callable[[int, int, "Account | None"], None]
_listeners: list[SuccessionListener] = []


def on_succession(listener: SuccessionListener) -> SuccessionListener:
    """Register what must move when an organ is succeeded: ``func(old_org_id, new_org_id, actor)``.

    Called once for each succession, inside its transaction, before the turns move: a room points its open
    cases at the new organ here (closed ones keep the old), so that later steps find the right holder.
    """
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def organ_holders(organ_id: int) -> list[str]:
    """Every ``role@org:…`` that the declared roles make possible for an organ."""
    return [f"{r.key}@org:{organ_id}" for r in identity.all_roles() if r.scope_kind == "org"]


def waiting(organ_id: int) -> int:
    """How many cases wait for the organ's people."""
    return workflow.waiting(organ_holders(organ_id))


def succeed(old: int, new: int, *, actor: Account | None, reason: str) -> tuple[int, int]:
    """Move everything open from one organ to another.

    Returns:
        how many turns moved, how many grants were given in the new organ.
    """
    for listener in _listeners:
        listener(old, new, actor)
    grants = copy_grants(old, new, actor=actor, reason=reason)
    turns = sum(
        workflow.succeed(holder, f"{holder.partition('@')[0]}@org:{new}") for holder in organ_holders(old)
    )
    return turns, grants


def copy_grants(old: int, new: int, *, actor: Account | None, reason: str) -> int:
    """Give the old organ's people the same roles in the new one, from today on, to the same last day.

    The old grants stay: the old organ's closed cases remain open to those who handled them. Whoever does not
    manage a role is refused by identity, and with it the succession.
    """
    made = 0
    scope = f"org:{old}"
    for account in identity.accounts_holding(organ_holders(old)):
        held = identity.grants(account)
        already = {view.holder for view in held}
        for view in held:
            target = f"{view.role}@org:{new}"
            if view.via is not None or view.scope != scope or target in already:
                continue
            identity.grant(account, view.role, f"org:{new}", actor=actor, until=view.until, reason=reason)
            made += 1
    return made
