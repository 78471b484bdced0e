"""The worker's part: deliver the outbox."""

from renda.kernel.jobs import api as jobs
from renda.kernel.workflow import events


@jobs.loop("workflow.deliver")
def deliver() -> None:
    """Each second, under a lease, so that two workers never deliver the same event at once."""
    with jobs.lease("workflow.deliver", seconds=60) as mine:
        if mine:
            events.deliver()
