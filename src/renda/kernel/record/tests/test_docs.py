"""The worked example of docs/record.md is what the code computes: the specification can be relied on."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from renda.kernel.record import digests, verifier

DOCS = Path(__file__).resolve().parents[5] / "docs" / "record.md"


def test_the_worked_example_is_right() -> None:
    if not DOCS.exists():
        pytest.skip("安装包里没有 docs/")
    text = DOCS.read_text("utf-8")
    example = re.search(r"```json\n(.*?)\n```", text, re.DOTALL)
    assert example
    content = json.loads(example[1])
    assert digests.canonical(content).decode() == example[1]
    body, leaf, root, seal = re.findall(r"^(?:body|leaf|root|seal).*?([0-9a-f]{64})$", text, re.MULTILINE)
    assert verifier.digest("body", verifier.canonical(content)).hex() == body
    leaves = [digests.leaf(number, content) for number in (42, 43, 44)]
    assert leaves[0].hex() == leaf
    assert digests.root(leaves).hex() == root
    sealed_at = re.search(r"`sealed_at` 为 `([^`]+)`", text)
    assert sealed_at
    first = {
        "number": 1, "count": 1, "first_id": 42, "last_id": 42,
        "root": leaf, "previous": digests.FIRST, "sealed_at": sealed_at[1],
    }  # fmt: skip
    assert verifier.seal_digest(first) == seal
