"""What notify refuses."""

from __future__ import annotations


class NotifyError(Exception):
    """Base of all refusals."""


class UnknownKind(NotifyError):
    """A message of a kind that no room declared."""


class NotInTransaction(NotifyError):
    """A message was sent outside the transaction of the act that it tells of."""


class BadMessage(NotifyError):
    """A message that must not leave: an address of another house, no title, personal data in its text."""
