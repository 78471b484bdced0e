"""Where matters come from: each room names its kind, so that the ledger need not know the room."""

from __future__ import annotations

_kinds: dict[str, str] = {}


def declare_kind(key: str, label: str) -> None:
    """Name a kind of matters, in ``AppConfig.ready``: ``("suggestion", "建议答复的承诺")``.

    Raises:
        ValueError: the key is taken by another label.
    """
    if _kinds.setdefault(key, label) != label:
        raise ValueError(f"事项来源 {key} 已登记为“{_kinds[key]}”。")


def kind_label(key: str) -> str:
    """The label; the key itself where the room that declared it is not installed any more."""
    return _kinds.get(key, key)


def kinds() -> list[tuple[str, str]]:
    """Every declared kind with its label, for filters."""
    return sorted(_kinds.items(), key=lambda pair: pair[1])
