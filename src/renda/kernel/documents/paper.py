"""A paper as data: what an official document says, apart from how it is drawn (PDF, DOCX, page)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from renda.kernel.documents.errors import PaperError

Format = Literal["letter", "red_head", "minutes", "plain", "table"]
Align = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the body: level 1 一、 黑体, 2 （一） 楷体, 3 1. and 4 （1） 仿宋 (GB/T 9704 7.3.3).

    Args:
        text: the heading; its number is put before it unless it already begins with one.
        level: 1–4.
        numbered: whether the number is put; running, starting again below each higher heading.
    """

    text: str
    level: int = 1
    numbered: bool = True


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph: two characters in, justified, unless said otherwise.

    Args:
        text: its text; a line break in it is kept.
        lead: the first words, set in 黑体 (一是…, 会议指出).
        align: left, center or right; None is justified.
        indent: whether the first line stands two characters in.
    """

    text: str
    lead: str = ""
    align: Align | None = None
    indent: bool = True


@dataclass(frozen=True, slots=True)
class Items:
    """A list; each item is a paragraph, numbered 1. 2. … where ``ordered``, or led by a dot."""

    items: tuple[str, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Pairs of label and value, one a line: number, lead deputy, handling organ … of one suggestion."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the head is repeated on each page, a row is never torn.

    Args:
        headings: the head.
        rows: cells as text.
        widths: relative widths of the columns; equal where empty.
        aligns: alignment by column; left where empty.
        caption: a line above it.
        total: whether the last row is a total (drawn in 黑体).
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...] = ()
    aligns: tuple[Align, ...] = ()
    caption: str = ""
    total: bool = False

    def __post_init__(self) -> None:
        if not self.headings:
            raise PaperError("表格没有列")
        for row in self.rows:
            if len(row) != len(self.headings):
                raise PaperError(f"表格“{self.caption or self.headings[0]}”有一行的格数与表头不同")
        if any(part and len(part) != len(self.headings) for part in (self.widths, self.aligns)):
            raise PaperError("表格的列宽或对齐与列数不同")
        if any(width <= 0 for width in self.widths):
            raise PaperError("表格的列宽必须大于零")


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a long paper (a chapter, one suggestion of a compilation), listed in its table of contents.

    Args:
        title: its heading.
        body: what it says.
        level: 1 chapter, 2 entry.
        new_page: whether it begins on a new page.
        note: a line under the heading (第101号).
    """

    title: str
    body: tuple[Block, ...] = ()
    level: int = 1
    new_page: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class PageBreak:
    """A new page."""


Block = Heading | Para | Items | Facts | Table | Section | PageBreak


@dataclass(frozen=True, slots=True)
class Paper:
    """An official paper (GB/T 9704-2012) or a plain report.

    Args:
        title: the title; a line break in it is kept, otherwise lines are balanced.
        body: blocks in reading order.
        format: ``letter`` 信函, ``red_head`` 文件, ``minutes`` 纪要, ``plain`` report or compilation,
            ``table`` list on landscape paper.
        issuing_organ: organ whose mark heads the paper; several for a joint paper, lead organ first.
        number: 发文字号, ``安人建〔2026〕12号``; for minutes the issue, ``第3期``.
        signer: 签发人; shown where the paper goes upwards or is a reply.
        to: 主送, joined by 、 and closed by a colon.
        attachments_note: names of the attachments (附件说明).
        signature_organ: 署名; the issuing organs where empty.
        day: 成文日期.
        sealed: room for the seal; without, the signature stands two characters from the right.
        notes: 附注, set in brackets under the date.
        copies_to: 抄送.
        printed_by, printed_on: 印发机关 and 印发日期 (the paper's day where empty).
        copy_number: 份号, six digits. urgency: 特急 or 加急. marks: further lines at the upper left (A 类).
        attendance: minutes only: (出席, names), (请假, …), (列席, …).
        subtitle: a line under the title (in brackets where it has them).
        toc: whether a table of contents follows the title (plain).
        compact: smaller type for long compilations (plain) and wide lists (table).
        landscape: for plain and table; a table is landscape unless said otherwise.
        missing: what to do with characters no font has: ``raise`` or ``mark`` (〓); None chooses by format.
    """

    title: str
    body: tuple[Block, ...] = ()
    format: Format = "letter"
    issuing_organ: str | tuple[str, ...] = ()
    number: str = ""
    signer: str = ""
    to: str | tuple[str, ...] = ()
    attachments_note: tuple[str, ...] = ()
    signature_organ: str | tuple[str, ...] = ()
    day: dt.date | None = None
    sealed: bool = True
    notes: str = ""
    copies_to: tuple[str, ...] = ()
    printed_by: str = ""
    printed_on: dt.date | None = None
    copy_number: str = ""
    urgency: str = ""
    marks: tuple[str, ...] = ()
    attendance: tuple[tuple[str, str], ...] = ()
    subtitle: str = ""
    toc: bool = False
    compact: bool = False
    landscape: bool | None = None
    missing: Literal["raise", "mark"] | None = None

    def __post_init__(self) -> None:
        if self.format not in ("letter", "red_head", "minutes", "plain", "table"):
            raise PaperError(f"没有“{self.format}”这种公文格式")
        if not self.title.strip():
            raise PaperError("公文没有标题")
        if self.format in ("letter", "red_head", "minutes") and not self.organs:
            raise PaperError("公文没有发文机关")
        if self.copy_number and not (self.copy_number.isdecimal() and len(self.copy_number) <= 6):
            raise PaperError("份号是不超过六位的数字")
        if self.urgency not in ("", "特急", "加急"):
            raise PaperError("紧急程度只有“特急”和“加急”")

    @property
    def organs(self) -> tuple[str, ...]:
        """The issuing organs, lead organ first."""
        return names(self.issuing_organ)

    @property
    def signatures(self) -> tuple[str, ...]:
        """The organs that sign."""
        return names(self.signature_organ) or self.organs


def names(value: str | Sequence[str]) -> tuple[str, ...]:
    """One name or several as a tuple without empty ones."""
    return tuple(part for part in ((value,) if isinstance(value, str) else tuple(value)) if part.strip())


def h1(text: str, *, numbered: bool = True) -> Heading:
    """一、… in 黑体."""
    return Heading(text, 1, numbered)


def h2(text: str, *, numbered: bool = True) -> Heading:
    """（一）… in 楷体."""
    return Heading(text, 2, numbered)


def h3(text: str, *, numbered: bool = True) -> Heading:
    """1.… in 仿宋."""
    return Heading(text, 3, numbered)


def p(text: str, *, lead: str = "", align: Align | None = None, indent: bool = True) -> Para:
    """A paragraph."""
    return Para(text, lead, align, indent)


def items(*texts: str, ordered: bool = False) -> Items:
    """A list."""
    return Items(tuple(texts), ordered)


def facts(*rows: tuple[str, str]) -> Facts:
    """Pairs of label and value; pairs without a value are left out."""
    return Facts(tuple((label, value) for label, value in rows if value))


def table(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    widths: Sequence[float] = (),
    aligns: Sequence[Align] = (),
    caption: str = "",
    total: bool = False,
) -> Table:
    """A table from any sequences."""
    return Table(
        tuple(headings),
        tuple(tuple(row) for row in rows),
        tuple(widths),
        tuple(aligns),
        caption,
        total,
    )


def section(title: str, *body: Block, level: int = 1, new_page: bool = True, note: str = "") -> Section:
    """A part with an entry in the table of contents."""
    return Section(title, tuple(body), level, new_page, note)
