"""What the worker does for notify: the outbox each second, the digest each morning."""

from __future__ import annotations

from renda.kernel.jobs import api as jobs
from renda.kernel.notify.digest import make_digests
from renda.kernel.notify.outbox import deliver
from renda.kernel.notify.rules import DIGEST_AT


@jobs.loop("notify.outbox")
def send_waiting() -> None:
    """Send what is due."""
    deliver()


@jobs.timetable("notify.digest", at=DIGEST_AT, label="每日消息摘要")
def morning_digest() -> None:
    """Write the digests of a working day."""
    make_digests()
