"""Text of attachments: each format, encodings, limits of time and memory, clear refusals."""

from __future__ import annotations

import io
import time
from pathlib import Path
from typing import Any

import pytest

from renda.kernel.documents import extraction, office
from renda.kernel.documents.api import TextUnreadable, attach, extract_text, pdf, preview_pdf
from renda.kernel.documents.kinds import KINDS
from renda.kernel.documents.tests.measure import open_pdf
from renda.kernel.documents.tests.samples import DATA, docx_file, letter, png_file, zip_file
from renda.kernel.refs import Ref

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = b"<Types/>"


def word(body: str, before: str = "") -> bytes:
    """A Word file with the given body."""
    xml = f'<?xml version="1.0"?>{before}<w:document {W}><w:body>{body}</w:body></w:document>'
    return zip_file({"[Content_Types].xml": TYPES, "word/document.xml": xml.encode()})


def read(data: bytes, kind: str, folder: Path, **limits: Any) -> str:
    path = folder / f"a.{kind}"
    path.write_bytes(data)
    return extraction.text_of(
        path, KINDS[kind], **{"characters": 100_000, "seconds": 20, "convert": False, **limits}
    )


def test_word_with_a_table(tmp_path: Path) -> None:
    assert read(docx_file("第一段", "第二段"), "docx", tmp_path) == "第一段\n第二段\n案由\t加装电梯\n"


def test_word_without_deleted_text_and_field_codes(tmp_path: Path) -> None:
    body = (
        "<w:p><w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:br/></w:r><w:del><w:r><w:t>删</w:t></w:r></w:del>"
        "<w:r><w:instrText>PAGE</w:instrText></w:r><w:ins><w:r><w:t>增</w:t></w:r></w:ins></w:p>"
    )
    assert read(word(body), "docx", tmp_path) == "甲\t乙\n增\n"


def test_old_word_without_an_office_suite(tmp_path: Path) -> None:
    text = read((DATA / "old.doc").read_bytes(), "doc", tmp_path)
    assert text.splitlines() == [
        "关于加快老旧小区加装电梯的建议",
        "案由：老旧小区居民上下楼难。Elevator 2026年。",
        "领衔代表\t某代表",
        "代表团\t城东区代表团",
        "建议：一是加大补助；二是统一平台。",
    ]


def test_spreadsheets(tmp_path: Path) -> None:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("建议")
        sheet.write_row(0, 0, ["编号", "标题"])
        sheet.write_row(1, 0, [101, "加装电梯"])
    assert read(out.getvalue(), "xlsx", tmp_path) == "编号\t标题\n101.0\t加装电梯\n"
    assert "编号\t标题" in read((DATA / "old.xls").read_bytes(), "xls", tmp_path)


def test_pdf_made_by_ourselves(tmp_path: Path) -> None:
    text = read(pdf(letter()), "pdf", tmp_path).replace("\n", "")
    assert "关于加快老旧小区加装电梯的建议" in text and "李明华代表" in text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_plain_text_in_the_encodings_of_offices(encoding: str, tmp_path: Path) -> None:
    assert read("路灯不亮，㐂盼修复\r\n".encode(encoding), "txt", tmp_path) == "路灯不亮，㐂盼修复\n"


def test_slides_open_document_and_ofd(tmp_path: Path) -> None:
    a = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    deck = zip_file(
        {"[Content_Types].xml": TYPES}
        | {f"ppt/slides/slide{i}.xml": f"<s {a}><a:t>第{i}页</a:t></s>".encode() for i in (1, 2, 10)}
    )
    assert read(deck, "pptx", tmp_path) == "第1页\n第2页\n第10页\n"
    t = 'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    content = f"<d {t}><text:h>题</text:h><text:p>文<text:span>字</text:span></text:p></d>"
    odt = zip_file({"content.xml": content.encode()})
    assert read(odt, "odt", tmp_path) == "题\n文字\n"
    ofd = zip_file(
        {
            "OFD.xml": b"<a/>",
            "Doc_0/Pages/Page_0/Content.xml": "<p xmlns='x'><TextCode>公文</TextCode></p>".encode(),
        }
    )
    assert read(ofd, "ofd", tmp_path) == "公文\n"


def test_only_as_many_characters_as_asked(tmp_path: Path) -> None:
    assert len(read(docx_file(*["字" * 1000] * 20), "docx", tmp_path, characters=1500)) == 1500


def test_xml_bombs_and_foreign_entities_are_not_read(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    for before, body in (
        (bomb, "<w:p><w:r><w:t>&b;</w:t></w:r></w:p>"),
        ('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "<w:p><w:r><w:t>&x;</w:t></w:r></w:p>"),
    ):
        with pytest.raises(TextUnreadable, match="读不出文字"):
            read(word(body, before), "docx", tmp_path)


def test_a_part_that_unpacks_too_large_is_not_read(tmp_path: Path) -> None:
    data = word("<w:p><w:r><w:t>" + "a" * 230_000_000 + "</w:t></w:r></w:p>")
    with pytest.raises(TextUnreadable, match="读不出文字"):
        read(data, "docx", tmp_path)


def test_a_file_that_keeps_a_parser_busy_is_given_up(tmp_path: Path) -> None:
    pages = b"".join(
        b"%d 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 9 0 R/Resources<</Font<</F "
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj\n" % (10 + i)
        for i in range(3000)
    )
    kids = b" ".join(b"%d 0 R" % (10 + i) for i in range(3000))
    content = b"BT /F 9 Tf " + b"(a) Tj " * 20_000 + b"ET"
    data = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 3000/Kids["
        + kids + b"]>>endobj\n9 0 obj<</Length " + str(len(content)).encode() + b">>stream\n" + content
        + b"\nendstream endobj\n" + pages + b"trailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF"
    )  # fmt: skip
    started = time.monotonic()
    with pytest.raises(TextUnreadable, match="超时"):
        read(data, "pdf", tmp_path, seconds=2, characters=10**9)
    assert time.monotonic() - started < 12


def test_what_has_no_text_says_so(tmp_path: Path) -> None:
    from pypdf import PdfWriter

    out = io.BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(out)
    with pytest.raises(TextUnreadable, match="扫描件"):
        read(out.getvalue(), "pdf", tmp_path)
    writer.encrypt("secret")
    out = io.BytesIO()
    writer.write(out)
    with pytest.raises(TextUnreadable, match="密码"):
        read(out.getvalue(), "pdf", tmp_path)
    with pytest.raises(TextUnreadable, match="没有可以提取"):
        read(png_file(), "png", tmp_path)
    with pytest.raises(TextUnreadable, match=r"另存为 \.docx"):
        read(b"%PDF-1.4 broken", "pdf", tmp_path)
    flags = bytearray((DATA / "old.doc").read_bytes())
    at = flags.index(b"\xec\xa5") + 0x0B
    flags[at] |= 0x01
    with pytest.raises(TextUnreadable, match="密码"):
        read(bytes(flags), "doc", tmp_path)


@pytest.mark.django_db
@pytest.mark.usefixtures("store_folder")
def test_of_an_attachment(clerk: Any, owner: Ref) -> None:
    made = attach(docx_file("关于路灯的建议"), owner=owner, actor=clerk, name="a.docx")
    assert extract_text(made).startswith("关于路灯的建议\n")


@pytest.mark.django_db
@pytest.mark.usefixtures("store_folder")
def test_without_libreoffice_there_is_no_preview(
    clerk: Any, owner: Ref, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "_program", lambda: None)
    made = attach(docx_file(), owner=owner, actor=clerk, name="a.docx")
    assert preview_pdf(made) is None


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.django_db
@pytest.mark.usefixtures("store_folder")
def test_preview_is_made_once(clerk: Any, owner: Ref, settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    made = attach((DATA / "old.doc").read_bytes(), owner=owner, actor=clerk, name="a.doc")
    first = preview_pdf(made)
    with open_pdf(first or b"") as document:
        assert "加装电梯" in document.pages[0].extract_text()
    started = time.monotonic()
    assert preview_pdf(made) == first and time.monotonic() - started < 0.2


@pytest.mark.slow
@pytest.mark.libreoffice
def test_libreoffice_reads_what_we_cannot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extraction, "_child", lambda *args: ("", "BadWord: not Word 97–2003"))
    text = read((DATA / "old.doc").read_bytes(), "doc", tmp_path, convert=True)
    assert "建议：一是加大补助" in text
