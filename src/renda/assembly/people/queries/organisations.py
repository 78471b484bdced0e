"""Which organ is meant, which organs exist on a day, and what became of the others."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from renda.assembly.people.models import (
    Classification,
    Congress,
    Division,
    NameKind,
    Organisation,
    OtherName,
    Succession,
)
from renda.kernel import clock

# How offices separate organs in one cell. A space alone separates too: names of organs have none.
_SEPARATORS = re.compile(r"[、，,；;\s/／|｜\n\r\t]+")


HANDLING = Q(handles=True)


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a written name of an organ was found to mean.

    Args:
        text: the name as written.
        organisation: the organ, or None where there is none or more than one.
        how: ``name``, ``short``, ``former``, ``alias``; empty where nothing was found.
        candidates: the organs it may mean, where there are several.
        note: a Chinese sentence for the reader: found under a former name, dissolved, ambiguous, unknown.
    """

    text: str
    organisation: Organisation | None
    how: str = ""
    candidates: tuple[Organisation, ...] = ()
    note: str = ""


def alive(on: dt.date) -> Q:
    """The condition that an organ exists on a day."""
    return (Q(founded__isnull=True) | Q(founded__lte=on)) & (Q(dissolved__isnull=True) | Q(dissolved__gt=on))


def organisation(id: int) -> Organisation:
    """One organ.

    Raises:
        Organisation.DoesNotExist: there is none with this id.
    """
    return Organisation.objects.get(pk=id)


def organisations(ids: Iterable[int]) -> dict[int, Organisation]:
    """Organs by id, in one query; ids that do not exist are absent."""
    return Organisation.objects.in_bulk(list(set(ids)))


def list_organisations(
    *,
    on: dt.date | None = None,
    classification: str | None = None,
    division: Division | None = None,
    text: str = "",
) -> QuerySet[Organisation]:
    """Organs that exist on a day (default: today), narrowed by kind, division or part of a name.

    Former names and short names are searched too.
    """
    found = Organisation.objects.filter(alive(on or clock.today()))
    if classification:
        found = found.filter(classification=classification)
    if division is not None:
        found = found.filter(division=division)
    if text := text.strip():
        found = found.filter(
            Q(name__icontains=text)
            | Q(short_name__icontains=text)
            | Q(pk__in=OtherName.objects.filter(name__icontains=text).values("organisation"))
        )
    return found.select_related("division", "parent")


def handling_organs(congress: Congress, on: dt.date | None = None) -> QuerySet[Organisation]:
    """Organs that may handle what this congress hands over: of its division and of those directly below.

    Court, procuratorate and supervisory commission are among them: they get theirs directly from the
    congress, not through the government (``classification`` tells).
    """
    division = congress.division
    return (
        Organisation.objects.filter(alive(on or clock.today()), handles=True)
        .filter(
            Q(division=division)
            | Q(
                division__parent=division,
                classification__in=[Classification.GOVERNMENT, Classification.TOWNSHIP_GOVERNMENT],
            )
            | Q(division__isnull=True)
        )
        .select_related("division", "parent")
        .order_by("order", "id")
    )


def normal_name(text: str) -> str:
    """A written name as it is compared: NFKC, without spaces, brackets of one kind."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def split_names(text: str) -> list[str]:
    """The organs of one cell: 城管局、住建局；公安局 → three names, each once, in order.

    >>> split_names("市城管局、市住建局；市公安局")
    ['市城管局', '市住建局', '市公安局']
    """
    return list(dict.fromkeys(part for part in _SEPARATORS.split(text.strip()) if part))


def resolve_organisations(
    names: Iterable[str], on: dt.date | None = None, division: Division | None = None
) -> dict[str, Resolved]:
    """What each written name means on a day: by name, short name, former name or alias, in three queries.

    Args:
        names: as written in cells, any number.
        on: the day the name was written (default: today); a name that the organ bore that day wins over
            a name it bore at other times, and a dissolved organ is found with its successor named.
        division: where given, organs of this division win over those of others.
    """
    day = on or clock.today()
    wanted = {text: normal_name(text) for text in names}
    keys = set(wanted.values()) - {""}
    found: dict[str, list[tuple[int, str, Organisation]]] = {}
    organs = Organisation.objects.filter(Q(name__in=keys) | Q(short_name__in=keys))
    for organ in organs:
        gone = 0 if organ.exists_on(day) else 10
        if organ.name in keys:
            found.setdefault(organ.name, []).append((gone, "name", organ))
        if organ.short_name in keys and organ.short_name != organ.name:
            found.setdefault(organ.short_name, []).append((1 + gone, "short", organ))
    for other in OtherName.objects.filter(name__in=keys).select_related("organisation"):
        in_use = (other.since is None or other.since <= day) and (other.until is None or day < other.until)
        organ = other.organisation
        rank = (0 if in_use else 2) + (1 if other.kind != NameKind.FORMER else 0)
        rank += 0 if organ.exists_on(day) else 10
        found.setdefault(other.name, []).append((rank, other.kind, organ))
    gone_ids = [o.pk for hits in found.values() for _, _, o in hits if not o.exists_on(day)]
    heirs = _heirs(gone_ids)
    return {text: _choose(text, found.get(key, []), day, division, heirs) for text, key in wanted.items()}


def find_organisation(
    name: str, on: dt.date | None = None, division: Division | None = None
) -> Organisation | None:
    """The one organ a written name means on a day, else None (unknown or ambiguous)."""
    return resolve_organisations([name], on, division)[name].organisation


def heir_of(organ_id: int) -> Organisation | None:
    """The organ that took over the open cases of a dissolved one, followed to the last; None where none."""
    heirs = _heirs([organ_id])
    return heirs.get(organ_id)


def successions(organ: Organisation) -> tuple[list[Succession], list[Succession]]:
    """What the organ came from, and what came of it."""
    rows = list(
        Succession.objects.filter(Q(predecessor=organ) | Q(successor=organ)).select_related(
            "predecessor", "successor"
        )
    )
    return (
        [row for row in rows if row.successor_id == organ.pk],
        [row for row in rows if row.predecessor_id == organ.pk],
    )


def _heirs(ids: Iterable[int]) -> dict[int, Organisation]:
    """Dissolved organ → the living end of its line of heirs; one query a generation, most have one."""
    result: dict[int, Organisation] = {}
    waiting = {i: {i} for i in ids}  # the organ where each line stands now → organs that asked
    seen: set[int] = set()
    while waiting:
        rows = Succession.objects.filter(predecessor__in=waiting, heir=True).select_related("successor")
        following: dict[int, set[int]] = {}
        for row in rows:
            askers = waiting[row.predecessor_id]
            for asker in askers:
                result[asker] = row.successor
            if row.successor.dissolved is not None and row.successor_id not in seen:
                following.setdefault(row.successor_id, set()).update(askers)
        seen |= set(waiting)
        waiting = following
    return result


def _choose(
    text: str,
    hits: list[tuple[int, str, Organisation]],
    day: dt.date,
    division: Division | None,
    heirs: dict[int, Organisation],
) -> Resolved:
    if not hits:
        return Resolved(text, None, note=f"没有名为“{text}”的机构，请核对名称，或先在机构库中登记。")
    if division is not None and any(o.division_id == division.pk for _, _, o in hits):
        hits = [hit for hit in hits if hit[2].division_id == division.pk]
    best = min(rank for rank, _, _ in hits)
    chosen = {organ.pk: (how, organ) for rank, how, organ in hits if rank == best}
    if len(chosen) > 1:
        several = tuple(organ for _, organ in chosen.values())
        where = "、".join(o.name + (f"（{o.division.name}）" if o.division else "") for o in several)
        return Resolved(text, None, candidates=several, note=f"“{text}”可能指：{where}。请写全称。")
    how, organ = next(iter(chosen.values()))
    if not organ.exists_on(day):
        heir = heirs.get(organ.pk)
        if heir is not None and heir.exists_on(day):
            return Resolved(text, heir, how="former", note=f"“{organ.name}”已由“{heir.name}”承继。")
        when = f"{organ.dissolved:%Y-%m-%d}起已不存在" if organ.dissolved else "当时尚未设立"
        return Resolved(
            text, None, how=how, candidates=(organ,), note=f"“{organ.name}”{when}，请填承继机构。"
        )
    note = f"“{text}”是“{organ.name}”的曾用名。" if how == NameKind.FORMER else ""
    return Resolved(text, organ, how=how, note=note)
