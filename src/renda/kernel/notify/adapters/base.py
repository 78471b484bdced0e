"""What every way out must do: send once per key, or say why not.

An adapter gets an idempotency key. A worker that dies between sending and noting it sends again with the same
key: the other side should drop the second one, and the adapter passes the key on in whatever form it takes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol

from renda.kernel.identity.api import Account
from renda.kernel.notify.models import Reach


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One sending.

    Args:
        key: the same for every attempt of the same sending.
        address: in clear, for the adapter's eyes only; never to be stored or logged.
        kind: the message's kind, or ``digest``.
        title: one line.
        long: the whole text, for ways that have room.
        short: one sentence, for an SMS.
        url: absolute address of the page.
        urgent: sent by itself rather than in the digest.
        account: whose.
    """

    key: str
    address: str
    kind: str
    title: str
    long: str
    short: str
    url: str
    urgent: bool
    account: Account


class Temporary(Exception):
    """Not now: a busy or unreachable other side, a wrong configuration. Tried again. Carries no address."""


class Dead(Exception):
    """Never at this address: 空号, no such mailbox. Carries no address."""


class Adapter(Protocol):
    """A way out."""

    name: ClassVar[str]
    label: ClassVar[str]

    def address(self, account: Account, reach: Reach) -> str:
        """How this account's address is called in the tables (a vault id, a mailbox); empty: none."""

    def open(self, address: str) -> str:
        """The clear address of what ``address`` returned.

        Raises:
            Dead: it is gone.
        """

    def send(self, out: Outgoing) -> str:
        """Send; returns the other side's receipt, or an empty text.

        Raises:
            Temporary, Dead
        """
