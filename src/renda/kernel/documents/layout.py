"""A paper made ready to draw: text cleaned, headings numbered, dates written, title lines cut.

All three renderers draw this one form, so that PDF, DOCX and page say the same. Keys are plain JSON: typst
reads it as data, never as markup.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Any

from renda.kernel.documents.paper import (
    Block,
    Facts,
    Heading,
    Items,
    PageBreak,
    Paper,
    Para,
    Section,
    Table,
    names,
)
from renda.kernel.documents.titles import balance

DIGITS = "〇一二三四五六七八九"
ALREADY_NUMBERED = re.compile(
    r"^(?:[一二三四五六七八九十百]+、|（[一二三四五六七八九十百]+）|\d+[.．、]|（\d+）|第[一二三四五六七八九十百]+[章节条部])"
)
# Variation selectors choose a form that official fonts haven't got; non-characters are forbidden in XML.
DROPPED = frozenset(
    [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), *range(0xFDD0, 0xFDF0)]
    + [plane * 0x10000 + end for plane in range(17) for end in (0xFFFE, 0xFFFF)]
)


def clean(text: str) -> str:
    """Text without what cannot be printed: control characters, marks of direction, joiners, variation
    selectors.

    Line breaks stay; a tab becomes a space. What remains is either a letter some font has or a missing glyph.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").replace("\u2028", "\n")
    return "".join(
        c
        for c in text
        if c == "\n"
        or (unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zp", "Zl") and ord(c) not in DROPPED)
    )


def chinese_day(day: dt.date) -> str:
    """2026年3月5日: Arabic, no padding (7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"


def chinese_number(n: int) -> str:
    """一, 十, 十一, 二十, … 九百九十九."""
    if not 0 < n < 1000:
        raise ValueError("编号只到九百九十九")
    hundreds, rest = divmod(n, 100)
    tens, ones = divmod(rest, 10)
    text = f"{DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else DIGITS[tens]) + "十"
    elif hundreds and ones:
        text += "〇"
    return text + (DIGITS[ones] if ones else "")


class Numbers:
    """Running numbers of headings: each begins again below a higher one."""

    def __init__(self) -> None:
        self.counts = [0, 0, 0, 0]

    def next(self, level: int) -> str:
        self.counts[level - 1] += 1
        self.counts[level:] = [0] * (4 - level)
        n = self.counts[level - 1]
        if level <= 2:
            return f"{chinese_number(n)}、" if level == 1 else f"（{chinese_number(n)}）"
        return f"{n}. " if level == 3 else f"（{n}）"


def lay_out(paper: Paper) -> dict[str, Any]:
    """The paper as JSON-able data, ready to draw."""
    wide = paper.landscape if paper.landscape is not None else paper.format == "table"
    per_line = {"plain": 20.0, "table": 34.0}.get(paper.format, 20.0)
    if paper.format == "plain" and wide:
        per_line = 32.0
    to = [clean(name) for name in names(paper.to)]
    printed_on = paper.printed_on or paper.day
    notes = clean(paper.notes).strip()
    return {
        "format": paper.format,
        "title": " ".join(clean(paper.title).split("\n")),
        "title_lines": list(balance(clean(paper.title), per_line)),
        "subtitle": clean(paper.subtitle),
        "organs": [clean(name) for name in paper.organs],
        "mark": _mark(paper),
        "number": clean(paper.number),
        "signer": clean(paper.signer),
        "copy_number": paper.copy_number.zfill(6) if paper.copy_number else "",
        "urgency": paper.urgency,
        "marks": [clean(mark) for mark in paper.marks],
        "to": _address(to),
        "body": _blocks(paper.body, Numbers()),
        "attachments": [clean(name).rstrip("。；;.") for name in paper.attachments_note if name.strip()],
        "signatures": [clean(name) for name in paper.signatures]
        if paper.day or paper.signature_organ
        else [],
        "day": chinese_day(paper.day) if paper.day else "",
        "sealed": paper.sealed,
        "notes": notes if not notes or notes.startswith("（") else f"（{notes}）",
        "copies_to": _sentence([clean(name) for name in paper.copies_to]),
        "printed_by": clean(paper.printed_by),
        "printed_on": f"{chinese_day(printed_on)}印发" if printed_on and paper.printed_by else "",
        "attendance": [[clean(label), clean(people)] for label, people in paper.attendance if people],
        "toc": paper.toc,
        "compact": paper.compact,
        "landscape": wide,
    }


def _mark(paper: Paper) -> str:
    """发文机关标志: a letter bears the name alone, a paper 文件, minutes 纪要 (10.1, 7.2.4, 10.3)."""
    if not paper.organs:
        return ""
    organ = clean(paper.organs[0])
    if paper.format == "red_head":
        return organ if organ.endswith("文件") else f"{organ}文件"
    if paper.format == "minutes":
        return organ if organ.endswith("纪要") else f"{organ}纪要"
    return organ


def _address(to: list[str]) -> str:
    """主送机关, closed by a colon."""
    text = "，".join(to) if any("、" in name for name in to) else "、".join(to)
    return f"{text.rstrip('：:')}：" if text else ""


def _sentence(parts: list[str]) -> str:
    text = "，".join(part.rstrip("。，") for part in parts if part.strip())
    return f"{text}。" if text else ""


def _blocks(blocks: tuple[Block, ...], numbers: Numbers) -> list[dict[str, Any]]:
    out: list[dict[str, Any]] = []
    for block in blocks:
        match block:
            case Heading():
                text = clean(block.text).strip()
                counted = block.numbered and not ALREADY_NUMBERED.match(text)
                number = numbers.next(block.level) if counted else ""
                out.append({"t": "h", "level": block.level, "text": number + text})
            case Para():
                out.extend(_paragraphs(block))
            case Items():
                texts = [" ".join(clean(text).split("\n")).strip() for text in block.items]
                out.append({"t": "l", "ordered": block.ordered, "items": [text for text in texts if text]})
            case Facts():
                out.append({"t": "f", "rows": [[clean(a), clean(b)] for a, b in block.rows]})
            case Table():
                out.append(_table(block))
            case Section():
                out.append(
                    {
                        "t": "s",
                        "level": block.level,
                        "title": " ".join(clean(block.title).split("\n")),
                        "title_lines": list(balance(clean(block.title), 24.0)),
                        "note": clean(block.note),
                        "new_page": block.new_page,
                        "body": _blocks(block.body, Numbers()),
                    }
                )
            case PageBreak():
                out.append({"t": "b"})
    return out


def _paragraphs(block: Para) -> list[dict[str, Any]]:
    """A paragraph for each line: what people type in a box has line breaks and its own indents."""
    lines = [line.strip(" \u3000") for line in clean(block.text).split("\n")]
    out: list[dict[str, Any]] = []
    for line in lines:
        if line:
            out.append(
                {
                    "t": "p",
                    "text": line,
                    "lead": clean(block.lead) if not out else "",
                    "align": block.align or "",
                    "indent": block.indent and block.align not in ("center", "right"),
                }
            )
    return out


def _table(block: Table) -> dict[str, Any]:
    return {
        "t": "t",
        "head": [clean(cell) for cell in block.headings],
        "rows": [[clean(cell) for cell in row] for row in block.rows],
        "widths": list(block.widths) or [1.0] * len(block.headings),
        "aligns": list(block.aligns) or ["left"] * len(block.headings),
        "caption": clean(block.caption),
        "total": block.total and bool(block.rows),
    }


def texts(value: Any) -> str:
    """All text of a laid-out paper, for the check of glyphs."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return "".join(texts(v) for k, v in value.items() if k not in ("t", "format", "align", "aligns"))
    if isinstance(value, list):
        return "".join(texts(v) for v in value)
    return ""
