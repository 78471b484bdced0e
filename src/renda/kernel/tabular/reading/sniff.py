"""Which format a file really is: by its content; its name is only for telling the sender."""

from __future__ import annotations

import zipfile
from io import BytesIO

from renda.kernel.tabular.reading import delimited, word, xls, xlsx
from renda.kernel.tabular.reading.sheet import MAX_BYTES, Book
from renda.kernel.tabular.schema import FileRefused

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OTHERS = {
    b"%PDF": "这是 PDF。表格要从 Excel、WPS 或 Word 里来：请找到原来的表格文件上传。",
    b"\x89PNG": "这是图片。请上传表格文件（xlsx、xls、csv，或带表格的 docx）。",
    b"\xff\xd8\xff": "这是照片。请上传表格文件（xlsx、xls、csv，或带表格的 docx）。",
    b"Rar!": "这是压缩包。请先解压，再上传里面的表格。",
    b"7z\xbc\xaf": "这是压缩包。请先解压，再上传里面的表格。",
    b"{\\rtf": "这是 RTF 文档。请另存为 docx 后再上传。",
    b"MZ": "这是程序，不是表格。",
}
_NOT_A_TABLE = "这个文件不是表格。请上传 xlsx、xls、csv，或带表格的 docx。"


def read(content: bytes) -> Book:
    """Read a file into sheets of raw cells.

    Args:
        content: the whole file, at most ``MAX_BYTES``.

    Raises:
        FileRefused: with what to do instead.
    """
    if not content.strip(b"\x00 \r\n\t\xef\xbb\xbf"):
        raise FileRefused("文件是空的。")
    if len(content) > MAX_BYTES:
        raise FileRefused(too_large(len(content)))
    if content.startswith(_OLE):
        return xls.read(content)
    if content.startswith(_ZIP):
        return _from_zip(content)
    for beginning, message in _OTHERS.items():
        if content.startswith(beginning):
            raise FileRefused(message)
    head = content[:2000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<div", b"<head")):
        raise FileRefused(
            "这是网页，只是文件名写成了 xls。请在 Excel 或 WPS 里打开它，另存为 xlsx 后再上传。"
        )
    if head.startswith(b"<?xml"):
        raise FileRefused("这是 XML 文件。请在 Excel 或 WPS 里打开它，另存为 xlsx 后再上传。")
    return delimited.read(content)


def too_large(size: int) -> str:
    """What to tell the sender of a file of so many bytes."""
    return (
        f"文件有 {size / 1024 / 1024:.0f} MB，超过 {MAX_BYTES // 1024 // 1024} MB。"
        "请删去图片和不用的工作表，或分成几个文件。"
    )


def _from_zip(content: bytes) -> Book:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist())
            kind = b""
            if "mimetype" in names:
                with archive.open("mimetype") as stream:
                    kind = stream.read(100)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise FileRefused("文件已损坏，打不开。请在 Excel 或 WPS 里打开，另存为 xlsx 后再上传。") from error
    if "xl/workbook.xml" in names and "[Content_Types].xml" in names:
        return xlsx.read(content)
    if "word/document.xml" in names:
        return word.read(content)
    if "xl/workbook.bin" in names:
        raise FileRefused("这是二进制工作簿（xlsb）。请另存为 xlsx（“Excel 工作簿”）后再上传。")
    if b"opendocument" in kind:
        raise FileRefused("这是 ODF 格式（ods、odt）。请另存为 xlsx 后再上传。")
    if any(name.lower().endswith((".xlsx", ".xls", ".csv", ".docx")) for name in names):
        raise FileRefused("这是压缩包。请先解压，再上传里面的表格。")
    raise FileRefused(_NOT_A_TABLE)
