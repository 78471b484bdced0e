"""What the record refuses, in words a clerk understands."""

from __future__ import annotations


class RecordError(Exception):
    """Base of all refusals of the record."""


class NotInTransaction(RecordError):
    """An entry was written outside the transaction of the act that it records."""


class UnknownKind(RecordError):
    """No entry class is registered for a kind."""


class BadEntry(RecordError):
    """An entry class or a stored payload that does not fit its declaration."""


class PersonalData(RecordError):
    """Text that looks like a citizen ID or a telephone number; it belongs into the vault."""


class BadMoment(RecordError):
    """A time of happening that cannot be: without a zone, or in the future."""
