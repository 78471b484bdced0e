"""The door of the room: suggestions and motions of deputies, from draft to the last kept promise."""

from renda.business.motions.models import (
    Assignment,
    Category,
    Consent,
    Grade,
    Kind,
    Promise,
    Rating,
    Reply,
    ReplyClass,
    Suggestion,
)
from renda.business.motions.queries import (
    current_replies,
    listing,
    pending_raters,
    signer_ids,
    signers,
    visible,
)
from renda.business.motions.services.following import promises_of

__all__ = [
    "Assignment",
    "Category",
    "Consent",
    "Grade",
    "Kind",
    "Promise",
    "Rating",
    "Reply",
    "ReplyClass",
    "Suggestion",
    "current_replies",
    "listing",
    "pending_raters",
    "promises_of",
    "signer_ids",
    "signers",
    "visible",
]
