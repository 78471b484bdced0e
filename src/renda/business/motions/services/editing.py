"""The reply editor: what was typed is kept, incomplete rows as well; nothing enters unconfirmed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from renda.assembly.ledger import api as ledger
from renda.assembly.people import api as people
from renda.business.motions.models import Reply, ReplyClass
from renda.business.motions.services import replying
from renda.kernel import clock
from renda.kernel.workflow.api import WorkflowError


class Overtaken(WorkflowError):
    """Somebody else, or another window, saved the letter meanwhile."""


@dataclass(frozen=True, slots=True)
class TypedRow:
    """One row of the table of promises as it was typed: texts, and ids as texts.

    Args:
        proposed: the sentence of the letter that it was proposed from; empty where a person wrote it.
    """

    text: str = ""
    organ: str = ""
    due_on: str = ""
    condition: str = ""
    measure: str = ""
    evidence_kind: str = ""
    proposed: str = ""

    @property
    def empty(self) -> bool:
        return not any((self.text, self.due_on, self.condition, self.measure, self.evidence_kind))

    def missing(self) -> list[str]:
        """Labels of what a promise needs and this row has not, in the order of the columns."""
        lacks = []
        if not self.text.strip():
            lacks.append("做什么")
        if not self.organ.isdecimal():
            lacks.append("责任单位")
        if self.day() is None:
            lacks.append("期限")
        if not self.measure.strip():
            lacks.append("怎样算完成")
        if self.evidence_kind not in ledger.EvidenceKind.values:
            lacks.append("以何为证")
        return lacks

    def day(self) -> dt.date | None:
        try:
            return dt.date.fromisoformat(self.due_on)
        except ValueError:
            return None


def rows_of(reply: Reply) -> list[TypedRow]:
    """The rows of the table as they were left: typed ones, else the promises that stand."""
    if reply.rows:
        return [TypedRow(**{k: v for k, v in row.items() if k != "complete"}) for row in reply.rows]
    return [
        TypedRow(
            p.text,
            str(p.organ_id),
            p.due_on.isoformat(),
            p.condition,
            p.measure,
            p.evidence_kind,
            p.text if p.proposed else "",
        )
        for p in reply.promises.all()
    ]


def token(reply: Reply) -> str:
    """What a window knows of the letter: when it was saved last."""
    return reply.saved_at.astimezone(dt.UTC).isoformat()


def save(
    reply: Reply,
    *,
    actor: Any,
    texts: dict[str, str],
    reply_class: ReplyClass | None,
    rows: Sequence[TypedRow],
    seen: str = "",
) -> Reply:
    """Keep all that was typed; complete rows are the letter's promises, the others wait in the table.

    Args:
        seen: ``token`` when the window was opened; empty saves in any case (以这里写的为准).

    Raises:
        Overtaken: somebody saved it meanwhile.
        WorkflowError: it can't be written any more, or a promised day lies in the past.
    """
    kept = [row for row in rows if not row.empty]
    today = clock.today()
    late = [n for n, row in enumerate(kept, start=1) if (day := row.day()) is not None and day < today]
    if late:
        raise WorkflowError(f"承诺表第 {'、'.join(map(str, late))} 行的期限已经过去，请填以后的日期。")
    done = [row for row in kept if not row.missing()]
    organs = people.organisations(int(row.organ) for row in done)
    with transaction.atomic():
        held = Reply.objects.select_for_update().get(pk=reply.pk)
        if seen and seen != token(held):
            raise Overtaken("这份答复在另一个窗口或者由同事保存过，请先看那边写了什么。")
        held = replying.save_draft(
            held,
            actor=actor,
            texts=texts,
            reply_class=reply_class,
            promises=[
                replying.PromiseDraft(
                    text=row.text,
                    organ=organs[int(row.organ)],
                    due_on=dt.date.fromisoformat(row.due_on),
                    measure=row.measure,
                    evidence_kind=row.evidence_kind,
                    condition=row.condition,
                    proposed=bool(row.proposed),
                )
                for row in done
                if int(row.organ) in organs
            ],
        )
        held.rows = [{**asdict(row), "complete": not row.missing()} for row in kept]
        held.save(update_fields=["rows"])
    return held
