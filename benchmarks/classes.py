"""Accuracy of proposed classes: ``python -m benchmarks.classes``

Ten-fold cross-validation on the 396 classified messages of ``../shared/data/messages/labelled.xlsx`` with the
arithmetic that the product uses; class by class, and how often a proposal is as right as it says.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import time
from collections import Counter
from pathlib import Path

from python_calamine import CalamineWorkbook

from renda.assembly.intake import guessing, texts

HERE = Path(__file__).resolve().parent
SHARED = Path(os.environ.get("RENDA_SHARED", HERE.parent.parent / "shared"))
FOLDS, SEED = 10, 7
Sample = tuple[str, str, str]


def samples(path: Path) -> list[Sample]:
    """Title, text and class of each message, in an order that says nothing."""
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    heads = {str(name): place for place, name in enumerate(rows[0])}
    places = [heads[name] for name in ("留言主题", "留言详情", "一级分类")]
    found = [(str(r[places[0]]), texts.tidy(str(r[places[1]])), str(r[places[2]])) for r in rows[1:]]
    random.Random(SEED).shuffle(found)
    return found


def main() -> int:
    path = SHARED / "data" / "messages" / "labelled.xlsx"
    if not path.is_file():
        print("没有试用数据（../shared）", file=sys.stderr)
        return 1
    found = samples(path)
    size, right, among_two = Counter[str](), Counter[str](), 0
    said: list[tuple[float, bool]] = []
    took: list[float] = []
    for fold in range(FOLDS):
        lessons = guessing.learn(s for place, s in enumerate(found) if place % FOLDS != fold)
        for title, text, label in found[fold::FOLDS]:
            began = time.perf_counter()
            guesses = guessing.guess(lessons, title, text)
            took.append(time.perf_counter() - began)
            size[label] += 1
            right[label] += guesses[0].label == label
            among_two += label in [g.label for g in guesses[:2]]
            said.append((guesses[0].share, guesses[0].label == label))
    print(f"{'分类':<10}{'件数':>5}{'第一项对':>8}")
    for label, n in size.most_common():
        print(f"{label:<10}{n:>5}{right[label] / n:>10.2f}")
    whole = sum(size.values())
    print(f"合计 {whole} 件：第一项对 {sum(right.values()) / whole:.3f}，前两项有 {among_two / whole:.3f}")
    print(f"只猜最多的一类：{size.most_common(1)[0][1] / whole:.3f}")
    for low, high in ((0.0, 0.5), (0.5, 0.7), (0.7, 0.9), (0.9, 1.01)):
        part = [ok for share, ok in said if low <= share < high]
        if part:
            print(f"自称 {low:.1f}—{min(high, 1):.1f} 的 {len(part)} 件，对 {statistics.mean(part):.2f}")
    print(f"一次提示 {statistics.median(took) * 1000:.1f} 毫秒（中位数，不含读库）")
    return 0


if __name__ == "__main__":
    sys.exit(main())
