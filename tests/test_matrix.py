"""docs/matrix.md is what the policies of all rooms say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from renda.kernel.identity import api as identity

ROOT = Path(__file__).resolve().parent.parent


def test_the_matrix_on_paper_is_the_matrix_in_force() -> None:
    """Asked in a process of its own: tests beside this one declare policies of theirs."""
    script = [sys.executable, str(ROOT / "scripts" / "matrix.py"), "--check"]
    done = subprocess.run(script, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"请执行 python scripts/matrix.py\n{done.stdout}{done.stderr}"


def test_every_act_has_a_role_a_name_and_a_way_to_go() -> None:
    for row in identity.matrix().rows:
        assert row.roles, row.key
        assert row.label, row.key
        assert "请" in row.denied or "联系" in row.denied, row.key
