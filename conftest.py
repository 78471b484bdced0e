"""Fixtures for every test: the trial data beside the checkout, and what a test needs of the machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("RENDA_SHARED", Path(__file__).resolve().parent.parent / "shared"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of trial data and law texts; tests that need it are named among what was not run."""
    if not SHARED.is_dir():
        pytest.skip("没有试用数据（../shared）")
    return SHARED
