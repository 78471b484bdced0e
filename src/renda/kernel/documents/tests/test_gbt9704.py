"""The layout of GB/T 9704-2012, measured on the PDF: millimetres from the page's edges, points of type."""

from __future__ import annotations

import logging
import shutil
import subprocess
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pytest import approx

from renda.kernel.documents.api import merged_pdf, p, pdf
from renda.kernel.documents.tests.measure import MM, ink, line_with, lines, open_pdf, rules
from renda.kernel.documents.tests.samples import ALL, HAN, joint, letter, minutes, red_head

ROOT = Path(__file__).resolve().parents[5]
RED = approx((0, 0.8, 0.8, 0))  # M 80 %, Y 80 %
LEFT, RIGHT, TOP, BOTTOM = 28.0, 184.0, 37.0, 262.0  # 版心, mm
CHAR = 16 / MM  # 3号, mm
SMALL = 14 / MM  # 4号, mm


@pytest.fixture(params=["packaged", pytest.param("fandol", marks=pytest.mark.slow)])
def typeface(request: pytest.FixtureRequest, settings: Any, tmp_path_factory: Any) -> str:
    """The free fonts that come with the program, and a true 仿宋 added by the office."""
    if request.param == "fandol":
        settings.HOME = _fandol(tmp_path_factory)
    return str(request.param)


def _fandol(factory: Any) -> Path:
    home = factory.getbasetemp() / "fandol-home"
    if not (home / "fonts").is_dir():
        if shutil.which("apt-get") is None:
            pytest.skip("取 Fandol 字体需要 Debian 的 apt-get")
        done = subprocess.run(
            ["bash", "scripts/fandol.sh", str(home)], cwd=ROOT, capture_output=True, check=False
        )
        if done.returncode:
            pytest.skip("取不到 Fandol 字体的软件包")
    return Path(home)


@pytest.fixture
def pages(typeface: str) -> Iterator[Any]:
    opened = []

    def draw(paper: Any) -> list[Any]:
        document = open_pdf(pdf(paper))
        opened.append(document)
        return list(document.pages)

    yield draw
    for document in opened:
        document.close()


def body(page: Any) -> list[Any]:
    return [line for line in lines(page) if line.bottom < BOTTOM + 0.5]


def test_paper_is_a4(pages: Any) -> None:
    page = pages(red_head())[0]
    assert (page.width / MM, page.height / MM) == (approx(210, abs=0.1), approx(297, abs=0.1))


def test_page_holds_22_lines_of_28_characters(pages: Any) -> None:
    page = pages(red_head(60))[1]
    full = body(page)
    assert len(full) == 22
    assert [len(line.text) for line in full] == [28] * 22
    assert full[0].top == approx(TOP, abs=1)  # 天头 37 ± 1 mm
    assert full[-1].bottom <= BOTTOM
    for line in full:
        assert line.left == approx(LEFT, abs=0.5)  # 订口 28 ± 1 mm
        assert line.right == approx(RIGHT, abs=0.5)
        assert line.size == approx(16)
    steps = [b.baseline - a.baseline for a, b in pairwise(full)]
    assert all(step == approx(29, abs=0.2) for step in steps)


def test_ink_stands_within_the_text_area(pages: Any) -> None:
    left, top, right, bottom = ink(pages(red_head(60))[1], (0, 0, 210, 264))
    assert (left, right) == (approx(LEFT, abs=1), approx(RIGHT, abs=1))
    assert top == approx(TOP, abs=1)
    assert bottom <= BOTTOM


def test_red_head_marks(pages: Any) -> None:
    page = pages(red_head(copy_number="12", urgency="特急"))[0]
    assert line_with(page, "000012").top == approx(TOP, abs=1)
    assert line_with(page, "特急").left == approx(LEFT, abs=0.5)
    mark = ink(page, (0, 60, 210, 110), red=True)
    assert mark is not None
    assert mark[1] == approx(TOP + 35, abs=1)  # 上边缘至版心上边缘 35 mm
    assert (mark[0] + mark[2]) / 2 == approx((LEFT + RIGHT) / 2, abs=1)
    char = line_with(page, "安澜市人大常委会文件").chars[0]
    assert char["non_stroking_color"] == RED


def test_number_separator_title(pages: Any) -> None:
    page = pages(red_head())[0]
    mark = ink(page, (0, 60, 210, 100), red=True)
    number = line_with(page, "安人常〔2026〕12号")
    assert (number.left + number.right) / 2 == approx((LEFT + RIGHT) / 2, abs=0.5)
    assert number.top - mark[3] == approx(2 * 29 / MM, abs=1)  # 空二行
    y, x0, x1, thickness, colour = rules(page)[0]
    assert colour == RED
    assert (x0, x1) == (approx(LEFT, abs=0.1), approx(RIGHT, abs=0.1))  # 与版心等宽
    assert y - number.bottom == approx(4, abs=0.5)  # 发文字号之下 4 mm
    assert thickness == approx(0.5, abs=0.05)
    first, second = (line_with(page, text) for text in ("关于交办", "五次会议代表建议的通知"))
    assert first.top - y == approx(2 * 29 / MM, abs=1)  # 分隔线下空二行
    for line in (first, second):
        assert line.size == approx(22)  # 2号
        assert (line.left + line.right) / 2 == approx((LEFT + RIGHT) / 2, abs=0.5)
    to = line_with(page, "市人民政府、市监察委员会：")
    assert to.left == approx(LEFT, abs=0.5)
    assert to.top - second.bottom == approx((29 + 13) / MM, abs=1)  # 标题下空一行
    assert line_with(page, HAN[:20]).left == approx(LEFT + 2 * CHAR, abs=0.5)  # 左空二字


def test_upwards_number_left_and_signer_right(pages: Any) -> None:
    page = pages(red_head(signer="王建国"))[0]
    line = line_with(page, "签发人：王建国")
    assert line.left == approx(LEFT + CHAR, abs=0.5)  # 居左空一字
    assert line.right == approx(RIGHT - CHAR, abs=0.5)  # 居右空一字


def signed(pages: Any, **changes: Any) -> Any:
    """The page that bears the signature."""
    return next(page for page in pages(red_head(30, **changes)) if "2026年3月5日" in page.extract_text())


def test_signature_over_date_four_characters_in(pages: Any) -> None:
    page = signed(pages)
    day, organ = line_with(page, "2026年3月5日"), line_with(page, "安澜市人大常委会")
    assert day.right == approx(RIGHT - 4 * CHAR, abs=0.5)
    assert (day.left + day.right) / 2 == approx((organ.left + organ.right) / 2, abs=0.5)
    assert day.baseline - organ.baseline == approx(29, abs=0.2)
    text = [line for line in body(page) if line.baseline < organ.baseline][-1]
    assert organ.baseline - text.baseline == approx(3 * 29, abs=0.5)  # room for the seal's upper half


def test_signature_without_seal(pages: Any) -> None:
    page = signed(pages, sealed=False)
    day, organ = line_with(page, "2026年3月5日"), line_with(page, "安澜市人大常委会")
    assert organ.right == approx(RIGHT - 2 * CHAR, abs=0.5)  # 右空二字
    assert day.left == approx(organ.left + 2 * CHAR, abs=0.5)  # 首字右移二字
    longer = signed(pages, sealed=False, signature_organ="市水利局")
    day, organ = line_with(longer, "2026年3月5日"), line_with(longer, "市水利局")
    assert day.right == approx(RIGHT - 2 * CHAR, abs=0.5)
    assert day.left == approx(organ.left + 2 * CHAR, abs=0.5)


def test_joint_paper(pages: Any) -> None:
    first, second = pages(joint(copies_to=(), printed_by=""))
    marks = [line_with(first, text) for text in ("安澜市水利局", "安澜市生态环境局", "安澜市农业农村局")]
    assert [m.chars[0]["non_stroking_color"] for m in marks] == [RED] * 3
    word = next(line for line in lines(first) if "文件" in line.text)
    box = ink(first, (0, 60, 210, 120), red=True)
    assert box[1] == approx(TOP + 35, abs=1)
    assert marks[0].top < word.top < marks[-1].bottom
    row = line_with(second, "安澜市水利局安澜市生态环境局安澜市农业农村局")
    assert row.left > LEFT and row.right < RIGHT
    last = [c for c in row.chars if c["x0"] >= row.chars[14]["x0"]]
    day = line_with(second, "2026年3月5日")
    middle = (last[0]["x0"] + last[-1]["x1"]) / 2 / MM
    assert (day.left + day.right) / 2 == approx(middle, abs=0.7)


def test_page_numbers(pages: Any) -> None:
    drawn = pages(red_head(60))
    for number, page in enumerate(drawn[:3], 1):
        line = line_with(page, f"— {number} —")
        assert line.size == approx(14)  # 4号
        if number % 2:
            assert line.right == approx(RIGHT - SMALL, abs=0.5)  # 单页码居右空一字
        else:
            assert line.left == approx(LEFT + SMALL, abs=0.5)  # 双页码居左空一字
        dash = ink(page, (line.left - 0.3, BOTTOM + 1, line.left + SMALL * 0.9, 280))
        assert dash[1] == approx(BOTTOM + 7, abs=0.5)  # 一字线上距版心下边缘 7 mm


def test_imprint_at_the_foot_of_an_even_page(pages: Any) -> None:
    drawn = pages(red_head(60))
    assert len(drawn) == 4
    last = drawn[-1]
    heavy, light, end = (rule for rule in rules(last) if rule[0] > 200)
    assert [rule[3] for rule in (heavy, light, end)] == [approx(w, abs=0.02) for w in (0.35, 0.25, 0.35)]
    assert all(
        rule[1] == approx(LEFT, abs=0.1) and rule[2] == approx(RIGHT, abs=0.1) for rule in (heavy, end)
    )
    assert end[0] == approx(BOTTOM, abs=0.5)
    copies = line_with(last, "抄送：市委办公室，市政协办公室。")
    assert copies.left == approx(LEFT + SMALL, abs=0.5) and copies.size == approx(14)
    printed = line_with(last, "2026年3月6日印发")
    assert printed.right == approx(RIGHT - SMALL, abs=0.5)


@pytest.mark.parametrize(("body_lines", "count"), [(3, 2), (12, 2), (18, 2), (26, 4), (30, 4), (40, 4)])
def test_imprint_page_without_text_bears_no_number(pages: Any, body_lines: int, count: int) -> None:
    drawn = pages(red_head(body_lines))
    assert len(drawn) == count
    for number, page in enumerate(drawn, 1):
        text = [line for line in body(page) if "抄送" not in line.text and "印发" not in line.text]
        assert any("— " in line.text for line in lines(page)) == bool(text), number


def test_no_page_bears_the_signature_alone(pages: Any) -> None:
    for count in range(5, 34):
        drawn = pages(red_head(count, copies_to=(), printed_by="", attachments_note=("代表建议目录",)))
        page = next(page for page in drawn if any("2026年3月5日" in line.text for line in lines(page)))
        assert any(line.text[:6] in HAN * 2 for line in body(page)), count


def test_letter(pages: Any) -> None:
    first, second = pages(letter())[:2]
    mark = ink(first, (0, 20, 210, 46), red=True)
    assert mark[1] == approx(30, abs=0.5)  # 上边缘至上页边 30 mm
    upper = rules(first)[:2]
    lower = rules(first)[2:]
    bottom_of_mark = ink(first, (0, 20, 210, upper[0][0] - 1), red=True)[3]
    assert upper[0][0] - upper[0][3] / 2 - bottom_of_mark == approx(4, abs=0.5)  # 标志下 4 mm
    assert [rule[3] > 0.4 for rule in (*upper, *lower)] == [True, False, False, True]  # 上粗下细；上细下粗
    for rule in (*upper, *lower):
        assert rule[2] - rule[1] == approx(170, abs=0.1) and rule[1] == approx(20, abs=0.1)
        assert rule[4] == RED
    assert lower[0][0] == approx(277, abs=0.5)  # 距下页边 20 mm
    number = line_with(first, "安住建函〔2026〕101号")
    assert number.right == approx(RIGHT, abs=0.5)  # 顶格居版心右边缘
    assert number.top - upper[1][0] == approx(14 / MM, abs=1)  # 3号汉字高度的 7/8
    title = line_with(first, "关于对市十七届人大")
    signer = line_with(first, "签发人：王建国")
    assert title.top - signer.bottom == approx(2 * 29 / MM, abs=1)  # 相距二行
    assert not any("— 1 —" in line.text for line in lines(first))  # 首页不显示页码
    assert any("— 2 —" in line.text for line in lines(second))


def test_attachments_and_notes(pages: Any) -> None:
    drawn = pages(letter())
    page = next(page for page in drawn if any("附件：" in line.text for line in lines(page)))
    note = line_with(page, "附件：1.")
    assert note.left == approx(LEFT + 2 * CHAR, abs=0.5)  # 左空二字
    above = [line for line in body(page) if line.baseline < note.baseline][-1]
    assert note.baseline - above.baseline == approx(2 * 29, abs=0.5)  # 正文下空一行
    assert not line_with(page, "既有住宅").text.endswith("。")
    contact = line_with(page, "（联系人：赵敏")
    day = line_with(page, "2026年3月5日")
    assert contact.baseline - day.baseline == approx(29, abs=0.5)
    assert contact.left == approx(LEFT + 2 * CHAR, abs=0.8)


def test_minutes(pages: Any) -> None:
    page = pages(minutes())[0]
    assert ink(page, (0, 60, 210, 100), red=True)[1] == approx(TOP + 35, abs=1)
    present, leave = line_with(page, "出席："), line_with(page, "请假：")
    assert present.left == approx(LEFT + 2 * CHAR, abs=0.5)
    wrapped = next(line for line in body(page) if present.baseline < line.baseline < leave.baseline)
    assert wrapped.left == approx(LEFT + 5 * CHAR, abs=0.8)  # 回行与冒号后的首字对齐


def test_headings_have_their_faces(pages: Any, typeface: str) -> None:
    expected = {
        "packaged": ("NotoSans", "LXGW", "NotoSerifSC-Bold", "NotoSerifSC-Light"),
        "fandol": ("FandolHei", "FandolKai", "FandolSong-Bold", "FandolFang"),
    }
    drawn = [line for page in pages(letter()) for line in lines(page)]
    for text, face in zip(
        ("一、基本情况", "（一）完善政策", "关于对市", "李明华代表"), expected[typeface], strict=True
    ):
        assert face in next(line for line in drawn if text in line.text).chars[0]["fontname"]


@pytest.mark.parametrize("name", list(ALL))
def test_layout_converges(name: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "renda.documents"):
        pdf(ALL[name])
    assert caplog.records == []


def test_merged_papers_count_their_own_pages() -> None:
    papers = [letter(title=f"关于第{i}号建议的答复", body=(p(HAN * 3),)) for i in (1, 2)] + [red_head(30)]
    with open_pdf(merged_pdf(papers)) as document:
        texts = [page.extract_text() for page in document.pages]
    alone = []
    for paper in papers:
        with open_pdf(pdf(paper)) as document:
            alone += [page.extract_text() for page in document.pages]
    assert texts == alone


def test_duplex_begins_each_paper_on_a_sheet() -> None:
    bodies = (HAN * 3, HAN * 20, HAN * 3)
    papers = [letter(title=f"关于第{i}号建议的答复", body=(p(text),)) for i, text in enumerate(bodies)]
    with open_pdf(merged_pdf(papers, duplex=True)) as document:
        starts = [i for i, page in enumerate(document.pages) if "建议的答复" in page.extract_text()]
    assert starts == [0, 2, 4]
