"""Whether the index is whole: for ``renda check``."""

from __future__ import annotations

from renda.kernel.search.engines import engine
from renda.kernel.search.models import Entry, IndexState
from renda.kernel.search.tokens import VERSION


def health() -> list[str]:
    """What is wrong with the index, each a Chinese sentence that says what to do; empty when all is well."""
    entries, postings = Entry.objects.count(), engine().size()
    if entries != postings:
        return [f"检索条目有 {entries} 条，索引里有 {postings} 条：请运行 renda init，会自动重写索引。"]
    state = IndexState.objects.filter(pk=1).only("tokens").first()
    if state is not None and state.tokens != VERSION:
        return ["索引是按旧的切分方法做的：请运行 renda init，会自动重写索引。"]
    return []
