"""What people write stays text; characters nobody can draw are named; many papers in one go are quick."""

from __future__ import annotations

import io
import os
import re
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import ContentStream

from renda.kernel.documents.api import (
    MissingGlyphs,
    PaperError,
    h1,
    items,
    merged_pdf,
    missing_glyphs,
    p,
    pdf,
    section,
    table,
)
from renda.kernel.documents.tests.measure import lines, open_pdf
from renda.kernel.documents.tests.samples import ALL, HAN, compilation, letter, listing, minutes, red_head

MARKUP = (
    '#panic("x") *b* _i_ $x^2$ `raw` @ref <lab> \\ // /* [ ] { } = h - i + j ~ "q" '
    '#include "/etc/passwd" #{1+1}'
)


def text_of(data: bytes) -> str:
    with open_pdf(data) as document:
        return "".join("".join(line.text for line in lines(page)) for page in document.pages)


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("make", [letter, red_head, minutes])
def test_markup_is_text_everywhere(make: Any) -> None:
    paper = make(
        title=f"标题{MARKUP}",
        issuing_organ=f"机关{MARKUP}",
        number=f"号{MARKUP}",
        to=f"送{MARKUP}",
        body=(
            h1(f"节{MARKUP}"),
            p(f"段{MARKUP}", lead=f"首{MARKUP}"),
            items(f"项{MARKUP}"),
            table([MARKUP], [[MARKUP]]),
        ),
        attachments_note=(f"件{MARKUP}",),
        signature_organ=f"署{MARKUP}",
        notes=f"注{MARKUP}",
        copies_to=(f"抄{MARKUP}",),
        printed_by=f"印{MARKUP}",
    )
    text = squeezed(text_of(pdf(paper)))
    assert text.count("#include" + squeezed('"/etc/passwd"')) >= 9
    assert "root:" not in text and "#{1+1}" in text


def test_markup_in_sections_contents_and_lists() -> None:
    paper = compilation(1)
    paper = type(paper)(MARKUP, (section(f"条{MARKUP}", p(MARKUP), note=MARKUP),), "plain", toc=True)
    assert squeezed(text_of(pdf(paper))).count("#panic") >= 4
    assert "#panic" in text_of(pdf(listing(3, title=MARKUP, notes=MARKUP)))


def test_rare_characters_come_from_the_fallback() -> None:
    data = pdf(letter(to="李瀍浉溇代表", body=(p("瞭望𫖮䶮喆"[0:4]),)))
    assert "李瀍浉溇代表：" in text_of(data)


def test_characters_no_font_has_are_named() -> None:
    assert missing_glyphs("人大\U0001f600代表\ue123\n") == ["\U0001f600", "\ue123"]
    with pytest.raises(MissingGlyphs) as caught:
        pdf(letter(body=(p("请看\ue123和\U0001f600"),)))
    assert caught.value.characters == ["\ue123", "\U0001f600"]
    assert "U+E123" in str(caught.value) and "renda fonts add" in str(caught.value)


def test_reports_mark_what_cannot_be_drawn() -> None:
    text = text_of(pdf(listing(2, body=(table(["意见"], [["路灯不亮\U0001f62d"]]),))))
    assert "路灯不亮〓" in text


def test_joiners_and_selectors_are_no_missing_glyphs() -> None:
    assert "好的" in text_of(pdf(letter(body=(p("好\u200d\ufe0f的"),))))


def glyph_codes(data: bytes) -> set[int]:
    """The codes of all glyphs that a PDF shows (fonts with two-byte codes); 0 is the blank box."""
    codes: set[int] = set()
    for page in PdfReader(io.BytesIO(data)).pages:
        for operands, operator in ContentStream(page.get_contents(), page.pdf).operations:
            for part in operands[0] if operator == b"TJ" else operands if operator == b"Tj" else []:
                raw = part.original_bytes if hasattr(part, "original_bytes") else b""
                codes.update(raw[i] << 8 | raw[i + 1] for i in range(0, len(raw) - 1, 2))
    return codes


@pytest.mark.parametrize("name", list(ALL))
def test_every_glyph_of_a_paper_is_drawn(name: str) -> None:
    codes = glyph_codes(pdf(ALL[name]))
    assert len(codes) > 20 and 0 not in codes


def test_the_check_of_glyphs_is_what_prevents_blank_boxes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("renda.kernel.documents.pdf.uncovered", lambda text, fonts: [])
    assert 0 in glyph_codes(pdf(letter(body=(p("请看\ue123"),))))


def test_nothing_to_print_is_said() -> None:
    with pytest.raises(PaperError, match="没有可以生成"):
        merged_pdf([])


def test_threads_draw_at_once() -> None:
    made: dict[int, str] = {}

    def draw(i: int) -> None:
        made[i] = text_of(pdf(letter(title=f"关于第{i}号建议的答复")))

    threads = [threading.Thread(target=draw, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(f"第{i}号建议" in made[i] for i in range(8))


def test_a_paper_is_the_same_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    from renda.kernel import clock

    moment = clock.now()
    monkeypatch.setattr(clock, "now", lambda: moment)
    assert pdf(red_head()) == pdf(red_head())


def test_metadata_names_the_title() -> None:
    with open_pdf(pdf(letter())) as document:
        assert document.metadata["Title"] == "关于对市十七届人大五次会议第101号建议的答复"
        assert document.metadata["Author"] == "安澜市住房和城乡建设局"


def test_contents_name_the_pages() -> None:
    with open_pdf(pdf(compilation(12))) as document:
        texts = [page.extract_text() for page in document.pages]
    entries = re.findall(r"关于第(\d+)个老旧小区加装电梯的建议[ .]*?(\d+)$", texts[1], re.MULTILINE)
    assert len(entries) == 12
    first = next(i for i, text in enumerate(texts) if "第1号" in text)
    assert first % 2 == 0  # a right-hand page
    for number, page in entries:
        assert f"第{number}号" in texts[first + int(page) - 1]
        assert f"— {page} —" in texts[first + int(page) - 1]
    assert "—" not in texts[0] + texts[1]


def test_list_repeats_its_head_and_keeps_rows_whole() -> None:
    with open_pdf(pdf(listing(60))) as document:
        assert all("建议标题" in page.extract_text() for page in document.pages)
        assert document.pages[0].width > document.pages[0].height
        assert "合计" in document.pages[-1].extract_text()


@pytest.mark.alone
def test_compilation_of_353_suggestions_is_quick() -> None:
    paper = compilation(353)
    started = time.perf_counter()
    data = pdf(paper)
    seconds = time.perf_counter() - started
    with open_pdf(data) as document:
        assert len(document.pages) > 700
    assert seconds < 20, seconds


def test_hand_over_papers_of_forty_organs_are_quick() -> None:
    papers = [red_head(20, to=f"市第{i}局", number=f"安人常〔2026〕{i}号") for i in range(1, 41)]
    started = time.perf_counter()
    assert merged_pdf(papers).startswith(b"%PDF-")
    assert time.perf_counter() - started < 5


def test_own_fonts_come_first(settings: Any, tmp_path: Path) -> None:
    from renda.kernel.documents.api import add_font, list_fonts

    settings.HOME = tmp_path
    packaged = Path(__file__).resolve().parents[1] / "fonts" / "NotoSerifSC-Bold.ttf"
    own = tmp_path / "office.ttf"
    os.link(packaged, own) if packaged.stat().st_dev == own.parent.stat().st_dev else own.write_bytes(
        packaged.read_bytes()
    )
    assert add_font(own, "仿宋") == ("仿宋", "Noto Serif SC")
    assert ("仿宋", "Noto Serif SC", "本单位") in list_fonts()
    with open_pdf(pdf(letter(body=(p(HAN),)))) as document:
        assert {c["fontname"].split("+")[1] for c in document.pages[0].chars if c["text"] in HAN} >= {
            "NotoSerifSC-Bold"
        }
