"""Official stroke order of names (姓氏笔画排序): a key that sorts as text.

The rule (GB 13000.1 字符集汉字字序（笔画序）规范, GF 3003; as in published lists of names):

1. the surname's character with fewer strokes comes first;
2. with equal counts the strokes are compared one by one, in the order 横 竖 撇 点 折 (1 to 5);
3. with the same strokes the order of the table decides (principal before subsidiary shapes, 左右 before
   上下 before 包围);
4. with the same surname a single given name (单名) comes before longer ones, and given names are compared
   character by character in the same way; a compound surname follows the single surname it begins with.

The key has digits only, so that every database and every collation sorts it alike.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_SEPARATORS = frozenset("·•・‧.．⋅・ 　-－")
_END = "00"
_UNKNOWN = "99"


@dataclass(frozen=True, slots=True)
class Strokes:
    """A character's place in the official order.

    Args:
        sequence: the strokes in writing order, 1 横 2 竖 3 撇 4 点 5 折.
        tie: place among the characters with the same strokes, from 0.
    """

    sequence: str
    tie: int

    @property
    def count(self) -> int:
        return len(self.sequence)

    @property
    def key(self) -> str:
        return f"{self.count:02d}{self.sequence}{self.tie:02d}"


@dataclass(frozen=True, slots=True)
class StrokeKey:
    """The key of a name, and the characters that the table does not have (they sort last)."""

    key: str
    missing: str

    @property
    def note(self) -> str:
        """One Chinese sentence for the clerk where a character is missing, else empty."""
        if not self.missing:
            return ""
        return f"笔顺表里没有“{'、'.join(self.missing)}”，该姓名排在同列末尾，请核对后手工排序。"


@cache
def compound_surnames() -> frozenset[str]:
    """Surnames of two characters (``data/compound_surnames.txt``): they tell where a given name begins."""
    text = files("renda.assembly.people").joinpath("data/compound_surnames.txt").read_text("utf-8")
    return frozenset(text.split())


@cache
def table() -> dict[str, Strokes]:
    """The stroke table, read once: character → strokes (``data/strokes.tsv``, in official order)."""
    text = files("renda.assembly.people").joinpath("data/strokes.tsv").read_text("utf-8")
    result: dict[str, Strokes] = {}
    previous, tie = "", 0
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        sequence, characters = line.split("\t")
        tie = tie if sequence == previous else 0
        for character in characters:
            result[character] = Strokes(sequence, tie)
            tie += 1
        previous = sequence
    return result


def split_name(name: str) -> tuple[str, str]:
    """Surname and given name of a name as written; separators and spaces are left out.

    A name with · (尼加提·阿不都) has no Han surname: its first character stands for one.
    """
    text = unicodedata.normalize("NFC", name).strip()
    dotted = any(c in _SEPARATORS for c in text.replace(" ", "").replace("　", ""))
    bare = "".join(c for c in text if c not in _SEPARATORS)
    if not dotted and len(bare) > 2 and bare[:2] in compound_surnames():
        return bare[:2], bare[2:]
    return bare[:1], bare[1:]


def stroke_key(name: str) -> StrokeKey:
    """The sorting key of a name.

    Args:
        name: a person's name as written: Han names of any length, compound surnames, names with ·,
            Latin letters.

    Returns:
        A key of digits; characters outside the table come after all others and are named.
    """
    surname, given = split_name(name)
    missing: list[str] = []

    def part(text: str) -> str:
        keys = []
        for character in text:
            strokes = table().get(character)
            if strokes is None:
                missing.append(character)
                keys.append(f"{_UNKNOWN}{ord(character):07d}")
            else:
                keys.append(strokes.key)
        return "".join(keys) + _END

    length = "0" if not given else "1" if len(given) == 1 else "2"
    key = part(surname) + length + part(given)
    return StrokeKey(key, "".join(dict.fromkeys(missing)))
