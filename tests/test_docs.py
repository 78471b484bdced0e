"""docs/: the drawn processes are what the program declares, and every page is reached from the index."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_script", ROOT / "scripts" / "docs.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.django_db
def test_the_processes_on_paper_are_those_that_run(script: ModuleType) -> None:
    on_disk = {path.name: path.read_text("utf-8") for path in (DOCS / "processes").iterdir()}
    made = script.pages()
    assert set(on_disk) == set(made), "请执行 make docs"
    for name, text in made.items():
        assert on_disk[name] == text, f"docs/processes/{name}：请执行 make docs"


@pytest.mark.django_db
def test_the_pages_name_rule_article_and_who(script: ModuleType) -> None:
    text = script.pages()["motions.handling.md"]
    assert "`MOT-021` | 代表法（2025年）第51条 | 3个月" in text
    assert "承办单位负责人" in text
    assert "![承办单位办理流程图](motions.handling.svg)" in text


def test_no_link_in_the_docs_is_dead() -> None:
    pages = [*DOCS.rglob("*.md"), *ROOT.glob("*.md")]
    dead = [
        f"{page.relative_to(ROOT)} → {target}"
        for page in pages
        for target in LINK.findall(page.read_text("utf-8"))
        if not (page.parent / target).exists()
    ]
    assert not dead, dead


def test_every_page_and_decision_is_reached_from_an_index() -> None:
    for index, pages in (
        (DOCS / "index.md", [*DOCS.glob("*.md"), *(DOCS / "rooms").glob("*.md")]),
        (DOCS / "decisions" / "README.md", list((DOCS / "decisions").glob("0*.md"))),
        (DOCS / "processes" / "index.md", list((DOCS / "processes").glob("*.*.md"))),
    ):
        linked = {(index.parent / target).resolve() for target in LINK.findall(index.read_text("utf-8"))}
        missing = [page.name for page in pages if page != index and page.resolve() not in linked]
        assert not missing, f"{index.relative_to(ROOT)} 没有列出：{missing}"
