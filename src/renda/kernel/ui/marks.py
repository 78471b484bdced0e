"""Small marks written in Python, for tags and for cells of lists."""

from __future__ import annotations

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString


def icon_mark(name: str) -> SafeString:
    """An icon of the set, as decoration beside a word (hidden from screen readers)."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', static("vendor/icons.svg"), name
    )


def light_mark(key: str, text: str) -> SafeString:
    """The light itself."""
    return format_html(
        '<span class="light {}"><svg aria-hidden="true"><use href="{}#{}"/></svg>{}</span>',
        key,
        static("ui/lights.svg"),
        key,
        text,
    )
