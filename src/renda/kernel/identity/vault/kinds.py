"""Kinds of personal data: how each is brought into one form, checked and masked.

Sources: citizen ID numbers by GB 11643—1999 (18 digits, check character ISO 7064 MOD 11-2; numbers of 15
digits are brought to 18); mobile numbers of the mainland in 11 digits.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from renda.kernel.identity.errors import IdentityError
from renda.kernel.refs import Ref

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


@dataclass(frozen=True, slots=True)
class Datum:
    """What may be known of an item without opening it."""

    id: UUID
    kind: str
    subject: Ref


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of personal data.

    Args:
        key: name in code.
        label: Chinese name.
        normalise: text as typed → the one form that is stored and indexed; raises IdentityError.
        mask: the stored form → what a page may show.
    """

    key: str
    label: str
    normalise: Callable[[str], str]
    mask: Callable[[str], str]


def plain(text: str) -> str:
    """Full-width digits and letters to half-width, without blanks and dashes of any sort."""
    folded = unicodedata.normalize("NFKC", text)
    return re.sub(r"[\s\-‐‑‒–—―−·.]", "", folded)


def check_character(first17: str) -> str:
    """The check character of a citizen ID (GB 11643, ISO 7064 MOD 11-2).

    >>> check_character("11010519491231002")
    'X'
    """
    return _CHECKS[sum(w * int(d) for w, d in zip(_WEIGHTS, first17, strict=True)) % 11]


def citizen_id(text: str) -> str:
    """A citizen ID number in 18 characters; 15 digits get their century and check character."""
    number = plain(text).upper()
    if re.fullmatch(r"\d{15}", number):
        number = f"{number[:6]}19{number[6:]}"
        number += check_character(number)
    if not re.fullmatch(r"\d{17}[\dX]", number):
        raise IdentityError("公民身份号码应为 18 位（旧号 15 位），末位可为 X，请核对。")
    try:
        born = dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise IdentityError("公民身份号码第 7 至 14 位不是有效的出生日期，请核对。") from None
    if born.year < 1850:
        raise IdentityError("公民身份号码中的出生年份过早，请核对。")
    if check_character(number[:17]) != number[17]:
        raise IdentityError("公民身份号码的校验位不符，多半是抄错了一位，请核对。")
    return number


def phone(text: str) -> str:
    """A telephone number: mobile in 11 digits without +86, landline with its area code, foreign with +."""
    number = plain(text).replace("(", "").replace(")", "")
    number = re.sub(r"^(?:\+|00)?86(?=1[3-9]\d{9}$|0\d{9,11}$)", "", number)
    if re.fullmatch(r"1[3-9]\d{9}|0\d{9,11}|\+[1-9]\d{6,14}", number):
        return number
    raise IdentityError("电话号码应为 11 位手机号，或带区号的固定电话，请核对。")


def address(text: str) -> str:
    """An address in one form: half-width digits, no doubled blanks."""
    folded = " ".join(unicodedata.normalize("NFKC", text).split())
    if not folded:
        raise IdentityError("住址不能为空。")
    return folded


def birth_date(text: str) -> str:
    """A day as YYYY-MM-DD."""
    folded = unicodedata.normalize("NFKC", text).strip()
    found = re.fullmatch(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?", folded)
    try:
        if found is None:
            raise ValueError(folded)
        return dt.date(*(int(part) for part in found.groups())).isoformat()
    except ValueError:
        raise IdentityError("出生日期应写作 1970-01-31 或 1970年1月31日，请核对。") from None


def bank_account(text: str) -> str:
    """A bank account or card number: 8 to 30 digits."""
    number = plain(text)
    if not re.fullmatch(r"\d{8,30}", number):
        raise IdentityError("银行账号应为 8 至 30 位数字，请核对。")
    return number


def name(text: str) -> str:
    """The name of a member of the public, as written, without doubled blanks."""
    folded = " ".join(unicodedata.normalize("NFKC", text).split())
    if not folded or len(folded) > 60:
        raise IdentityError("姓名应为 1 至 60 个字，请核对。")
    return folded


def _mask_ends(head: int, tail: int) -> Callable[[str], str]:
    def mask(value: str) -> str:
        if len(value) <= head + tail:
            return "*" * len(value)
        return value[:head] + "*" * (len(value) - head - tail) + value[-tail:]

    return mask


# Province, city, county, township as far as they are written; 小区 社区 园区 are no divisions.
_DIVISION = re.compile(
    r"(?:[^\d\s]{1,8}?(?:省|自治区))?(?:[^\d\s]{1,8}?(?:市|州|盟|地区))?"
    r"(?:[^\d\s]{1,8}?(?<![小园社校厂])(?:区|县|市|旗))?(?:[^\d\s]{1,8}?(?:街道|镇|乡))?"
)


def _mask_address(value: str) -> str:
    """Keep the division down to the township, hide everything below it."""
    found = _DIVISION.match(value)
    return (found.group() if found else "") + "*" * 6


KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind("name", "姓名", name, lambda value: value[0] + "*" * max(1, len(value) - 1)),
        Kind("citizen_id", "公民身份号码", citizen_id, _mask_ends(6, 2)),
        Kind("phone", "手机号", phone, _mask_ends(3, 4)),
        Kind("address", "住址", address, _mask_address),
        Kind("birth_date", "出生日期", birth_date, lambda value: f"{value[:4]}年**月**日"),
        Kind("bank_account", "银行账号", bank_account, _mask_ends(4, 4)),
    )
}


def kind(key: str) -> Kind:
    """The declared kind.

    Raises:
        KeyError: the vault doesn't know it.
    """
    try:
        return KINDS[key]
    except KeyError:
        raise KeyError(f"保险库不收“{key}”这一种类") from None
