"""A paper made ready to draw: cleaning, numbering, dates, title lines; and what a paper refuses."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renda.kernel.documents.api import (
    Paper,
    PaperError,
    chinese_day,
    chinese_number,
    clean,
    h1,
    h2,
    h3,
    p,
    section,
    table,
)
from renda.kernel.documents.layout import lay_out
from renda.kernel.documents.tests.samples import letter, red_head
from renda.kernel.documents.titles import CLOSING, balance, width


def test_headings_are_numbered_below_each_other() -> None:
    blocks = (h1("情况"), h2("甲"), h2("乙"), h3("细"), h1("打算"), h2("丙"), h2("丁", numbered=False))
    texts = [block["text"] for block in lay_out(letter(body=blocks))["body"]]
    assert texts == ["一、情况", "（一）甲", "（二）乙", "1. 细", "二、打算", "（一）丙", "丁"]


def test_a_heading_keeps_the_number_it_has() -> None:
    blocks = (h1("三、已编号"), h1("未编号"), section("部分", h1("另起")))
    body = lay_out(letter(body=blocks))["body"]
    assert [body[0]["text"], body[1]["text"]] == ["三、已编号", "一、未编号"]
    assert body[2]["body"][0]["text"] == "一、另起"


@pytest.mark.parametrize(
    ("n", "text"),
    [
        (1, "一"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (101, "一百〇一"),
        (110, "一百一十"),
        (353, "三百五十三"),
    ],
)
def test_chinese_numbers(n: int, text: str) -> None:
    assert chinese_number(n) == text


def test_days_are_not_padded() -> None:
    assert chinese_day(dt.date(2026, 3, 5)) == "2026年3月5日"


def test_typed_text_becomes_paragraphs_with_their_own_indents_taken_off() -> None:
    body = lay_out(letter(body=(p("　　第一段\r\n\r\n  第二段\t末"),)))["body"]
    assert [block["text"] for block in body] == ["第一段", "第二段 末"]


def test_cleaning_drops_what_cannot_be_printed() -> None:
    assert clean("甲\x00\x0b\u202e乙\u200b\ufeff丙\ufe0f\ud800丁\ufffe\r\n戊") == "甲乙丙丁\n戊"


def test_red_head_mark_and_minutes_mark() -> None:
    assert lay_out(red_head())["mark"] == "安澜市人大常委会文件"
    assert lay_out(letter(format="minutes", issuing_organ="主任会议"))["mark"] == "主任会议纪要"
    assert lay_out(letter())["mark"] == "安澜市住房和城乡建设局"


def test_lists_of_organs() -> None:
    data = lay_out(
        letter(
            to=("市政府", "市法院"), copies_to=("市委办、市政协办", "督查室。"), attachments_note=("目录。",)
        )
    )
    assert data["to"] == "市政府、市法院："
    assert data["copies_to"] == "市委办、市政协办，督查室。"
    assert data["attachments"] == ["目录"]


@pytest.mark.parametrize(
    "title",
    [
        "关于对市十七届人大五次会议第101号建议的答复",
        "安澜市人民代表大会常务委员会关于加强老旧小区加装电梯工作的审议意见",
        "关于《安澜市物业管理条例》执法检查情况和进一步加强住宅小区物业服务管理工作的报告",
        "关于2026年上半年国民经济和社会发展计划、预算执行情况的报告",
    ],
)
def test_titles_break_between_words(title: str) -> None:
    lines = balance(title)
    assert "".join(lines) == title and len(lines) >= 2
    assert max(map(width, lines)) <= 20
    assert max(map(width, lines)) - min(map(width, lines)) <= 9
    joined = "|".join(lines)
    for word in (
        "会|议",
        "电|梯",
        "建|议",
        "报|告",
        "人|大",
        "小|区",
        "|的",
        "|》",
        "《|",
        "第|",
        "2|0",
        "6|年",
    ):
        assert word not in joined, joined


@given(st.text(alphabet="关于安澜市的建议报告《》（）、，。和2026年第三届会议abc", min_size=1, max_size=90))
def test_any_title_keeps_its_text_and_never_begins_a_line_with_a_closing_mark(title: str) -> None:
    lines = balance(title)
    assert "".join(lines).replace(" ", "") == title.replace(" ", "")
    starts = [line[0] for line in lines[1:]]
    if len(lines) > 1 and not any(c * 2 in title for c in CLOSING):
        assert not set(starts) & set("，。、")


def test_a_forced_break_is_kept() -> None:
    assert balance("安澜市人大常委会\n关于交办代表建议的通知") == (
        "安澜市人大常委会",
        "关于交办代表建议的通知",
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"title": " "}, "没有标题"),
        ({"issuing_organ": ()}, "没有发文机关"),
        ({"format": "order"}, "没有“order”"),
        ({"copy_number": "甲"}, "份号"),
        ({"urgency": "火急"}, "紧急程度"),
    ],
)
def test_a_paper_says_what_it_lacks(changes: dict[str, object], message: str) -> None:
    with pytest.raises(PaperError, match=message):
        letter(**changes)


def test_a_table_needs_equal_rows() -> None:
    with pytest.raises(PaperError, match="格数"):
        table(["甲", "乙"], [["1"]])
    with pytest.raises(PaperError, match="列宽"):
        table(["甲", "乙"], [], widths=[1])
    with pytest.raises(PaperError, match="大于零"):
        table(["甲"], [], widths=[0])


def test_a_report_needs_no_organ() -> None:
    assert lay_out(Paper("年度办理情况报告", format="plain"))["signatures"] == []
