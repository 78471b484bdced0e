"""Questions about suggestions: what one may see, who signs, who still rates, lists and figures."""

from renda.business.motions.queries.lists import (
    latest_replies,
    listing,
    number_filter,
    submitted,
    visible,
)
from renda.business.motions.queries.people import (
    acts_for_organ,
    assignments,
    behalf,
    current_replies,
    get,
    invitation_of,
    may_read_files,
    pending_by_person,
    pending_raters,
    press_side,
    sees_files,
    signer_ids,
    signers,
)

__all__ = [
    "acts_for_organ",
    "assignments",
    "behalf",
    "current_replies",
    "get",
    "invitation_of",
    "latest_replies",
    "listing",
    "may_read_files",
    "number_filter",
    "pending_by_person",
    "pending_raters",
    "press_side",
    "sees_files",
    "signer_ids",
    "signers",
    "submitted",
    "visible",
]
