"""What numbering refuses."""

from __future__ import annotations


class NumberingError(Exception):
    """Base of all refusals; the message says what to do."""


class BadNumber(NumberingError):
    """A series or number that cannot be."""


class Taken(NumberingError):
    """The number is already given to something else."""


class WrongState(NumberingError):
    """The number is not in the state that the act needs."""
