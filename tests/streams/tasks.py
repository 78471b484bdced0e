"""A task for a worker that is killed in the middle of it."""

from __future__ import annotations

import time
from pathlib import Path

from django_tasks import task


@task()
def stubborn(folder: str) -> None:
    """Never ends the first time; notes each run by a file."""
    runs = len(list(Path(folder).glob("run-*")))
    (Path(folder) / f"run-{runs}").touch()
    if runs == 0:
        time.sleep(3600)
