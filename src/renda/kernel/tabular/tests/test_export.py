"""What goes out: typed, headed, and with nothing that a spreadsheet program would calculate."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from renda.kernel import clock
from renda.kernel.tabular import api
from renda.kernel.tabular.export import sheet_name

COLUMNS = [
    api.Column("no", "编号", kind="code"),
    api.Column("title", "标题"),
    api.Column("day", "日期", kind="date"),
    api.Column("at", "时间", kind="datetime"),
    api.Column("amount", "金额", kind="money"),
    api.Column("organs", "单位", many=True),
    api.Column("open", "公开", kind="flag"),
]
ROW = {
    "no": "0012",
    "title": '=HYPERLINK("http://x","点我")',
    "day": dt.date(2026, 3, 5),
    "at": clock.combine(dt.date(2026, 3, 5), dt.time(9, 30)),
    "amount": Decimal("1234.50"),
    "organs": ["财政局", "教育局"],
    "open": True,
}
DANGEROUS = ["=1+1", "+86 138", "-1+2", "@SUM(A1)", "\t=1", "\r=1", '=cmd|"/c calc"!A1']


def sheet_xml(content: bytes, number: int = 1) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(f"xl/worksheets/sheet{number}.xml").decode()


def cells(content: bytes) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def test_cells_keep_their_types_and_the_heading_its_place() -> None:
    content = api.export(COLUMNS, [ROW], "代表建议", note="筛选：已交办")
    read = cells(content)
    assert read[0][0] == "代表建议" and read[1][0] == "筛选：已交办"
    assert read[2] == ["编号", "标题", "日期", "时间", "金额", "单位", "公开"]
    assert read[3] == [
        "0012", ROW["title"], dt.date(2026, 3, 5), dt.datetime.combine(dt.date(2026, 3, 5), dt.time(9, 30)),
        1234.5, "财政局、教育局", "是",
    ]  # fmt: skip
    xml = sheet_xml(content)
    assert 'autoFilter ref="A3:G4"' in xml
    assert re.search(r'<pane ySplit="3" topLeftCell="A4" activePane="bottomLeft" state="frozen"/>', xml)


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_text_becomes_a_formula(text: str) -> None:
    content = api.export(COLUMNS[:2], [{"no": text, "title": text}], "表")
    xml = sheet_xml(content)
    assert "<f>" not in xml and "hyperlink" not in xml
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        styles = archive.read("xl/styles.xml").decode()
    style = re.search(r'<c r="B3" s="(\d+)"', xml)
    formats = re.findall(r"<xf [^>]*?>", styles.split("<cellXfs")[1])
    assert style is not None and 'quotePrefix="1"' in formats[int(style[1])]
    written = b"".join(api.export_csv(COLUMNS[:2], [[text, text]])).decode("utf-8-sig")
    line = list(csv.reader(io.StringIO(written)))[1]
    assert all(value.startswith("'") for value in line)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), min_size=1, max_size=5))
def test_any_text_comes_back_from_a_workbook_as_it_went_in(texts: list[str]) -> None:
    content = api.export([api.Column("t", "文字")], [[text] for text in texts], "表")
    read = [str(row[0]) if row else "" for row in cells(content)[2:]]
    read += [""] * (len(texts) - len(read))
    seen = [re.sub(r"\r\n?", "\n", text) for text in texts]
    assert [re.sub(r"\r\n?|_x000D_", "\n", text) for text in read] == seen
    assert "<f>" not in sheet_xml(content)


def test_negative_numbers_stay_numbers() -> None:
    assert cells(api.export([api.Column("n", "数")], [[-5]], "表"))[2] == [-5.0]
    assert b"".join(api.export_csv([api.Column("n", "数")], [[-5]])).decode("utf-8-sig").split()[1] == "-5"


def test_long_numbers_are_texts_so_that_no_digit_is_lost() -> None:
    content = api.export([api.Column("n", "数")], [[123456789012345678]], "表")
    assert cells(content)[2] == ["123456789012345678"]


def test_what_is_too_long_for_a_cell_says_that_it_goes_on() -> None:
    [value] = cells(api.export([api.Column("t", "文字")], [["长" * 40_000]], "表"))[2]
    assert len(str(value)) <= 32_767 and str(value).endswith("（超过表格一格的上限，全文见系统）")


def test_more_rows_than_a_sheet_holds_go_on_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("renda.kernel.tabular.export._ROW_LIMIT", 5)
    content = api.export([api.Column("n", "数", kind="int")], [[n] for n in range(7)], "名册")
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.sheet_names == ["名册", "名册（2）", "名册（3）"]
    read = [row[0] for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()[2:]]
    assert read == list(range(7))


def test_a_csv_for_excel_has_its_mark_and_plain_days() -> None:
    content = b"".join(api.export_csv(COLUMNS, [ROW]))
    assert content.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert lines[1][2:] == ["2026-03-05", "2026-03-05 09:30", "1234.50", "财政局、教育局", "是"]


@given(st.text(max_size=60))
def test_any_title_makes_a_tab_that_excel_accepts(title: str) -> None:
    name = sheet_name(title)
    assert 0 < len(name) <= 31 and not set(name) & set("[]:*?/\\")
    assert not name.startswith("'") and not name.endswith("'")
