"""Attachments and official papers: the door of the package."""

from __future__ import annotations

from renda.kernel.documents.docx import docx
from renda.kernel.documents.entries import readable_size
from renda.kernel.documents.errors import (
    ContentMissing,
    DocumentsError,
    FontMissing,
    MissingGlyphs,
    PaperError,
    Refused,
    TextUnreadable,
)
from renda.kernel.documents.extraction import extract_text, preview_pdf, previewable
from renda.kernel.documents.files import (
    Attachment,
    attachments,
    attachments_of,
    get_attachment,
    may_read,
    open_attachment,
    readers,
)
from renda.kernel.documents.fonts import add_font, list_fonts, missing_glyphs
from renda.kernel.documents.html import html
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
from renda.kernel.documents.responses import docx_response, paper_page, pdf_bytes_response, pdf_response
from renda.kernel.documents.services import attach, check_contents, max_bytes, remove

__all__ = [
    "Attachment",
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
    "attach",
    "attachments",
    "attachments_of",
    "check_contents",
    "chinese_day",
    "chinese_number",
    "clean",
    "docx",
    "docx_response",
    "extract_text",
    "facts",
    "get_attachment",
    "h1",
    "h2",
    "h3",
    "html",
    "items",
    "list_fonts",
    "max_bytes",
    "may_read",
    "merged_pdf",
    "missing_glyphs",
    "open_attachment",
    "p",
    "paper_page",
    "pdf",
    "pdf_bytes_response",
    "pdf_response",
    "preview_pdf",
    "previewable",
    "readable_size",
    "readers",
    "remove",
    "section",
    "table",
]
