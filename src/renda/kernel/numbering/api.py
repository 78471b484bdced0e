"""文号: numbers of documents by organ, mark and year, without gaps and without doubles.

A number is reserved, then issued (or given back, and then the next reservation takes it); an issued one can
be declared void and stays listed. Numbers given on paper come in as they are.
"""

from __future__ import annotations

from renda.kernel.numbering.errors import BadNumber, NumberingError, Taken, WrongState
from renda.kernel.numbering.queries import Number, Register, find, get, numbers_of, register, series_list
from renda.kernel.numbering.rules import Series
from renda.kernel.numbering.services import (
    Given,
    declare_unused,
    issue,
    issue_next,
    release,
    reserve,
    take_all_given,
    take_given,
    void,
)

__all__ = [
    "BadNumber",
    "Given",
    "Number",
    "NumberingError",
    "Register",
    "Series",
    "Taken",
    "WrongState",
    "declare_unused",
    "find",
    "get",
    "issue",
    "issue_next",
    "numbers_of",
    "register",
    "release",
    "reserve",
    "series_list",
    "take_all_given",
    "take_given",
    "void",
]
