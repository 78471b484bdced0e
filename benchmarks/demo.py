"""``make demo`` from a bare clone to a served page, install included: ``python -m benchmarks.demo``

The checkout is cloned to a new folder, so nothing of this one's environment is there. What comes over the
network (packages) is as quick as the network.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

from benchmarks._bars import Bar, report

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 180  # seconds
PATIENCE = 900


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="renda-bench-") as folder, socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port = chosen.getsockname()[1]
        chosen.close()
        clone = Path(folder) / "renda"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("RENDA_", "VIRTUAL_ENV"))}
        with (Path(folder) / "log").open("w") as log:
            began = time.perf_counter()
            made = subprocess.Popen(
                ["make", "demo", f"PORT={port}"],
                cwd=clone,
                env={**environment, "RENDA_HOME": str(Path(folder) / "home")},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                seconds = _served(port, made, began)
            finally:
                os.killpg(made.pid, signal.SIGTERM)
                made.wait(30)
        if seconds is None:
            print((Path(folder) / "log").read_text("utf-8")[-3000:])
            raise SystemExit("没有起来")
    report(Bar("make demo，从克隆到打开的页面", seconds, "s", LONGEST))


def _served(port: int, made: subprocess.Popen[bytes], began: float) -> float | None:
    """Seconds until the log-in page comes; None where the command ended or took too long."""
    while made.poll() is None and time.perf_counter() - began < PATIENCE:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/login/", timeout=5) as answer:
                if answer.status == 200:
                    return time.perf_counter() - began
        except OSError:
            time.sleep(0.2)
    return None


if __name__ == "__main__":
    main()
