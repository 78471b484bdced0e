"""What makes a file dangerous: macros, programs inside, zip bombs, broken containers."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path, PurePosixPath

import olefile

from renda.kernel.documents.errors import Refused
from renda.kernel.documents.kinds import Kind
from renda.kernel.documents.plaintext import decode

MAX_ENTRIES = 10_000
MAX_TOTAL = 1024**3  # unpacked bytes
BOMB_RATIO = 200  # unpacked to packed
BOMB_FROM = 20 * 1024**2  # below this many unpacked bytes no ratio is a bomb

MACRO_PARTS = ("vbaproject.bin", "vbadata.xml", "macrosheets/", "activex/")
PROGRAMS = frozenset([
    "exe", "com", "scr", "bat", "cmd", "ps1", "vbs", "vbe", "js", "jse", "wsf", "hta", "msi", "msp",
    "jar", "lnk", "pif", "reg", "dll", "cpl", "chm", "iso", "img", "docm", "dotm", "xlsm", "xltm",
    "xlam", "pptm", "potm", "ppam", "apk", "sh",
])  # fmt: skip
NESTED = frozenset(["zip", "rar", "7z", "gz", "tgz", "bz2", "xz", "tar", "cab"])
_MACROS = "文件里有宏（程序）：请用 Word 或 WPS 另存为不含宏的 .docx、.xlsx 或 PDF 后再上传。"
_EMBEDDED = "文件里嵌有程序或其他文件：请删去嵌入的对象，或把它单独作为附件上传。"


def screen(path: Path, kind: Kind) -> None:
    """Refuses a file that is dangerous to those who open it or to the server that reads it.

    Args:
        path: the content.
        kind: what it is.

    Raises:
        Refused: macros, embedded programs, passwords, zip bombs, damaged or tricked containers.
    """
    if kind.key in ("docx", "xlsx", "pptx", "odt", "ods", "odp", "ofd", "zip"):
        _screen_zip(path, kind)
    elif kind.key in ("doc", "xls", "ppt"):
        _screen_ole(path, kind)
    elif kind.family == "text":
        _screen_text(path)


def _screen_zip(path: Path, kind: Kind) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if kind.family == "word" or kind.family == "sheet" or kind.family == "slides":
                _refuse_macros(archive, entries)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise Refused("文件已损坏，打不开：请在本机打开确认后重新上传。") from error
    _refuse_bomb(entries, path.stat().st_size)
    for entry in entries:
        name = entry.filename.replace("\\", "/")
        suffix = PurePosixPath(name).suffix.lower().lstrip(".")
        if entry.flag_bits & 0x1:
            raise Refused("压缩包加了密码，无法检查：请去掉密码后上传。")
        if kind.key != "zip":
            continue
        if name.startswith("/") or ".." in PurePosixPath(name).parts or ":" in name[:3]:
            raise Refused("压缩包里的路径不正常，解开时可能覆盖别的文件：请重新打包后上传。")
        if suffix in PROGRAMS:
            raise Refused(f"压缩包里有程序或带宏的文件（.{suffix}），不能上传：请取出后重新打包。", 415)
        if suffix in NESTED:
            raise Refused("压缩包里还有压缩包，无法检查：请解开后重新打包或逐个上传。")


def _refuse_bomb(entries: list[zipfile.ZipInfo], packed: int) -> None:
    """Total, ratio, number, and entries that share bytes (a bomb without a high ratio)."""
    total = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or total > MAX_TOTAL:
        raise Refused("压缩文件解开后过大，疑似“压缩炸弹”，不能上传：请拆分后再传。", 413)
    if total > BOMB_FROM and total > packed * BOMB_RATIO:
        raise Refused("压缩文件的压缩比异常，疑似“压缩炸弹”，不能上传。", 413)
    end = 0
    for entry in sorted(entries, key=lambda e: e.header_offset):
        if entry.header_offset < end:
            raise Refused("压缩文件的结构异常（内容重叠），不能上传。", 413)
        end = entry.header_offset + 30 + entry.compress_size
    if end > packed:
        raise Refused("文件已损坏，打不开：请在本机打开确认后重新上传。")


def _refuse_macros(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    for entry in entries:
        name = entry.filename.lower().replace("\\", "/")
        if any(part in name for part in MACRO_PARTS) or name.startswith("basic/"):
            raise Refused(_MACROS, 415)
        if "/embeddings/" in name and name.endswith(".bin"):
            raise Refused(_EMBEDDED, 415)
    types = next((e for e in entries if e.filename == "[Content_Types].xml"), None)
    if types is not None and b"macroenabled" in archive.open(types).read(1_000_000).lower():
        raise Refused(_MACROS, 415)


def _screen_ole(path: Path, kind: Kind) -> None:
    try:
        with olefile.OleFileIO(str(path)) as ole:
            streams = [[part.lower() for part in entry] for entry in ole.listdir()]
            if any({"macros", "vba", "_vba_project", "_vba_project_cur"} & set(entry) for entry in streams):
                raise Refused(_MACROS, 415)
            if any("\x01ole10native" in entry[-1] for entry in streams):
                raise Refused(_EMBEDDED, 415)
            if kind.key == "xls":
                book = next(entry for entry in ole.listdir() if entry[-1].lower() in ("workbook", "book"))
                if _has_macro_sheet(ole.openstream(book).read(4 * 1024**2)):
                    raise Refused(_MACROS, 415)
    except Refused:
        raise
    except Exception as error:  # olefile raises many kinds on damaged input
        raise Refused("文件已损坏，打不开：请在本机打开确认后重新上传。") from error


def _has_macro_sheet(book: bytes) -> bool:
    """Excel 4.0 macros live on a sheet of type 1 (BOUNDSHEET record 0x0085, [MS-XLS] 2.4.28)."""
    at = 0
    while at + 4 <= len(book):
        record, length = struct.unpack_from("<HH", book, at)
        if record == 0x0085 and length >= 6 and book[at + 4 + 5] == 1:
            return True
        at += 4 + length
    return False


def _screen_text(path: Path) -> None:
    with path.open("rb") as stream:
        data = stream.read(4 * 1024**2)
        more = bool(stream.read(1))
    if decode(data, partial=more) is None:
        raise Refused("文本文件的编码认不出来：请另存为 UTF-8 编码后上传。", 415)
