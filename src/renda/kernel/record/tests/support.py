"""An entry class, a way to write it, and raw access for whoever plays the attacker."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from django.db import connection, transaction

from renda.kernel.record import api as record
from renda.kernel.refs import Ref

SUBJECT = Ref("recordtest.thing", "7", "关于加装电梯的建议")
ACTOR = SimpleNamespace(pk=3, display_name="李明")


@record.entry("recordtest.noted", label="备注")
@dataclass(frozen=True)
class Noted(record.Entry):
    text: str

    def sentence(self) -> str:
        return f"备注：{self.text}"


def note(text: str, **options: Any) -> int:
    values: dict[str, Any] = {"subject": SUBJECT, "actor": ACTOR} | options
    with transaction.atomic():
        return record.write(Noted(text), **values)


def sql(statement: str, *values: Any) -> None:
    """One raw statement, as somebody with a database shell would run it."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
