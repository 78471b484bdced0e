"""Runs linters and tests the way `make test` and `make test-slow` promise, and says what was not run.

    python scripts/suite.py fast|slow|lint

`fast`: linters, types, contracts; the tests on SQLite files; what touches a database again on a PostgreSQL of
its own. `slow`: the marks slow, browser and alone. System packages that are missing are installed
where that is possible (root, apt), else named. Exit code 1 if anything failed, and, with CI=true, if anything
was not run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CI = os.environ.get("CI") == "true"
MINUTES = {"fast": 15, "slow": 30, "lint": 5}

LINTERS = {
    "ruff check": ["ruff", "check", "."],
    "ruff format": ["ruff", "format", "--check", "."],
    "mypy": ["mypy"],
    "import-linter": ["lint-imports"],
    "djlint": ["djlint", "--lint", "--quiet", "src"],
    "docs/matrix.md": ["python", "scripts/matrix.py", "--check"],
    "docs/": ["python", "scripts/docs.py", "--check"],
    "migrations": [
        "python",
        "-m",
        "django",
        "makemigrations",
        "--check",
        "--dry-run",
        "--settings=renda.site.settings_test",
    ],
}


@dataclass
class Outcome:
    """What happened so far: failures by name, what was not run with its reason, and counted tests."""

    failed: list[str] = field(default_factory=list)
    not_run: list[str] = field(default_factory=list)
    tests: Counter[str] = field(default_factory=Counter)


def _glob(pattern: str) -> bool:
    return any(Path("/").glob(pattern))


def missing_packages() -> list[str]:
    """Debian packages whose programs the tests need and this machine has not."""
    present = {
        "chromium": shutil.which("chromium") is not None,
        "postgresql": _glob("usr/lib/postgresql/*/bin/initdb") or shutil.which("initdb") is not None,
        "redis-server": shutil.which("redis-server") is not None,
        "poppler-utils": shutil.which("pdftoppm") is not None,
        "libreoffice-writer": _glob("usr/lib/libreoffice/program/libswlo.so"),
        "libreoffice-calc": _glob("usr/lib/libreoffice/program/libsclo.so"),
        "fonts-noto-cjk": _glob("usr/share/fonts/opentype/noto/NotoSansCJK*"),
    }
    return [name for name, there in present.items() if not there]


def install_packages() -> list[str]:
    """Install what is missing where we may; return what is missing still."""
    missing = missing_packages()
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"== 安装系统包：{' '.join(missing)}", flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], env=quiet, check=False, stdin=subprocess.DEVNULL)
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing],
            env=quiet,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        missing = missing_packages()
    return missing


def lint(outcome: Outcome) -> None:
    """Run every linter, two at a time; print those that complain."""

    def run(name: str) -> tuple[str, int, str, float]:
        command = [str(BIN / LINTERS[name][0]), *LINTERS[name][1:]]
        started = time.monotonic()
        done = subprocess.run(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        return name, done.returncode, done.stdout, time.monotonic() - started

    order = sorted(LINTERS, key=lambda name: name != "mypy")  # the longest first
    with ThreadPoolExecutor(2) as pool:
        for name, code, output, seconds in pool.map(run, order):
            print(f"== {name}：{'通过' if code == 0 else '不通过'}（{seconds:.0f} 秒）", flush=True)
            if code != 0:
                print(output, flush=True)
                outcome.failed.append(name)


def pytest(outcome: Outcome, name: str, arguments: list[str], *, postgres: bool) -> None:
    """Run pytest on both cores and count from its report; its own closing lines go to our output."""
    print(f"== 测试：{name}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [str(BIN / "python"), "-m", "pytest", "-n", "2", "--dist", "loadgroup", "-rf"]
        command += [f"--junitxml={report}", *arguments]
        if postgres:
            command = [str(ROOT / "scripts" / "postgres.sh"), *command]
        environment = {key: value for key, value in os.environ.items() if key != "RENDA_TEST_POSTGRES"}
        started = time.monotonic()
        code = subprocess.run(
            command, cwd=ROOT, env=environment, check=False, stdin=subprocess.DEVNULL
        ).returncode
        print(f"== {name}：{time.monotonic() - started:.0f} 秒", flush=True)
        if code == 3 and not report.exists():
            outcome.not_run.append(f"{name}：没有 PostgreSQL")
            return
        if code not in (0, 5):  # 5: nothing collected under these marks
            outcome.failed.append(name)
        if report.exists():
            _count(outcome, name, report)


def _count(outcome: Outcome, name: str, report: Path) -> None:
    skipped: Counter[str] = Counter()
    for case in ET.parse(report).getroot().iter("testcase"):
        skip = case.find("skipped")
        if skip is not None:
            skipped[skip.get("message", "没有说明原因")] += 1
            outcome.tests["skipped"] += 1
        elif case.find("failure") is not None or case.find("error") is not None:
            outcome.tests["failed"] += 1
        else:
            outcome.tests["passed"] += 1
    outcome.not_run += [f"{name}：{count} 项，{reason}" for reason, count in skipped.items()]


def main(mode: str) -> int:
    """Run one mode; print the summary; return the exit code."""
    started = time.monotonic()
    outcome = Outcome()
    if mode != "lint":
        outcome.not_run += [f"需要系统包 {name} 的测试（没有装上）" for name in install_packages()]
    if mode in ("fast", "lint"):
        lint(outcome)
    if mode == "fast":
        pytest(outcome, "SQLite", [], postgres=False)
        pytest(outcome, "PostgreSQL", [], postgres=True)
    if mode == "slow":
        # Apart: a driven browser keeps an event loop in its process, and a clock wants no neighbours.
        pytest(outcome, "SQLite，慢测", ["-m", "slow and not browser and not alone"], postgres=False)
        pytest(outcome, "浏览器", ["-m", "browser and not alone"], postgres=False)
        pytest(outcome, "PostgreSQL，慢测", ["-m", "slow and not browser and not alone"], postgres=True)
        pytest(outcome, "计时", ["-m", "alone", "-n", "0"], postgres=False)
    minutes = (time.monotonic() - started) / 60
    print(f"\n== {mode}：{minutes:.1f} 分钟（应在 {MINUTES[mode]} 分钟之内）")
    for line in outcome.failed:
        print(f"不通过：{line}")
    for line in outcome.not_run:
        print(f"未运行：{line}")
    if not outcome.not_run:
        print("没有未运行的测试")
    if mode != "lint":
        tests = outcome.tests
        print(f"{tests['passed']} passed, {tests['failed']} failed, {tests['skipped']} skipped")
    if mode != "lint" and not outcome.tests["passed"]:
        return 1
    return 1 if outcome.failed or (CI and outcome.not_run) else 0


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in MINUTES:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
