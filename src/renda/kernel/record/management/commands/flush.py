"""``flush`` in place of Django's own: it would empty the record.

Only the test settings allow it (``RECORD_FLUSH = True``); there the guards step aside while the tables of a
test database are emptied, and stand again afterwards. Anywhere else it is refused before it touches a table.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands.flush import Command as DjangoFlush

from renda.kernel.record import guards


class Command(DjangoFlush):
    def handle(self, **options: Any) -> None:
        if not getattr(settings, "RECORD_FLUSH", False):
            raise CommandError("不能清空数据库：记录只增不改。要重新开始，请换一个数据目录（RENDA_HOME）。")
        with guards.lifted(options["database"]):
            super().handle(**options)
