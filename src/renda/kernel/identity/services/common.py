"""What the verbs share: the lock on an account, the door of policies, the entry."""

from __future__ import annotations

from renda.kernel.identity import access
from renda.kernel.identity.models import Account
from renda.kernel.record import api as record
from renda.kernel.refs import Ref


def write(entry: record.Entry, account: Account, actor: Account | None, behalf: Ref | None = None) -> None:
    """One entry about an account; without an actor it came from a command or a job."""
    origin = record.Origin.page() if actor else record.Origin.job("identity")
    record.write(entry, subject=account.ref, actor=actor, on_behalf_of=behalf, origin=origin)


def lock(account: Account) -> Account:
    """The account's row, locked to the end of the transaction: grants of one account change one by one."""
    return Account.objects.select_for_update().get(pk=account.pk)


def permit(policy_key: str, actor: Account | None, obj: object) -> None:
    """A person needs the policy; a command or an import (no actor) was let in by the operating system."""
    if actor is not None:
        access.check(policy_key, actor, obj)
