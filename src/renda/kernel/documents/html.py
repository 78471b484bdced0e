"""Papers as pages: the same blocks in semantic HTML, for a phone inside WeChat, which shows no PDF.

Text is escaped by the template; looks come from ``documents/paper.css`` under the site's content policy.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from renda.kernel.documents.layout import lay_out
from renda.kernel.documents.paper import Paper


def html(paper: Paper) -> SafeString:
    """A paper as HTML, to stand inside ``<c-paper>`` on a page that links ``documents/paper.css``."""
    data = lay_out(paper)
    _name_sections(data["body"], "s")
    _align_cells(data["body"])
    data["contents"] = list(_contents(data["body"])) if paper.toc else []
    return mark_safe(render_to_string("documents/_paper.html", {"paper": data}))  # noqa: S308


def _name_sections(blocks: list[dict[str, Any]], prefix: str) -> None:
    """Gives each section an address on its page."""
    for i, block in enumerate(blocks):
        if block["t"] == "s":
            block["id"] = f"{prefix}-{i}"
            _name_sections(block["body"], block["id"])


def _align_cells(blocks: list[dict[str, Any]]) -> None:
    """Joins each cell with the alignment of its column: a template can't walk two lists at once."""
    for block in blocks:
        if block["t"] == "t":
            block["rows"] = [
                [{"text": text, "align": align} for text, align in zip(row, block["aligns"], strict=True)]
                for row in block["rows"]
            ]
        elif block["t"] == "s":
            _align_cells(block["body"])


def _contents(blocks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for block in blocks:
        if block["t"] == "s":
            yield {"id": block["id"], "title": block["title"], "level": block["level"]}
            yield from _contents(block["body"])
