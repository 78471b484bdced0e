"""What the worker does for the record: seal, each second."""

from __future__ import annotations

from renda.kernel.jobs import api as jobs
from renda.kernel.record.sealer import seal


@jobs.loop("record.sealer")
def seal_waiting() -> None:
    """Put new entries under a seal."""
    seal()
