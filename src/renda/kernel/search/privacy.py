"""What must not stand in the index in clear, whoever wrote it into a text: identity and mobile numbers."""

from __future__ import annotations

import re

# Eighteen digits of an identity number (GB 11643), eleven of a mobile number; also in full-width digits.
_NUMBERS = re.compile(
    r"(?<![0-9０-９A-Za-z])(?:[1-9１-９][0-9０-９]{16}[0-9０-９XxＸｘ]|[1１][3-9３-９][0-9０-９]{9})(?![0-9０-９A-Za-z])"
)


def cover(text: str) -> str:
    """The text with such numbers covered, character for character."""
    return _NUMBERS.sub(lambda match: "●" * len(match[0]), text)
