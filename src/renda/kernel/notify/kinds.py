"""Kinds of messages: what a person sees on the page where one stops them."""

from __future__ import annotations

from dataclasses import dataclass

from renda.kernel.notify.errors import UnknownKind


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of messages.

    Args:
        key: ``"room.what"``.
        label: Chinese, as in a digest's heading: ``"交办"``.
        stoppable: False for what the law or a duty requires to be told.
    """

    key: str
    label: str
    stoppable: bool = True


_kinds: dict[str, Kind] = {}


def declare_kind(key: str, label: str, *, stoppable: bool = True) -> None:
    """Declare a kind, in ``AppConfig.ready``.

    Raises:
        ValueError: the key is declared with another label.
    """
    made = Kind(key, label, stoppable)
    if _kinds.setdefault(key, made) != made:
        raise ValueError(f"消息种类 {key} 已登记为“{_kinds[key].label}”。")


def kind(key: str) -> Kind:
    """The declared kind.

    Raises:
        UnknownKind: nobody declared it.
    """
    try:
        return _kinds[key]
    except KeyError:
        raise UnknownKind(
            f"消息种类 {key} 没有登记：请在 AppConfig.ready 中 notify.api.declare_kind。"
        ) from None


def label(key: str) -> str:
    """The kind's label; its key where the room that declared it is gone."""
    known = _kinds.get(key)
    return known.label if known else key


def all_kinds() -> list[Kind]:
    """Every kind, by label."""
    return sorted(_kinds.values(), key=lambda k: (k.label, k.key))
