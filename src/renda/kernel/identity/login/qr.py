"""A QR code as an image that a page may hold under its policy (a data address, no file)."""

from __future__ import annotations

import base64
from io import BytesIO

import qrcode
from qrcode.image.svg import SvgPathFillImage


def qr_image(text: str) -> str:
    """The address of an SVG image of the text on white (pages may be dark), for ``<img src>``."""
    buffer = BytesIO()
    qrcode.make(text, image_factory=SvgPathFillImage).save(buffer)
    return "data:image/svg+xml;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
