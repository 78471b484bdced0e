"""What identity refuses, always with a sentence that says what to do."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError


class Forbidden(PermissionDenied):
    """A policy said no. ``str()`` is the Chinese sentence shown to the person (HTTP 403)."""


class IdentityError(ValidationError):
    """A request that cannot be carried out as given; ``str()`` is the sentence shown beside the form."""

    def __str__(self) -> str:
        return "；".join(self.messages)


class SecretMarks(IdentityError):
    """The text bears a mark of state secrecy and must not enter this system."""
