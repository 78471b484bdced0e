"""Cleaning of what stands in cells: widths, spaces, invisible characters, numbers that are names."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

from renda.kernel.tabular.reading.sheet import FAILED, Cell
from renda.kernel.tabular.values.problem import Problem

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\x00-\x08\x0b\x0c\x0e-\x1f]")
_EDGES = " \t\r\n\u3000\xa0"
_SPACES = re.compile(r"\s+")
_HAN = "[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd]"
_BETWEEN_HAN = re.compile(f"(?<={_HAN})\\s+(?={_HAN})")
_PARTS = re.compile(r"(?:[（(][^（()）]*[)）]|[^、；;，,/\n\s（(]|[（(]|[^\S\n](?![、；;，,/]))+")
_EXPONENT = re.compile(r"\d(?:\.\d+)?[eE]\+?\d{2,3}")
_EXACT = 10**15  # above this Excel keeps no digit for sure
_FORMULA_ERRORS = frozenset(
    {
        FAILED,
        "#REF!",
        "#N/A",
        "#VALUE!",
        "#DIV/0!",
        "#NAME?",
        "#NULL!",
        "#NUM!",
        "#GETTING_DATA",
        "#SPILL!",
        "#CALC!",
    }
)


def written(value: Cell) -> str:
    """A raw cell as one reads it, for messages and workbooks of bad rows."""
    if value is None:
        return ""
    if isinstance(value, str):
        return _INVISIBLE.sub("", value).replace("\r\n", "\n").replace("\r", "\n").strip(_EDGES)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        if value.is_integer() and abs(value) < _EXACT:
            return str(int(value))
        return repr(value)
    if isinstance(value, dt.datetime):
        return (
            value.strftime("%Y-%m-%d") if value.time() == dt.time() else value.strftime("%Y-%m-%d %H:%M:%S")
        )
    return str(value)


def plain(value: Cell) -> str:
    """As ``written``, with full-width letters and digits made ordinary (NFKC)."""
    return unicodedata.normalize("NFKC", written(value)).strip()


def tight(text: str) -> str:
    """For comparing names: NFKC, no space at all, lower case."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", text)).lower()


def formula_error(value: Cell) -> Problem | None:
    if isinstance(value, str) and value[:1] == "#" and value in _FORMULA_ERRORS:
        return Problem("formula", "公式出错。请改好公式，或直接填写内容。", value)
    return None


def text(value: Cell, max_length: int | None) -> str | Problem:
    """Free text as it stands, without invisible characters and outer spaces."""
    result = written(value)
    if max_length is not None and len(result) > max_length:
        return Problem("length", f"有 {len(result)} 个字，超过 {max_length} 个字，请缩短。", result[:40])
    return result


def name(value: Cell, max_length: int | None) -> str | Problem:
    """A person's name: 丁　一 is 丁一; Latin and ethnic names keep single spaces and the dot ·."""
    result = _SPACES.sub(" ", _BETWEEN_HAN.sub("", plain(value))).replace("•", "·").replace("・", "·")
    if any(character.isdecimal() for character in result):
        return Problem("name", "姓名里有数字，请核对。", result)
    return text(result, max_length)


def code(value: Cell, noun: str = "编号") -> str | Problem:
    """A number that is a name; refuses one from which Excel has taken digits."""
    if isinstance(value, float | int) and not isinstance(value, bool) and abs(value) >= _EXACT:
        return lost_digits(noun, written(value))
    result = _SPACES.sub(" ", _BETWEEN_HAN.sub("", plain(value)))
    if _EXPONENT.fullmatch(result):
        return lost_digits(noun, result)
    return result


def lost_digits(noun: str, value: str) -> Problem:
    return Problem(
        "digits",
        f"{noun}被 Excel 存成了数字，后面几位已经丢失。请先把这一列的格式设为“文本”，再重新填写{noun}。",
        value,
    )


def split(value: Cell) -> list[str]:
    """Several values in a cell: 财政局、教育局；公安局. Separators inside brackets do not count."""
    return _PARTS.findall(written(value))


def split_spaces(part: str) -> list[str]:
    """Values that only spaces or line breaks separate; 丁　一 王小二 gives 丁一, 王小二."""
    parts: list[str] = []
    padded = False
    for word in part.split():
        if padded and len(word) == 1:
            parts[-1] += word
            padded = False
        else:
            parts.append(word)
            padded = len(word) == 1
    return parts


def flag(value: Cell) -> bool | Problem:
    if isinstance(value, bool):
        return value
    word = tight(written(value))
    if word in _YES:
        return True
    if word in _NO:
        return False
    return Problem("flag", "请填“是”或“否”。", written(value))


_YES = frozenset({"是", "有", "√", "✓", "✔", "对", "同意", "1", "y", "yes", "true", "☑"})
_NO = frozenset({"否", "无", "没有", "×", "✗", "x", "不", "不同意", "0", "n", "no", "false", "☐", "-", "—"})

_ID = re.compile(r"\d{17}[\dX]")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999, ISO 7064 MOD 11-2
_ID_CHECK = "10X98765432"


def citizen_id(value: Cell) -> str | Problem:
    """A citizen's identity number: 18 characters, a real day of birth, the check character of GB 11643."""
    number = code(value, "身份证号")
    if isinstance(number, Problem):
        return number
    number = _SPACES.sub("", number).upper().lstrip("'")
    if len(number) == 15 and number.isdecimal():
        return Problem("citizen_id", "这是 15 位的旧身份证号，请换成 18 位的。", number)
    if not _ID.fullmatch(number):
        return Problem("citizen_id", f"身份证号应为 18 位，这里是 {len(number)} 位，请核对。", number)
    try:
        dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return Problem("citizen_id", "身份证号里的出生日期不存在，请核对。", number)
    total = sum(int(digit) * weight for digit, weight in zip(number, _ID_WEIGHTS, strict=False))
    if _ID_CHECK[total % 11] != number[17]:
        return Problem("citizen_id", "身份证号的校验位不对，请逐位核对。", number)
    return number


_PHONE = re.compile(r"(?:1\d{10}|(?:0\d{2,3})?[2-9]\d{6,7}(?:-\d{1,6})?|1\d{4}|9\d{4,5}|400\d{7})")


def phone(value: Cell) -> str | Problem:
    """A mobile or fixed number of the mainland; blanks, dashes and +86 are taken off."""
    number = code(value, "电话号码")
    if isinstance(number, Problem):
        return number
    compact = re.sub(r"[\s()（）]", "", number)
    compact = re.sub(r"^(?:\+|00)?86(?=1\d{10}$|0\d)", "", compact.replace("转", "-"))
    compact = compact.replace("-", "") if re.fullmatch(r"1[\d-]{10,12}", compact) else compact
    digits = re.sub(r"^(0\d{2,3})-", r"\1", compact)
    if not _PHONE.fullmatch(digits):
        return Problem("phone", "电话号码的位数不对，请核对；几个号码请只留一个。", number)
    return digits
