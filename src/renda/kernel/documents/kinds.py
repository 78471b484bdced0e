"""What a file is, told by its content; the name only decides between kinds that look alike."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

import filetype
import olefile

from renda.kernel.documents.errors import Refused
from renda.kernel.documents.names import extension_of
from renda.kernel.documents.plaintext import decode

OOXML_TYPE = "application/vnd.openxmlformats-officedocument."


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that is taken in.

    Args:
        key: short name; also the extension given to files that have none.
        label: how people call it.
        content_type: MIME type it is served with.
        family: kinds of one family may be named with each other's extension (a .jpg that is PNG).
        extensions: extensions that fit.
        inline: whether a browser may show it in place.
    """

    key: str
    label: str
    content_type: str
    family: str
    extensions: tuple[str, ...]
    inline: bool = False


KINDS = {
    kind.key: kind
    for kind in (
        Kind("pdf", "PDF 文档", "application/pdf", "pdf", ("pdf",), inline=True),
        Kind("docx", "Word 文档", OOXML_TYPE + "wordprocessingml.document", "word", ("docx",)),
        Kind("doc", "Word 文档（旧格式）", "application/msword", "word", ("doc", "wps", "dot")),
        Kind("odt", "ODT 文档", "application/vnd.oasis.opendocument.text", "word", ("odt",)),
        Kind("xlsx", "Excel 表格", OOXML_TYPE + "spreadsheetml.sheet", "sheet", ("xlsx",)),
        Kind("xls", "Excel 表格（旧格式）", "application/vnd.ms-excel", "sheet", ("xls", "et")),
        Kind("ods", "ODS 表格", "application/vnd.oasis.opendocument.spreadsheet", "sheet", ("ods",)),
        Kind("pptx", "演示文稿", OOXML_TYPE + "presentationml.presentation", "slides", ("pptx",)),
        Kind("ppt", "演示文稿（旧格式）", "application/vnd.ms-powerpoint", "slides", ("ppt", "dps")),
        Kind("odp", "ODP 演示文稿", "application/vnd.oasis.opendocument.presentation", "slides", ("odp",)),
        Kind("ofd", "OFD 版式文件", "application/ofd", "ofd", ("ofd",)),
        Kind("png", "图片", "image/png", "image", ("png",), inline=True),
        Kind("jpg", "图片", "image/jpeg", "image", ("jpg", "jpeg", "jpe", "jfif"), inline=True),
        Kind("webp", "图片", "image/webp", "image", ("webp",), inline=True),
        Kind("gif", "图片", "image/gif", "image", ("gif",)),
        Kind("bmp", "图片", "image/bmp", "image", ("bmp",)),
        Kind("tif", "图片", "image/tiff", "image", ("tif", "tiff")),
        Kind("heic", "图片", "image/heic", "image", ("heic", "heif")),
        Kind("mp4", "视频", "video/mp4", "media", ("mp4", "m4v")),
        Kind("mov", "视频", "video/quicktime", "media", ("mov",)),
        Kind("mp3", "录音", "audio/mpeg", "media", ("mp3",)),
        Kind("m4a", "录音", "audio/mp4", "media", ("m4a", "aac")),
        Kind("wav", "录音", "audio/x-wav", "media", ("wav",)),
        Kind("amr", "录音", "audio/amr", "media", ("amr",)),
        Kind("txt", "文本", "text/plain; charset=utf-8", "text", ("txt", "text", "md", "log")),
        Kind("csv", "文本表格", "text/csv; charset=utf-8", "text", ("csv",)),
        Kind("zip", "压缩包", "application/zip", "archive", ("zip",)),
    )
}
BY_TYPE = {kind.content_type: kind for kind in KINDS.values()}
_MAGIC = {
    "image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/gif": "gif", "image/bmp": "bmp",
    "image/tiff": "tif", "image/heic": "heic", "image/heif": "heic", "video/mp4": "mp4", "video/x-m4v": "mp4",
    "video/quicktime": "mov", "audio/mpeg": "mp3", "audio/mp4": "m4a", "audio/aac": "m4a",
    "audio/x-wav": "wav",
    "audio/amr": "amr",
}  # fmt: skip
_NEVER = {
    b"MZ": "可执行程序", b"\x7fELF": "可执行程序", b"\xca\xfe\xba\xbe": "可执行程序",
    b"\xcf\xfa\xed\xfe": "可执行程序", b"L\x00\x00\x00\x01\x14\x02\x00": "快捷方式", b"#!": "脚本",
}  # fmt: skip
_ARCHIVES = {
    b"Rar!": "RAR",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"\x1f\x8b": "GZIP",
    b"BZh": "BZIP2",
    b"\xfd7zXZ": "XZ",
}
_ALLOWED = "可以上传 PDF、Word、Excel、演示文稿、OFD、图片、录音、视频、纯文本和 zip 压缩包。"


def detect(path: Path, name: str) -> Kind:
    """The kind of a file by its content, checked against its name.

    Args:
        path: the content.
        name: the safe name.

    Raises:
        Refused: empty, executable, not a kind that is taken in, or named as something it is not.
    """
    kind = _by_content(path, extension_of(name))
    extension = extension_of(name)
    if extension and extension not in kind.extensions:
        same = [k for k in KINDS.values() if extension in k.extensions and k.family == kind.family]
        if not same:
            raise Refused(
                f"“{name}”的内容是{kind.label}，与扩展名 .{extension} 不符。"
                f"请核对文件；确实无误的，把扩展名改为 .{kind.extensions[0]} 后再上传。",
                415,
            )
    return kind


def _by_content(path: Path, extension: str) -> Kind:
    with path.open("rb") as stream:
        head = stream.read(8192)
    if not head:
        raise Refused("文件是空的：请核对后重新上传。")
    for magic, what in _NEVER.items():
        if head.startswith(magic):
            raise Refused(f"这是{what}，不能作为附件上传。{_ALLOWED}", 415)
    for magic, what in _ARCHIVES.items():
        if head.startswith(magic):
            raise Refused(f"{what} 压缩包无法检查内容：请解开后逐个上传，或改用 zip。", 415)
    if b"%PDF-" in head[:1024]:
        return KINDS["pdf"]
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return _zip_kind(path)
    if head.startswith(olefile.MAGIC):
        return _ole_kind(path)
    guessed = filetype.guess(head)
    if guessed is not None and guessed.mime in _MAGIC:
        return KINDS[_MAGIC[guessed.mime]]
    if head.startswith(b"{\\rtf"):
        raise Refused("RTF 文档可能夹带程序：请用 Word 或 WPS 另存为 .docx 后上传。", 415)
    if extension in ("csv", *KINDS["txt"].extensions, "") and _is_text(path):
        return KINDS["csv" if extension == "csv" else "txt"]
    raise Refused(f"认不出这种文件，或不允许上传这种文件。{_ALLOWED}", 415)


def _is_text(path: Path) -> bool:
    with path.open("rb") as stream:
        head = stream.read(65536)
    text = decode(head, partial=True)
    if text is None:
        raise Refused("文本文件的编码认不出来：请另存为 UTF-8 编码后上传。", 415)
    return text.lstrip("\ufeff \n\r\t")[:1] != "<" and "\x00" not in text


def _zip_kind(path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "[Content_Types].xml" in names:
                for folder, key in (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx")):
                    if any(name.startswith(folder) for name in names):
                        return KINDS[key]
                raise Refused("这种 Office 文件不能上传：请另存为 .docx、.xlsx 或 .pptx。", 415)
            if "OFD.xml" in names:
                return KINDS["ofd"]
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                return BY_TYPE.get(archive.read("mimetype").decode("ascii", "ignore").strip(), KINDS["zip"])
            return KINDS["zip"]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise Refused("文件已损坏，打不开：请在本机打开确认后重新上传。") from error


def _ole_kind(path: Path) -> Kind:
    try:
        with olefile.OleFileIO(str(path)) as ole:
            streams = {"/".join(entry).lower() for entry in ole.listdir()}
    except Exception as error:
        raise Refused("文件已损坏，打不开：请在本机打开确认后重新上传。") from error
    if "encryptedpackage" in streams:
        raise Refused("文件加了打开密码，收件人打不开：请去掉密码后上传。")
    for stream, key in (
        ("worddocument", "doc"),
        ("workbook", "xls"),
        ("book", "xls"),
        ("powerpoint document", "ppt"),
    ):
        if stream in streams:
            return KINDS[key]
    raise Refused(f"认不出这种文件，或不允许上传这种文件。{_ALLOWED}", 415)
