"""The only source of now. Rooms import ``renda.kernel.clock`` and nothing else for time."""

from renda.kernel.clock.api import TZ, combine, now, today, travel

__all__ = ["TZ", "combine", "now", "today", "travel"]
