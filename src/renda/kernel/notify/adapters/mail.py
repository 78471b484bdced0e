"""E-mail through Django's configured backend."""

from __future__ import annotations

import smtplib
from typing import ClassVar

from django.core.mail import EmailMessage

from renda.kernel.identity.api import Account
from renda.kernel.notify.adapters.base import Dead, Outgoing, Temporary
from renda.kernel.notify.models import Reach

_NEVER = range(500, 600)  # SMTP: 4xx is for later, 5xx for good


class Mail:
    """A plain letter. The key becomes the Message-ID, by which mail systems recognise a second copy."""

    name: ClassVar[str] = "email"
    label: ClassVar[str] = "邮件"

    def address(self, account: Account, reach: Reach) -> str:
        return reach.email

    def open(self, address: str) -> str:
        return address

    def send(self, out: Outgoing) -> str:
        number = f"<{out.key}@renda>"
        letter = EmailMessage(
            subject=out.title,
            body=f"{out.long}\n\n{out.url}\n",
            to=[out.address],
            headers={"Message-ID": number, "Auto-Submitted": "auto-generated"},
        )
        try:
            letter.send()
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()), (450, b""))[0]
            if code in _NEVER:
                raise Dead("邮箱不存在或拒收") from None
            raise Temporary(f"邮件服务器暂不接收（{code}）") from None
        except (smtplib.SMTPException, OSError) as error:
            raise Temporary(f"邮件没有发出（{type(error).__name__}）") from None
        return number
