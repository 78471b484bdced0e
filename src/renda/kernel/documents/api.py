"""Attachments and official papers: the door of the package."""

from __future__ import annotations

from renda.kernel.documents.errors import (
    ContentMissing,
    DocumentsError,
    FontMissing,
    MissingGlyphs,
    PaperError,
    Refused,
    TextUnreadable,
)
from renda.kernel.documents.fonts import add_font, list_fonts, missing_glyphs
from renda.kernel.documents.layout import chinese_day, chinese_number, clean
from renda.kernel.documents.paper import (
    Block,
    Facts,
    Heading,
    Items,
    PageBreak,
    Paper,
    Para,
    Section,
    Table,
    facts,
    h1,
    h2,
    h3,
    items,
    p,
    section,
    table,
)
from renda.kernel.documents.pdf import merged_pdf, pdf

__all__ = [
    "Block",
    "ContentMissing",
    "DocumentsError",
    "Facts",
    "FontMissing",
    "Heading",
    "Items",
    "MissingGlyphs",
    "PageBreak",
    "Paper",
    "PaperError",
    "Para",
    "Refused",
    "Section",
    "Table",
    "TextUnreadable",
    "add_font",
    "chinese_day",
    "chinese_number",
    "clean",
    "facts",
    "h1",
    "h2",
    "h3",
    "items",
    "list_fonts",
    "merged_pdf",
    "missing_glyphs",
    "p",
    "pdf",
    "section",
    "table",
]
