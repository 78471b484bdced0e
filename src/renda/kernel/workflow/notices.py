"""Whose turn it is now is told to them: one message a turn, in the transaction of the act that gave it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from renda.kernel.identity import api as identity
from renda.kernel.notify import api as notify
from renda.kernel.workflow.models import Case

KIND = "workflow.turn"
TITLE = 120  # characters of a thing's title; a message has one line

_quiet: ContextVar[bool] = ContextVar("renda_workflow_quiet", default=False)


@contextmanager
def quietly() -> Iterator[None]:
    """Nobody is told of the turns that begin in this block: imports of past lives, undone batches."""
    token = _quiet.set(True)
    try:
        yield
    finally:
        _quiet.reset(token)


def tell_turn(case: Case, holders: Sequence[str], actor: identity.Account | None) -> None:
    """Send the message; not for a turn that the acting person holds himself."""
    if _quiet.get():
        return
    own = identity.holders(actor) if actor is not None else frozenset()
    others = [holder for holder in holders if holder not in own]
    if not others:
        return
    title = case.subject_title if len(case.subject_title) <= TITLE else f"{case.subject_title[:TITLE]}…"
    notify.send(
        KIND,
        to_holders=others,
        title=f"轮到您办理：{title}",
        body=f"现在是“{case.state_label}”。",
        url=case.url,
        subject=case.subject,
    )
