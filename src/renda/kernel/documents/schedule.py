"""The timetable of this package."""

from __future__ import annotations

from datetime import time

from renda.kernel.documents import services
from renda.kernel.jobs import api as jobs


@jobs.timetable("documents.sweep", at=time(3, 30), label="清理无主的附件内容")
def sweep() -> None:
    """Deletes contents that rolled-back transactions left."""
    services.sweep()
