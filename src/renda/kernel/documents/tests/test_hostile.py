"""Files that lie, blow up or act: refused with a sentence, nothing kept."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renda.kernel.documents.api import Refused, attach, attachments
from renda.kernel.documents.names import LONGEST, safe_name
from renda.kernel.documents.tests.samples import (
    DATA,
    docx_file,
    png_file,
    rename_stream,
    with_macro_sheet,
    zip_file,
)
from renda.kernel.refs import Ref

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store_folder")]
OLD_WORD = (DATA / "old.doc").read_bytes()
OLD_EXCEL = (DATA / "old.xls").read_bytes()
MACRO_TYPES = (
    b'<Types><Override PartName="/word/document.xml" '
    b'ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'
)


def overlapping() -> bytes:
    """A zip whose two entries share their bytes."""
    data = bytearray(zip_file({"a.txt": b"x" * 1000, "b.txt": b"y" * 1000}, zipfile.ZIP_STORED))
    directory = data.rindex(b"PK\x01\x02")  # the second entry's
    data[directory + 42 : directory + 46] = (0).to_bytes(4, "little")
    return bytes(data)


def encrypted_zip() -> bytes:
    data = bytearray(zip_file({"a.txt": b"secret"}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


REFUSED = {
    "docm": ("建议.docx", docx_file(parts={"word/vbaProject.bin": b"\xd0\xcf\x11\xe0"}), "宏"),
    "macro content type": (
        "建议.docx",
        zip_file({"[Content_Types].xml": MACRO_TYPES, "word/document.xml": b"<a/>"}),
        "宏",
    ),
    "macro sheet": (
        "表.xlsx",
        zip_file({"[Content_Types].xml": b"<Types/>", "xl/macrosheets/s.xml": b""}),
        "宏",
    ),
    "embedded program": ("建议.docx", docx_file(parts={"word/embeddings/oleObject1.bin": b"MZ"}), "嵌有"),
    "old word macro": ("建议.doc", rename_stream(OLD_WORD, "\x01CompObj", "Macros"), "宏"),
    "old word vba": ("建议.doc", rename_stream(OLD_WORD, "\x01CompObj", "_VBA_PROJECT"), "宏"),
    "old word object": ("建议.doc", rename_stream(OLD_WORD, "\x01CompObj", "\x01Ole10Native"), "嵌有"),
    "excel 4 macro": ("表.xls", with_macro_sheet(OLD_EXCEL), "宏"),
    "password": ("建议.docx", rename_stream(OLD_WORD, "WordDocument", "EncryptedPackage"), "密码"),
    "bomb by ratio": ("包.zip", zip_file({"a": b"\0" * 60_000_000}), "压缩炸弹"),
    "bomb in word": ("建议.docx", docx_file(parts={"word/media/a.bin": b"\0" * 60_000_000}), "压缩炸弹"),
    "bomb by number": ("包.zip", zip_file({f"{i}.txt": b"" for i in range(10_001)}), "压缩炸弹"),
    "bomb by overlap": ("包.zip", overlapping(), "重叠"),
    "zip in zip": ("包.zip", zip_file({"42.zip": zip_file({"a": b"0" * 100})}), "压缩包里还有"),
    "program in zip": ("包.zip", zip_file({"照片.jpg.exe": b"MZ"}), "程序"),
    "macro file in zip": ("包.zip", zip_file({"表.xlsm": b"PK"}), "程序或带宏"),
    "path in zip": ("包.zip", zip_file({"../../etc/cron.d/x": b"x"}), "路径"),
    "absolute path in zip": ("包.zip", zip_file({"/etc/passwd": b"x"}), "路径"),
    "password on zip": ("包.zip", encrypted_zip(), "密码"),
    "rar": ("包.rar", b"Rar!\x1a\x07\x01\x00" + b"\0" * 50, "RAR"),
    "7z": ("包.7z", b"7z\xbc\xaf\x27\x1c" + b"\0" * 50, "7z"),
    "program": ("说明.pdf", b"MZ\x90\x00" + b"\0" * 100, "可执行程序"),
    "elf": ("说明.txt", b"\x7fELF" + b"\0" * 100, "可执行程序"),
    "script": ("a.txt", b"#!/bin/sh\nrm -rf /\n", "脚本"),
    "shortcut": ("打开.txt", b"L\x00\x00\x00\x01\x14\x02\x00" + b"\0" * 60, "快捷方式"),
    "page": ("说明.html", b"<!doctype html><script>alert(1)</script>", "不允许上传"),
    "page as text": ("说明.txt", b"  <html><script>alert(1)</script>", "不允许上传"),
    "drawing": ("图.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "不允许上传"),
    "page as picture": ("图.png", b"<html><script>alert(1)</script>", "不允许上传"),
    "rtf": ("建议.rtf", b"{\\rtf1\\ansi hello}", "RTF"),
    "wrong type": ("建议.pdf", docx_file(), "内容是Word 文档，与扩展名 .pdf 不符"),
    "picture named word": ("建议.docx", png_file(), "与扩展名 .docx 不符"),
    "empty": ("空.txt", b"", "空的"),
    "broken word": ("建议.docx", docx_file()[:3000], "已损坏"),
    "broken old word": ("建议.doc", OLD_WORD[:600], "已损坏"),
    "noise": ("数据.txt", bytes(range(256)) * 10, "编码认不出来"),
    "unknown": ("数据.dat", b"\x00\x01\x02\x03" * 100, "不允许上传"),
    "secret": ("通知.txt", "机密★1年\n关于某事的通知".encode(), "国家秘密标志"),
    "secret in word": ("通知.docx", docx_file("秘密★", "关于某事的通知"), "国家秘密标志"),
    "other package": (
        "a.docx",
        zip_file({"[Content_Types].xml": b"<Types/>", "visio/document.xml": b""}),
        "另存为",
    ),
}


@pytest.mark.parametrize("case", list(REFUSED))
def test_refused_with_a_sentence(case: str, clerk: Any, owner: Ref, store_folder: Path) -> None:
    name, data, words = REFUSED[case]
    with pytest.raises(Refused, match=words):
        attach(data, owner=owner, actor=clerk, name=name)
    assert attachments(owner) == []
    assert [p for p in store_folder.rglob("*") if p.is_file()] == []


TAKEN = {
    "建议.docx": (docx_file(), "Word 文档", "建议.docx"),
    "建议.doc": (OLD_WORD, "Word 文档（旧格式）", "建议.doc"),
    "建议.wps": (OLD_WORD, "Word 文档（旧格式）", "建议.wps"),
    "新存为旧.doc": (docx_file(), "Word 文档", "新存为旧.docx"),
    "表.xls": (OLD_EXCEL, "Excel 表格（旧格式）", "表.xls"),
    "照片.JPG": (png_file(), "图片", "照片.png"),
    "没有扩展名": (png_file(), "图片", "没有扩展名.png"),
    "意见.txt": ("路灯不亮".encode("gb18030"), "文本", "意见.txt"),
    "表.csv": ("编号,标题\n1,电梯\n".encode(), "文本表格", "表.csv"),
    "照片.zip": (zip_file({"现场/1.png": png_file()}), "压缩包", "照片.zip"),
    "说明.pdf": (b"%PDF-1.4\n%%EOF", "PDF 文档", "说明.pdf"),
    "公文.ofd": (zip_file({"OFD.xml": b"<OFD/>", "Doc_0/Document.xml": b"<D/>"}), "OFD 版式文件", "公文.ofd"),
    "保密教育.txt": ("加强保密工作，防止泄露机密".encode(), "文本", "保密教育.txt"),
}


@pytest.mark.parametrize("name", list(TAKEN))
def test_taken_by_content(name: str, clerk: Any, owner: Ref) -> None:
    data, label, kept = TAKEN[name]
    made = attach(data, owner=owner, actor=clerk, name=name)
    assert (made.label, made.name) == (label, kept)


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../../etc/passwd", "passwd"),
        ("C:\\Users\\王\\桌面\\建议.docx", "建议.docx"),
        ("报告\u202efdp.exe", "报告fdp.exe"),
        ("a\x00b\x1f\nc.pdf", "ab c.pdf"),
        ('<img src=x>"|?*.png', "_img src=x_____.png"),
        ("CON.txt", "_CON.txt"),
        ("....", "未命名"),
        (".htaccess", "htaccess"),
        ("  建议 (1) . docx ", "建议 (1).docx"),
        ("建" * 500 + ".docx", "建" * (LONGEST - 5) + ".docx"),
        ("e\u0301.pdf", "é.pdf"),
    ],
)
def test_hostile_names(sent: str, shown: str) -> None:
    assert safe_name(sent) == shown


@given(st.text(max_size=300))
def test_any_name_is_safe(name: str) -> None:
    safe = safe_name(name)
    assert 0 < len(safe) <= LONGEST
    assert not set(safe) & set('/\\<>:"|?*\x00\n\r\u202e\u200f') and safe not in (".", "..")
    assert safe_name(safe) == safe


def test_a_file_over_the_limit_is_refused_while_it_comes_in(
    clerk: Any, owner: Ref, store_folder: Path, settings: Any
) -> None:
    settings.RENDA_ATTACHMENT_BYTES = 1024**2

    class Endless(io.RawIOBase):
        read_bytes = 0

        def read(self, size: int = -1) -> bytes:
            self.read_bytes += size
            return b"\0" * size

    stream = Endless()
    with pytest.raises(Refused, match="超过 1 MB") as caught:
        attach(stream, owner=owner, actor=clerk, name="录像.mp4")
    assert caught.value.status == 413 and stream.read_bytes <= 3 * 1024**2
    assert [p for p in store_folder.rglob("*") if p.is_file()] == []
