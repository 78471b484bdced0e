"""Text of attachments, read in a child process within limits; old formats also through LibreOffice."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import renda
from renda.kernel.documents import office, store
from renda.kernel.documents.child import READERS
from renda.kernel.documents.errors import TextUnreadable
from renda.kernel.documents.files import Attachment
from renda.kernel.documents.kinds import BY_TYPE, Kind

CHARACTERS = 500_000
SECONDS = 30


def extract_text(attachment: Attachment, *, characters: int = CHARACTERS, seconds: int = SECONDS) -> str:
    """The text of an attachment.

    Args:
        attachment: PDF with text, Word (old and new), Excel, slides, OFD, plain text in UTF-8 or GB18030.
        characters: how many characters are enough.
        seconds: how long it may take.

    Raises:
        TextUnreadable: a picture or recording, a scan, a password, damaged, too slow; the message says which.
        ContentMissing: the content is not in the store.
    """
    kind = BY_TYPE.get(attachment.content_type)
    if kind is None:
        raise TextUnreadable(f"“{attachment.name}”不是文档，没有可以提取的文字。")
    with store.as_path(attachment.sha256, f".{kind.key}") as path:
        return text_of(path, kind, characters=characters, seconds=seconds)


def text_of(path: Path, kind: Kind, *, characters: int, seconds: int, convert: bool = True) -> str:
    """The text of a file on disk.

    Args:
        path: the content.
        kind: what it is.
        characters, seconds: limits.
        convert: whether LibreOffice may be asked where our own reader fails.

    Raises:
        TextUnreadable: see ``extract_text``.
    """
    if kind.key not in READERS and not (convert and kind.key in office.CONVERTIBLE):
        raise TextUnreadable(f"{kind.label}里没有可以提取的文字。")
    text, reason = _child(path, kind, characters, seconds) if kind.key in READERS else ("", "no reader")
    if reason and convert and kind.key in office.CONVERTIBLE and office.available():
        converted = office.convert(path, "txt", seconds=max(seconds, 60))
        if converted is not None:
            text, reason = converted.decode("utf-8", "replace").lstrip("\ufeff")[:characters], ""
    if reason == "timeout":
        raise TextUnreadable("文件过大或过于复杂，提取文字超时：请拆分后再传，或直接粘贴文字。")
    if "password" in reason or "encrypted" in reason:
        raise TextUnreadable("文件加了密码，读不出文字：请去掉密码后重新上传。")
    if reason:
        raise TextUnreadable(
            f"{kind.label}已损坏或格式特殊，读不出文字：请另存为 .docx 后再试，或直接粘贴文字。"
        )
    if not text.strip():
        more = "可能是扫描件，" if kind.key in ("pdf", "ofd") else ""
        raise TextUnreadable(f"{kind.label}里没有文字（{more}请录入文字）。")
    return text


def _child(path: Path, kind: Kind, characters: int, seconds: int) -> tuple[str, str]:
    """Text and, where there is none, the reason as the child named it."""
    source = str(Path(renda.__file__).resolve().parent.parent)
    command = [
        sys.executable, "-m", "renda.kernel.documents.child",
        kind.key, str(path), str(characters), str(seconds),
    ]  # fmt: skip
    environment = {"PATH": os.defpath, "PYTHONPATH": source, "PYTHONIOENCODING": "utf-8", "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(  # noqa: S603  our own program, arguments as a list
            command, capture_output=True, timeout=seconds + 5, cwd="/", env=environment, check=False
        )
    except subprocess.TimeoutExpired:
        return "", "timeout"
    if done.returncode < 0:
        return "", "timeout"  # ended by its limit of processor time
    if done.returncode:
        return "", done.stderr.decode("utf-8", "replace") or "failed"
    return done.stdout.decode("utf-8", "replace"), ""


def previewable(attachment: Attachment) -> bool:
    """Whether a PDF preview of an attachment can be made on this machine."""
    kind = BY_TYPE.get(attachment.content_type)
    return kind is not None and kind.key in office.CONVERTIBLE and office.available()


def preview_pdf(attachment: Attachment) -> bytes | None:
    """An Office file as PDF, to be read on a phone; None where LibreOffice is missing or can't.

    The result is kept by content: the same file is converted once.
    """
    kind = BY_TYPE.get(attachment.content_type)
    if kind is None or not previewable(attachment):
        return None
    kept = office.preview_folder() / f"{attachment.sha256}.pdf"
    if kept.is_file():
        return kept.read_bytes()
    with store.as_path(attachment.sha256, f".{kind.key}") as path:
        made = office.convert(path, "pdf", seconds=90)
    if made is not None and made.startswith(b"%PDF-"):
        kept.parent.mkdir(parents=True, exist_ok=True)
        temporary = kept.with_suffix(f".{os.getpid()}.part")
        temporary.write_bytes(made)
        temporary.replace(kept)
    return made
