"""The paper plane: the demo sends nothing; whatever would go out is read on a page."""

from __future__ import annotations

from typing import ClassVar

from renda.kernel.identity.api import Account
from renda.kernel.notify.adapters.base import Outgoing
from renda.kernel.notify.models import PaperPlane, Reach


class Paper:
    """Stores instead of sending; the same key twice is one plane."""

    name: ClassVar[str] = "paper"
    label: ClassVar[str] = "演示信箱"

    def address(self, account: Account, reach: Reach) -> str:
        return str(account.pk)

    def open(self, address: str) -> str:
        return address

    def send(self, out: Outgoing) -> str:
        PaperPlane.objects.get_or_create(
            key=out.key,
            defaults={
                "account": out.account,
                "title": out.title,
                "text": out.long,
                "short": out.short,
                "url": out.url,
                "urgent": out.urgent,
            },
        )
        return ""
