"""Messages: written with the act that they tell of, read in the product, sent by SMS, 企业微信 or e-mail.

One digest a day at 8:30 on working days; urgent ones at once, but not between 21:00 and 7:00; every kind that
may be stopped can be, per account; what cannot be reached comes back through ``on_unreached``.
"""

from __future__ import annotations

from renda.kernel.notify.digest import make_digests
from renda.kernel.notify.errors import BadMessage, NotifyError, NotInTransaction, UnknownKind
from renda.kernel.notify.kinds import Kind, all_kinds, declare_kind
from renda.kernel.notify.outbox import Unreached, deliver, on_unreached
from renda.kernel.notify.queries import Inbox, Received, Telling, health, inbox, told, unread
from renda.kernel.notify.services import mark_read, prefer, revive, send

__all__ = [
    "BadMessage",
    "Inbox",
    "Kind",
    "NotInTransaction",
    "NotifyError",
    "Received",
    "Telling",
    "UnknownKind",
    "Unreached",
    "all_kinds",
    "declare_kind",
    "deliver",
    "health",
    "inbox",
    "make_digests",
    "mark_read",
    "on_unreached",
    "prefer",
    "revive",
    "send",
    "told",
    "unread",
]
