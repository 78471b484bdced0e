"""LibreOffice, where the machine has it: old formats to text, Office files to PDF for reading on a phone."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import threading
from functools import lru_cache
from pathlib import Path

from django.conf import settings

CONVERTIBLE = frozenset(["doc", "docx", "odt", "xls", "xlsx", "ods", "ppt", "pptx", "odp"])
_one_at_a_time = threading.Semaphore(
    1
)  # an office suite takes 300 MB; two at once would starve a small machine


@lru_cache(maxsize=1)
def _program() -> str | None:
    return shutil.which("soffice") or shutil.which("libreoffice")


def available() -> bool:
    """Whether LibreOffice is installed."""
    return _program() is not None


def preview_folder() -> Path:
    """Where previews are kept; may be emptied at any time."""
    return Path(settings.HOME) / "cache" / "previews"


def convert(path: Path, to: str, *, seconds: int) -> bytes | None:
    """A file in another format.

    Macros do not run: a fresh profile has the default security (no macros from documents), and files with
    macros are not taken in to begin with.

    Args:
        path: the file; its extension must fit its content.
        to: ``pdf``, ``txt`` or ``docx``.
        seconds: when it is ended.

    Returns:
        The converted bytes; None where LibreOffice is missing, fails or takes too long.
    """
    program = _program()
    if program is None:
        return None
    form = "txt:Text (encoded):UTF8" if to == "txt" else to
    with tempfile.TemporaryDirectory(prefix="renda-office-") as folder, _one_at_a_time:
        command = [
            program, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore",
            "--nolockcheck",
            "--nodefault", "--convert-to", form, "--outdir", folder, str(path),
        ]  # fmt: skip
        try:
            process = subprocess.Popen(  # noqa: S603  a fixed program, arguments as a list
                command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
            )
        except OSError:
            return None
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            _end(process)
            return None
        made = Path(folder) / f"{path.stem}.{to}"
        return made.read_bytes() if made.is_file() else None


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the office and the processes it started, its whole session."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
