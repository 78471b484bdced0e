"""Many at once: number and register, hand to the government office; previewed, then all of them or none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from renda.business.motions.models import Category, Suggestion
from renda.business.motions.services import handover, review
from renda.kernel.identity import api as identity
from renda.kernel.numbering import api as numbering
from renda.kernel.workflow.api import WorkflowError

SHOWN = 10  # lines that a refusal names


@dataclass(frozen=True, slots=True)
class Registering:
    """One line of a registration: what will be written.

    Args:
        serial: the number on paper as typed; empty lets the system number it.
        seen: the case's step when the line was shown.
    """

    suggestion: Suggestion
    serial: str = ""
    category: Category | None = None
    hard: bool = False
    seen: int | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Sending:
    """One line of what goes to the government office."""

    suggestion: Suggestion
    seen: int | None = None
    problem: str = ""


def preview_register(rows: Sequence[Registering], *, actor: identity.Account) -> list[Registering]:
    """What would be registered, line by line, with what stands in the way; two queries for any number."""
    typed = Counter(_plain(row.serial) for row in rows if row.serial.strip())
    terms = {row.suggestion.term_id for row in rows}
    taken = {
        (s.term_id, s.kind, s.serial): s
        for s in Suggestion.objects.filter(
            term_id__in=terms, serial__in=[int(n) for n in typed if n.isdecimal()]
        )
    }
    out = []
    for row in rows:
        problem = _why_not(row, typed, taken, actor)
        out.append(Registering(row.suggestion, row.serial, row.category, row.hard, row.seen, problem))
    return out


def _plain(text: str) -> str:
    return text.strip().removeprefix("第").removesuffix("号").strip()


def _why_not(
    row: Registering,
    typed: Counter[str],
    taken: dict[tuple[int, str, int | None], Suggestion],
    actor: identity.Account,
) -> str:
    suggestion, number = row.suggestion, _plain(row.serial)
    case = suggestion.case
    if case is None or case.state != "submitted":
        return f"现在是“{case.state_label if case else '起草中'}”，不能编号。"
    if not identity.may("motions.review", actor, suggestion):
        return "不在您的审查范围内。"
    if row.category is None:
        return "还没有选类别。"
    if number and not (number.isascii() and number.isdecimal() and int(number) > 0):
        return f"“{row.serial}”不是编号，请填数字，例如 101。"
    if number and typed[number] + (typed[row.serial] if row.serial != number else 0) > 1:
        return f"这一批里 {number} 号填了两次。"
    other = taken.get((suggestion.term_id, suggestion.kind, int(number))) if number else None
    if other is not None and other.pk != suggestion.pk:
        return f"{number} 号已经是《{other.title}》。"
    return ""


def register(rows: Sequence[Registering], *, actor: identity.Account) -> int:
    """Register and number them in the order given: all, or none.

    Returns:
        how many.

    Raises:
        WorkflowError: names each line that can't be registered, or that somebody changed meanwhile.
    """
    _refuse_bad(preview_register(rows, actor=actor))
    # Numbers on paper first: what the system numbers must not take one of them.
    ordered = sorted(rows, key=lambda row: not row.serial.strip())
    with transaction.atomic():
        for row in ordered:
            assert row.category is not None
            try:
                review.register(
                    row.suggestion,
                    actor=actor,
                    category=row.category,
                    hard=row.hard,
                    serial=row.serial,
                    seen=row.seen,
                )
            except (WorkflowError, numbering.NumberingError) as error:
                raise WorkflowError(
                    f"《{row.suggestion.title}》：{error}这一批都没有办，请改正后重试。"
                ) from error
    return len(ordered)


def preview_government(rows: Sequence[Sending], *, actor: identity.Account) -> list[Sending]:
    """What would go to the government office, with what stands in the way."""
    out = []
    for row in rows:
        case = row.suggestion.case
        problem = ""
        if case is None or case.state != "registered":
            problem = f"现在是“{case.state_label if case else '起草中'}”，不能交政府。"
        elif not identity.may("motions.hand_over", actor, row.suggestion):
            problem = "不在您的交办范围内。"
        out.append(Sending(row.suggestion, row.seen, problem))
    return out


def to_government(rows: Sequence[Sending], *, actor: identity.Account) -> int:
    """Hand them to the government office: all, or none."""
    _refuse_bad(preview_government(rows, actor=actor))
    with transaction.atomic():
        for row in rows:
            try:
                handover.to_government(row.suggestion, actor=actor, seen=row.seen)
            except WorkflowError as error:
                raise WorkflowError(f"{row.suggestion.number_text}：{error}这一批都没有办。") from error
    return len(rows)


def _refuse_bad(rows: Sequence[Registering] | Sequence[Sending]) -> None:
    bad = [row for row in rows if row.problem]
    if bad:
        lines = "；".join(f"《{row.suggestion.title}》{row.problem}" for row in bad[:SHOWN])
        raise WorkflowError(f"有 {len(bad)} 件不能办，请先改正：{lines}")
