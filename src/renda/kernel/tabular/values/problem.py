"""What is wrong with a cell."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One kind of mistake. Equal problems are grouped on the preview.

    Args:
        code: machine name: required, date, year, lookup …
        message: what is wrong and how to mend it, for the sender.
        value: the cell's text, when the mistake is about what is written there.
        mappable: the sender may say what this text means (a look-up or a choice).
    """

    code: str
    message: str
    value: str = ""
    mappable: bool = False
