"""The door of the room: suggestions and motions of deputies, from draft to the last kept promise.

Commands are one function each, keyword-only, with the actor; questions return querysets or dataclasses.
"""

from renda.assembly.people.api import person_of
from renda.business.motions.models import (
    Assignment,
    Category,
    Consent,
    Grade,
    HandlingRole,
    Kind,
    Promise,
    Rating,
    Reply,
    ReplyClass,
    Suggestion,
)
from renda.business.motions.queries import (
    assignments,
    current_replies,
    get,
    listing,
    pending_raters,
    signer_ids,
    signers,
    visible,
)
from renda.business.motions.services.cosigning import cosign, invite
from renda.business.motions.services.drafting import make_motion, save_draft, start_draft, submit, withdraw
from renda.business.motions.services.extensions import ask as ask_extension
from renda.business.motions.services.extensions import grant as grant_extension
from renda.business.motions.services.following import (
    close_if_settled,
    promises_of,
    suggestion_of_matter,
)
from renda.business.motions.services.handling import accept_return, object, opine, receive
from renda.business.motions.services.handover import hand_over, send_notices, to_government
from renda.business.motions.services.keys import appraise as appraise_key
from renda.business.motions.services.keys import choose as choose_key
from renda.business.motions.services.keys import nominate as nominate_key
from renda.business.motions.services.keys import plan as plan_key
from renda.business.motions.services.keys import visit as visit_key
from renda.business.motions.services.lists import add_category, add_reply_class, set_letter_mark
from renda.business.motions.services.pressing import press, record_contact
from renda.business.motions.services.rating import rate
from renda.business.motions.services.replying import (
    PromiseDraft,
    ask_countersigns,
    countersign,
    send_to_head,
)
from renda.business.motions.services.replying import issue as issue_reply
from renda.business.motions.services.replying import open_draft as open_reply
from renda.business.motions.services.replying import save_draft as save_reply
from renda.business.motions.services.review import check, merge, refuse, register, send_back

__all__ = [
    "Assignment",
    "Category",
    "Consent",
    "Grade",
    "HandlingRole",
    "Kind",
    "Promise",
    "PromiseDraft",
    "Rating",
    "Reply",
    "ReplyClass",
    "Suggestion",
    "accept_return",
    "add_category",
    "add_reply_class",
    "appraise_key",
    "ask_countersigns",
    "ask_extension",
    "assignments",
    "check",
    "choose_key",
    "close_if_settled",
    "cosign",
    "countersign",
    "current_replies",
    "get",
    "grant_extension",
    "hand_over",
    "invite",
    "issue_reply",
    "listing",
    "make_motion",
    "merge",
    "nominate_key",
    "object",
    "open_reply",
    "opine",
    "pending_raters",
    "person_of",
    "plan_key",
    "press",
    "promises_of",
    "rate",
    "receive",
    "record_contact",
    "refuse",
    "register",
    "save_draft",
    "save_reply",
    "send_back",
    "send_notices",
    "send_to_head",
    "set_letter_mark",
    "signer_ids",
    "signers",
    "start_draft",
    "submit",
    "suggestion_of_matter",
    "to_government",
    "visible",
    "visit_key",
    "withdraw",
]
