"""The typesetter's process: killed, slow, grown or forked, the next paper is made all the same."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from renda.kernel.documents import typesetter as module
from renda.kernel.documents.api import FontMissing, PaperError, Refused, add_font, pdf
from renda.kernel.documents.fonts import PACKAGED, _fontset
from renda.kernel.documents.tests.samples import compilation, letter
from renda.kernel.documents.typesetter import typesetter


def child() -> subprocess.Popen[bytes]:
    assert typesetter._child is not None
    return typesetter._child


def test_a_killed_child_is_replaced() -> None:
    pdf(letter())
    first = child()
    first.kill()
    first.wait()
    assert pdf(letter()).startswith(b"%PDF-") and child().pid != first.pid


def test_a_child_killed_while_it_works_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    real, killed = module._answer, []

    def kill_once(stream: Any) -> Any:
        if not killed:
            killed.append(child().pid)
            child().kill()
        return real(stream)

    monkeypatch.setattr(module, "_answer", kill_once)
    assert pdf(compilation(20)).startswith(b"%PDF-")
    assert killed and child().pid != killed[0]


def test_a_paper_that_takes_too_long_is_given_up_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    pdf(letter())
    monkeypatch.setattr(module, "SECONDS", 0.05)
    with pytest.raises(PaperError, match="排版超时"):
        pdf(compilation(353))
    monkeypatch.undo()
    assert pdf(letter()).startswith(b"%PDF-")


@pytest.mark.slow
def test_a_grown_child_ends_and_gives_its_memory_back() -> None:
    pdf(letter())
    first = child()
    pdf(compilation(353))
    first.wait(timeout=20)
    assert first.returncode == 0
    assert pdf(letter()).startswith(b"%PDF-")


def test_a_forked_process_gets_a_child_of_its_own() -> None:
    pdf(letter())
    before = child().pid
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            made = pdf(letter()).startswith(b"%PDF-") and child().pid != before
            child().kill()
            os.write(write, b"1" if made else b"0")
        finally:
            os._exit(0)
    os.waitpid(pid, 0)
    assert os.read(read, 1) == b"1"
    assert pdf(letter()).startswith(b"%PDF-") and child().pid == before


def test_the_child_ends_with_its_parent() -> None:
    code = (
        "from renda.kernel.documents.typesetter import typesetter as t;"
        "t.fonts([]); print(t._child.pid, flush=True); import os; os._exit(0)"
    )
    source = Path(module.__file__).resolve().parents[3]
    done = subprocess.run(
        [module.sys.executable, "-c", code], capture_output=True, check=True, env={"PYTHONPATH": str(source)}
    )
    pid = int(done.stdout)
    for _ in range(100):
        stat = Path(f"/proc/{pid}/stat")
        if not stat.exists() or stat.read_text().rsplit(")", 1)[1].split()[0] == "Z":
            return
        time.sleep(0.05)
    pytest.fail("排版进程没有随父进程结束")


def test_a_template_error_is_a_paper_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "renda.kernel.documents.pdf.lay_out", lambda paper: {"format": "letter", "organs": []}
    )
    with pytest.raises(PaperError, match="没有排成"):
        pdf(letter())


def test_without_any_font_it_says_what_to_do(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HOME = tmp_path
    for name in ("FANDOL", "NOTO"):
        monkeypatch.setattr(f"renda.kernel.documents.fonts.{name}", ())
    monkeypatch.setattr("renda.kernel.documents.fonts.PACKAGED", tmp_path / "none")
    with pytest.raises(FontMissing, match="renda fonts add"):
        pdf(letter())


def test_the_programs_own_fonts_are_enough(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No system font, as on a bare machine: every character of the national list of 8,105 can be drawn."""
    settings.HOME = tmp_path
    for name in ("FANDOL", "NOTO"):
        monkeypatch.setattr(f"renda.kernel.documents.fonts.{name}", ())
    from renda.kernel.documents.api import missing_glyphs

    level_one_and_two = "".join(
        bytes([high, low]).decode("gb2312", "ignore")
        for high in range(0xB0, 0xF8)
        for low in range(0xA1, 0xFF)
    )
    assert len(level_one_and_two) == 6763
    assert missing_glyphs(level_one_and_two + "〔〕《》“”‘’—…·￥℃①②③ⅠⅡ㐂䶮") == []
    assert pdf(letter()).startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("name", "content", "role", "message"),
    [
        ("a.pdf", b"%PDF-", "", r"应是 \.ttf"),
        ("a.ttf", b"not a font", "", "不是可用的字体"),
        ("latin.ttf", None, "仿宋", "没有中文常用字"),
        ("NotoSansSC-Medium.ttf", None, "", "看不出"),
        ("NotoSansSC-Medium.ttf", None, "隶书", "没有“隶书”这种用途"),
    ],
)
def test_what_is_no_font_for_papers_is_refused(
    name: str, content: bytes | None, role: str, message: str, tmp_path: Path, settings: Any
) -> None:
    settings.HOME = tmp_path / "home"
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    elif name == "latin.ttf":
        from fontTools.subset import main

        main([str(PACKAGED / "NotoSansSC-Medium.ttf"), "--unicodes=U+0020-007E", f"--output-file={path}"])
    else:
        path = PACKAGED / name
    with pytest.raises(Refused, match=message):
        add_font(path, role)
    assert not (settings.HOME / "fonts").exists()


def test_sets_of_fonts_are_read_once() -> None:
    pdf(letter())
    before = _fontset.cache_info().misses
    pdf(letter())
    assert _fontset.cache_info().misses == before
