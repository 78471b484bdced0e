"""Texts of the public: look-up codes, numbers taken out, layout tidied. Pure."""

from __future__ import annotations

import re
import secrets
import unicodedata
from dataclasses import dataclass

# No 0 O 1 I L: read over the telephone and written by hand.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 10
_MOBILE = re.compile(r"(?<![0-9A-Za-z])(?:\+?86[ -]?)?(1[3-9]\d[ -]?\d{4}[ -]?\d{4})(?![0-9A-Za-z])")
_CITIZEN = re.compile(r"(?<![0-9A-Za-z])([1-9]\d{5}(?:18|19|20)\d{9}[0-9Xx]|[1-9]\d{14})(?![0-9A-Za-z])")
_LANDLINE = re.compile(r"(?<![0-9A-Za-z])(0\d{2,3}[ -]\d{7,8})(?![0-9A-Za-z])")
_SPACES = re.compile(r"[ \t　\xa0]+")
_LINES = re.compile(r"\n{2,}")


def new_code() -> str:
    """A code for looking an opinion up: 50 bits, so that nobody finds another's by trying."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(CODE_LENGTH))


def read_code(text: str) -> str:
    """A code as somebody typed it: small letters, spaces and dashes do not count.

    >>> read_code(" 7k3m-9q2p xy ")
    '7K3M9Q2PXY'
    """
    folded = unicodedata.normalize("NFKC", text).upper()
    return "".join(c for c in folded if c in _ALPHABET)


def shown_code(code: str) -> str:
    """A code as it is printed, in two halves.

    >>> shown_code("7K3M9Q2PXY")
    '7K3M9-Q2PXY'
    """
    half = len(code) // 2
    return f"{code[:half]}-{code[half:]}"


@dataclass(frozen=True, slots=True)
class Lifted:
    """A text without the numbers that stood in it.

    Args:
        text: with each number replaced by its first and last digits and stars.
        phones, citizens: the numbers, in order, each once.
    """

    text: str
    phones: tuple[str, ...]
    citizens: tuple[str, ...]


def lift_numbers(text: str) -> Lifted:
    """Take telephone and citizen ID numbers out of a text that somebody of the public wrote.

    >>> lift_numbers("请回电13900000001，谢谢").text
    '请回电139****0001，谢谢'
    """
    phones: list[str] = []
    citizens: list[str] = []

    def citizen(found: re.Match[str]) -> str:
        citizens.append(found[1])
        return f"{found[1][:2]}****{found[1][-2:]}"

    def mobile(found: re.Match[str]) -> str:
        digits = re.sub(r"\D", "", found[1])
        phones.append(digits)
        return f"{digits[:3]}****{digits[-4:]}"

    def landline(found: re.Match[str]) -> str:
        digits = re.sub(r"\D", "", found[1])
        phones.append(digits)
        return f"{digits[:4]}****{digits[-2:]}"

    folded = text.translate(_WIDE_DIGITS)
    folded = _CITIZEN.sub(citizen, folded)
    folded = _MOBILE.sub(mobile, folded)
    folded = _LANDLINE.sub(landline, folded)
    return Lifted(folded, tuple(dict.fromkeys(phones)), tuple(dict.fromkeys(citizens)))


_WIDE_DIGITS = {ord("０") + n: str(n) for n in range(10)}


def tidy(text: str) -> str:
    """A text as people paste it: tabs and full-width spaces to one space, blank lines to one break.

    >>> tidy("\\t\\t　您好，\\n\\n\\t\\n  路灯坏了。 \\n")
    '您好，\\n路灯坏了。'
    """
    lines = (
        _SPACES.sub(" ", line).strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    )
    return _LINES.sub("\n", "\n".join(line for line in lines if line))


def title_of(text: str, limit: int = 40) -> str:
    """A title where none was given: the first sentence, cut at the limit.

    >>> title_of("路灯坏了三个月。请修。")
    '路灯坏了三个月'
    """
    whole = tidy(text).replace("\n", " ")
    first = re.split(r"[。！？!?；;]", whole, maxsplit=1)[0].strip() or whole
    return first if len(first) <= limit else first[: limit - 1] + "…"
