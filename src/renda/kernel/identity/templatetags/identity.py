"""Template tags of identity: ``{% load identity %}``."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import template

from renda.kernel.identity.forms import RevealForm
from renda.kernel.identity.vault import kinds, reveal, store

register = template.Library()


@register.inclusion_tag("identity/_personal.html", takes_context=True)
def personal(context: template.Context, item: UUID | None) -> dict[str, Any]:
    """A personal datum on the page of one thing: masked, with 查看 for who may (lists: ``vault_masks``)."""
    if item is None:
        return {"item": None}
    request = context["request"]
    mask = store.vault_mask(item)
    allowed = mask != store.GONE and reveal.may_reveal(item, request.user)
    shown: dict[str, Any] = {"item": item, "mask": mask, "allowed": allowed, "request": request}
    if allowed:
        shown |= {
            "form": RevealForm(auto_id=f"reveal-{item}-%s"),
            "label": kinds.kind(store.datum(item).kind).label,
        }
    return shown
