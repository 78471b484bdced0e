"""Verbs on accounts: create, phone, password, name, close, reopen."""

from __future__ import annotations

import re

from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, transaction

from renda.kernel.identity import entries
from renda.kernel.identity.errors import IdentityError
from renda.kernel.identity.models import Account
from renda.kernel.identity.services.common import lock, permit, write
from renda.kernel.identity.vault import store
from renda.kernel.record import api as record

_USERNAME = re.compile(r"[\w.@-]{2,64}\Z")


def create_account(
    username: str,
    display_name: str,
    password: str | None = None,
    *,
    actor: Account | None,
    phone: str | None = None,
    must_change: bool = False,
) -> Account:
    """Make an account; without a password it opens by SMS code or by a one-time link only.

    Args:
        username: letters of any script, digits, ``.`` ``@`` ``-`` ``_``; unique without regard to case.
        display_name: the person's name as shown.
        password: in clear; checked against the rules only where a person typed it (``must_change`` False
            and an actor on a page check it in the form).
        actor: who makes it; None for commands and imports.
        phone: mobile number in any usual writing; goes to the vault.
        must_change: ask for a new password at the first log-in.

    Raises:
        IdentityError: the name is taken or malformed, the number belongs to another account.
    """
    username = username.strip()
    if not _USERNAME.match(username) or record.looks_private(username):
        raise IdentityError("账号为 2 至 64 个字，只用文字、数字和 . @ - _，不要用手机号、身份证号，请改正。")
    display_name = _name(display_name)
    with transaction.atomic():
        permit("identity.accounts", actor, None)
        if Account.objects.filter(username__iexact=username).exists():
            raise IdentityError(f"账号“{username}”已有人使用，请换一个。")
        account = Account(username=username, display_name=display_name, must_change=must_change)
        account.set_password(password)
        try:
            with transaction.atomic():
                account.save()
        except IntegrityError:
            raise IdentityError(f"账号“{username}”已有人使用，请换一个。") from None
        write(entries.AccountCreated(), account, actor)
        if phone:
            _put_phone(account, phone, actor)
    return account


def _name(text: str) -> str:
    """A name as it may stand in the record: never a number."""
    name = text.strip()
    if not name:
        raise IdentityError("请填写姓名。")
    if record.looks_private(name):
        raise IdentityError("姓名里不能有手机号、身份证号，请改正。")
    return name


def _put_phone(account: Account, phone: str | None, actor: Account | None) -> None:
    if not phone:
        account.phone_id = None
    else:
        taken = Account.objects.filter(phone_id__in=store.vault_find("phone", phone)).exclude(pk=account.pk)
        if other := taken.first():
            raise IdentityError(f"这个手机号已登记在{other.display_name}的账号上，请核对。")
        account.phone_id = store.vault_put("phone", phone, account.ref)
    account.save(update_fields=["phone_id"])
    write(entries.PhoneChanged(account.phone_id), account, actor)


def set_phone(account: Account, phone: str | None, *, actor: Account | None) -> None:
    """Set or remove the number that log-in codes go to; the former one leaves the vault.

    Raises:
        IdentityError: not a number, or another account's.
    """
    with transaction.atomic():
        locked = lock(account)
        if actor is not None and actor.pk != locked.pk:
            permit("identity.accounts", actor, locked)
        former = locked.phone_id
        _put_phone(locked, phone, actor)
        if former is not None:
            store.vault_remove(former)
    account.phone_id = locked.phone_id


def set_password(account: Account, password: str, *, actor: Account | None) -> None:
    """Set a password that its owner typed; all other devices are logged out by it.

    Raises:
        ValidationError: too short, too common, too much like the name.
    """
    validate_password(password, account)
    with transaction.atomic():
        locked = lock(account)
        if actor is not None and actor.pk != locked.pk:
            raise IdentityError("密码只能由本人设置；请给对方一次性登录链接，由其登录后自行设置。")
        account.set_password(password)
        account.must_change = False
        account.save(update_fields=["password", "must_change"])
        write(entries.PasswordChanged(), account, actor)


def rename_account(account: Account, display_name: str, *, actor: Account | None) -> None:
    """Change the name shown; entries of the past keep the name of their day."""
    display_name = _name(display_name)
    with transaction.atomic():
        locked = lock(account)
        permit("identity.accounts", actor, locked)
        before, account.display_name = locked.display_name, display_name
        if before != display_name:
            account.save(update_fields=["display_name"])
            write(entries.Renamed(before, display_name), account, actor)


def close_account(account: Account, *, actor: Account | None, reason: str) -> None:
    """Close an account: nothing is deleted, nobody gets in, its grants stay in the record."""
    with transaction.atomic():
        locked = lock(account)
        permit("identity.accounts", actor, locked)
        if actor is not None and actor.pk == locked.pk:
            raise IdentityError("不能停用自己的账号，请由另一位系统管理员办理。")
        if locked.is_active:
            locked.is_active = False
            locked.save(update_fields=["is_active"])
            write(entries.AccountClosed(reason), locked, actor)
    account.is_active = False


def reopen_account(account: Account, *, actor: Account | None, reason: str) -> None:
    """Open a closed account again, with the grants that are still in force."""
    with transaction.atomic():
        locked = lock(account)
        locked.is_active = True  # what it would hold decides who may reopen it
        permit("identity.accounts", actor, locked)
        locked.save(update_fields=["is_active"])
        write(entries.AccountReopened(reason), locked, actor)
    account.is_active = True
