"""Bytes of a text file as text: UTF-8, UTF-16 with a mark, GB18030 (standard library only)."""

from __future__ import annotations

import codecs
import re

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


def decode(data: bytes, *, partial: bool = False) -> str | None:
    """The text, or None where no encoding gives readable text.

    Args:
        data: the bytes.
        partial: whether ``data`` is the beginning of something longer, so that a torn last character is no
        error.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _try(data, "utf-16", partial)
    for encoding in ("utf-8-sig", "gb18030"):
        text = _try(data, encoding, partial)
        if text is not None:
            return text
    return None


def _try(data: bytes, encoding: str, partial: bool) -> str | None:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        text = decoder.decode(data, final=not partial)
    except UnicodeDecodeError:
        return None
    return None if len(_CONTROL.findall(text)) > len(text) / 200 else text
