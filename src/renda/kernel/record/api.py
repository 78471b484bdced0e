"""The record: what was done, by whom, for whom, when it happened and when it was written.

Append-only and tamper-evident; see ``docs/record.md``.
"""

from __future__ import annotations

from renda.kernel.record.errors import (
    BadEntry,
    BadMoment,
    NotInTransaction,
    PersonalData,
    RecordError,
    UnknownKind,
)
from renda.kernel.record.exports import export, head_json
from renda.kernel.record.health import guards_ok, health
from renda.kernel.record.kinds import Credit, Entry, decode, entry, kinds
from renda.kernel.record.origins import Origin
from renda.kernel.record.private import looks_private
from renda.kernel.record.queries import Entries, Line, Stored, count, entries, lines, newest, timeline
from renda.kernel.record.sealer import Head, head, seal
from renda.kernel.record.services import Actor, Writing, write, write_many

__all__ = [
    "Actor",
    "BadEntry",
    "BadMoment",
    "Credit",
    "Entries",
    "Entry",
    "Head",
    "Line",
    "NotInTransaction",
    "Origin",
    "PersonalData",
    "RecordError",
    "Stored",
    "UnknownKind",
    "Writing",
    "count",
    "decode",
    "entries",
    "entry",
    "export",
    "guards_ok",
    "head",
    "head_json",
    "health",
    "kinds",
    "lines",
    "looks_private",
    "newest",
    "seal",
    "timeline",
    "write",
    "write_many",
]
