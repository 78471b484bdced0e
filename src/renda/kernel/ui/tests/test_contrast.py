"""Every pair of text and ground reads (≥ 4.5), every control stands out (≥ 3): WCAG 2.2, 1.4.3 and 1.4.11."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[1] / "static/ui/tokens.css"

TEXT = [
    *[
        (colour, ground)
        for colour in ("ink", "muted", "blue", "red")
        for ground in ("paper", "surface", "sunken")
    ],
    *[(colour, ground) for colour in ("jade", "amber") for ground in ("paper", "surface")],
    ("blue", "blue-tint"),
    ("ink", "blue-tint"),
    ("muted", "blue-tint"),
    ("red", "red-tint"),
    ("ink", "red-tint"),
    ("ink", "amber-tint"),
    ("amber", "amber-tint"),
    ("ink", "jade-tint"),
    ("on-blue", "blue"),
    ("on-blue", "blue-deep"),
]
CONTROL = [
    *[(colour, ground) for colour in ("border", "blue") for ground in ("paper", "surface")],
    ("red", "red-tint"),
    ("amber", "amber-tint"),
    ("jade", "jade-tint"),
    ("c2", "surface"),
    ("c4", "surface"),
    ("jade", "surface"),
    ("emblem", "paper"),
]


def block(css, head):
    """The tokens of one rule."""
    start = css.index(head)
    body = css[css.index("{", start) + 1 : css.index("}", start)]
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", body))


def variants():
    css = TOKENS.read_text()
    light = block(css, "  :root {")
    dark = block(css, '  :root[data-theme="dark"] {')
    printed = block(css, '    :root, :root[data-theme="dark"], :root:not([data-theme="light"]) {')
    return {"light": light, "dark": light | dark, "print": light | printed}


def luminance(colour):
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_arithmetic_agrees_with_the_standard():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("variant", ["light", "dark", "print"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXT, 4.5), (CONTROL, 3.0)], ids=["text", "control"])
def test_pairs_can_be_read(variant, pairs, least):
    tokens = variants()[variant]
    poor = {
        f"{colour} on {ground}": round(contrast(tokens[colour], tokens[ground]), 2)
        for colour, ground in pairs
        if contrast(tokens[colour], tokens[ground]) < least
    }
    assert not poor


def test_the_declared_values_are_those_of_the_screen_document():
    light = variants()["light"]
    assert {
        key: light[key] for key in ("paper", "ink", "muted", "line", "red", "blue", "jade", "amber", "border")
    } == {
        "paper": "#FBFAF7",
        "ink": "#1F2328",
        "muted": "#5B6470",
        "line": "#E3E0D8",
        "red": "#B5121B",
        "blue": "#1F4E79",
        "jade": "#2E7D5B",
        "amber": "#985A00",
        "border": "#87909B",
    }


def test_dark_by_the_system_and_dark_by_choice_are_the_same():
    css = TOKENS.read_text()
    assert block(css, ':root:not([data-theme="light"]) {') == block(css, '  :root[data-theme="dark"] {')


def test_colours_are_written_down_only_among_the_tokens():
    folder = TOKENS.parent
    # A paper is white and its ink black in the dark variant too: it shows what is printed.
    allowed = {"components.css": {"#FFFFFF", "#111", "#333"}}
    for sheet in folder.glob("*.css"):
        if sheet.name == "tokens.css":
            continue
        found = set(re.findall(r"#[0-9A-Fa-f]{3,8}\b(?![^{]*\{)", sheet.read_text()))
        assert found <= allowed.get(sheet.name, set()), sheet.name
