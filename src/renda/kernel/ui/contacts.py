"""The clerk's number (打电话问): kept per congress, shown on every page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import transaction

from renda.kernel.refs import Ref
from renda.kernel.ui.models import Contact
from renda.kernel.ui.providers import Helpline

if TYPE_CHECKING:
    from renda.kernel.identity.api import Account

ALL = "all"
_NUMBER = re.compile(r"[0-9+\-() 转]{3,32}")


class ContactError(Exception):
    """A number that nobody could dial; its text says what to mend."""


def contact(scopes: Sequence[str]) -> Helpline | None:
    """The number for the first of these scopes that has one, otherwise that of the whole installation.

    Args:
        scopes: most particular first: ``["congress:3"]``.
    """
    order = {scope: place for place, scope in enumerate([*scopes, ALL])}
    found = min(Contact.objects.filter(scope__in=order), key=lambda c: order[c.scope], default=None)
    return Helpline(found.label, found.number, found.hours) if found else None


def set_contact(scope: str, label: str, number: str, hours: str = "", *, actor: Account | None) -> Contact:
    """Set the number of a scope.

    Args:
        scope: ``congress:3`` or ``all``.
        label: who answers: 代表联络工委.
        number: an office's number as it is dialled, extension included; never a private number.
        hours: when somebody answers.
        actor: an administrator; None for commands.

    Raises:
        ContactError: a name is missing or the number cannot be dialled.
        identity.Forbidden: the actor may not.
    """
    from renda.kernel.identity import api as identity  # the public zone has neither accounts nor a record
    from renda.kernel.record import api as record
    from renda.kernel.ui.entries import ContactSet

    label, number, hours = label.strip(), number.strip(), hours.strip()
    if not label:
        raise ContactError("请写明接电话的科室，例如“代表联络工委”。")
    if not _NUMBER.fullmatch(number):
        raise ContactError("电话只写数字、横线和分机，例如 0961-6012345 转 8。")
    if re.fullmatch(r"1\d{10}", re.sub(r"\D", "", number)):
        raise ContactError("这里要留办公电话，不留个人手机。")
    with transaction.atomic():
        if actor is not None:
            identity.check("ui.contact", actor, scope)
        made, _ = Contact.objects.update_or_create(
            scope=scope, defaults={"label": label, "number": number, "hours": hours}
        )
        origin = record.Origin.page() if actor is not None else record.Origin.job("ui.set_contact")
        record.write(
            ContactSet(office=label, number=number, hours=hours),
            subject=Ref("ui.contact", scope, label),
            actor=actor,
            origin=origin,
        )
    return made
