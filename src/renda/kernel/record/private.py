"""Personal data never enters the record: what looks like it is refused at the door.

The record cannot forget, so it may hold only references to the vault, which can.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Any

from renda.kernel.record.errors import PersonalData

# Citizen ID by GB 11643: six digits of the division, the day of birth, three digits, a check character;
# the form before 1999 has a year of two digits and no check character.
_ID18 = re.compile(r"(?<![0-9A-Za-z])[1-9]\d{5}((?:18|19|20)\d{2})(\d{2})(\d{2})\d{3}[0-9Xx](?![0-9A-Za-z])")
_ID15 = re.compile(r"(?<![0-9A-Za-z])[1-9]\d{5}(\d{2})(\d{2})(\d{2})\d{3}(?![0-9A-Za-z])")
_MOBILE = re.compile(r"(?<![0-9A-Za-z])(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?![0-9A-Za-z])")

# A field of such a name must be the id of a vault item.
PRIVATE_NAMES = frozenset(
    {
        "phone", "mobile", "telephone", "citizen_id", "id_number", "id_card", "address", "home_address",
        "birth_date", "birthday", "date_of_birth", "bank_account",
    }
)  # fmt: skip


def _is_day(year: str, month: str, day: str) -> bool:
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True


def looks_private(text: str) -> str | None:
    """Name what a text seems to contain (``"居民身份证号"``, ``"手机号码"``), or None."""
    plain = unicodedata.normalize("NFKC", text)
    if any(_is_day(*found.groups()) for found in _ID18.finditer(plain)):
        return "居民身份证号"
    if any(_is_day("19" + y, m, d) for y, m, d in (found.groups() for found in _ID15.finditer(plain))):
        return "居民身份证号"
    if _MOBILE.search(plain):
        return "手机号码"
    return None


def texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Every text inside a JSON value with the path to it."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield f"{path}.{key}", key
            yield from texts(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from texts(inner, f"{path}[{number}]")


def refuse_private(value: Any, where: str) -> None:
    """Raise where any text of a JSON value looks like personal data.

    Args:
        value: what is going to be stored.
        where: what it is, for the message.

    Raises:
        PersonalData: the message names the place, never the text itself.
    """
    for path, text in texts(value, where):
        found = looks_private(text)
        if found:
            raise PersonalData(
                f"记录不能含有个人信息：{path} 中有疑似{found}。"
                "请把它存入保险库（vault_put），记录里只写保险库编号。"
            )
