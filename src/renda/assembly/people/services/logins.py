"""Deputies and their log-ins: opened from the roster, so that nothing is typed a second time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from renda.assembly.people.errors import PeopleError
from renda.assembly.people.models import Membership
from renda.assembly.people.queries.persons import account_of
from renda.assembly.people.services.common import permit
from renda.assembly.people.services.persons import link_account
from renda.kernel import clock
from renda.kernel.identity import api as identity

if TYPE_CHECKING:
    from renda.kernel.identity.api import Account


def open_login(seat: Membership, username: str, *, actor: Account, use_phone: bool = True) -> Account:
    """Make a deputy's account with the role, joined to the person of the roster.

    Args:
        username: of the new account.
        use_phone: log-in codes go to the number of the roster, which nobody sees for that.

    Raises:
        PeopleError: the deputy has an account, or is none any more.
        IdentityError: the name is taken or malformed, the number is another account's.
    """
    with transaction.atomic():
        held = _free(seat, actor)
        person = held.person
        phone = identity.vault_use(person.phone, "登记为登录手机") if use_phone and person.phone else None
        account = identity.create_account(username, person.name, actor=actor, phone=phone)
        _join(held, account, actor)
    return account


def join_login(seat: Membership, username: str, *, actor: Account) -> Account:
    """Say that an existing account is this deputy's; it gets the role where it has it not.

    Raises:
        PeopleError: no such account, or it is another person's.
        Forbidden: the account is out of the actor's reach.
    """
    with transaction.atomic():
        held = _free(seat, actor)
        account = identity.Account.objects.filter(username__iexact=username.strip()).first()
        if account is None:
            raise PeopleError(f"没有账号“{username.strip()}”，请在账号列表里核对，或者选“新建账号”。")
        identity.check("identity.accounts", actor, account)
        _join(held, account, actor)
    return account


def _locked(seat: Membership) -> Membership:
    found = Membership.objects.select_related("person", "term").select_for_update(of=("self",))
    return found.get(pk=seat.pk)


def _free(seat: Membership, actor: Account) -> Membership:
    held = _locked(seat)
    permit("people.deputies", actor, held)
    permit("identity.accounts", actor, None)
    if held.end is not None and held.end <= clock.today():
        raise PeopleError(f"{held.person.name}不再担任代表，不能开通代表账号。")
    if held.person.account_id is not None:
        raise PeopleError(f"{held.person.name}已有登录账号；换账号的，请先解除关联。")
    return held


def _join(seat: Membership, account: Account, actor: Account) -> None:
    scope = f"person:{seat.person_id}"
    link_account(seat.person, account, actor=actor)
    if not identity.has(account, "deputy", scope):
        identity.grant(account, "deputy", scope, actor=actor, since=max(seat.start, clock.today()))


def leave_login(seat: Membership, reason: str, *, actor: Account) -> None:
    """The account is this deputy's no longer, and its role for the deputy ends.

    Args:
        reason: kept with the role that ends.

    Raises:
        PeopleError: there is no account.
    """
    with transaction.atomic():
        held = _locked(seat)
        permit("people.deputies", actor, held)
        account = account_of(held.person)
        if account is None:
            raise PeopleError(f"{held.person.name}没有关联账号。")
        identity.check("identity.accounts", actor, account)
        identity.take_back(account, "deputy", f"person:{held.person_id}", actor=actor, reason=reason)
        link_account(held.person, None, actor=actor)
