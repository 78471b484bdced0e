"""What past decisions say of a new opinion: proposals of a class and of an organ, each with its reasons.

Learnt anew at night from the newest decided opinions; a proposal is a question of two queries.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import transaction

from renda.assembly.intake import guessing, texts
from renda.assembly.intake.models import Category, Feature, Lesson, Opinion
from renda.assembly.people import api as people
from renda.kernel import clock

CLASS, ORGAN = "class", "organ"
_NEWEST = 20_000  # opinions that are learnt from
_AT_ONCE = 1000
_FEWEST = 3  # opinions of a label from which on it is proposed
_LEAST = 0.05  # share below which a label is not worth reading
_ALL = "*"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed class or organ.

    Args:
        id: of the category or the organ.
        name: as shown.
        share: how sure, from 0 to 1.
        why: in Chinese: the words that speak for it, and from how many decided opinions.
    """

    id: int
    name: str
    share: float
    why: str


def _samples(kind: str) -> Iterator[tuple[str, str, str]]:
    decided = Opinion.objects.order_by("-pk")
    if kind == CLASS:
        rows = decided.filter(category__isnull=False).values_list(
            "title", "text", "category_id", "category__parent_id"
        )
        for title, text, category, parent in rows[:_NEWEST].iterator(chunk_size=_AT_ONCE):
            yield title, text, f"{CLASS}:{parent or category}"
    else:
        rows_of_organs = decided.filter(organ__isnull=False).values_list("title", "text", "organ_id")
        for title, text, organ in rows_of_organs[:_NEWEST].iterator(chunk_size=_AT_ONCE):
            yield title, text, f"{ORGAN}:{organ}"


def learn() -> int:
    """Learn anew from the newest classified and passed-on opinions; what stood before is replaced at once.

    Returns:
        how many labels are known now.
    """
    features: list[Feature] = []
    lessons: list[Lesson] = []
    for kind in (CLASS, ORGAN):
        learnt = guessing.learn(_samples(kind))
        for label, counts in learnt.counts.items():
            lessons.append(
                Lesson(
                    label=label,
                    opinions=learnt.opinions[label],
                    grams=learnt.totals[label],
                    learnt_at=clock.now(),
                )
            )
            features += [Feature(label=label, gram=gram, n=n) for gram, n in counts.items()]
        lessons.append(Lesson(label=f"{kind}:{_ALL}", opinions=0, grams=learnt.size, learnt_at=clock.now()))
    with transaction.atomic():
        Feature.objects.all().delete()
        Lesson.objects.all().delete()
        Lesson.objects.bulk_create(lessons)
        Feature.objects.bulk_create(features, batch_size=_AT_ONCE)
    return len(lessons) - 2


def _lessons(kind: str, wanted: Iterable[str]) -> guessing.Lessons:
    """What is known of the labels of a kind, as far as these pairs of characters go: two queries."""
    learnt = guessing.Lessons()
    for row in Lesson.objects.filter(label__startswith=f"{kind}:"):
        if row.label == f"{kind}:{_ALL}":
            learnt.size = row.grams
        elif row.opinions >= _FEWEST:
            learnt.opinions[row.label] = row.opinions
            learnt.totals[row.label] = row.grams
            learnt.counts[row.label] = Counter()
    grams = list(wanted)
    for label, gram, n in Feature.objects.filter(gram__in=grams, label__startswith=f"{kind}:").values_list(
        "label", "gram", "n"
    ):
        if label in learnt.counts:
            learnt.counts[label][gram] = n
    return learnt


def _guesses(kind: str, text: str, title: str, limit: int) -> list[tuple[int, guessing.Guess, int]]:
    kept = texts.lift_numbers(texts.tidy(text)).text
    head = title or texts.title_of(kept)
    learnt = _lessons(kind, guessing.weigh(head, kept))
    if not learnt.opinions:
        return []
    # Without a word that speaks for it a label is only what is left over: that is no proposal.
    return [
        (int(g.label.partition(":")[2]), g, learnt.opinions[g.label])
        for g in guessing.guess(learnt, head, kept, limit)
        if g.words and g.share >= _LEAST
    ]


def _why(guess: guessing.Guess, opinions: int) -> str:
    words = "、".join(f"“{word}”" for word in guess.words)
    return f"文中的{words}多见于此类（已办 {opinions} 件）"


def propose_class(text: str, title: str = "", limit: int = 3) -> list[Proposal]:
    """The classes that a text most likely belongs to, with the reasons; empty before anything was learnt."""
    found = _guesses(CLASS, text, title, limit)
    names = Category.objects.in_bulk([pk for pk, _, _ in found])
    return [Proposal(pk, names[pk].name, g.share, _why(g, n)) for pk, g, n in found if pk in names]


def propose_organ(text: str, title: str = "", limit: int = 3) -> list[Proposal]:
    """The organs that handled most alike opinions; a dissolved one is replaced by its heir."""
    found = _guesses(ORGAN, text, title, limit)
    organs = people.organisations(pk for pk, _, _ in found)
    proposals: dict[int, Proposal] = {}
    for pk, g, n in found:
        organ = organs.get(pk)
        if organ is not None and not organ.exists_on(clock.today()):
            organ = people.heir_of(pk)
        if organ is not None and organ.pk not in proposals:
            proposals[organ.pk] = Proposal(organ.pk, organ.name, g.share, _why(g, n))
    return list(proposals.values())
