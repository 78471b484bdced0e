"""How it moves: four processes on one engine, declared and drawn from the same data."""

from renda.business.motions.processes.handling import EXTENSION, HANDLING, JOINT
from renda.business.motions.processes.key import KEY
from renda.business.motions.processes.suggestion import SUGGESTION
from renda.kernel.workflow import api as workflow

ALL = (SUGGESTION, HANDLING, JOINT, EXTENSION, KEY)


def register() -> None:
    for process in ALL:
        workflow.register(process)


__all__ = ["ALL", "EXTENSION", "HANDLING", "JOINT", "KEY", "SUGGESTION", "register"]
