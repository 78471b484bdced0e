"""Which opinions are about the same thing: those like this one, and those like them."""

from __future__ import annotations

from dataclasses import dataclass

from renda.assembly.intake import indexing
from renda.assembly.intake.models import Opinion
from renda.kernel.identity import api as identity

# Tried on real messages (benchmarks/topics.py): likeness of the whole text and of the title alone, from the
# opinion itself and, stricter, from those found. Lower brings in others of the place, higher loses voices.
_TEXT, _TITLE = 0.14, 0.22
_TEXT_NEXT, _TITLE_NEXT = 0.18, 0.30
_LOOKED_AT = 60
_ASKED = 8  # of those found that are asked in turn


@dataclass(frozen=True, slots=True)
class Alike:
    """An opinion about the same thing.

    Args:
        opinion_id: its id.
        title: its title.
        url: its page.
        day: when it was said, as ``2026-03-05``.
        score: how alike, 0 to 1.
        phrases: what both say and few others do.
    """

    opinion_id: int
    title: str
    url: str
    day: str
    score: float
    phrases: tuple[str, ...]


def propose_group(opinion: Opinion, account: identity.Account) -> list[Alike]:
    """Opinions that seem to be about the same thing, among those the account may see, most alike first.

    A proposal for a clerk to choose from: of real groups most members are found, and one proposed in five is
    about something else of the same place.
    """
    found: dict[int, Alike] = {}
    _add(found, opinion, account, _TEXT, _TITLE)
    found.pop(opinion.pk, None)
    # People name the same thing otherwise (搅拌站, 搅拌厂): the nearest ones lead to those who do.
    nearest = sorted(found.values(), key=lambda each: -each.score)[:_ASKED]
    for other in Opinion.objects.filter(pk__in=[each.opinion_id for each in nearest]):
        _add(found, other, account, _TEXT_NEXT, _TITLE_NEXT)
    found.pop(opinion.pk, None)
    return sorted(found.values(), key=lambda each: (-each.score, each.opinion_id))


def _add(
    found: dict[int, Alike], opinion: Opinion, account: identity.Account, text: float, title: float
) -> None:
    """What is like an opinion as a whole, and what is like its title: long stories bury their matter."""
    whole = indexing.similar(opinion.text, account=account, title=opinion.title, limit=_LOOKED_AT)
    head = indexing.similar(opinion.title, account=account, limit=_LOOKED_AT)
    for hits, least in ((whole, text), (head, title)):
        for hit in hits:
            pk = int(hit.ref.id)
            if hit.score >= least and (pk not in found or found[pk].score < hit.score):
                day = str(hit.extra.get("day", ""))
                found[pk] = Alike(pk, hit.title, hit.url, day, hit.score, hit.phrases)
