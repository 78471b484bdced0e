"""Second factors: entries of enrolment and removal, and the administrator's reset for a lost phone."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.db import transaction

from renda.kernel.identity import access, entries
from renda.kernel.identity.models import Account
from renda.kernel.identity.services.common import lock, write


def note_factor(account: Account, enrolled: bool) -> None:
    """Record that the owner enrolled or removed a second factor."""
    with transaction.atomic():
        write(entries.SecondFactor(enrolled), account, account)


def reset_factor(account: Account, *, actor: Account) -> bool:
    """Remove the second factor of somebody who lost his phone; he enrols again at the next log-in.

    Returns:
        Whether there was one.

    Raises:
        Forbidden: the actor doesn't manage the account.
    """
    with transaction.atomic():
        locked = lock(account)
        access.check("identity.accounts", actor, locked)
        removed, _ = Authenticator.objects.filter(user=locked).delete()
        if removed:
            write(entries.SecondFactor(False), locked, actor)
    return bool(removed)
