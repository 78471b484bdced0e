"""Runs every benchmark, or those named, each in a process of its own: ``python -m benchmarks [NAME …]``.

What has a bar stands in one table at the end.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks._bars import reported

HERE = Path(__file__).resolve().parent


def main(names: list[str]) -> int:
    """Run them one after the other: two cores measure one thing at a time."""
    known = sorted(path.stem for path in HERE.glob("*.py") if not path.stem.startswith("_"))
    if unknown := set(names) - set(known):
        print(f"没有这些：{'、'.join(sorted(unknown))}。有：{'、'.join(known)}", file=sys.stderr)
        return 2
    failed = []
    with tempfile.TemporaryDirectory(prefix="renda-bench-") as folder:
        kept = Path(folder) / "bars"
        kept.touch()
        environment = {**os.environ, "RENDA_BENCH_BARS": str(kept)}
        for name in names or known:
            print(f"\n== {name}", flush=True)
            started = time.monotonic()
            command = [sys.executable, "-m", f"benchmarks.{name}"]
            code = subprocess.run(command, cwd=HERE.parent, env=environment, check=False).returncode
            print(f"（{time.monotonic() - started:.0f} 秒）", flush=True)
            if code:
                failed.append(name)
        print("\n== 要求与所测")
        for bar in reported(kept):
            print(bar)
    if failed:
        print(f"没有跑完：{'、'.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
