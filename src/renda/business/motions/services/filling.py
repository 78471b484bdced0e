"""Fill a draft from a Word file, put files to it, take them off again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from renda.assembly.people import api as people
from renda.business.motions import word
from renda.business.motions.models import Kind, Suggestion
from renda.business.motions.models.suggestions import Via
from renda.business.motions.services import drafting
from renda.kernel.documents import api as documents
from renda.kernel.identity import api as identity
from renda.kernel.workflow import api as workflow
from renda.kernel.workflow.api import WorkflowError

WRITING = ("draft", "returned", "confirming")


def start_from_word(
    seat: people.Membership, file: Any, *, actor: identity.Account, kind: str = Kind.SUGGESTION
) -> Suggestion:
    """Begin a draft from a Word file; where the file is refused or unreadable, no draft is left behind."""
    with transaction.atomic():
        suggestion = drafting.start_draft(seat, actor=actor, kind=kind, via=Via.WORD)
        fill_from_word(suggestion, file, actor=actor)
    return suggestion


def start_from_sheet(seat: people.Membership, files: Sequence[Any], *, actor: identity.Account) -> Suggestion:
    """Begin with photos of a handwritten sheet and hand it to the office for typing, in one act."""
    with transaction.atomic():
        suggestion = drafting.start_draft(seat, actor=actor, via=Via.SHEET)
        drafting.hand_in_sheet(suggestion, actor=actor, files=files)
    return suggestion


def fill_from_word(suggestion: Suggestion, file: Any, *, actor: identity.Account) -> word.Filled:
    """Read a Word file into the empty parts of a draft; the file itself stays as an attachment.

    Parts that hold a text already are never overwritten: what the file says of them is shown beside the form
    with everything that was not understood.

    Raises:
        documents.Refused: macros, bombs, damaged, not a document, too large.
        documents.TextUnreadable: a scan, a password; nothing is kept then.
    """
    with transaction.atomic():
        _check(suggestion, actor)
        held = Suggestion.objects.get(pk=suggestion.pk)
        attachment = documents.attach(file, owner=held.ref, actor=actor, name=file.name)
        filled = word.read(documents.extract_text(attachment))
        fresh = {part: text for part, text in filled.parts.items() if not getattr(held, part)}
        for part, text in filled.parts.items():
            if part not in fresh and getattr(held, part) != text:
                filled.unknown.append(f"{drafting.PARTS[part]}（已有内容，没有覆盖）：{text}")
        if "title" in fresh and len(fresh["title"]) > 100:
            filled.unknown.insert(0, f"标题超过 100 字：{fresh.pop('title')}")
        if "proposed_organ" in fresh:
            fresh["proposed_organ"] = fresh["proposed_organ"].replace("\n", "、")[:120]
        drafting.save_draft(held, fresh, actor=actor)
        # Kept with the draft until it is submitted, so that it is still beside the form on another day.
        held.source = {**held.source, "word": {"name": attachment.name, "unknown": filled.unknown}}
        held.save(update_fields=["source"])
    suggestion.refresh_from_db()
    return filled


def attach_files(suggestion: Suggestion, files: Sequence[Any], *, actor: identity.Account) -> None:
    """Put files to a draft: all of them, or none where one is refused."""
    with transaction.atomic():
        _check(suggestion, actor)
        for file in files:
            documents.attach(file, owner=suggestion.ref, actor=actor, name=file.name)


def remove_file(suggestion: Suggestion, file: UUID, *, actor: identity.Account) -> str:
    """Take a file off a draft; the record keeps that it was there.

    Returns:
        its name.

    Raises:
        WorkflowError: it does not belong to this suggestion.
    """
    with transaction.atomic():
        _check(suggestion, actor)
        mine = {a.id: a for a in documents.attachments(suggestion.ref)}
        if file not in mine:
            raise WorkflowError("附件不在这件建议里，或者已经移除。")
        documents.remove(file, actor=actor, reason="起草时移除")
    return mine[file].name


def _check(suggestion: Suggestion, actor: identity.Account) -> None:
    """Lock the case, and refuse whoever may not write or comes too late."""
    identity.check("motions.edit", actor, suggestion)
    case = workflow.lock(suggestion.case_id)  # type: ignore[arg-type]
    if case.state not in WRITING:
        raise WorkflowError(f"现在是“{case.state_label}”，文稿和附件不能再改。")
