"""Numbers of documents as text: how a series writes them, and how people type them when they search."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from renda.kernel.numbering.errors import BadNumber

Style = Literal["letter", "running"]
_YEARS = range(1949, 2200)
_BRACKETS = str.maketrans("〔〕[]【】﹝﹞［］〈〉<>", "()()()()()()()")
_LETTER = re.compile(r"^(?P<mark>.+?)\((?P<year>\d{4})\)第?(?P<n>\d+)号?$")
_RUNNING = re.compile(r"^第?(?P<n>\d+)号?$")


@dataclass(frozen=True, slots=True)
class Series:
    """A series of numbers: an organ's letters under one mark in one year, or running numbers in one scope.

    Args:
        organ_key: whose series it is, as the caller names the organ, ``"org:12"`` or ``"congress:1"``.
        mark: 机关代字 such as ``安人建``; for running numbers what is counted, such as ``代表建议``.
        year: of a letter; 0 for running numbers.
        scope: of running numbers, ``"session:5"``; empty for letters.

    The text of a letter follows GB/T 9704 7.2.5: year in full in 〔〕, number without leading zeros or 第.
    """

    organ_key: str
    mark: str
    year: int = 0
    scope: str = ""

    def __post_init__(self) -> None:
        if not self.organ_key or not self.mark:
            raise BadNumber("文号系列要有机关和代字（或所编的是什么）。")
        if self.scope and self.year:
            raise BadNumber("按届次连续编号的系列不带年份。")
        if not self.scope and self.year not in _YEARS:
            raise BadNumber(f"文号的年份 {self.year} 不对：应为四位公元年份。")

    @classmethod
    def running(cls, organ_key: str, scope: str, mark: str = "编号") -> Series:
        """Plain running numbers (第101号) of an organ or a kind of things within a scope, as a session."""
        return cls(organ_key, mark, 0, scope)

    @property
    def style(self) -> Style:
        return "running" if self.scope else "letter"

    def text(self, n: int) -> str:
        """The number as it stands on paper: ``安人建〔2026〕12号`` or ``第101号``."""
        return f"第{n}号" if self.scope else f"{self.mark}〔{self.year}〕{n}号"


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed for a number, taken apart; a bare number leaves mark and year open."""

    n: int
    mark: str = ""
    year: int = 0


def plain(text: str) -> str:
    """A number with one kind of brackets and digits and without blanks: two spellings of it become equal."""
    return "".join(unicodedata.normalize("NFKC", text).translate(_BRACKETS).split())


def parse(text: str) -> Typed | None:
    """Take apart what stands on paper or is typed in a search box; None where it is no number.

    >>> parse("安人建[2026]12号")
    Typed(n=12, mark='安人建', year=2026)
    >>> parse("101")
    Typed(n=101, mark='', year=0)
    """
    typed = plain(text)
    if found := _LETTER.match(typed):
        return Typed(int(found["n"]), found["mark"], int(found["year"]))
    if found := _RUNNING.match(typed):
        return Typed(int(found["n"]))
    return None
