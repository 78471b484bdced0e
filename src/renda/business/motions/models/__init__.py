"""What is: suggestions and those who sign them, handling by organs, replies with promises, ratings."""

from renda.business.motions.models.handling import (
    Assignment,
    Contact,
    Extension,
    HandlingRole,
    Objection,
    Press,
    PressSide,
)
from renda.business.motions.models.keys import Appraisal, KeySuggestion, KeyVisit
from renda.business.motions.models.replies import (
    Assessment,
    Countersign,
    Grade,
    LetterMark,
    Promise,
    Rating,
    Reply,
    ReplyClass,
)
from renda.business.motions.models.suggestions import (
    Category,
    Consent,
    CoSignature,
    How,
    Kind,
    Method,
    Suggestion,
)

__all__ = [
    "Appraisal",
    "Assessment",
    "Assignment",
    "Category",
    "CoSignature",
    "Consent",
    "Contact",
    "Countersign",
    "Extension",
    "Grade",
    "HandlingRole",
    "How",
    "KeySuggestion",
    "KeyVisit",
    "Kind",
    "LetterMark",
    "Method",
    "Objection",
    "Press",
    "PressSide",
    "Promise",
    "Rating",
    "Reply",
    "ReplyClass",
    "Suggestion",
]
