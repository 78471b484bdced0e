"""The door of intake: what the public says, and its five outcomes.

A public page takes an opinion with ``receive`` (through the signed queue, ``actor=None``), shows it with
``find`` and ``public_status``, and takes the rating with ``rate``. A room that makes suggestions of opinions
registers ``workflow.api.receive(SUGGESTION_DRAFT, SuggestionDraft)``.
"""

from renda.assembly.intake.alike import Alike, propose_group
from renda.assembly.intake.errors import IntakeError
from renda.assembly.intake.handoffs import SUGGESTION_DRAFT, SuggestionDraft
from renda.assembly.intake.indexing import similar
from renda.assembly.intake.learning import Proposal, learn, propose_class, propose_organ
from renda.assembly.intake.models import Category, Channel, Opinion, Outcome, Satisfaction, Told
from renda.assembly.intake.queries import (
    Figures,
    PublicReply,
    PublicStatus,
    categories,
    figures,
    find,
    opinion,
    public_status,
    visible,
)
from renda.assembly.intake.services.categories import add_category
from renda.assembly.intake.services.grouping import answer_all, group, ungroup
from renda.assembly.intake.services.handling import (
    accept,
    answer,
    classify,
    conclude,
    extend,
    object_to,
    pass_on,
    progress,
    raise_suggestion,
    reply,
    reply_for_organ,
    transfer,
    turn_away,
)
from renda.assembly.intake.services.rating import rate, reopen
from renda.assembly.intake.services.receiving import Said, receive
from renda.assembly.intake.texts import read_code, shown_code

__all__ = [
    "SUGGESTION_DRAFT",
    "Alike",
    "Category",
    "Channel",
    "Figures",
    "IntakeError",
    "Opinion",
    "Outcome",
    "Proposal",
    "PublicReply",
    "PublicStatus",
    "Said",
    "Satisfaction",
    "SuggestionDraft",
    "Told",
    "accept",
    "add_category",
    "answer",
    "answer_all",
    "categories",
    "classify",
    "conclude",
    "extend",
    "figures",
    "find",
    "group",
    "learn",
    "object_to",
    "opinion",
    "pass_on",
    "progress",
    "propose_class",
    "propose_group",
    "propose_organ",
    "public_status",
    "raise_suggestion",
    "rate",
    "read_code",
    "receive",
    "reopen",
    "reply",
    "reply_for_organ",
    "shown_code",
    "similar",
    "transfer",
    "turn_away",
    "ungroup",
    "visible",
]
