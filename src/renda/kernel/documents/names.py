"""File names that people send, made safe to store, list and download."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

from renda.kernel.documents.layout import clean

LONGEST = 120  # characters; Windows allows 255 for a whole path
RESERVED = re.compile(r'[<>:"|?*]')
DEVICES = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)


def safe_name(name: str) -> str:
    """A name without path, control and direction marks, of bounded length, its extension kept.

    ``..\\..\\报告\u202efdp.exe`` becomes ``报告fdp.exe``: what is shown is what it is.
    """
    name = unicodedata.normalize("NFC", clean(name)).replace("\n", " ").replace("\\", "/")
    name = RESERVED.sub("_", name.rsplit("/", 1)[-1])
    name = re.sub(r"\s+", " ", name).strip(" .")
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 8:
        stem, extension = name, ""
    stem, extension = stem.strip(" .") or "未命名", extension.strip()
    if DEVICES.match(stem):
        stem = f"_{stem}"
    ending = f".{extension}" if extension else ""
    return stem[: LONGEST - len(ending)] + ending


def extension_of(name: str) -> str:
    """The extension in lower case without its dot, empty where there is none."""
    return PurePosixPath(name).suffix.lower().lstrip(".")


def with_extension(name: str, extension: str) -> str:
    """The name with another extension."""
    path = PurePosixPath(name)
    return safe_name(f"{path.stem if path.suffix else path.name}.{extension}")
