"""Files as they come: every format, every encoding, and what is refused before it can do harm."""

from __future__ import annotations

import io
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
import xlsxwriter

from renda.kernel.tabular.reading import sheet as limits
from renda.kernel.tabular.reading import sniff
from renda.kernel.tabular.schema import FileRefused

CELLS = [["标题", "承办单位"], ["关于路灯的建议", "城管局"]]


def xlsx(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        fill(book)
    return buffer.getvalue()


def simple(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("表一")
    for row, line in enumerate(CELLS):
        sheet.write_row(row, 0, line)


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """The same workbook with one part replaced or added."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(buffer, "w") as target:
        for item in source.namelist():
            if item != name:
                target.writestr(item, source.read(item))
        target.writestr(name, part, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def part_of(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name)


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_text_tables_in_every_usual_encoding_and_delimiter(encoding: str, delimiter: str) -> None:
    text = "\r\n".join(delimiter.join(line) for line in CELLS)
    book = sniff.read(text.encode(encoding))
    assert book.format == "csv"
    assert book.sheets[0].rows == CELLS


def test_line_breaks_and_delimiters_inside_quotes_stay_inside() -> None:
    rows = sniff.read('标题,内容\n"甲,乙","一行\n二行"\n'.encode()).sheets[0].rows
    assert rows[1] == ["甲,乙", "一行\n二行"]


def test_numbers_kept_as_text_lose_their_wrapping() -> None:
    rows = sniff.read('编号,名称\n="0012",\'0013\n'.encode()).sheets[0].rows
    assert rows[1] == ["0012", "0013"]


def test_an_open_quotation_mark_is_named_with_its_line() -> None:
    content = '标题,内容\n甲,"乙\n'.encode() + "丙,丁\n".encode() * 200_000
    with pytest.raises(FileRefused, match="引号没有成对"):
        sniff.read(content)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "空的"),
        (b"\xef\xbb\xbf \r\n", "空的"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n", "图片"),
        (b"\xff\xd8\xff\xe0rest", "照片"),
        (b"Rar!\x1a\x07", "解压"),
        ("<html><table><tr><td>标题</td></tr></table></html>".encode(), "网页"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "XML"),
        (b"\x00\x01\x02binary\x00stuff", "不是表格"),
        (b"\x81\x20\xff\xff\xff", "文字编码"),
        (b"PK\x03\x04broken", "损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1broken", "损坏"),
    ],
)
def test_what_is_no_table_is_refused_with_the_way_to_go(content: bytes, said: str) -> None:
    with pytest.raises(FileRefused, match=said):
        sniff.read(content)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ({"xl/workbook.bin": b"x"}, "xlsb"),
        ({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"x"}, "ODF"),
        ({"台账.xlsx": b"x"}, "压缩包"),
        ({"readme.md": b"x"}, "不是表格"),
    ],
)
def test_other_zips_are_told_apart(names: dict[str, bytes], said: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in names.items():
            archive.writestr(name, content)
    with pytest.raises(FileRefused, match=said):
        sniff.read(buffer.getvalue())


def test_a_workbook_named_csv_is_still_a_workbook() -> None:
    assert sniff.read(xlsx(simple)).format == "xlsx"


def test_hidden_sheets_are_named_and_not_read() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        simple(book)
        secret = book.add_worksheet("内部")
        secret.write(0, 0, "不外传")
        secret.hide()
        deep = book.add_worksheet("更深")
        deep.write(0, 0, "不外传")
        deep.very_hidden()

    sheets = sniff.read(xlsx(fill)).sheets
    assert [(each.name, each.hidden, each.rows == []) for each in sheets] == [
        ("表一", False, False),
        ("内部", True, True),
        ("更深", True, True),
    ]


def test_merges_formulas_and_hidden_rows_are_known() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("表一")
        sheet.merge_range("A1:C1", "台账")
        sheet.write_row(1, 0, ["标题", "件数", "合计"])
        sheet.write_row(2, 0, ["甲", 2])
        sheet.write_formula(2, 2, "=B3*2", value=4)
        sheet.write_row(3, 0, ["乙", 3, 6])
        sheet.set_row(3, None, None, {"hidden": True})

    read = sniff.read(xlsx(fill)).sheets[0]
    assert read.merges == [(0, 0, 0, 2)]
    assert read.formulas == {(2, 2)}
    assert read.hidden_rows == 1
    assert read.rows[2][2] == 4


def test_rows_formatted_to_the_end_of_the_sheet_are_no_rows() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        simple(book)
        bold = book.add_format({"bold": True})
        book.worksheets()[0].write_blank(1_048_575, 16_383, None, bold)
        book.worksheets()[0].write_string(5000, 0, " \t\u3000")

    assert sniff.read(xlsx(fill)).sheets[0].rows == CELLS


@pytest.mark.parametrize(
    "cell",
    [
        b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>',
        b"<row r='1048576'><c t='inlineStr' r='XFD1048576'><is><t>x</t></is></c></row>",
        b'<x:row r="1048576"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>',
        b'<row r="1048576">' + b"<c/>" * 16_000 + b"<c><v>1</v></c></row>",
    ],
)
def test_a_cell_at_the_end_of_the_sheet_is_refused_before_anything_is_laid_out(cell: bytes) -> None:
    content = xlsx(simple)
    far = part_of(content, SHEET).replace(b"</sheetData>", cell + b"</sheetData>")
    tracemalloc.start()
    with pytest.raises(FileRefused, match="列，超过"):
        sniff.read(with_part(content, SHEET, far))
    assert tracemalloc.get_traced_memory()[1] < 50_000_000
    tracemalloc.stop()


def test_too_many_rows_say_what_to_do() -> None:
    content = xlsx(simple)
    far = part_of(content, SHEET).replace(
        b"</sheetData>", b'<row r="900000"><c r="A900000"><v>1</v></c></row></sheetData>'
    )
    with pytest.raises(FileRefused, match="第 900000 行"):
        sniff.read(with_part(content, SHEET, far))


def test_a_zip_bomb_is_stopped_while_it_unfolds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("renda.kernel.tabular.reading.xlsx.MAX_UNPACKED", 30_000_000)
    bomb = with_part(xlsx(simple), SHEET, b"<worksheet><sheetData>" + b" " * 200_000_000)
    assert len(bomb) < 1_000_000
    begun = time.monotonic()
    with pytest.raises(FileRefused, match="解开后太大"):
        sniff.read(bomb)
    assert time.monotonic() - begun < 10


def test_a_lying_directory_does_not_hide_a_bomb() -> None:
    """A size in the zip's directory smaller than what comes out is damage, not permission."""
    bomb = bytearray(with_part(xlsx(simple), SHEET, part_of(xlsx(simple), SHEET) + b" " * 5_000_000))
    real = (len(part_of(bytes(bomb), SHEET))).to_bytes(4, "little")
    for _ in range(2):
        place = bomb.rfind(real)
        bomb[place : place + 4] = (1000).to_bytes(4, "little")
    with pytest.raises(FileRefused):
        sniff.read(bytes(bomb))


def test_one_long_text_referred_to_a_million_times_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("renda.kernel.tabular.reading.xlsx.MAX_TEXT", 5_000_000)

    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("表一")
        for row in range(1000):
            sheet.write_string(row, 0, "长" * 30_000)

    content = xlsx(fill)
    assert len(content) < 100_000
    with pytest.raises(FileRefused, match="文字太多"):
        sniff.read(content)


@pytest.mark.parametrize("part", ["xl/vbaProject.bin", "xl/macrosheets/sheet1.xml"])
def test_macros_are_refused(part: str) -> None:
    with pytest.raises(FileRefused, match="宏"):
        sniff.read(with_part(xlsx(simple), part, b"x"))


def test_the_macro_enabled_type_is_refused() -> None:
    content = xlsx(simple)
    types = part_of(content, "[Content_Types].xml").replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    with pytest.raises(FileRefused, match="宏"):
        sniff.read(with_part(content, "[Content_Types].xml", types))


def test_an_entity_bomb_is_refused() -> None:
    evil = b'<!DOCTYPE a [<!ENTITY b "bbbb">]><workbook>&b;</workbook>'
    with pytest.raises(FileRefused):
        sniff.read(with_part(xlsx(simple), "xl/workbook.xml", evil))


def test_a_broken_part_is_damage_not_a_crash() -> None:
    content = xlsx(simple)
    for name in ("xl/workbook.xml", SHEET, "xl/_rels/workbook.xml.rels"):
        with pytest.raises(FileRefused):
            sniff.read(with_part(content, name, b"<worksheet><sheetData><row r='1'><c r='A1' t='s'><v>9"))


def test_a_truncated_file_is_damage_not_a_crash() -> None:
    content = xlsx(simple)
    for length in range(4, len(content), len(content) // 40):
        with pytest.raises(FileRefused):
            sniff.read(content[:length])


def test_size_limit_says_both_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sniff, "MAX_BYTES", 10)
    with pytest.raises(FileRefused, match="MB，超过"):
        sniff.read(b"a,b\nc,d\ne,f\n")


def test_tables_of_a_word_file_with_their_merges() -> None:
    document = docx.Document()
    document.add_paragraph("附件")
    table = document.add_table(rows=4, cols=3)
    for row, line in enumerate(
        [["编号", "标题", "单位"], ["1", "甲", "财政局"], ["", "", "教育局"], ["2", "乙", ""]]
    ):
        for column, text in enumerate(line):
            table.cell(row, column).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    table.cell(1, 1).merge(table.cell(2, 1))
    table.cell(3, 1).merge(table.cell(3, 2))
    buffer = io.BytesIO()
    document.save(buffer)
    book = sniff.read(buffer.getvalue())
    assert book.format == "docx"
    read = book.sheets[0]
    assert read.rows[0] == ["编号", "标题", "单位"]
    assert sorted(read.merges) == [(1, 0, 2, 0), (1, 1, 2, 1), (3, 1, 3, 2)]
    assert read.rows[2][2] == "教育局"


def test_a_word_file_without_a_table_is_refused() -> None:
    buffer = io.BytesIO()
    docx.Document().save(buffer)
    with pytest.raises(FileRefused, match="没有表格"):
        sniff.read(buffer.getvalue())


def xls(fill: Callable[[object], None]) -> bytes:
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    fill(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_old_binary_workbooks() -> None:
    import xlwt

    def fill(book: xlwt.Workbook) -> None:
        sheet = book.add_sheet("表一")
        for row, line in enumerate(CELLS):
            for column, text in enumerate(line):
                sheet.write(row, column, text)
        sheet.write_merge(2, 3, 0, 0, "并排")
        sheet.write(2, 1, xlwt.Formula("1+1"))
        sheet.row(3).set_cell_error(1, "#REF!")
        hidden = book.add_sheet("内部")
        hidden.visibility = 1
        hidden.write(0, 0, "不外传")

    book = sniff.read(xls(fill))
    assert book.format == "xls"
    assert book.sheets[0].rows[:2] == CELLS
    assert book.sheets[0].merges == [(2, 0, 3, 0)]
    assert book.sheets[0].formulas == {(2, 1)}
    assert book.sheets[0].cell(3, 1) == limits.FAILED
    assert book.sheets[1].hidden
    assert book.sheets[1].rows == []


def test_old_binary_workbooks_are_held_to_the_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_CELLS", 1_000_000)

    def fill(book: object) -> None:
        sheet = book.add_sheet("表一")  # type: ignore[attr-defined]
        sheet.write(0, 0, "甲")
        sheet.write(65_535, 255, "乙")

    with pytest.raises(FileRefused, match="65536 行"):
        sniff.read(xls(fill))


def test_real_messages_are_read_whole(shared: Path) -> None:
    path = shared / "data" / "messages" / "replies.xlsx"
    rows = sniff.read(path.read_bytes()).sheets[0].rows
    assert len(rows) == 2253
    assert rows[0] == ["留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "答复意见", "答复时间"]


test_real_messages_are_read_whole = pytest.mark.shared(test_real_messages_are_read_whole)
