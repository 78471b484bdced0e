"""One-time log-in links: made by staff, open once, expire; only the token's hash is kept."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from django.db import transaction

from renda.kernel import clock
from renda.kernel.identity import access, entries
from renda.kernel.identity.errors import IdentityError
from renda.kernel.identity.models import Account, LoginLink
from renda.kernel.identity.services.common import lock, write

VALID = dt.timedelta(hours=72)
_USED = "这个登录链接已经用过或已过期。请打电话请联络人重新给您一个。"


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def make_link(
    account: Account, *, actor: Account | None, valid: dt.timedelta = VALID, new_password: bool = False
) -> str:
    """Make a link's token; former links of the account that are still unused close with it.

    Args:
        account: whom it lets in.
        actor: who makes it; None from the command line.
        valid: how long it may be opened.
        new_password: ask for a new password right after (forgotten, or never set).

    Returns:
        The token, shown once to its maker; the address is ``/login/link/<token>/``.

    Raises:
        Forbidden: the actor doesn't manage the account.
        IdentityError: the account is closed.
    """
    token = secrets.token_urlsafe(24)
    with transaction.atomic():
        locked = lock(account)
        if actor is not None:
            access.check("identity.link", actor, locked)
        if not locked.is_active:
            raise IdentityError(f"{locked.display_name}的账号已停用，请先恢复账号。")
        now = clock.now()
        LoginLink.objects.filter(account=locked, used_at__isnull=True, expires_at__gt=now).update(
            expires_at=now
        )
        LoginLink.objects.create(
            account=locked, token_hash=_digest(token), made_by=actor, created_at=now, expires_at=now + valid
        )
        if new_password:
            locked.must_change = True
            locked.save(update_fields=["must_change"])
        write(entries.LinkMade(now + valid), locked, actor)
    return token


def peek(token: str) -> LoginLink:
    """The link as it stands, without opening it: previews of WeChat and antivirus programs only look.

    Raises:
        IdentityError: unknown, used, expired, or its account is closed.
    """
    link = LoginLink.objects.select_related("account").filter(token_hash=_digest(token)).first()
    if (
        link is None
        or link.used_at is not None
        or link.expires_at <= clock.now()
        or not link.account.is_active
    ):
        raise IdentityError(_USED)
    return link


def open_link(token: str) -> Account:
    """Open a link: the first who asks gets in, everybody after is refused.

    Raises:
        IdentityError: unknown, used, expired, or its account is closed.
    """
    link = peek(token)
    now = clock.now()
    opened = LoginLink.objects.filter(pk=link.pk, used_at__isnull=True, expires_at__gt=now).update(
        used_at=now
    )
    if not opened:
        raise IdentityError(_USED)
    return link.account
