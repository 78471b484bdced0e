"""Which database a table lives in: the vault and the published copies have their own."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Model

PUBLIC_LABELS = frozenset({"portal"})
# Personal data, and secret ballots: kept apart from who was given one.
VAULT_MODELS = frozenset(
    {("identity", "vaultitem"), ("identity", "vaultkey"), ("votes", "ballotbox"), ("votes", "sealedballot")}
)


def _home(app_label: str, model_name: str | None) -> str:
    if settings.ZONE == "public":
        return "default"
    if app_label in PUBLIC_LABELS:
        return "public"
    if (app_label, model_name) in VAULT_MODELS:
        return "vault"
    return "default"


class Zones:
    """Routes by app label; a migration runs only where its table lives."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        return _home(model._meta.app_label, model._meta.model_name)

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        return _home(model._meta.app_label, model._meta.model_name)

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **hints: Any) -> bool:
        if model_name is None:  # RunSQL, RunPython: they say themselves where they belong
            wanted = hints.get("database")
            if wanted is None:
                wanted = "public" if app_label in PUBLIC_LABELS and settings.ZONE != "public" else "default"
            return bool(db == wanted)
        return db == _home(app_label, model_name.lower())
