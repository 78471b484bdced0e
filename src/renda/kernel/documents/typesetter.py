"""The typesetter: typst in a process of its own, so that its memory is given back and its faults stay
outside.

A compilation of a year's suggestions takes 600 MB while it is set; a web process must stay below 400. The
child is started when it is first needed, serves one paper after the other, and ends when it has grown, when
nobody has asked for a minute, or with its parent (its standard input closes). Run as ``python -m
renda.kernel.documents.typesetter`` it is that child; nothing of Django is imported there.

A request is a length (4 bytes) and JSON; an answer is a letter (P pdf, F fonts, E error), the length of a
list of warnings (4 bytes, JSON) and of the content (8 bytes).
"""

from __future__ import annotations

import json
import os
import select
import struct
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Any

TEMPLATES = Path(__file__).resolve().parent / "typst"
SECONDS = 180  # for one request; the yearly compilation takes four
IDLE = 60.0  # seconds
GROWN = 400 * 1024  # kB of memory after which the child ends


class SetFailed(Exception):
    """The typesetter refused or died; the message says why."""


class Typesetter:
    """The parent's side: one child at a time, one request at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        os.register_at_fork(after_in_child=self._forget)

    def _forget(self) -> None:
        """A forked process has a child of its own: two on one pipe would read each other's papers."""
        self._lock = threading.Lock()
        self._child = None

    def fonts(self, folders: list[Path]) -> list[dict[str, Any]]:
        """The fonts in folders: family, path, index."""
        found = json.loads(self._ask({"fonts": [str(folder) for folder in folders]})[0])
        assert isinstance(found, list)
        return found

    def draw(self, folders: list[Path], inputs: dict[str, str], moment: int) -> tuple[bytes, list[str]]:
        """A PDF and the typesetter's warnings.

        Args:
            folders: where the fonts lie.
            inputs: strings that the templates read as ``sys.inputs``.
            moment: seconds since 1970, the PDF's date.
        """
        return self._ask({"fonts": [str(folder) for folder in folders], "inputs": inputs, "moment": moment})

    def _ask(self, request: dict[str, Any]) -> tuple[bytes, list[str]]:
        data = json.dumps(request, ensure_ascii=False).encode()
        with self._lock:
            for last in (False, True):
                child = self._running()
                watch = threading.Timer(SECONDS, child.kill)
                watch.start()
                try:
                    assert child.stdin is not None and child.stdout is not None
                    child.stdin.write(struct.pack(">I", len(data)) + data)
                    child.stdin.flush()
                    return _answer(child.stdout)
                except (BrokenPipeError, EOFError) as error:
                    timed_out = not watch.is_alive()
                    self._end()
                    # A child that had just ended by itself has lost nothing: a new one is asked.
                    if last or timed_out:
                        raise SetFailed("排版超时或被中断，请稍后再试") from error
                finally:
                    watch.cancel()
        raise AssertionError

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._end()
            source = str(Path(__file__).resolve().parents[3])
            self._child = subprocess.Popen(
                [sys.executable, "-m", "renda.kernel.documents.typesetter"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd="/",
                env={"PATH": os.defpath, "PYTHONPATH": source, "LC_ALL": "C.UTF-8"},
            )
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    try:
                        pipe.close()
                    except BrokenPipeError:
                        continue


def _answer(stream: IO[bytes]) -> tuple[bytes, list[str]]:
    kind, warned, length = struct.unpack(">cIQ", _exactly(stream, 13))
    warnings: list[str] = json.loads(_exactly(stream, warned))
    content = _exactly(stream, length)
    if kind == b"E":
        raise SetFailed(content.decode())
    return content, warnings


def _exactly(stream: IO[bytes], size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data


typesetter = Typesetter()


# — the child —


def _serve() -> None:
    books: dict[tuple[str, ...], Any] = {}
    compilers: dict[tuple[str, ...], Any] = {}
    while select.select([sys.stdin.buffer], [], [], IDLE)[0]:
        head = sys.stdin.buffer.read(4)
        if len(head) < 4:
            return
        request = json.loads(sys.stdin.buffer.read(struct.unpack(">I", head)[0]))
        kind, warnings, content = _work(request, books, compilers)
        noted = json.dumps(warnings, ensure_ascii=False).encode()
        sys.stdout.buffer.write(struct.pack(">cIQ", kind, len(noted), len(content)) + noted + content)
        sys.stdout.buffer.flush()
        if _resident() > GROWN:
            return


def _work(
    request: dict[str, Any], books: dict[tuple[str, ...], Any], compilers: dict[tuple[str, ...], Any]
) -> tuple[bytes, list[str], bytes]:
    import typst

    folders = tuple(request["fonts"])
    if folders not in books or "inputs" not in request:
        books.clear()
        compilers.clear()
        books[folders] = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[Path(f) for f in folders]
        )
    if "inputs" not in request:
        found = [{"family": i.family, "path": i.path, "index": i.index} for i in books[folders].fonts()]
        return b"F", [], json.dumps(found, ensure_ascii=False).encode()
    if folders not in compilers:
        compilers[folders] = typst.Compiler(
            TEMPLATES / "main.typ", root=TEMPLATES, font_paths=books[folders], ignore_system_fonts=True
        )
    try:
        made, warnings = compilers[folders].compile_with_warnings(
            format="pdf", sys_inputs=request["inputs"], timestamp=request["moment"]
        )
    except typst.TypstError as error:
        return b"E", [], str(error.message).encode()
    assert isinstance(made, bytes)
    return b"P", [warning.message for warning in warnings], made


def _resident() -> int:
    """Memory in use by this process, in kB; 0 where the system doesn't tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, IndexError, ValueError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024


if __name__ == "__main__":
    _serve()
