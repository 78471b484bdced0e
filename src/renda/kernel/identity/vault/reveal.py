"""The two ways by which a clear value leaves the vault: a person's reveal with its reason, a job's use."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from renda.kernel.identity import access, entries
from renda.kernel.identity.errors import Forbidden, IdentityError
from renda.kernel.identity.vault import kinds, store
from renda.kernel.record import api as record

if TYPE_CHECKING:
    from renda.kernel.identity.models import Account

_policies: dict[str, str] = {}
REASONS = ("核对身份", "联系本人", "办理业务", "更正信息", "依法提供")


def reveal_policy(subject_kind: str, policy_key: str) -> None:
    """Say which policy decides who may see the data of a kind of subject; without one nobody may.

    The policy is asked with a ``Datum`` (id, kind, subject). Called in ``AppConfig.ready``.
    """
    _policies[subject_kind] = policy_key


def check_reveal(item_id: UUID, actor: Account | None) -> kinds.Datum:
    """What may be known of the item by somebody who may reveal it.

    Raises:
        Forbidden: the actor may not see it.
        IdentityError: it was destroyed.
    """
    datum = store.datum(item_id)
    key = _policies.get(datum.subject.kind)
    if key is None:
        raise Forbidden("这类个人信息不开放查看；确有需要请联系系统管理员。")
    access.check(key, actor, datum)
    return datum


def may_reveal(item_id: UUID, actor: Account | None) -> bool:
    """Whether the button 查看 is shown."""
    try:
        check_reveal(item_id, actor)
    except (Forbidden, IdentityError):
        return False
    return True


def vault_reveal(item_id: UUID, *, actor: Account, reason: str) -> str:
    """Show one value to one person for one reason; recorded before it is shown.

    Args:
        item_id: the vault id.
        actor: who looks.
        reason: why, in words.

    Raises:
        Forbidden: the policy of the subject's kind says no.
        IdentityError: no reason, a reason that itself holds a number, or the item is gone.
    """
    reason = reason.strip()
    if len(reason) < 2:
        raise IdentityError("请写明查看的事由；查看会留下记录。")
    datum = check_reveal(item_id, actor)
    label = kinds.kind(datum.kind).label
    try:
        with transaction.atomic():
            record.write(entries.Revealed(item_id, label, reason), subject=datum.subject, actor=actor)
            return store.open_value(item_id)
    except record.PersonalData:
        raise IdentityError("事由里不要写身份证号、手机号等个人信息，请改写。") from None


def vault_use(item_id: UUID, purpose: str) -> str:
    """Give one value to a job on the server (sending an SMS, printing a card); recorded with its purpose.

    The value must not be shown, logged or stored by the caller.

    Raises:
        IdentityError: the item is gone.
    """
    datum = store.datum(item_id)
    with transaction.atomic():
        record.write(
            entries.Used(item_id, kinds.kind(datum.kind).label, purpose),
            subject=datum.subject,
            actor=None,
            origin=record.Origin.job("identity.vault_use"),
        )
        return store.open_value(item_id)
