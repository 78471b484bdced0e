"""One room hands something to another without knowing it: an offer of a declared kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from renda.kernel.identity import api as identity
from renda.kernel.refs import Ref

T = TypeVar("T")
Accept = Callable[[Any, Ref, identity.Account], Ref]
_receivers: dict[str, tuple[type[Any], Accept]] = {}


class NoReceiver(LookupError):
    """No room takes this kind: the giver's page does not offer the act then."""


def receive(kind: str, payload: type[T]) -> Callable[[Callable[[T, Ref, identity.Account], Ref]], Accept]:
    """Register a room as receiver of a kind; in ``AppConfig.ready``.

    Args:
        kind: ``suggestion.draft``.
        payload: the dataclass of the kind; it stands on a floor that both know.
    """

    def add(func: Callable[[T, Ref, identity.Account], Ref]) -> Accept:
        if kind in _receivers and _receivers[kind][1] is not func:
            raise RuntimeError(f"“{kind}”已有接收方")
        _receivers[kind] = (payload, func)
        return func

    return add


def has_receiver(kind: str) -> bool:
    return kind in _receivers


def offer(kind: str, payload: Any, *, source: Ref, actor: identity.Account) -> Ref:
    """Hand something over, in the caller's transaction; the receiver answers with what it became."""
    if kind not in _receivers:
        raise NoReceiver(kind)
    expected, accept = _receivers[kind]
    if not isinstance(payload, expected):
        raise TypeError(f"“{kind}”应交 {expected.__name__}")
    return accept(payload, source, actor)
