"""docs/matrix.md is what the policies of all rooms say."""

from __future__ import annotations

from pathlib import Path

from renda.kernel.identity import api as identity

PAGE = Path(__file__).resolve().parent.parent / "docs" / "matrix.md"


def test_the_matrix_on_paper_is_the_matrix_in_force() -> None:
    assert PAGE.read_text("utf-8") == identity.matrix_markdown(), "请执行 python scripts/matrix.py"


def test_every_act_has_a_role_a_name_and_a_way_to_go() -> None:
    for row in identity.matrix().rows:
        assert row.roles, row.key
        assert row.label, row.key
        assert "请" in row.denied or "联系" in row.denied, row.key
