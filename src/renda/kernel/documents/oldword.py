"""Text of a Word 97–2003 file (.doc, .wps) by its piece table ([MS-DOC] 2.5.1, 2.9.177), without an office
suite.

Standard library and olefile only: it runs in the child that reads foreign files.
"""

from __future__ import annotations

import re
import struct
from pathlib import Path

import olefile

CELL, FIELD, RESULT, FIELD_END = "\x07", "\x13", "\x14", "\x15"


class BadWord(Exception):
    """Not a readable Word file."""


def doc_text(path: Path) -> str:
    """The main text: paragraphs by lines, cells of a table by tabs.

    Raises:
        BadWord: encrypted, older than Word 97, or damaged.
    """
    with olefile.OleFileIO(str(path)) as ole:
        main = ole.openstream("WordDocument").read()
        if len(main) < 0x1AA or struct.unpack_from("<H", main)[0] != 0xA5EC:
            raise BadWord("not Word 97–2003")
        flags = struct.unpack_from("<H", main, 0x0A)[0]
        if flags & 0x0100:
            raise BadWord("encrypted")
        table = ole.openstream("1Table" if flags & 0x0200 else "0Table").read()
    length = struct.unpack_from("<i", main, 0x4C)[0]
    start, size = struct.unpack_from("<II", main, 0x01A2)
    return _readable("".join(_pieces(main, table[start : start + size]))[:length])


def _pieces(main: bytes, clx: bytes) -> list[str]:
    at = 0
    while at < len(clx) and clx[at] == 0x01:  # property modifications come before the piece table
        at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
    if at >= len(clx) or clx[at] != 0x02:
        raise BadWord("no piece table")
    size = struct.unpack_from("<I", clx, at + 1)[0]
    plc = clx[at + 5 : at + 5 + size]
    count = (len(plc) - 4) // 12
    places = struct.unpack_from(f"<{count + 1}I", plc)
    out = []
    for i in range(count):
        characters = places[i + 1] - places[i]
        position = struct.unpack_from("<I", plc, (count + 1) * 4 + i * 8 + 2)[0]
        if position & 0x40000000:
            offset = (position & 0x3FFFFFFF) // 2
            out.append(main[offset : offset + characters].decode("cp1252", "replace"))
        else:
            out.append(main[position : position + characters * 2].decode("utf-16-le", "replace"))
    return out


def _readable(text: str) -> str:
    """Field codes out, their results in; cell marks as tabs, row ends and paragraphs as lines."""
    kept: list[str] = []
    hidden: list[bool] = []  # for each open field: whether its code, not its result, is being read
    for c in text:
        if c == FIELD:
            hidden.append(True)
        elif c == RESULT and hidden:
            hidden[-1] = False
        elif c == FIELD_END and hidden:
            hidden.pop()
        elif not any(hidden):
            kept.append(c)
    joined = "".join(kept).replace(CELL + CELL, "\n").replace(CELL, "\t")
    joined = re.sub(r"[\r\x0b\x0c]", "\n", joined)
    return re.sub(r"[\x00-\x08\x0e-\x1f]", "", joined)
