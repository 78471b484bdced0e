"""The door of the ledger: matters that somebody has to do by some day."""

from renda.assembly.ledger.kinds import declare_kind, kind_label
from renda.assembly.ledger.models import EvidenceKind, Matter, Note
from renda.assembly.ledger.processes import LOOKBACKS
from renda.assembly.ledger.queries import (
    due_q,
    kept_by_organ,
    kept_rate,
    matter,
    matters,
    matters_of,
    visible_to,
    with_light,
)
from renda.assembly.ledger.rules import KeptRate
from renda.assembly.ledger.services import (
    answer,
    close,
    declare_broken,
    drop,
    look_back,
    open_matter,
    pass_unanswered,
    postpone,
    report_progress,
    send_back,
    submit_evidence,
    succeed_organ,
    void,
)

__all__ = [
    "LOOKBACKS",
    "EvidenceKind",
    "KeptRate",
    "Matter",
    "Note",
    "answer",
    "close",
    "declare_broken",
    "declare_kind",
    "drop",
    "due_q",
    "kept_by_organ",
    "kept_rate",
    "kind_label",
    "look_back",
    "matter",
    "matters",
    "matters_of",
    "open_matter",
    "pass_unanswered",
    "postpone",
    "report_progress",
    "send_back",
    "submit_evidence",
    "succeed_organ",
    "visible_to",
    "void",
    "with_light",
]
