"""``docs/faults.md``: what it promises is tested, and what it quotes is said."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROWS = [
    [cell.strip() for cell in line.strip("|\n ").split("|")]
    for line in (ROOT / "docs" / "faults.md").read_text("utf-8").splitlines()
    if line.startswith("|") and "`" in line
]


@cache
def said() -> str:
    """Every text of the program, with the literals that Python joins put together."""
    parts = []
    for path in (ROOT / "src").glob("renda/**/*.py"):
        if "/tests/" in path.as_posix():
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                parts.append(node.value)
    return "\n".join(parts)


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_each_fault_has_its_words_and_its_test(row: list[str]) -> None:
    _, words, left, tests = row
    assert left
    for quoted in re.findall("「(.+?)」", words):
        assert quoted in said() or quoted.startswith("renda "), f"程序里没有这句话：{quoted}"
    named = re.findall("`(.+?)::(.+?)`", tests)
    assert named
    for file, name in named:
        assert f"def {name}(" in (ROOT / file).read_text("utf-8"), f"没有这个测试：{file}::{name}"
