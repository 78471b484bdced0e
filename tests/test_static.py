"""Static files: everything our own styles, scripts and templates name is there."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from django.contrib.staticfiles import finders

from tests.house import SOURCE

CSS_URL = re.compile(r"""url\(\s*["']?([^"')]+)["']?\s*\)|@import\s+["']([^"']+)["']""")
JS_IMPORT = re.compile(r"""(?:from|import)\s*\(?\s*["'](\.{1,2}/[^"']+)["']""")
STATIC_TAG = re.compile(r"""{%\s*static\s+["']([^"']+)["']""")


def _ours(suffix: str) -> list[Path]:
    files = SOURCE.glob(f"renda/**/static/**/*.{suffix}")
    return sorted(path for path in files if "vendor" not in path.parts)


def _static_name(path: Path) -> str:
    parts = path.parts
    return "/".join(parts[parts.index("static") + 1 :])


def test_every_file_that_is_named_exists() -> None:
    named: list[tuple[Path, str]] = []
    for path in _ours("css"):
        for url, imported in CSS_URL.findall(path.read_text("utf-8")):
            target = url or imported
            if not target.startswith(("data:", "#")):
                named.append((path, posixpath.join(posixpath.dirname(_static_name(path)), target)))
    for path in _ours("js"):
        for target in JS_IMPORT.findall(path.read_text("utf-8")):
            named.append((path, posixpath.join(posixpath.dirname(_static_name(path)), target)))
    for path in sorted(SOURCE.glob("renda/**/templates/**/*.html")):
        named += [(path, target) for target in STATIC_TAG.findall(path.read_text("utf-8"))]
    missing = []
    for path, target in named:
        if finders.find(posixpath.normpath(re.split(r"[?#]", target)[0])) is None:
            missing.append(f"{path.relative_to(SOURCE)} → {target}")
    assert named
    assert not missing, "\n".join(missing)


def test_styles_and_scripts_fetch_nothing_from_elsewhere() -> None:
    """No content network, no font service: pages work in a network without a way out."""
    foreign = re.compile(
        r"""@import\s+(?:url\()?["']?https?:|url\(["']?https?:|(?:fetch|import)\(["']https?:"""
    )
    wrong = [
        f"{path.relative_to(SOURCE)}:{number}"
        for path in [*_ours("css"), *_ours("js")]
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if foreign.search(line)
    ]
    assert not wrong, "\n".join(wrong)
