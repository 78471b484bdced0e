"""Measures a PDF as a ruler on the print would: text by its baseline and type size, marks by their ink."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import pdfplumber
from PIL import Image, ImageChops

MM = 72 / 25.4  # points to the millimetre
DPI = 300


@dataclass
class Line:
    """A line of text.

    Args:
        text: its characters.
        top, bottom, left, right: its box in millimetres from the page's upper left corner; the box of a
        character is
            its em square (ascent 0.88, descent 0.12), as the standard counts sizes.
        baseline: in points from the top.
        size: type size in points.
    """

    text: str
    top: float
    bottom: float
    left: float
    right: float
    baseline: float
    size: float
    chars: list[Any]


def open_pdf(data: bytes) -> Any:
    return pdfplumber.open(io.BytesIO(data))


def lines(page: Any) -> list[Line]:
    """Lines from top to bottom; characters on one baseline are one line."""
    rows: dict[float, list[Any]] = {}
    for char in page.chars:
        baseline = page.height - char["matrix"][5]
        key = next((k for k in rows if abs(k - baseline) < 1.5), baseline)
        rows.setdefault(key, []).append(char)
    out = []
    for baseline, chars in sorted(rows.items()):
        chars.sort(key=lambda c: c["x0"])
        size = max(c["size"] for c in chars)
        out.append(
            Line(
                "".join(c["text"] for c in chars),
                (baseline - 0.88 * size) / MM,
                (baseline + 0.12 * size) / MM,
                chars[0]["x0"] / MM,
                chars[-1]["x1"] / MM,
                baseline,
                size,
                chars,
            )
        )
    return out


def line_with(page: Any, text: str) -> Line:
    return next(line for line in lines(page) if text in line.text)


def rules(page: Any) -> list[tuple[float, float, float, float, Any]]:
    """Straight lines: y, x from, x to (millimetres), thickness (millimetres), colour; from top to bottom."""
    found = [
        (r["top"] / MM, r["x0"] / MM, r["x1"] / MM, r["linewidth"] / MM, r["stroking_color"])
        for r in page.lines
    ]
    return sorted(found)


def ink(page: Any, box: tuple[float, float, float, float], *, red: bool = False) -> tuple[float, ...] | None:
    """The box of the ink within a box (left, top, right, bottom in millimetres).

    Args:
        page: pdfplumber's page.
        box: where to look.
        red: whether only red ink counts.
    """
    image: Image.Image = page.to_image(resolution=DPI, antialias=False).original.convert("RGB")
    scale = DPI / 25.4
    part = image.crop(tuple(round(edge * scale) for edge in box))
    if red:
        r, g, _ = part.split()
        mask = ImageChops.subtract(r, g).point(lambda v: 255 if v > 60 else 0)
    else:
        mask = part.convert("L").point(lambda v: 255 if v < 140 else 0)
    found = mask.getbbox()
    if found is None:
        return None
    return tuple(edge / scale + box[i % 2] for i, edge in enumerate(found))
