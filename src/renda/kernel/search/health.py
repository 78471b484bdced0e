"""Whether the index is whole: for ``renda check``."""

from __future__ import annotations

from dataclasses import dataclass

from renda.kernel.search.engines import engine
from renda.kernel.search.models import Entry, IndexState
from renda.kernel.search.tokens import VERSION


@dataclass(frozen=True)
class Health:
    """The state of the index. ``problem`` is a Chinese sentence that says what to do, or empty."""

    entries: int
    postings: int
    problem: str


def health() -> Health:
    entries = Entry.objects.count()
    postings = engine().size()
    state = IndexState.objects.filter(pk=1).only("tokens").first()
    problem = ""
    if entries != postings:
        problem = f"检索条目有 {entries} 条，索引里有 {postings} 条，请运行 renda search rewrite 重写索引。"
    elif state is not None and state.tokens != VERSION:
        problem = "索引是按旧的切分方法做的，请运行 renda search rewrite 重写索引。"
    return Health(entries, postings, problem)
