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
def test_what_is_generated_is_what_the_program_says(script: ModuleType) -> None:
    made, there = script.written(), script.on_disk()
    assert set(there) == set(made), "请执行 make docs"
    for name, text in made.items():
        assert there[name] == text, f"docs/{name}：请执行 make docs"


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


def test_every_page_is_reached_from_the_index() -> None:
    index = DOCS / "index.md"
    linked = {(DOCS / target).resolve() for target in LINK.findall(index.read_text("utf-8"))}
    pages = [*DOCS.glob("*.md"), *(DOCS / "rooms").glob("*.md")]
    missing = [page.name for page in pages if page != index and page.resolve() not in linked]
    assert not missing, f"docs/index.md 没有列出：{missing}"
