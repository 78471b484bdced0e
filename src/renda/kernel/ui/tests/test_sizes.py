"""First load at most 300 kB compressed, with charts at most 500 kB; whatever a page may load is counted."""

import gzip
import re
from pathlib import Path

import django_htmx
import pytest

UI = Path(__file__).parents[1]
STATIC = UI / "static"
FIRST, BOARD = 300_000, 500_000


def compressed(path):
    return len(gzip.compress(path.read_bytes(), 6))


def every_page():
    """What base.html names, and every module and sprite that may follow."""
    base = (UI / "templates/ui/base.html").read_text()
    named = re.findall(r"{% static '([^']+)' %}", base)
    assert "ui/app.js" in named
    paths = {STATIC / name for name in named if name.startswith("ui/")}
    paths.add(Path(django_htmx.__file__).parent / "static/django_htmx/htmx-2.min.js")
    paths |= set((STATIC / "ui").glob("*.js")) | set((STATIC / "ui").glob("*.svg"))
    if (STATIC / "vendor/icons.svg").exists():
        paths.add(STATIC / "vendor/icons.svg")
    return paths


def test_first_load_is_small():
    total = sum(compressed(path) for path in every_page())
    assert total < FIRST / 2, "外壳只用一半，另一半留给页面自己"


def test_a_board_with_charts_is_small_enough():
    charts = STATIC / "vendor/echarts.js"
    if not charts.exists():
        pytest.skip("还没有 make assets")
    assert sum(compressed(path) for path in every_page()) + compressed(charts) < BOARD


def test_htmx_is_the_version_that_the_pages_name():
    base = (UI / "templates/ui/base.html").read_text()
    names = re.findall(r"django_htmx/(htmx-\d[^']*)", base)
    assert names == ["htmx-2.min.js"]


def test_styles_use_nothing_newer_than_chromium_109():
    newer = {
        "嵌套规则": r"\n\s+&",
        "color-mix": r"color-mix\(",
        "light-dark": r"light-dark\(",
        "@scope": r"@scope",
        "@starting-style": r"@starting-style",
        "anchor": r"anchor\(",
        "subgrid": r"subgrid",
    }
    for sheet in (STATIC / "ui").glob("*.css"):
        found = [what for what, pattern in newer.items() if re.search(pattern, sheet.read_text())]
        assert not found, sheet.name
