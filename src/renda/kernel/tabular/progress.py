"""How far a long import is: in the cache, because its transaction shows nothing before its end."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import cache

_KEPT = 3600


@dataclass(frozen=True)
class Progress:
    done: int
    of: int

    @property
    def percent(self) -> int:
        return self.done * 100 // self.of if self.of else 0


def tell(upload_id: str, done: int, of: int) -> None:
    cache.set(f"tabular:{upload_id}", (done, of), _KEPT)


def ask(upload_id: str) -> Progress:
    done, of = cache.get(f"tabular:{upload_id}", (0, 0))
    return Progress(done, of)
