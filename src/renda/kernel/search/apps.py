"""Full text over what a person may see."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class SearchConfig(AppConfig):
    name = "renda.kernel.search"
    label = "search"
    verbose_name = "检索"

    def ready(self) -> None:
        from renda.kernel.identity import api as identity
        from renda.kernel.search import schedule, services  # noqa: F401  the timetable registers itself

        identity.derived_copy(
            "检索",
            services.forget,
            way="从索引中删除该对象并压实索引；正文中的身份证号、手机号入索引前已遮盖。",
        )
        post_migrate.connect(_ensure, sender=self)


def _ensure(sender: AppConfig, using: str, **_: Any) -> None:
    """The postings' table is no model's: it is made, and made to fit, after migrations and flushes."""
    from renda.kernel.search import services

    there = set(connections[using].introspection.table_names())
    if using == "default" and {"search_entry", "search_text", "search_indexstate"} <= there:
        services.ensure()
