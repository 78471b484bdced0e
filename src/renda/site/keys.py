"""The installation's secret: made once in the data folder, readable by its owner only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def secret_key(home: Path) -> str:
    """Return the secret of the installation in ``home``; make it on first use.

    ``RENDA_SECRET_KEY`` wins, for installations that keep secrets elsewhere.
    """
    given = os.environ.get("RENDA_SECRET_KEY")
    if given:
        return given
    path = home / "secret.key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as handle:
        key = secrets.token_urlsafe(64)
        handle.write(key)
    return key
