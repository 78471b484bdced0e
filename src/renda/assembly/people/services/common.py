"""What all verbs of people share: the record entry, the policy, references."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from renda.assembly.people.errors import PeopleError
from renda.assembly.people.models import Congress, Organisation, Person
from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.record import api as record
from renda.kernel.refs import Ref

if TYPE_CHECKING:
    from renda.kernel.identity.api import Account


def organ_ref(organ: Organisation) -> Ref:
    """The organ as others point at it."""
    return Ref("people.organisation", str(organ.pk), organ.name)


def person_ref(person: Person) -> Ref:
    """The person as others point at him or her; the subject of vault items too."""
    return Ref("people.person", str(person.pk), person.name)


def congress_ref(congress: Congress) -> Ref:
    """The congress as others point at it."""
    return Ref("people.congress", str(congress.pk), congress.name)


def permit(policy: str, actor: Account | None, obj: Any = None) -> None:
    """A person needs the policy; a command or an import (no actor) was let in by the operating system."""
    if actor is not None:
        identity.check(policy, actor, obj)


def write(
    entry: record.Entry,
    subject: Ref,
    actor: Account | None,
    origin: record.Origin | None = None,
    happened_on: dt.date | None = None,
) -> None:
    """One entry; without an actor it came from a command. A day in the past becomes ``happened_at``."""
    source = origin or (record.Origin.page() if actor else record.Origin.job("people"))
    moment = clock.combine(happened_on) if happened_on and happened_on < clock.today() else None
    record.write(entry, subject=subject, actor=actor, origin=source, happened_at=moment)


@contextmanager
def checked(thing: models.Model) -> Iterator[None]:
    """Turn what a constraint of the database says into a sentence for the person."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise PeopleError(_from_database(thing, str(error))) from error


def validate(thing: models.Model) -> None:
    """Check fields and constraints before saving, so that the message names what is wrong.

    Raises:
        PeopleError: with all findings in one sentence.
    """
    try:
        thing.full_clean()
    except ValidationError as error:
        found = [
            message if name == "__all__" else f"{_label(thing, name)}：{message}"
            for name, messages in error.message_dict.items()
            for message in messages
        ]
        raise PeopleError("；".join(found)) from error


def _label(thing: models.Model, name: str) -> str:
    try:
        return str(getattr(thing._meta.get_field(name), "verbose_name", name))
    except LookupError:
        return name


def _from_database(thing: models.Model, text: str) -> str:
    for constraint in thing._meta.constraints:
        if constraint.name in text:
            return str(constraint.violation_error_message)
    return f"“{thing._meta.verbose_name}”与已有资料冲突，请刷新后核对。"
