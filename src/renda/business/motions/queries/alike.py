"""Similar suggestions of all years, each with what was answered and whether it was kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from renda.business.motions.models import Promise, Reply, Suggestion
from renda.kernel import clock
from renda.kernel.search import api as search

KEPT = frozenset({"kept", "closed"})
GIST = 90  # characters of a reply that are shown


@dataclass(frozen=True, slots=True)
class Kept:
    """How the promises of a suggestion stand: the ledger's states, counted.

    Args:
        promised: that stand at all; dropped ones are not counted.
        kept, broken, late: proven, found broken, still open after their day.
    """

    promised: int = 0
    kept: int = 0
    broken: int = 0
    late: int = 0

    @property
    def short(self) -> str:
        """The same for a narrow cell.

        >>> Kept(3, 2, 0, 1).short, Kept().short
        ('兑现 2／3，逾期 1', '')
        """
        if not self.promised:
            return ""
        overdue = f"，逾期 {self.late}" if self.late else ""
        broken = f"，未兑现 {self.broken}" if self.broken else ""
        return f"兑现 {self.kept}／{self.promised}{broken}{overdue}"

    @property
    def text(self) -> str:
        """In words, as a list and a page show it.

        >>> Kept(3, 2, 0, 1).text, Kept().text
        ('承诺 3 项，兑现 2 项，逾期 1 项', '')
        """
        if not self.promised:
            return ""
        parts = [f"承诺 {self.promised} 项", f"兑现 {self.kept} 项"]
        if self.broken:
            parts.append(f"没有兑现 {self.broken} 项")
        if self.late:
            parts.append(f"逾期 {self.late} 项")
        return "，".join(parts)


def count_kept(promises: Sequence[Promise]) -> Kept:
    """Count promises by the state of their matters."""
    today = clock.today()
    states = [
        (p.matter.case.state, p.due_on)
        for p in promises
        if p.matter is not None and p.matter.case is not None
    ]
    standing = [(state, due) for state, due in states if state != "dropped"]
    return Kept(
        promised=len(standing),
        kept=sum(state in KEPT for state, _ in standing),
        broken=sum(state == "broken" for state, _ in standing),
        late=sum(state not in KEPT and state != "broken" and due < today for state, due in standing),
    )


@dataclass
class Alike:
    """One similar suggestion as the page shows it."""

    hit: search.Similar
    suggestion: Suggestion
    replies: list[Reply] = field(default_factory=list)
    kept: Kept = field(default_factory=Kept)

    @property
    def year(self) -> int:
        moment = self.suggestion.submitted_at or self.suggestion.created_at
        return moment.astimezone(clock.TZ).year

    @property
    def gists(self) -> list[tuple[str, str, str]]:
        """Organ, class and the first words of each answer."""
        return [
            (
                r.assignment.organ.short_name or r.assignment.organ.name,
                r.reply_class.code if r.reply_class else "",
                _gist(r.done or r.planned or r.cannot),
            )
            for r in self.replies
        ]


def _gist(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= GIST else f"{flat[:GIST]}…"


def with_answers(hits: Sequence[search.Similar]) -> list[Alike]:
    """Put to each hit what was answered and what became of it; three queries, however many hits."""
    ids = [int(hit.ref.id) for hit in hits]
    rows = Suggestion.objects.select_related("case", "lead").in_bulk(ids)
    replies: dict[int, list[Reply]] = defaultdict(list)
    for reply in (
        Reply.objects.filter(suggestion_id__in=ids, state="issued")
        .select_related("assignment__organ", "reply_class")
        .order_by("assignment_id", "-round")
    ):
        if all(r.assignment_id != reply.assignment_id for r in replies[reply.suggestion_id]):
            replies[reply.suggestion_id].append(reply)
    promises: dict[int, list[Promise]] = defaultdict(list)
    for promise in Promise.objects.filter(reply__suggestion_id__in=ids, reply__state="issued").select_related(
        "matter__case", "reply"
    ):
        promises[promise.reply.suggestion_id].append(promise)
    return [
        Alike(hit, rows[pk], replies[pk], count_kept(promises[pk]))
        for pk, hit in zip(ids, hits, strict=True)
        if pk in rows
    ]
