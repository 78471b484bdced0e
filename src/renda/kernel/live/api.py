"""The door of live: what changes on a screen while people look at it.

A room registers what may be followed and touches it in the transaction that changes it::

    live.api.topic("meetings.presence", may=may_see, value=presence_of)
    …
    with transaction.atomic():
        …
        live.api.touch("meetings.presence", sitting.pk)

The page says ``<c-live topic="meetings.presence" key="{{ sitting.pk }}">…</c-live>`` (docs/ui.md).
"""

from __future__ import annotations

from renda.kernel.live.sources import announce
from renda.kernel.live.topics import Topic, UnknownTopic, forget, full_name, topic

__all__ = ["Topic", "UnknownTopic", "forget", "full_name", "topic", "touch"]


def touch(name: str, key: object = "") -> None:
    """Say that a topic changed; followers have its new value within a second of the commit.

    Args:
        name: a registered topic.
        key: which one of its kind: an id.
    """
    announce(full_name(name, key))
