"""Word files: opened again they say the same in the same places; LibreOffice opens them."""

from __future__ import annotations

import io
import subprocess
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx as word
import pytest
from docx.oxml.ns import qn

from renda.kernel.documents.api import docx, h1, p
from renda.kernel.documents.tests.measure import MM, ink, line_with, lines, open_pdf
from renda.kernel.documents.tests.samples import ALL, joint, letter, listing, minutes, red_head


def opened(paper: Any) -> Any:
    return word.Document(io.BytesIO(docx(paper)))


def test_page_and_grid() -> None:
    section = opened(letter()).sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    edges = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(edge.mm, 1) for edge in edges] == [37, 35, 28, 26]
    grid = section._sectPr.find(qn("w:docGrid"))
    assert [grid.get(qn(f"w:{a}")) for a in ("type", "linePitch")] == ["lines", "579"]


def test_faces_are_those_that_offices_have() -> None:
    document = opened(letter())

    def face(text: str) -> set[str]:
        runs = [run for par in document.paragraphs for run in par.runs if text in run.text]
        return {run._element.rPr.rFonts.get(qn("w:eastAsia")) for run in runs}

    assert face("您提出的") == {"仿宋_GB2312"}
    assert face("基本情况") == {"黑体"}
    assert face("完善政策") == {"楷体_GB2312"}
    assert face("关于对市") == {"方正小标宋简体"}


def test_headings_are_headings() -> None:
    styles = {par.text: par.style.name for par in opened(letter()).paragraphs}
    assert styles["一、基本情况"] == "Heading 1" and styles["（一）完善政策"] == "Heading 2"


def test_page_numbers_odd_right_even_left_none_on_a_letters_first() -> None:
    document = opened(letter())
    section = document.sections[0]
    assert document.settings.odd_and_even_pages_header_footer and section.different_first_page_header_footer
    assert (
        section.footer.paragraphs[0].alignment == 2 and section.even_page_footer.paragraphs[0].alignment == 0
    )
    assert "PAGE" in section.footer._element.xml and "PAGE" not in section.first_page_footer._element.xml


def test_markup_and_control_characters_are_text() -> None:
    nasty = '<w:p>&amp; "\x0b\x00 ]]> #panic()\ufffe'
    document = opened(letter(title=nasty, body=(p(nasty), h1(nasty))))
    assert any('<w:p>&amp; "' in par.text for par in document.paragraphs)


@pytest.mark.parametrize("name", list(ALL))
def test_every_part_is_well_formed(name: str) -> None:
    from defusedxml.ElementTree import fromstring

    with zipfile.ZipFile(io.BytesIO(docx(ALL[name]))) as archive:
        for part in archive.namelist():
            if part.endswith((".xml", ".rels")):
                fromstring(archive.read(part))


def test_a_list_repeats_its_head_on_landscape_paper() -> None:
    document = opened(listing(60))
    assert document.sections[0].page_width > document.sections[0].page_height
    table = document.tables[0]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert [cell.text for cell in table.rows[60].cells] == ["合计", "", "", "59"]


def test_joint_signature_stands_in_one_row() -> None:
    texts = [[cell.text for cell in table.rows[0].cells] for table in opened(joint()).tables]
    assert ["安澜市水利局", "安澜市生态环境局", "安澜市农业农村局"] in texts


def to_pdf(paper: Any, folder: Path) -> bytes:
    source = folder / "paper.docx"
    source.write_bytes(docx(paper))
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf",
         "--outdir", str(folder), str(source)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return (folder / "paper.pdf").read_bytes()


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize(
    ("paper", "pages", "words"),
    [
        (
            letter(),
            3,
            [
                "安澜市住房和城乡建设局",
                "签发人：王建国",
                "一、基本情况",
                "附件：1.",
                "2026年3月5日",
                "抄送：",
            ],
        ),
        (
            red_head(60),
            4,
            ["安澜市人大常委会文件", "安人常〔2026〕12号", "市人民政府、市监察委员会：", "印发"],
        ),
        (minutes(), 2, ["安澜市人大常委会主任会议纪要", "第3期", "出席：", "列席："]),
        (listing(30), 3, ["建议标题", "合计"]),
        (joint(), 2, ["安澜市生态环境局", "文件", "2026年3月5日"]),
    ],
    ids=["letter", "red_head", "minutes", "table", "joint"],
)
def test_libreoffice_opens_it(paper: Any, pages: int, words: list[str], tmp_path: Path) -> None:
    with open_pdf(to_pdf(paper, tmp_path)) as document:
        text = "".join(line.text for page in document.pages for line in lines(page)).replace(" ", "")
        assert abs(len(document.pages) - pages) <= (1 if paper.format == "table" else 0)
    for word_ in words:
        assert word_ in text


@pytest.mark.slow
@pytest.mark.libreoffice
def test_libreoffice_sets_the_same_page(tmp_path: Path) -> None:
    """The second page of a paper: 22 lines of 28 characters from 37 mm down, page number left."""
    with open_pdf(to_pdf(red_head(60), tmp_path)) as document:
        first, second = document.pages[:2]
        full = [line for line in lines(second) if "—" not in line.text]
        assert len(full) == 22 and {len(line.text) for line in full} == {28}
        assert full[0].left == pytest.approx(28, abs=0.7) and full[0].right == pytest.approx(184, abs=1)
        steps = [b.baseline - a.baseline for a, b in pairwise(full)]
        assert all(step == pytest.approx(29, abs=0.2) for step in steps)
        number = line_with(first, "安人常")
        red = [r for r in (*first.rects, *first.lines, *first.curves) if r["x1"] - r["x0"] > 150 * MM]
        assert min(r["top"] for r in red) / MM - number.bottom == pytest.approx(4, abs=1.2)
        assert ink(first, (0, 60, 210, 100), red=True)[1] == pytest.approx(72, abs=3)
        assert line_with(second, "— 2 —").left == pytest.approx(28 + 14 / MM, abs=1)
