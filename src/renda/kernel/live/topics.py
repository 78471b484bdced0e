"""Topics: what a page may follow, who may, and what it gets."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

# What may stand after the colon: an id or a pair of ids, never free text from a URL.
KEY = re.compile(r"[\w.@-]{0,80}")

May = Callable[[Any, str], bool]
Value = Callable[[str], dict[str, Any]]


class UnknownTopic(Exception):
    """A topic that no room registered."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A registered topic; see ``topic``."""

    name: str
    may: May
    value: Value


_topics: dict[str, Topic] = {}


def topic(name: str, *, may: May, value: Value) -> Topic:
    """Register a topic; call it in ``AppConfig.ready``.

    Args:
        name: ``room.what``.
        may: (account, key) → whether this account may follow it. Asked once, when the stream opens.
        value: key → what is sent after each change, JSON-able and the same for everybody who may follow it:
            figures by name (shown where the page says ``data-field="name"``), or ``html`` from a template.
            An empty dict only says that something changed; a page with a ``url`` then fetches its part anew.
    """
    found = Topic(name, may, value)
    _topics[name] = found
    return found


def forget(name: str) -> None:
    """Take a topic out again: for tests that register one of their own."""
    _topics.pop(name, None)


def full_name(name: str, key: object = "") -> str:
    """``room.what:key``, as it stands in the table and in the stream's address."""
    if name not in _topics:
        raise UnknownTopic(f"没有登记的主题：{name}")
    text = str(key)
    if not KEY.fullmatch(text):
        raise ValueError(f"主题的键只能是字母、数字和 . @ - _：{text!r}")
    return f"{name}:{text}"


def find(full: str) -> tuple[Topic, str] | None:
    """The topic and key of a full name from a URL; None for anything that is not one."""
    name, _, key = full.partition(":")
    found = _topics.get(name)
    return (found, key) if found and KEY.fullmatch(key) else None
