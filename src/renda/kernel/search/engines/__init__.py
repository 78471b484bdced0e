"""Where postings lie: one interface, two databases. ``engine()`` is the one of the default database."""

from __future__ import annotations

from django.db import connections

from renda.kernel.search.engines.base import Engine, Posting, Wanted
from renda.kernel.search.engines.postgres import Postgres
from renda.kernel.search.engines.sqlite import Sqlite

__all__ = ["Engine", "Posting", "Wanted", "engine"]

_ENGINES: dict[str, Engine] = {"sqlite": Sqlite(), "postgresql": Postgres()}


def engine() -> Engine:
    return _ENGINES[connections["default"].vendor]
