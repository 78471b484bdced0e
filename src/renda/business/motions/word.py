"""What a Word file says, as parts of a suggestion; what was not understood is handed back, never dropped.

Three layouts that offices send: (a) headings 案由, 情况分析, 建议; (b) a form drawn as a table, label beside
text; (c) running text with marks such as 一、 or 建议：. Works on the extracted text: paragraphs are lines,
cells of a table row are joined by tabs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

# What offices call the parts. Longer names first: 分析及建议 must not be read as 分析.
NAMES: dict[str, tuple[str, ...]] = {
    "title": ("建议标题", "议案标题", "建议名称", "议案名称", "标题", "题目", "题 目", "标 题"),
    "matter": (
        "案由",
        "案 由",
        "事由",
        "问题的提出",
        "存在的主要问题",
        "存在的问题",
        "存在问题",
        "基本情况",
        "背景",
    ),
    "analysis": (
        "情况分析",
        "案据",
        "原因分析",
        "分析",
        "主要原因",
        "现状及分析",
        "现状分析",
        "理由",
        "问题及原因",
        "问题分析",
    ),
    "proposal": (
        "具体建议",
        "建议内容",
        "意见建议",
        "意见和建议",
        "对策建议",
        "对策及建议",
        "解决方案",
        "方案",
        "几点建议",
        "建议措施",
        "建议如下",
        "建议",
    ),
    "proposed_organ": ("建议承办单位", "希望承办单位", "承办单位", "主办单位", "建议办理单位"),
}
# Parts of a form that the system knows by itself.
KNOWN = (
    "领衔代表",
    "提出人",
    "代表姓名",
    "姓名",
    "代表团",
    "附议人",
    "附议代表",
    "联名代表",
    "日期",
    "提交日期",
    "编号",
    "类别",
)
_BY_NAME = {re.sub(r"\s", "", name): part for part, names in NAMES.items() for name in names} | dict.fromkeys(
    KNOWN, ""
)
_ALL = "|".join(sorted((re.escape(n) for n in _BY_NAME), key=len, reverse=True))
_N = "[一二三四五六七八九十]"
_ORDER = rf"(?:{_N}+、|[（(]{_N}+[)）]|\d{{1,2}}[.．、]|第{_N}+部分[：:]?)?"
_HEADING = re.compile(rf"^\s*[【\[]?{_ORDER}\s*[【\[]?({_ALL})[】\]]?\s*[：:]?\s*$")
_INLINE = re.compile(rf"^\s*{_ORDER}\s*[【\[]?({_ALL})[】\]]?\s*[：:]\s*(\S.*)$")
_TITLE = re.compile(r"^\s*[《]?(关于.{2,90}?的(?:建议|意见|批评|议案))[》]?\s*$")
_ITEM = re.compile(
    r"\s+(?=(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[)）]|\d{1,2}[.．、]))"
)
_CLOSING = re.compile(r"^\s*(?:此致|敬礼|以上建议|妥否|请予)")


@dataclass
class Filled:
    """What was read.

    Args:
        parts: text by part of the suggestion.
        unknown: passages that fit no part, in the order of the file.
        layout: which layout it looked like: table, headings, marks or none.
    """

    parts: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    layout: str = "none"


def read(text: str) -> Filled:
    """Take a text apart.

    >>> filled = read("关于修路的建议\\n案由\\n路面破损。\\n建议：尽快修复。\\n另附照片")
    >>> filled.parts["title"], filled.parts["matter"], filled.parts["proposal"]
    ('关于修路的建议', '路面破损。', '尽快修复。\\n另附照片')
    """
    found = Filled()
    collected: dict[str, list[str]] = {}
    here: str | None = None
    for line in _lines(text):
        if "\t" in line:
            rest = _row(line, collected)
            if rest is None:
                found.layout = "table"
                here = None
                continue
            line = rest
        title = _TITLE.match(line)
        if title and "title" not in collected and here in (None, "title"):
            collected["title"] = [title[1]]
            continue
        heading, inline = _HEADING.match(line), _INLINE.match(line)
        if heading or inline:
            name = re.sub(r"\s", "", (heading or inline)[1])  # type: ignore[index]
            part = _BY_NAME[name]
            if inline is None or not part or _fits(part, collected):
                found.layout = (
                    found.layout if found.layout == "table" else ("headings" if heading else "marks")
                )
                here = part or None
                if part and inline:
                    collected.setdefault(part, []).append(inline[2].strip())
                if inline and part in ("title", "proposed_organ"):
                    here = None
                continue
        if _CLOSING.match(line):
            here = None
        if here is None:
            found.unknown.append(line.strip())
        else:
            collected.setdefault(here, []).append(line.strip())
    found.parts = {part: "\n".join(texts) for part, texts in collected.items() if any(texts)}
    return found


def _lines(text: str) -> Iterator[str]:
    for line in text.replace("\r", "\n").replace("\x0b", "\n").replace("\u3000", " ").splitlines():
        if line.strip(" \t\xa0"):
            yield line.strip(" \xa0\n")


def _fits(part: str, collected: dict[str, list[str]]) -> bool:
    """Whether “名称：…” begins a part; a second 案由 or 分析 further down is only a sentence."""
    return part not in collected or part not in ("matter", "analysis")


def _row(line: str, collected: dict[str, list[str]]) -> str | None:
    """Cells of a form: label, text, label, text. Returns what belongs to none; None where all did."""
    cells = [cell.strip() for cell in line.split("\t")]
    understood = False
    rest: list[str] = []
    place = 0
    while place < len(cells):
        name = re.sub(r"[\s：:]", "", cells[place])
        part = _BY_NAME.get(name)
        if part is None:
            if cells[place]:
                rest.append(cells[place])
            place += 1
            continue
        understood = True
        value = cells[place + 1] if place + 1 < len(cells) else ""
        if part and value:
            collected.setdefault(part, []).append(_ITEM.sub("\n", value))
        place += 2
    return None if understood and not rest else " ".join(rest)
