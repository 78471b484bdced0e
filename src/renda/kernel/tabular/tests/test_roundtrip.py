"""Workbooks that go out and come back: filled, torn, edited, mixed up."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from renda.kernel.tabular import api
from renda.kernel.tabular.reading import sniff

FORM = api.Form(
    kind="t.progress",
    label="代表建议办理情况（请填写）",
    columns=[
        api.Column("no", "编号"),
        api.Column("title", "标题"),
        api.Column("due", "应答复日期", kind="date"),
        api.Column("done", "办理情况", required=True, max_length=50),
        api.Column("day", "答复日期", kind="date"),
        api.Column("grade", "类别", kind="choice", choices={"A": "a", "B": "b"}),
    ],
    fill={"done", "day", "grade"},
)
CONTEXT = api.Context(None, "t.progress", "回表.xlsx", "0" * 64, dt.date(2026, 6, 1))
DUE = dt.date(2026, 6, 5)
OUT = [
    api.OutRow(str(n), {"no": f"第{n}号", "title": f" 标题\n{n}\u200b", "due": DUE, "done": None})
    for n in (1, 2, 3)
]
Make = Callable[..., bytes]


def out(recipient: str = "org:7") -> list[list[Any]]:
    content = api.roundtrip_out(FORM, OUT, recipient=recipient)
    return [list(row) for row in sniff.read(content).sheets[0].rows]


def back(rows: list[list[Any]], workbook: Make, **options: Any) -> api.Returned:
    return api.roundtrip_in(FORM, workbook(rows), context=CONTEXT, **options)


def fill(row: list[Any], *values: Any) -> None:
    row[4:] = list(values)


def test_filled_rows_come_back_with_their_keys(workbook: Make) -> None:
    rows = out()
    fill(rows[3], "已修好", dt.date(2026, 5, 30), "A")
    fill(rows[4], "正在修", "2026年5月31日", None)
    returned = back(rows, workbook)
    assert not returned.errors and returned.recipient == "org:7" and returned.untouched == ["3"]
    assert [(row.key, row.values) for row in returned.rows] == [
        ("1", {"done": "已修好", "day": dt.date(2026, 5, 30), "grade": "a"}),
        ("2", {"done": "正在修", "day": dt.date(2026, 5, 31), "grade": None}),
    ]


def test_rows_may_be_sorted_or_left_out_whole(workbook: Make) -> None:
    rows = out()
    fill(rows[3], "甲", None, None)
    fill(rows[5], "丙", None, None)
    returned = back([*rows[:3], rows[5], rows[3]], workbook)
    assert not returned.errors
    assert [(row.key, row.values["done"]) for row in returned.rows] == [("3", "丙"), ("1", "甲")]


def test_sorting_part_of_the_columns_is_found(workbook: Make) -> None:
    rows = out()
    keys = [row[0] for row in rows[3:]]
    for row, key in zip(rows[3:], reversed(keys), strict=True):
        row[0] = key
        fill(row, "甲", None, None)
    returned = back(rows, workbook)
    assert [row.key for row in returned.rows] == ["2"]
    assert [error.where for error in returned.errors] == ["第 4 行", "第 6 行"]
    assert "只排序了一部分列" in returned.errors[0].message


@pytest.mark.parametrize("change", [(1, "第9号"), (2, "别的标题"), (3, "2027年1月1日")])
def test_an_edited_locked_cell_is_found(workbook: Make, change: tuple[int, str]) -> None:
    rows = out()
    fill(rows[3], "甲", None, None)
    rows[3][change[0]] = change[1]
    assert back(rows, workbook).errors[0].where == "第 4 行"


def test_edited_invented_and_foreign_keys_are_refused(workbook: Make) -> None:
    rows = out()
    for row in rows[3:]:
        fill(row, "甲", None, None)
    rows[3][0] = rows[3][0].replace("|1|", "|2|")
    rows[4][0] = ""
    other = api.Form("t.other", FORM.label, FORM.columns, FORM.fill)
    rows[5][0] = sniff.read(api.roundtrip_out(other, OUT, recipient="org:7")).sheets[0].rows[5][0]
    returned = back(rows, workbook)
    assert returned.rows == [] and len(returned.errors) == 3
    assert all("隐藏的编号" in error.message for error in returned.errors)


def test_the_same_thing_twice_and_things_of_others_are_refused(workbook: Make) -> None:
    rows = out()
    for row in rows[3:]:
        fill(row, "甲", None, None)
    returned = back([*rows, list(rows[3])], workbook, expect={"1", "2"})
    assert {row.key for row in returned.rows} == {"1", "2"}
    assert sorted(error.message[:6] for error in returned.errors) == ["与第 4 行", "这一件不在应"]


def test_workbooks_of_two_recipients_in_one_are_refused(workbook: Make) -> None:
    rows, others = out(), out("org:8")
    fill(rows[3], "甲", None, None)
    fill(others[4], "乙", None, None)
    returned = back([*rows[:4], others[4]], workbook)
    assert any("几份表合在了一起" in error.message for error in returned.errors)


def test_mistakes_name_the_cell(workbook: Make) -> None:
    rows = out()
    fill(rows[3], None, "6月1日", "C")
    fill(rows[4], "好" * 51, None, None)
    returned = back(rows, workbook)
    assert returned.rows == []
    assert [error.where for error in returned.errors] == ["E4", "F4", "G4", "E5"]


def test_what_is_no_such_workbook_says_so(workbook: Make) -> None:
    with pytest.raises(api.TabularError, match="这不是发出去的"):
        back([["编号", "标题"], ["1", "甲"]], workbook)
    rows = out()
    with pytest.raises(api.TabularError, match="缺少“类别”列"):
        back([row[:6] for row in rows], workbook)
    with pytest.raises(api.TabularError, match="没有可读的行"):
        back(rows[:3], workbook)


def test_locked_cells_are_locked_and_the_key_is_hidden() -> None:
    content = api.roundtrip_out(FORM, OUT, recipient="org:7", note="请于6月5日前发回")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
        styles = archive.read("xl/styles.xml").decode()
    assert "<sheetProtection" in xml and re.search(r'<col min="1" max="1"[^>]*hidden="1"', xml)
    formats = re.findall(r"<xf [^>]*?(?:/>|>.*?</xf>)", styles.split("<cellXfs")[1])

    def style(cell: str) -> str:
        found = re.search(rf'<c r="{cell}" s="(\d+)"', xml)
        assert found is not None
        return formats[int(found[1])]

    assert 'locked="0"' in style("E4") and 'locked="0"' not in style("B4")
    assert "dataValidation" in xml and "A,B" in xml


@pytest.mark.libreoffice
def test_what_libreoffice_saves_comes_back(tmp_path: Any) -> None:
    import subprocess

    path = tmp_path / "out.xlsx"
    path.write_bytes(api.roundtrip_out(FORM, OUT, recipient="org:7"))
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xls",
         "--outdir", str(tmp_path), str(path)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    returned = api.roundtrip_in(FORM, (tmp_path / "out.xls").read_bytes(), context=CONTEXT)
    assert not returned.errors and returned.untouched == ["1", "2", "3"]
