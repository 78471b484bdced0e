"""What a text is rid of before it is indexed, whoever wrote it: numbers of persons, characters of no text."""

from __future__ import annotations

import re

# Eighteen digits of an identity number (GB 11643), eleven of a mobile number; also in full-width digits.
_NUMBERS = re.compile(
    r"(?<![0-9０-９A-Za-z])(?:[1-9１-９][0-9０-９]{16}[0-9０-９XxＸｘ]|[1１][3-9３-９][0-9０-９]{9})(?![0-9０-９A-Za-z])"
)
_NO_TEXT = re.compile("[\0\ud800-\udfff]")  # NUL and halves of characters: databases refuse them


def cover(text: str) -> str:
    """The text with such numbers covered and such characters blank, character for character."""
    return _NUMBERS.sub(lambda match: "●" * len(match[0]), _NO_TEXT.sub(" ", text))
