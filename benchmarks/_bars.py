"""Bars and what was measured: each benchmark notes its own, the run prints one table at its end."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

UNITS = {"s": "秒", "ms": "ms", "MB": "MB", "kB": "kB"}


@dataclass(frozen=True, slots=True)
class Bar:
    """One measured value with its bar.

    Args:
        what: what was measured, in words. value, unit: how much. most: the bar, in the same unit.
        whole: whether it was measured at the size that the bar speaks of.
    """

    what: str
    value: float
    unit: str
    most: float
    whole: bool = True

    @property
    def held(self) -> bool:
        return self.value < self.most

    def __str__(self) -> str:
        digits = 0 if self.unit in ("ms", "kB", "MB") and self.value >= 10 else 1
        unit = UNITS[self.unit]
        said = "在内" if self.held else "超出"
        size = "" if self.whole else "（规模小于要求）"
        return (
            f"{self.value:>9.{digits}f} {unit:<3} 上限 {self.most:>6.0f} {unit:<3} {said}{size}  {self.what}"
        )


def report(*bars: Bar) -> None:
    """Print bars, and leave them in the file of RENDA_BENCH_BARS for the table at the end."""
    for bar in bars:
        print(bar, flush=True)
    path = os.environ.get("RENDA_BENCH_BARS")
    if path:
        with Path(path).open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(asdict(bar), ensure_ascii=False) + "\n" for bar in bars)


def reported(path: Path) -> Iterable[Bar]:
    """What the benchmarks of a run have left."""
    for line in path.read_text("utf-8").splitlines():
        yield Bar(**json.loads(line))
