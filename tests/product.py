"""A running product for tests: data folders made once, servers on free ports, stopped after."""

from __future__ import annotations

import fcntl
import functools
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = Path(os.environ.get("RENDA_TEST_CACHE", ROOT / "var" / "tests"))
KEPT_SECONDS = 3600  # homes of other states of the sources may be in use for so long
STARTED = re.compile(r"Renda (?:后台进程)?已启动(?:：(\S+))?")


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of a process that has ``home`` as its data folder, and nothing of ours."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith("RENDA_") and key != "DJANGO_SETTINGS_MODULE"
    }
    return {**kept, "RENDA_HOME": str(home), "PYTHONUNBUFFERED": "1", **more}


def renda(home: Path, *arguments: str, check: bool = True, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a data folder; its output is in the error when it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "renda.site.cli", *arguments],
        env=environment(home, **more),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if check and done.returncode != 0:
        raise AssertionError(f"renda {' '.join(arguments)}：{done.returncode}\n{done.stdout}\n{done.stderr}")
    return done


@functools.cache
def _sources() -> str:
    """A digest of the product's sources as they were when first asked."""
    digest = hashlib.sha256()
    for path in sorted((ROOT / "src").rglob("*")):
        ours = path.suffix in {".py", ".yaml", ".html", ".csv", ".json", ".tsv", ".txt"}
        if ours and "/tests/" not in path.as_posix():
            digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:20]


def _copy(name: str, target: Path, *command: str) -> Path:
    """A copy, at ``target``, of a data folder that ``command`` makes once for this state of the sources.

    Whoever comes first makes it; the lock also keeps a copy whole while others come and go.
    """
    CACHE.mkdir(parents=True, exist_ok=True)
    home = CACHE / f"{name}-{_sources()}"
    with (CACHE / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.exists():
            for old in CACHE.glob(f"{name}-*"):
                if time.time() - old.stat().st_mtime > KEPT_SECONDS:
                    shutil.rmtree(old)
            with tempfile.TemporaryDirectory(dir=CACHE) as folder:
                fresh = Path(folder) / "home"
                renda(fresh, *command)
                fresh.rename(home)
        shutil.copytree(home, target)
    return target


def empty_home(target: Path) -> Path:
    """A data folder after ``renda init``."""
    return _copy("empty", target, "init")


def demo_home(target: Path) -> Path:
    """A data folder with 安澜市 in it; ``demo.json`` there names the accounts."""
    return _copy("demo", target, "demo", "--no-serve")


@dataclass
class Server:
    """A running ``renda serve``."""

    url: str
    home: Path
    process: subprocess.Popen[str]

    def children(self) -> dict[str, int]:
        """The process ids of its children, by name."""
        listed = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(self.process.pid)],
            capture_output=True,
            text=True,
            check=False,
        ).stdout
        found = re.findall(r"^\s*(\d+) .*renda\.site\.children (\w+)", listed, re.MULTILINE)
        return {name: int(pid) for pid, name in found}

    def accounts(self) -> list[dict[str, str]]:
        """The demo's accounts: ``username``, ``password``, ``role``, ``name``."""
        accounts: list[dict[str, str]] = json.loads((self.home / "demo.json").read_text("utf-8"))["accounts"]
        return accounts


@contextmanager
def serving(home: Path, *arguments: str, **more: str) -> Iterator[Server]:
    """Run ``renda serve`` on a free port until the block ends; its log is ``server.log`` in ``home``."""
    with (home / "server.log").open("a") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "renda.site.cli", "serve", "--port", "0", *arguments],
            env=environment(home, **more),
            stdout=subprocess.PIPE,
            stderr=log,
            stdin=subprocess.DEVNULL,
            text=True,
        )
        try:
            yield Server(_address(process, home), home, process)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _address(process: subprocess.Popen[str], home: Path) -> str:
    assert process.stdout is not None
    lines: list[str] = []
    threading.Thread(target=lambda: lines.extend(process.stdout or ()), daemon=True).start()
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        for line in list(lines):
            if found := STARTED.search(line):
                return found.group(1) or ""
        time.sleep(0.05)
    raise AssertionError(f"服务没有启动：{lines}\n{(home / 'server.log').read_text()[-4000:]}")
