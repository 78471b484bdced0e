"""References upwards: what a lower floor may know of a thing on a higher one."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Ref:
    """A pointer to a thing of any room.

    Args:
        kind: the room's name for it, ``"motions.suggestion"``; a room registers how a kind is shown.
        id: its primary key as text.
        title: its title as it was when the reference was made.
    """

    kind: str
    id: str
    title: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Ref:
        return cls(kind=str(data["kind"]), id=str(data["id"]), title=str(data.get("title", "")))
