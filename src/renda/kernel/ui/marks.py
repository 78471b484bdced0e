"""Small marks written in Python, for tags and for cells of lists."""

from __future__ import annotations

from functools import lru_cache

from django.templatetags.static import static
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString


def icon_mark(name: str) -> SafeString:
    """An icon of the set, as decoration beside a word (hidden from screen readers)."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', static("vendor/icons.svg"), name
    )


def light_mark(key: str, text: str) -> SafeString:
    """The light itself."""
    name = escape(key)
    shape = f'<svg aria-hidden="true"><use href="{lights_url()}#{name}"/></svg>'
    return SafeString(f'<span class="light {name}">{shape}{escape(text)}</span>')


@lru_cache(maxsize=1)
def lights_url() -> str:
    """Where the seven shapes are."""
    return static("ui/lights.svg")
