"""The repository itself: no real person, no path of somebody's machine, no address of a registry."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ID = re.compile(r"(?<!\d)([1-9]\d{5})((?:19|20)\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)")
SPECIMEN = "11010519491231002X"  # printed in GB 11643-1999 as its example; nobody's
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
MACHINE = re.compile(r"(?<![\w.])/(?:root|home/[a-z]|Users/[A-Za-z]|work/(?:main|shared))/?")
REGISTRY = re.compile(
    r'"resolved": *"http|--(?:extra-)?index-url|--find-links|--trusted-host|registry *[=:] *"?http'
)


def citizen_ids(text: str) -> list[str]:
    """Numbers with a right check digit, but the standard's specimen and the invented city's (9999xx)."""
    found = []
    for match in ID.finditer(text):
        number = match.group().upper()
        total = sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False))
        right = "10X98765432"[total % 11] == number[-1]
        if right and number != SPECIMEN and not number.startswith("9999"):
            found.append(number)
    return found


def tracked() -> list[tuple[str, str]]:
    """Every tracked text file: its path and content."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout
    files = []
    for name in filter(None, listed.split("\0")):
        try:
            files.append((name, (ROOT / name).read_text("utf-8")))
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue
    if not files:
        pytest.skip("不是 git 检出")
    return files


def test_the_search_knows_a_citizen_id() -> None:
    made = "110105194912310" + "038"  # in two parts, or this file would hold one
    assert citizen_ids(f"身份证 {made}。") == [made]
    assert citizen_ids("999901199003077418") == []
    assert citizen_ids("110105194912310021") == []  # wrong check digit


def test_no_citizen_id_of_a_real_place_is_in_the_repository() -> None:
    found = {name: citizen_ids(text) for name, text in tracked() if citizen_ids(text)}
    assert not found


def test_no_path_of_a_machine_is_in_the_repository() -> None:
    here = Path(__file__).relative_to(ROOT).as_posix()
    found = [
        f"{name}:{number} {line.strip()[:100]}"
        for name, text in tracked()
        if name != here
        for number, line in enumerate(text.splitlines(), 1)
        if MACHINE.search(line)
    ]
    assert not found, "\n".join(found)


def test_locks_name_no_registry() -> None:
    found = [
        name
        for name, text in tracked()
        if (name.startswith(("requirements/", "frontend/")) or name == "pyproject.toml")
        and REGISTRY.search(text)
    ]
    assert found == []


def test_a_log_in_is_called_an_account_everywhere() -> None:
    """账号: not 帐号, and not 用户名 beside it (a model's verbose name is not shown)."""
    wrong = []
    for path in (ROOT / "src").glob("renda/**/*"):
        shown = path.suffix in {".html", ".py", ".js"} and "/migrations/" not in path.as_posix()
        if not shown or "vendor" in path.parts or path.name == "models.py":
            continue
        text = path.read_text("utf-8")
        wrong += [f"{path.relative_to(ROOT)}: {word}" for word in ("帐号", "用户名") if word in text]
    assert not wrong, "\n".join(wrong)


def test_digits_are_those_that_a_number_is_made_of() -> None:
    """``"²".isdigit()`` is true and ``int("²")`` fails: what comes from outside is asked by ``isdecimal``."""
    wrong = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "src").glob("renda/**/*.py")
        if ".isdigit()" in path.read_text("utf-8").replace("declared.isdigit()", "")  # of bytes
    ]
    assert not wrong, wrong
