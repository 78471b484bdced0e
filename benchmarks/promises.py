"""Promises proposed from replies, against labels: ``python -m benchmarks.promises``

200 of the 2,252 real replies of ``../shared/data/messages/replies.xlsx``, labelled by two labellers, neither
knowing what the other or the rules had found: how many promises each makes, and how many with a day. The
first (``promises_a.csv``) did it a second time in another order (``promises_b.csv``), which shows how far one
agrees with oneself; the rules were mended on the first's. ``promises_second.csv`` is the second labeller's,
made after the rules. ``promises_fresh.csv`` are 80 other replies, labelled before the rules were run on them,
not used for mending: the figure to trust. Labels hold row numbers alone, the texts stay where they are.
Criteria: docs/rooms/motions.md.
"""

from __future__ import annotations

import csv
import datetime as dt
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from python_calamine import CalamineWorkbook

from renda.business.motions import promises

HERE = Path(__file__).resolve().parent
SHARED = Path(os.environ.get("RENDA_SHARED", HERE.parent.parent / "shared"))
READ = 620  # characters of a reply after its greeting that both labellers read
Labels = dict[int, tuple[int, int]]


def labels(name: str) -> Labels:
    """Row of the sheet → promises, promises with a day."""
    with (HERE / "labels" / name).open(encoding="utf-8") as file:
        return {int(r["row"]): (int(r["promises"]), int(r["dated"])) for r in csv.DictReader(file)}


def body(text: str) -> str:
    """A reply as it was read: without greeting, thanks and the sheet's tabs and line breaks."""
    plain = re.sub(r"\s+", "", text)
    plain = re.sub(r"^.{0,40}?(您好|你好)[！!。，:：]?", "", plain)
    return re.sub(r"感谢您?对.{0,30}$", "", plain)[:READ]


def replies(path: Path, rows: Sequence[int]) -> dict[int, tuple[str, dt.date]]:
    """Row → text and day of the reply."""
    sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    heads = {str(name): place for place, name in enumerate(sheet[0])}
    found = {}
    for row in rows:
        cells = sheet[row - 1]
        when = re.split(r"[-/ T年月日]", str(cells[heads["答复时间"]]))
        found[row] = (str(cells[heads["答复意见"]]), dt.date(int(when[0]), int(when[1]), int(when[2])))
    return found


@dataclass(frozen=True, slots=True)
class Score:
    """Right and wrong of a yes-or-no question."""

    both: int
    only_said: int
    only_true: int
    neither: int

    @property
    def precision(self) -> float:
        return self.both / ((self.both + self.only_said) or 1)

    @property
    def recall(self) -> float:
        return self.both / ((self.both + self.only_true) or 1)

    @property
    def kappa(self) -> float:
        """Cohen's kappa: agreement beyond what chance gives."""
        n = self.both + self.only_said + self.only_true + self.neither
        agreed = (self.both + self.neither) / n
        said, true = self.both + self.only_said, self.both + self.only_true
        chance = (said * true + (n - said) * (n - true)) / n**2
        return (agreed - chance) / (1 - chance) if chance < 1 else 1.0


def compare(said: dict[int, bool], true: dict[int, bool]) -> Score:
    pairs = [(said[row], true[row]) for row in true]
    return Score(*(pairs.count(p) for p in ((True, True), (True, False), (False, True), (False, False))))


def main() -> int:
    path = SHARED / "data" / "messages" / "replies.xlsx"
    if not path.is_file():
        print("没有试用数据（../shared）", file=sys.stderr)
        return 1
    a, b, again = (labels(f"promises_{name}.csv") for name in ("a", "second", "b"))
    texts = replies(path, sorted(a))
    found = {row: promises.propose(body(text), day) for row, (text, day) in texts.items()}
    said = {row: bool(f) for row, f in found.items()}
    print(f"{len(a)} 件答复，有承诺的：甲 {_n(a)}，乙 {_n(b)}，程序提示 {sum(said.values())}")
    for what, place in (("有没有承诺", 0), ("有没有带期限的承诺", 1)):
        first = {row: value[place] > 0 for row, value in a.items()}
        second = {row: value[place] > 0 for row, value in b.items()}
        mine = said if place == 0 else {row: any(p.due for p in f) for row, f in found.items()}
        twice = compare(first, {row: value[place] > 0 for row, value in again.items()}).kappa
        print(f"{what}：甲乙一致性 kappa {compare(first, second).kappa:.2f}（甲前后两遍 {twice:.2f}）")
        agreed = {row: first[row] for row in first if first[row] == second[row]}
        for name, truth in (("甲", first), ("乙", second), ("甲乙一致的", agreed)):
            s = compare(mine, truth)
            print(
                f"  对{name}（{len(truth)} 件）：准确率 {s.precision:.2f}，召回率 {s.recall:.2f}，"
                f"kappa {s.kappa:.2f}（多提 {s.only_said}，漏提 {s.only_true}）"
            )
    total = sum(value[0] for value in a.values())
    print(f"承诺项数：甲 {total}，乙 {sum(v[0] for v in b.values())}，程序 {sum(map(len, found.values()))}")
    fresh = labels("promises_fresh.csv")
    others = {
        row: promises.propose(body(text), day) for row, (text, day) in replies(path, sorted(fresh)).items()
    }
    print(
        f"没有用来改规则的 {len(fresh)} 件，有承诺的 {_n(fresh)}，程序提示 {sum(map(bool, others.values()))}"
    )
    for what, place in (("有没有承诺", 0), ("有没有带期限的承诺", 1)):
        mine = {row: any(place == 0 or p.due for p in f) for row, f in others.items()}
        s = compare(mine, {row: value[place] > 0 for row, value in fresh.items()})
        print(
            f"  {what}：准确率 {s.precision:.2f}，召回率 {s.recall:.2f}，"
            f"kappa {s.kappa:.2f}（多提 {s.only_said}，漏提 {s.only_true}）"
        )
    if "-v" in sys.argv:
        for row in sorted(a):
            if said[row] != (a[row][0] > 0):
                print(row, "多提" if said[row] else "漏提", [(p.act, p.why) for p in found[row]])
    return 0


def _n(found: Labels) -> int:
    return sum(value[0] > 0 for value in found.values())


if __name__ == "__main__":
    sys.exit(main())
