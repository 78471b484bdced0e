"""Who may change what the shell keeps."""

from __future__ import annotations

from typing import Any

from renda.kernel.identity import api as identity


@identity.policy("ui.contact", label="设定咨询电话", roles=[identity.ADMINISTRATOR])
def may_set_contact(actor: Any, scope: Any) -> bool:
    """An administrator, for the congress he administers or for the whole installation."""
    if scope is None:
        return True
    held = (holder.partition("@") for holder in identity.holders(actor))
    return any(
        role == identity.ADMINISTRATOR and identity.within(str(scope), place) for role, _, place in held
    )
