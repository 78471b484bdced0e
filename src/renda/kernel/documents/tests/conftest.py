"""Fixtures of attachments: an account, an owner, an empty store for each test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from renda.kernel.refs import Ref

OWNER = Ref("documents.test", "1", "关于加快老旧小区加装电梯的建议")


@pytest.fixture
def store_folder(settings: Any, tmp_path: Path) -> Path:
    """A store of its own."""
    from django.core.files.storage import storages

    settings.MEDIA_ROOT = tmp_path / "files"
    storages._storages.clear()
    return Path(settings.MEDIA_ROOT)


@pytest.fixture
def clerk(db: None) -> Any:
    from renda.kernel.identity.api import Account

    return Account.objects.create(username="clerk", display_name="王书记员")


@pytest.fixture
def owner() -> Ref:
    return OWNER


@pytest.fixture
def readable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody who is logged in may read what belongs to the owner."""
    from renda.kernel.documents import files

    monkeypatch.setitem(files._readers, OWNER.kind, lambda account, owner_id: owner_id == OWNER.id)
