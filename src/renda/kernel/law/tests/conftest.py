"""The law's arithmetic needs no database: tests use the built-in tables unless they ask for one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from renda.kernel.law import api


@pytest.fixture(autouse=True)
def builtin_tables(request: pytest.FixtureRequest) -> Iterator[None]:
    if request.node.get_closest_marker("django_db"):
        yield
        return
    with api.without_database():
        yield
