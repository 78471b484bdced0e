"""Where the lines of a title end: words whole, lines balanced, a trapezoid or a diamond (GB/T 9704 7.3.1)."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from math import ceil

CLOSING = "，。、；：？！）》〉」』”’〕】％%)]"
OPENING = "（《〈「『“‘〔【(["
# Words that head or close the titles of a congress's papers; a line does not end inside one.
WORDS = tuple(
    """
    人民代表大会 常务委员会 人民政府 人民法院 人民检察院 监察委员会 专门委员会 工作委员会
    委员会 主任会议 主席团 代表大会 办公室 办公厅 管理局 实施细则 实施方案 执法检查
    专题询问 审议意见 代表 建议 批评 意见 议案 办理 情况 报告 通知 决定 决议 答复
    交办 工作 会议 纪要 方案 办法 规定 条例 名单 任免 关于 进一步 加快 加强 推进
    推动 建设 改造 治理 管理 提升 完善 规范 小区 老旧 电梯 学校 医院 社区 城市 农村
    乡村 振兴 道路 交通 环境 保护 生态 发展 服务 养老 教育 医疗 文化 旅游 财政 预算
    决算 次会议 届人大 届人民代表大会 审计 国有 资产 企业 项目 资金 安全 生产 食品
    药品 垃圾 污染 公园 停车 公交 轨道 汇编 统计 年度 第一 第二
    """.split()  # noqa: SIM905  readable as a list of words
)
NUMERALS = "〇一二三四五六七八九十百第"
FORBIDDEN = 10_000.0


def width(text: str) -> float:
    """Width in characters: a Chinese character is one, a Latin letter or digit a half."""
    return sum(0.5 if ord(c) < 0x2000 else 1.0 for c in text)


@lru_cache(maxsize=512)
def balance(title: str, per_line: float = 20) -> tuple[str, ...]:
    """The lines of a title.

    Args:
        title: the text; its own line breaks are kept.
        per_line: how many characters a line holds (2号 on 156 mm: 20).
    """
    lines: list[str] = []
    for part in title.split("\n"):
        lines.extend(_balance(part.strip(), per_line))
    return tuple(line for line in lines if line)


def _balance(text: str, per_line: float) -> list[str]:
    total = width(text)
    if total <= per_line:
        return [text]
    count = ceil(total / per_line)
    for n in (count, count + 1):
        lines = _cut(text, n, per_line)
        if lines:
            return lines
    return [text]


def _cut(text: str, n: int, per_line: float) -> list[str]:
    """The cheapest way to cut a text into ``n`` lines that fit; empty where there is none."""
    size = len(text)
    penalty = [_penalty(text, i) for i in range(size + 1)]
    target = width(text) / n
    best: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]
    for _ in range(n):
        step: dict[int, tuple[float, int]] = {}
        for start, (cost, _previous) in best[-1].items():
            for end in range(start + 1, size + 1):
                length = width(text[start:end])
                if length > per_line:
                    break
                if penalty[end] >= FORBIDDEN and end != size:
                    continue
                total = cost + (length - target) ** 2 + (penalty[end] if end != size else 0.0)
                if end not in step or total < step[end][0]:
                    step[end] = (total, start)
        best.append(step)
    if size not in best[n]:
        return []
    ends = [size]
    for k in range(n, 0, -1):
        ends.append(best[k][ends[-1]][1])
    ends.reverse()
    return [text[a:b].strip() for a, b in pairwise(ends)]


def _penalty(text: str, i: int) -> float:
    """What a line end before ``text[i]`` costs."""
    if i in (0, len(text)):
        return 0.0
    before, after = text[i - 1], text[i]
    if after in CLOSING or before in OPENING or (ord(before) < 0x2000 and ord(after) < 0x2000):
        return FORBIDDEN
    if (before.isdecimal() or before in NUMERALS) and after in NUMERALS + "年月日号次届期项件个亿万千百":
        return FORBIDDEN
    cost = 0.0
    if text.startswith("关于", i):
        cost -= 14
    if before == "的":
        cost -= 8
    if before in "、，》":
        cost -= 5
    if after in "的之地得了们等":
        cost += 40
    if after in "和与及":
        cost += 4
    if text.count("《", 0, i) > text.count("》", 0, i):
        cost += 6
    if any(_inside(text, word, i) for word in WORDS):
        cost += 25
    return cost


def _inside(text: str, word: str, i: int) -> bool:
    start = text.find(word, max(0, i - len(word) + 1))
    return 0 <= start < i < start + len(word)
