"""No template of any room carries a style, a script or an outside address: the policy would refuse it."""

import re
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from renda.kernel.workflow import api as workflow

SOURCE = Path(__file__).parents[3]
UI = Path(__file__).parents[1]
TEMPLATES = sorted(p for p in SOURCE.rglob("templates/**/*.html"))
SCRIPTS = sorted((UI / "static/ui").glob("*.js"))

FORBIDDEN = {
    "行内样式": r"\sstyle\s*=",
    "样式块": r"<style\b",
    "行内事件": r"\son[a-z]+\s*=\s*[\"']",
    "脚本地址": r"javascript:",
    "行内脚本": r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>",
    "外部资源": r"<(?:script|link|img|iframe|source|video)\b[^>]*(?:src|href)=[\"'](?:https?:)?//",
    "hx-on": r"\shx-on[:\-]",
    "求值": r"hx-vals=[\"']js:",
    # <details> ends a paragraph: the browser would tear the sentence apart.
    "段落里的依据": r"<p\b[^>]*>(?:(?!</p>).)*(?:\{% why|<c-why|<c-due)",
}


def name(path):
    return path.relative_to(SOURCE).as_posix()


@pytest.mark.parametrize("template", TEMPLATES, ids=name)
def test_template_is_clean(template):
    text = re.sub(
        r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", template.read_text(), flags=re.DOTALL
    )
    found = {what: hit.group(0) for what, pattern in FORBIDDEN.items() if (hit := re.search(pattern, text))}
    assert not found


@pytest.mark.parametrize(
    "sample",
    [
        '<p style="color:red">',
        "<style>p{}</style>",
        '<a onclick="go()">',
        "<script>alert(1)</script>",
        '<script src="//cdn.example/x.js">',
        '<a href="javascript:void(0)">',
        "<p>到期 {% why d %}</p>",
    ],
)
def test_the_walk_finds_what_it_looks_for(sample):
    assert any(re.search(pattern, sample) for pattern in FORBIDDEN.values())


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda p: p.name)
def test_scripts_load_nothing_from_outside_and_evaluate_nothing(script):
    text = script.read_text()
    assert not re.search(
        r"https?://(?!www\.w3\.org/2000/svg)|\beval\(|new Function|document\.write|insertAdjacentHTML", text
    )
    for target in re.findall(r"""(?:from|import\()\s*["']([^"']+)["']""", text):
        assert target.startswith(("./", "../vendor/")), target
        if target.startswith("./"):
            assert (script.parent / target).exists(), target


def test_every_icon_named_is_in_the_sprite():
    sprite = UI / "static/vendor/icons.svg"
    if not sprite.exists():
        pytest.skip("还没有 make assets")
    have = set(re.findall(r'<symbol id="([^"]+)"', sprite.read_text()))
    named = re.compile(r"""\bicon(?:\s*=\s*|\s+)["']([a-z][a-z0-9-]*)["']""")
    wanted = {
        icon: name(path)
        for path in [*TEMPLATES, *(p for p in SOURCE.rglob("*.py") if "/tests/" not in p.as_posix())]
        for icon in named.findall(path.read_text())
    }
    assert not {icon: where for icon, where in wanted.items() if icon not in have}, "make assets"


def test_every_light_has_its_shape():
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (UI / "static/ui/lights.svg").read_text()))
    assert drawn == set(get_args(get_type_hints(workflow.Light)["key"]))
