"""Tables as offices keep them: titles above, two-line headings, merged rows, sums, sheets that are none."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from renda.kernel.tabular.interpret import Mapped, Reading, interpret
from renda.kernel.tabular.reading import sniff
from renda.kernel.tabular.reading.sheet import Book, Sheet
from renda.kernel.tabular.schema import Context
from renda.kernel.tabular.tests.conftest import Register, table_of

NAIVE = dt.datetime  # as a spreadsheet gives moments: without a zone
TODAY = dt.date(2026, 6, 1)
Make = Callable[..., bytes]


def read(
    content: bytes, *, mapped: Mapped | None = None, sheets: tuple[str, ...] = (), **options: str
) -> Reading:
    register = Register()
    context = Context(None, "t.suggestions", "台账.xlsx", "0" * 64, TODAY, options)
    return interpret(table_of(register), sniff.read(content), mapped or Mapped(), context, sheets)


def messages(reading: Reading) -> list[tuple[str, str]]:
    return [(mistake.key, mistake.problem.message) for mistake in reading.mistakes]


def test_the_plain_case(workbook: Make) -> None:
    reading = read(
        workbook(
            [
                ["编号", "标题", "交办日期", "承办单位", "会办单位", "金额", "公开"],
                [
                    "第1号",
                    "关于路灯的建议",
                    dt.date(2026, 3, 5),
                    "财政局",
                    "教育局、城市管理局",
                    1200.5,
                    "是",
                ],
                ["第2号", "关于学校的建议", "2026年3月6日", "安澜市教育局", None, None, "否"],
            ]
        )
    )
    assert not reading.mistakes and not reading.fatal
    first, second = reading.rows
    assert first.values == {
        "no": "第1号",
        "title": "关于路灯的建议",
        "day": dt.date(2026, 3, 5),
        "lead": 2,
        "joint": [3, 4],
        "amount": Decimal("1200.5"),
        "open": True,
    }
    assert (first.number, second.number) == (2, 3)
    assert second.values["joint"] == [] and second.values["amount"] is None
    assert first.key == ("第1号",)
    assert first.origin.row == 2


def test_titles_unit_and_blank_lines_stand_above_the_heading(workbook: Make) -> None:
    reading = read(
        workbook(
            [
                ["安澜市第五届人民代表大会第二次会议"],
                ["代表建议交办台账"],
                [None, None, "单位：万元"],
                [],
                ["序号", "建议标题（案由）", "金 额"],
                [1, "甲", 12.5],
                [2, "乙", "3万元"],
            ],
            merges={"A1:C1": "安澜市第五届人民代表大会第二次会议"},
        )
    )
    assert [row.values["amount"] for row in reading.rows] == [125_000, 30_000]
    assert [row.values["no"] for row in reading.rows] == ["1", "2"]
    assert reading.rows[0].number == 6


def test_headings_of_two_lines(workbook: Make) -> None:
    reading = read(
        workbook(
            [
                ["台账"],
                ["序号", "案由", "办理单位", "", "领衔代表"],
                ["", "", "主办", "会办", ""],
                [1, "甲", "财政局", "教育局 城市管理局", "丁　一"],
            ],
            merges={"A2:A3": "序号", "B2:B3": "案由", "C2:D2": "办理单位", "E2:E3": "领衔代表"},
        )
    )
    row = reading.rows[0]
    assert (row.values["lead"], row.values["joint"], row.values["who"]) == (2, [3, 4], "丁一")
    assert row.number == 4


def test_lines_of_one_merged_suggestion_are_one_row(workbook: Make) -> None:
    reading = read(
        workbook(
            [
                ["编号", "标题", "承办单位", "会办单位"],
                ["1", "甲", "财政局", "教育局"],
                ["", "", "", "城市管理局"],
                ["2", "乙", "教育局", ""],
            ],
            merges={"A2:A3": "1", "B2:B3": "甲", "C2:C3": "财政局"},
        )
    )
    assert [row.values["joint"] for row in reading.rows] == [[3, 4], []]
    assert reading.last == {("台账", 1): 2}


def test_merged_lines_that_contradict_each_other_are_named(workbook: Make) -> None:
    reading = read(
        workbook(
            [["编号", "标题", "类别"], ["1", "甲", "城建"], ["", "", "教育"]],
            merges={"A2:A3": "1", "B2:B3": "甲"},
        )
    )
    assert messages(reading) == [("kind", "合并单元格对应的几行内容不同，请只留一个。")]
    assert (reading.mistakes[0].record, reading.mistakes[0].row) == (1, 2)
    assert reading.bad == {("台账", 1)}


def test_a_value_merged_over_several_suggestions_holds_for_each(workbook: Make) -> None:
    reading = read(
        workbook(
            [["编号", "标题", "承办单位"], ["1", "甲", "财政局"], ["2", "乙", ""], ["3", "丙", "教育局"]],
            merges={"C2:C3": "财政局"},
        )
    )
    assert [row.values["lead"] for row in reading.rows] == [2, 2, 3]


def test_sums_bands_remarks_and_repeated_headings_are_left_out_and_named(workbook: Make) -> None:
    reading = read(
        workbook(
            [
                ["编号", "标题", "类别", "联名人数"],
                ["一、城市建设"],
                ["1", "甲", "城建", 3],
                ["编号", "标题", "类别", "联名人数"],
                ["2", "乙", "教育", 4],
                ["合　计", None, None, 7],
                ["注：联名人数不含领衔代表"],
            ],
            merges={"A2:D2": "一、城市建设"},
        )
    )
    assert [row.values["no"] for row in reading.rows] == ["1", "2"]
    assert not reading.mistakes
    assert "第 2、4、6、7 行是合计、分隔或附注" in reading.notices[0]


def test_a_row_that_lacks_its_required_cell_is_a_mistake_not_a_remark(workbook: Make) -> None:
    reading = read(workbook([["编号", "标题", "类别"], ["1", None, "城建"], [None, "乙", "城建"]]))
    assert messages(reading) == [("title", "不能为空，请填写。"), ("no", "不能为空，请填写。")]


def test_mistakes_say_where_and_what(workbook: Make) -> None:
    reading = read(
        workbook(
            [
                ["编号", "标题", "交办日期", "承办单位", "类别", "联名人数", "身份证号"],
                ["1", "甲", "3月5日", "城建局", "水利", "三人", 4.10502e17],
                ["2", "乙", "2062-01-01", "交通局", "城建", -1, "11010519491231002X"],
            ]
        )
    )
    found = [(mistake.key, mistake.row, mistake.column, mistake.problem.code) for mistake in reading.mistakes]
    assert found == [
        ("day", 1, 2, "year"),
        ("lead", 1, 3, "lookup"),
        ("kind", 1, 4, "choice"),
        ("count", 1, 5, "number"),
        ("id_number", 1, 6, "digits"),
        ("day", 2, 2, "late"),
        ("lead", 2, 3, "ambiguous"),
        ("count", 2, 5, "small"),
    ]
    assert "市交通局、东区交通局" in reading.mistakes[6].problem.message
    assert reading.rows == []


def test_the_year_and_the_sender_s_words_mend_them(workbook: Make) -> None:
    content = workbook(
        [["编号", "事由", "交办日期", "承办单位", "类别"], ["1", "甲", "3月5日", "城建局", "水利"]]
    )
    mapped = Mapped({"事由": "title"}, {"lead": {"城建局": "住房和城乡建设局"}, "kind": {"水利": ""}})
    reading = read(content, mapped=mapped, year="2026")
    assert not reading.mistakes
    assert reading.rows[0].values == {
        "no": "1",
        "title": "甲",
        "day": dt.date(2026, 3, 5),
        "lead": 1,
        "kind": None,
    }


def test_an_unknown_heading_gets_a_proposal_but_is_not_guessed(workbook: Make) -> None:
    reading = read(workbook([["编号", "标题", "交办的日期", "备忘"], ["1", "甲", "2026-03-05", "x"]]))
    headings = {heading.text: heading for heading in reading.sheets[0].head.headings}
    assert headings["交办的日期"].key is None
    assert headings["交办的日期"].proposal == "day"
    assert headings["备忘"].proposal == ""
    assert "day" not in reading.rows[0].values


def test_the_same_key_twice(workbook: Make) -> None:
    reading = read(
        workbook([["编号", "标题"], ["1", "甲"], ["2", "乙"], ["1", "甲"], ["2", "丙"], ["3", "丁"]])
    )
    assert [row.key for row in reading.rows] == [("1",), ("3",)] or [row.key for row in reading.rows] == [
        ("1",),
        ("2",),
        ("3",),
    ]
    assert messages(reading) == [("no", "编号与第 3 行相同，其余内容不同，请核对后只留一行。")]
    assert "第 4 行与前面的行完全相同" in reading.notices[0]


def test_several_sheets_hidden_ones_and_sheets_of_sums(workbook: Make) -> None:
    def more(book: xlsxwriter.Workbook, sheet: Any) -> None:
        other = book.add_worksheet("二团")
        for row, line in enumerate([["编号", "标题", "金额（万元）"], ["9", "戊", 2]]):
            other.write_row(row, 0, line)
        sums = book.add_worksheet("统计")
        for row, line in enumerate([["类别", "联名人数"], ["城建", 3]]):
            sums.write_row(row, 0, line)
        hidden = book.add_worksheet("草稿")
        hidden.write_row(0, 0, ["编号", "标题"])
        hidden.hide()
        notes = book.add_worksheet("说明")
        notes.write(0, 0, "请按格式填写")

    content = workbook([["编号", "标题", "金额（元）"], ["1", "甲", 2]], tune=more)
    reading = read(content)
    assert [(row.sheet, row.key[0], row.values["amount"]) for row in reading.rows] == [
        ("台账", "1", 2),
        ("二团", "9", 20_000),
    ]
    assert any("“草稿”是隐藏的" in notice for notice in reading.notices)
    assert any("“统计”缺少“编号”、“标题”列" in notice for notice in reading.notices)
    assert any("“说明”里没有认出表头" in notice for notice in reading.notices)
    assert [row.sheet for row in read(content, sheets=("二团",)).rows] == ["二团"]


def test_formulas_and_filtered_rows_are_mentioned(workbook: Make) -> None:
    def tune(book: xlsxwriter.Workbook, sheet: Any) -> None:
        sheet.write_formula(1, 2, "=1+2", value=3)
        sheet.set_row(2, None, None, {"hidden": True})

    reading = read(workbook([["编号", "标题", "联名人数"], ["1", "甲"], ["2", "乙", 5]], tune=tune))
    assert [row.values["count"] for row in reading.rows] == [3, 5]
    assert any("“联名人数”列有公式" in notice for notice in reading.notices)
    assert any("1 行被隐藏" in notice for notice in reading.notices)


def test_a_failed_formula_is_a_mistake(workbook: Make) -> None:
    def tune(book: xlsxwriter.Workbook, sheet: Any) -> None:
        sheet.write_formula(1, 2, "=#REF!", value="#REF!")

    reading = read(workbook([["编号", "标题", "联名人数"], ["1", "甲"]], tune=tune))
    assert messages(reading) == [("count", "公式出错。请改好公式，或直接填写内容。")]


def test_nothing_like_a_heading(workbook: Make) -> None:
    assert "没有认出表头" in read(workbook([["甲"], ["乙"]])).fatal
    assert read(workbook([["编号", "标题"]])).fatal == "表头下面没有数据。"
    assert "缺少“标题”列" in read(workbook([["编号", "类别"], ["1", "城建"]])).fatal


def test_a_room_s_own_check_lands_on_the_cell(workbook: Make) -> None:
    reading = read(workbook([["编号", "标题"], ["1", "甲（已办结）"], ["2", "乙"]]))
    assert messages(reading) == [("title", "这件建议已经办结，不能再改。")]
    assert (reading.mistakes[0].row, reading.mistakes[0].column) == (1, 1)
    assert [row.key for row in reading.rows] == [("2",)]


def test_a_look_up_is_called_once_for_each_column(workbook: Make) -> None:
    register = Register()
    rows = [["编号", "标题", "承办单位"]] + [[str(n), "甲", "财政局"] for n in range(500)]
    context = Context(None, "t", "f", "0", TODAY)
    interpret(table_of(register), sniff.read(workbook(rows)), Mapped(), context)
    assert register.lookups == 1


cell = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=True, allow_infinity=True),
    st.booleans(),
    st.datetimes(NAIVE(1900, 1, 1), NAIVE(2100, 1, 1)),
    st.dates(),
    st.sampled_from(["编号", "标题", "合计", "财政局", "3月5日", "2026-03-05"]),
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.lists(cell, max_size=7), max_size=12),
    st.lists(
        st.tuples(st.integers(0, 12), st.integers(0, 7), st.integers(0, 3), st.integers(0, 3)), max_size=3
    ),
)
def test_every_record_is_either_good_or_named(
    rows: list[list[Any]], spans: list[tuple[int, int, int, int]]
) -> None:
    """Whatever stands in the cells: no crash, and no record is lost without a word."""
    head = ["编号", "标题", "交办日期", "承办单位", "会办单位", "金额", "类别"]
    merges = [(row, column, row + down, column + right) for row, column, down, right in spans]
    sheet = Sheet("台账", rows=[list(head), *rows], merges=merges)
    context = Context(None, "t", "f", "0", TODAY)
    reading = interpret(table_of(Register()), Book("xlsx", [sheet]), Mapped(), context)
    if reading.sheets:
        said = "".join(notice for notice in reading.notices if "完全相同" in notice)
        equal = int(re.search(r"共 (\d+) 行", said)[1]) if said else 0  # type: ignore[index]
        assert len(reading.rows) + len(reading.bad) + equal == reading.sheets[0].rows
        assert not {(row.sheet, row.number - 1) for row in reading.rows} & reading.bad
