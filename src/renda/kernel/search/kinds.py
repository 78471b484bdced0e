"""Kinds of things that may be searched. What nobody declared cannot be indexed: registers, petitions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from renda.kernel.refs import Ref


class Undeclared(Exception):
    """Something of a kind that was not declared was to be indexed."""


@dataclass(frozen=True)
class Document:
    """One thing to be searched.

    Args:
        ref: what it is; its kind and id are its identity in the index.
        title: shown and searched; five times the weight of the body.
        body: all the text that should find it.
        scopes: who may see it: "public", "congress:1", "org:12", "person:7", or a holder "role@scope".
        extra: what a hit shows beside its title (JSON).
        number: the number it bears on paper: 第101号, 安人建〔2026〕12号; finds it first.
    """

    ref: Ref
    title: str
    body: str
    scopes: frozenset[str]
    extra: Mapping[str, Any] = field(default_factory=dict)
    number: str = ""


@dataclass(frozen=True)
class SearchKind:
    """A declared kind: its name, its Chinese label, where a hit leads, how to bring all of it again."""

    kind: str
    label: str
    url: Callable[[Ref], str]
    documents: Callable[[], Iterable[Document]] | None = None


_kinds: dict[str, SearchKind] = {}


def declare(
    kind: str,
    label: str,
    url: Callable[[Ref], str],
    *,
    documents: Callable[[], Iterable[Document]] | None = None,
) -> SearchKind:
    """Let a kind be searched; called by rooms in ``AppConfig.ready``.

    Never declare what names private persons as such: voter rolls, petitions, registers. The index keeps its
    texts in clear.

    Args:
        kind: ``"motions.suggestion"``.
        label: on the chip: 代表建议.
        url: the page of a thing.
        documents: all of the kind, oldest first, for a rebuild.
    """
    declared = SearchKind(kind, label, url, documents)
    _kinds[kind] = declared
    return declared


def forget_kind(kind: str) -> None:
    """Take a declaration back (tests declare kinds of their own)."""
    _kinds.pop(kind, None)


def kind_of(kind: str) -> SearchKind:
    """The declaration of a kind.

    Raises:
        Undeclared: nobody declared it, so it must not be searchable.
    """
    try:
        return _kinds[kind]
    except KeyError:
        raise Undeclared(f"“{kind}”没有声明可以检索；个人名册、信访等不进检索") from None


def kinds() -> list[SearchKind]:
    """Declared kinds, in order of declaration."""
    return list(_kinds.values())
