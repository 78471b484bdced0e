"""Which ways lead out, and which of them leads to an account."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any

from django.conf import settings
from django.core.signals import setting_changed

from renda.kernel.identity.api import Account
from renda.kernel.notify.adapters.base import Adapter
from renda.kernel.notify.adapters.mail import Mail
from renda.kernel.notify.adapters.paper import Paper
from renda.kernel.notify.adapters.sms import Sms
from renda.kernel.notify.adapters.wecom import WeCom
from renda.kernel.notify.models import Reach

# What is tried first where the account says nothing else: an SMS is seen at once, but holds one sentence.
_URGENT = ("sms", "wecom", "email", "paper")
_DIGEST = ("wecom", "email", "sms", "paper")


@cache
def configured() -> dict[str, Adapter]:
    """The adapters that the settings describe, by name. Empty: messages are read in the product only."""
    given: dict[str, Any] = settings.NOTIFY
    ways: dict[str, Adapter] = {}
    if given.get("sms"):
        ways["sms"] = Sms(**given["sms"])
    if given.get("wecom"):
        ways["wecom"] = WeCom(**given["wecom"])
    if given.get("email"):
        ways["email"] = Mail()
    if given.get("paper"):
        ways["paper"] = Paper()
    return ways


def _forget(*, setting: str, **_kwargs: Any) -> None:
    if setting == "NOTIFY":
        configured.cache_clear()


setting_changed.connect(_forget, dispatch_uid="notify.ways")


def choose(
    account: Account, reach: Reach, *, urgent: bool, dead: Collection[tuple[str, str]]
) -> tuple[Adapter, str] | None:
    """The first way that leads to the account, with its address as the tables call it.

    Args:
        account: whom.
        reach: its addresses and wishes.
        urgent: an urgent message, or a digest.
        dead: (way, address) pairs that the other side calls dead.
    """
    ways = configured()
    wish = reach.urgent_way if urgent else reach.digest_way
    for name in (wish, *(_URGENT if urgent else _DIGEST)):
        way = ways.get(name)
        if way is None:
            continue
        address = way.address(account, reach)
        if address and (name, address) not in dead:
            return way, address
    return None


def absolute(url: str) -> str:
    """A page's address as it must stand in a message: with the house's own in front."""
    base: str = settings.NOTIFY.get("address", "")
    return base.rstrip("/") + url
