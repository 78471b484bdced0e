"""The named computations: several rules and inputs in, several fields out, each answer with its articles.

``sheet`` holds what they share, ``dates``, ``votes`` and ``numbers`` the computations themselves; the command
line, the API and the rooms call the same functions through ``renda.kernel.law.api.compute``.
"""

from renda.kernel.law.computations import dates, numbers, votes
from renda.kernel.law.computations.sheet import COMPUTATIONS, compute, to_json

__all__ = ["COMPUTATIONS", "compute", "dates", "numbers", "to_json", "votes"]
