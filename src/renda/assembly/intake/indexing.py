"""Opinions in the search index: for the desk, the leaders and the organ that has them; never the sender.

The text is kept without numbers (``texts.lift_numbers``); shredding an opinion removes it here too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.urls import reverse

from renda.assembly.intake.models import Opinion
from renda.assembly.intake.policies import DESK, ORGAN
from renda.kernel.identity import api as identity
from renda.kernel.refs import Ref
from renda.kernel.search import api as search

KIND = "intake.opinion"


def document(opinion: Opinion) -> search.Document:
    """What is searched of an opinion, and who may find it."""
    scopes = {f"{role}@congress:{opinion.congress_id}" for role in (*DESK, "chairpersons")}
    if opinion.organ_id is not None:
        scopes |= {f"{role}@org:{opinion.organ_id}" for role in ORGAN}
    return search.Document(
        ref=opinion.ref,
        title=opinion.title,
        body=f"{opinion.text}\n{opinion.place}".strip(),
        scopes=frozenset(scopes),
        extra={"day": opinion.happened_at.date().isoformat(), "channel": opinion.get_channel_display()},
        number=f"第{opinion.pk}号意见",
    )


def documents() -> Iterator[search.Document]:
    """All opinions, oldest first, for a rebuild."""
    for opinion in Opinion.objects.order_by("pk").iterator(chunk_size=500):
        yield document(opinion)


def index(opinions: Iterable[Opinion]) -> None:
    """Bring opinions up to date in the index, in the caller's transaction."""
    search.index_many(KIND, [document(opinion) for opinion in opinions])


def forget(opinion: Opinion) -> None:
    """Take an opinion out of the index."""
    search.remove(opinion.ref)


def _url(ref: Ref) -> str:
    return reverse("intake:opinion", args=[int(ref.id)])


def declare() -> None:
    """Let opinions be searched; called when the room is ready."""
    search.declare(KIND, "群众意见", _url, documents=documents)


def similar(
    text: str, *, account: identity.Account, title: str = "", exclude: Ref | None = None, limit: int = 8
) -> list[search.Similar]:
    """Opinions like a text among those that the account may see, with the passages that say so."""
    return search.similar(
        text, scopes=search.scopes_of(account), kind=KIND, title=title, exclude=exclude, limit=limit
    )
