"""Papers as pages: everything said, everything escaped, nothing that the site's content policy forbids."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.test import RequestFactory

from renda.kernel.documents.api import html, p, section, table
from renda.kernel.documents.tests.samples import ALL, compilation, letter, listing, red_head

VOID = {"br", "img", "link", "meta", "input", "hr"}


class Balanced(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes |= {name for name, _ in attrs}
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("name", list(ALL))
def test_markup_is_balanced_and_without_style_or_script(name: str) -> None:
    parser = Balanced()
    parser.feed(html(ALL[name]))
    assert parser.open == []
    assert parser.attributes <= {"class", "id", "href", "scope", "aria-label", "tabindex", "role"}


def test_all_parts_of_a_letter_are_there() -> None:
    text = re.sub(r"<[^>]+>|\s", "", html(letter()))
    for part in (
        "安澜市住房和城乡建设局", "安住建函〔2026〕101号", "签发人：王建国", "A类",
        "关于对市十七届人大", "李明华代表：", "一、基本情况", "（一）完善政策", "一是", "附件：",
        "2026年3月5日", "（联系人：赵敏", "抄送：",
    ):  # fmt: skip
        assert part in text
    assert "文件" not in re.sub(r"<[^>]+>|\s", "", html(letter(title="答复", body=())))
    assert "文件" in html(red_head())


def test_text_is_escaped_everywhere() -> None:
    nasty = "<script>alert(1)</script><img src=x onerror=a>&'\""
    paper = letter(
        title=nasty, issuing_organ=nasty, number=nasty, to=nasty, notes=nasty, copies_to=(nasty,),
        marks=(nasty,), attachments_note=(nasty,), signer=nasty, subtitle=nasty,
        body=(
            p(nasty, lead=nasty), table([nasty], [[nasty]], caption=nasty),
            section(nasty, p(nasty), note=nasty),
        ),
    )  # fmt: skip
    made = html(paper)
    assert "<script" not in made and "<img" not in made
    assert made.count("&lt;script&gt;") >= 15


def test_contents_lead_to_the_sections() -> None:
    made = html(compilation(3))
    targets = re.findall(r'href="#([^"]+)"', made)
    assert len(targets) == 3 and all(f'id="{target}"' in made for target in targets)


def test_columns_keep_their_alignment() -> None:
    made = html(listing(3))
    assert '<td class="doc-right">1</td>' in made and '<tr class="doc-total">' in made


@pytest.mark.django_db
def test_one_address_gives_page_pdf_and_word(rf: RequestFactory) -> None:
    from renda.kernel.documents.api import paper_page

    page = paper_page(_asked(rf, ""), letter())
    assert page.status_code == 200 and b"doc-letter" in page.content and b"paper.css" in page.content
    assert b"style=" not in page.content and b"onclick" not in page.content
    pdf = paper_page(_asked(rf, "?as=pdf"), letter())
    assert pdf["Content-Type"] == "application/pdf" and pdf.content.startswith(b"%PDF-")
    assert pdf["Content-Disposition"].startswith("inline") and "utf-8''" in pdf["Content-Disposition"]
    assert pdf["X-Content-Type-Options"] == "nosniff"
    word = paper_page(_asked(rf, "?as=docx"), letter(), "建议答复")
    assert word.content.startswith(b"PK") and word["Content-Disposition"].startswith("attachment")


@pytest.mark.django_db
def test_a_paper_that_cannot_be_made_says_why_on_its_page(rf: RequestFactory) -> None:
    from renda.kernel.documents.api import paper_page

    page = paper_page(_asked(rf, "?as=pdf"), letter(body=(p("请看\ue123"),)))
    assert page.status_code == 422
    assert "U+E123" in page.content.decode() and "没有生成文件" in page.content.decode()


def _asked(rf: RequestFactory, query: str) -> object:
    from django.contrib.auth.models import AnonymousUser

    request = rf.get(f"/motions/1/reply/{query}")
    request.user = AnonymousUser()
    request.htmx = False
    request.session = {}
    return request
