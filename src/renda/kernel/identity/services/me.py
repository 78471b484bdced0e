"""What an account changes about itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from renda.kernel.identity import entries
from renda.kernel.identity.models import Account
from renda.kernel.identity.services.common import write


@dataclass(frozen=True, slots=True)
class MyLink:
    """A link that another room puts on the page 我的账号 (stop notices …).

    Args:
        label: what it leads to.
        help: one sentence on what one can do there.
        url: gives the address when the page is drawn.
    """

    label: str
    help: str
    url: Callable[[], str]


_links: list[MyLink] = []


def my_link(label: str, help_text: str, url: Callable[[], str]) -> None:
    """Put a link on the page 我的账号; called by rooms in ``AppConfig.ready``."""
    _links[:] = [*[known for known in _links if known.label != label], MyLink(label, help_text, url)]


def my_links() -> list[MyLink]:
    return list(_links)


def set_large_type(account: Account, large: bool) -> None:
    """Remember large type for every device of the account."""
    Account.objects.filter(pk=account.pk).update(large_type=large)


def unlink_unified(account: Account) -> bool:
    """Cut the link to the office's unified log-in; True where there was one."""
    with transaction.atomic():
        removed, _ = SocialAccount.objects.filter(user=account).delete()
        if removed:
            write(entries.UnifiedUnlinked(), account, account)
    return bool(removed)
